/* users_web.c - the list of users, as a page. */
#include <string.h>

#include "app/departures/plan.h"
#include "app/invitations/invitations_view.h"
#include "app/news/news.h"
#include "app/users/access_words.h"
#include "app/users/profession.h"
#include "base/text.h"
#include "base/time.h"
#include "web/page.h"

#include "app/staff/users.text.h"

enum { ROWS = 50, NAMES = 3 };

/* Each name once; a key that both role types have finds both. */
static const enum level filter_levels[] = { LEVEL_P_PERSONAL, LEVEL_P_CONTACT, LEVEL_P_CLINICAL,
                                            LEVEL_A_OFFICE, LEVEL_P_FULL };
enum { FILTER_LEVELS = sizeof filter_levels / sizeof *filter_levels };

struct users_page {
    bool edits, adds, alone;
    struct user_counts counts;
    struct user_filter filter;
    const struct user_location *places;
    size_t places_n;
    struct user_list active, gone;
    struct invitation_list invitations;
    struct plan_list plans;
    int64_t invitations_more;
    const char **full;
    size_t full_n;
    int64_t page, pages;
    struct url all, here; /* the filters; and how they are sorted */
    struct id changed;    /* whose row is marked; or none */
    const char *refused;  /* a button of this page that came too late; or NULL */
};

static const char *level_words(struct cx *cx, const struct access *a)
{
    return a->level < LEVEL_COUNT ? levels[a->level].label(cx) : "";
}

static const char *gone_tag(struct cx *cx, const struct user *u)
{
    return user_awaited(u) ? SAY(tag_awaited) : SAY(tag_deactivated);
}

static const char *places_words(struct cx *cx, bool all, const char *names,
                                const struct users_page *p)
{
    if (all) return SAY(all_locations, (int64_t)p->places_n);
    return *names ? names : SAY(no_locations);
}

static const char *count_words(struct cx *cx, const struct users_page *p)
{
    const char *active = SAY(count_active, p->counts.active);
    if (!p->edits) return active;
    return SAY(counts, active, SAY(count_invitations, p->counts.invited),
               SAY(count_deactivated, p->counts.deactivated));
}

static const char *other_words(struct cx *cx, const struct visit_group *g)
{
    bool practitioner = strcmp(g->role, role_label(PRACTITIONER)(cx)) == 0;
    return practitioner ? SAY(other_practitioner, g->level) : SAY(other_administrator, g->level);
}

static const char *who_can_words(struct cx *cx, const struct users_page *p)
{
    if (p->full_n == 0 || p->full_n > NAMES) return SAY(who_can_all);
    return SAY(who_can_one, words_joined(cx, p->full, p->full_n));
}

static const char *const orders[] = { "name", "role", "access", "last" };

/* The list by this column; by the column it is by already, the other way round. */
static struct url sorted_url(struct cx *cx, const struct users_page *p, enum user_order order)
{
    bool other_way = p->filter.order == order && !p->filter.descending;
    struct url url = url_with(cx, p->all, "sort", orders[order]);
    return other_way ? url_with(cx, url, "order", "descending") : url;
}

/* This very page, as it is now. */
static struct url refresh_url(struct cx *cx, const struct users_page *p)
{
    return p->page < 2 ? p->here : url_with(cx, p->here, "page", arena_number(cx->mem, p->page));
}

static const char *sorted_words(const struct users_page *p, enum user_order order)
{
    if (p->filter.order != order) return NULL;
    return p->filter.descending ? "descending" : "ascending";
}

#include "app/staff/users.html.h"

/* A browser does not send a box that is not ticked; the hidden field `filtered`
 * says that the form was there. */
static enum user_order order_of(const struct request *rq, bool edits)
{
    enum user_order last = edits ? BY_LAST_ACTIVE : BY_ROLE;
    for (enum user_order order = BY_NAME; order <= last; order++)
        if (strcmp(query_text(rq, "sort"), orders[order]) == 0) return order;
    return BY_NAME;
}

static struct user_filter filter_of(const struct request *rq, bool edits)
{
    bool filtered = *query_text(rq, "filtered");
    return (struct user_filter){
        .text = query_text(rq, "text"),
        .role = query_text(rq, "role"),
        .level = query_text(rq, "level"),
        .location = id_of(query_text(rq, "location")),
        .deactivated = !filtered || *query_text(rq, "deactivated"),
        .order = order_of(rq, edits),
        .descending = strcmp(query_text(rq, "order"), "descending") == 0,
    };
}

static struct url all_of(struct cx *cx, const struct request *rq, const struct user_filter *f)
{
    struct url url = url_for(cx, rq, ROUTE_users_index);
    if (!*query_text(rq, "filtered")) return url;
    url = url_with(cx, url, "filtered", "1");
    url = url_with(cx, url, "text", f->text);
    url = url_with(cx, url, "role", f->role);
    url = url_with(cx, url, "location", f->location.text);
    url = url_with(cx, url, "level", f->level);
    return url_with(cx, url, "deactivated", f->deactivated ? "1" : "");
}

static struct url here_of(struct cx *cx, const struct users_page *p)
{
    struct url url = p->all;
    if (p->filter.order != BY_NAME) url = url_with(cx, url, "sort", orders[p->filter.order]);
    return p->filter.descending ? url_with(cx, url, "order", "descending") : url;
}

static bool plain(const struct user_filter *f)
{
    return !*f->text && !*f->role && !*f->level && !id_some(f->location);
}

static enum status one_kind(struct cx *cx, struct users_page *p, bool active, struct user_list *out)
{
    struct user_filter f = p->filter;
    f.active = active;
    f.deactivated = !active;
    f.limit = ROWS;
    f.offset = (p->page - 1) * ROWS;
    if (plain(&f)) f.known = active ? p->counts.active : p->counts.deactivated;
    return user_list(cx, &f, out);
}

/* The first page begins with the active ones and goes on with the deactivated
 * ones: asked for at once, since mostly all of them fit. */
static enum status first_page(struct cx *cx, struct users_page *p)
{
    struct user_filter f = p->filter;
    struct user_list all;
    f.active = f.deactivated = true;
    f.limit = ROWS;
    f.known = p->counts.active + p->counts.deactivated;
    TRY(user_list(cx, &f, &all));
    size_t n = 0;
    while (n < all.n && all.at[n].access.active) n++;
    p->active = (struct user_list){ n, all.at, p->counts.active };
    p->gone = (struct user_list){ all.n - n, all.at + n, p->counts.deactivated };
    return f.known <= ROWS || !p->counts.deactivated ? OK : one_kind(cx, p, false, &p->gone);
}

static enum status list_users(struct cx *cx, struct users_page *p)
{
    bool deactivated = p->filter.deactivated;
    if (plain(&p->filter) && deactivated && p->page == 1) return first_page(cx, p);
    TRY(one_kind(cx, p, true, &p->active));
    return deactivated && p->counts.deactivated ? one_kind(cx, p, false, &p->gone) : OK;
}

/* Invitations stand on the first page.  They have no seat yet, so filters for
 * one leave them out. */
static enum status list_invitations(struct cx *cx, struct users_page *p)
{
    const struct user_filter *f = &p->filter;
    if (p->page > 1 || *f->role || *f->level || id_some(f->location) || !p->adds) return OK;
    if (!p->counts.invited && !db_unsure(cx)) return OK;
    TRY(invitation_list(cx, f->text, &p->invitations));
    p->invitations_more = p->invitations.total - (int64_t)p->invitations.n;
    return OK;
}

static int64_t pages_of(int64_t rows)
{
    return rows > ROWS ? (rows + ROWS - 1) / ROWS : 1;
}

enum status users_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct users_page p = {
        .edits = has(&cx->actor, USERS_EDIT),
        .adds = has(&cx->actor, USERS_ADD),
        .filter = filter_of(rq, has(&cx->actor, USERS_EDIT)),
        .page = query_int(rq, "page", 1),
        .changed = changed_row(cx, rq),
        .refused = rq->method == POST ? cx->message : NULL,
    };
    int64_t number;
    if (p.page < 1 || p.page > 1000000) p.page = 1;
    p.all = all_of(cx, rq, &p.filter);
    p.here = here_of(cx, &p);
    TRY(news_number(cx, &number));
    page_watch(cx, rq, "users", number);
    TRY(user_count(cx, &p.counts));
    TRY(user_places(cx, &p.places, &p.places_n));
    p.filter.places = p.places;
    p.filter.places_n = p.places_n;
    p.filter.second = p.edits && rq->visit->second_rule;
    TRY(list_users(cx, &p));
    TRY(list_invitations(cx, &p));
    if (p.edits && p.counts.planned) TRY(plans_all(cx, &p.plans));
    if (!p.edits) TRY(full_access_names(cx, NAMES + 1, &p.full, &p.full_n));
    TRY(visit_groups(cx, rq));
    int64_t rows = p.active.total > p.gone.total ? p.active.total : p.gone.total;
    p.pages = pages_of(rows);
    p.alone = p.adds && p.counts.active == 1 && p.counts.invited == 0 && p.counts.deactivated == 0;
    users_page(&rs->body, rq, &p);
    return OK;
}
