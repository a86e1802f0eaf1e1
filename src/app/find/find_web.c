/* find_web.c - the finder: from any page to any patient, person, page or group.
 *
 * It finds what lists of their own would show this user, by asking those lists,
 * and leads to pages that this user may open.  What is typed may be a patient's
 * name, so it is sent in the body and stands in no address. */
#include <string.h>

#include "access/access.h"
#include "app/patients/patient.h"
#include "app/patients/patients_view.h"
#include "app/users/user.h"
#include "base/text.h"
#include "web/page.h"

#include "app/find/find.text.h"

enum { MOST = 6, LEAST_LETTERS = 2 };

struct place {
    enum route route;
    enum permission permission;
    const char *icon;
    const char *(*label)(struct cx *), *(*also)(struct cx *);
};
static const struct place places[] = {
#define PLACE(route, permission, icon, key) \
    { ROUTE_##route, permission, icon, t_place_##key, t_also_##key },
#include "app/find/places.def"
#undef PLACE
};
enum { PLACES = sizeof places / sizeof *places };

struct found {
    const char *text;
    bool hidden;
    size_t n, places_n, groups_n;
    struct patient_list patients;
    struct user_list people;
    const struct place *places[MOST];
    const struct visit_group *groups[MOST];
};

static const char *patient_detail(struct cx *cx, const struct patient *p)
{
    const char *number = arena_number(cx->mem, p->number);
    if ((cx->actor.reach & REACH_PSEUDONYMS) || !*born_words(cx, p))
        return SAY(find_patient_number, number);
    return SAY(find_patient_detail, number, born_words(cx, p));
}

static struct url place_url(struct cx *cx, const struct request *rq, const struct place *p)
{
    return p->permission == SIGNED_IN ? url_in(cx, "", p->route) : url_for(cx, rq, p->route);
}

#include "app/find/find.html.h"

/* --- words ------------------------------------------------------------------- */

static bool begins_a_word(const char *among, const char *part, size_t n)
{
    for (const char *at = among; *at; at++)
        if ((at == among || at[-1] == ' ' || at[-1] == '-') && strncmp(at, part, n) == 0)
            return true;
    return false;
}

/* Does every word of `text` begin one of `among`?  Both are folded. */
static bool fits(const char *text, const char *among)
{
    while (*(text += strspn(text, " "))) {
        size_t n = strcspn(text, " ");
        if (!begins_a_word(among, text, n)) return false;
        text += n;
    }
    return true;
}

/* --- what there is ------------------------------------------------------------ */

static bool opens(struct cx *cx, const struct place *p)
{
    if (p->permission == SIGNED_IN) return !id_some(cx->actor.viewer);
    if (p->route == ROUTE_patient_new && !patient_may_add(cx)) return false;
    return p->permission == MEMBER || has(&cx->actor, p->permission);
}

/* First the pages that are called so, then those that people may mean. */
static void find_places(struct cx *cx, const char *folded, struct found *f)
{
    for (int meant = 0; meant < 2; meant++)
        for (const struct place *p = places; p < places + PLACES && f->places_n < MOST; p++) {
            const char *label = text_fold(cx->mem, p->label(cx));
            const char *both =
                arena_print(cx->mem, "%s %s", label, text_fold(cx->mem, p->also(cx)));
            if (fits(folded, meant ? both : label) && (!meant || !fits(folded, label))
                && opens(cx, p))
                f->places[f->places_n++] = p;
        }
}

static void find_groups(struct cx *cx, const struct visit *v, const char *folded, struct found *f)
{
    for (size_t i = 0; i < v->groups_n && f->groups_n < MOST; i++) {
        const struct visit_group *g = &v->groups[i];
        const char *among = text_fold(cx->mem, SAY(find_switch, g->name));
        if (!g->current && fits(folded, among)) f->groups[f->groups_n++] = g;
    }
}

/* Those whose name begins so, before those who have it elsewhere. */
static void put_beginnings_first(struct cx *cx, const char *folded, struct user_list *all)
{
    struct user *sorted = NEW_ARRAY(cx->mem, struct user, all->n);
    size_t n = 0;
    for (int begins = 1; begins >= 0; begins--)
        for (size_t i = 0; i < all->n; i++)
            if (fits(folded, text_fold(cx->mem, user_name(cx, &all->at[i]))) == begins)
                sorted[n++] = all->at[i];
    all->at = sorted;
}

static enum status find_people(struct cx *cx, const char *text, const char *folded,
                               struct found *f)
{
    struct user_filter filter = {
        .text = text, .role = "", .level = "", .active = true, .limit = MOST
    };
    if (!has(&cx->actor, USERS_VIEW)) return OK;
    TRY(user_places(cx, &filter.places, &filter.places_n));
    TRY(user_list(cx, &filter, &f->people));
    put_beginnings_first(cx, folded, &f->people);
    return OK;
}

static enum status find_patients(struct cx *cx, const char *text, struct found *f)
{
    if (!has(&cx->actor, PATIENTS_VIEW)) return OK;
    if (!*text) return patient_recent(cx, &f->patients);
    return patient_list(cx, &(struct patient_filter){ .text = text, .most = MOST }, &f->patients);
}

static enum status find(struct cx *cx, struct request *rq, struct response *rs, const char *typed)
{
    const char *text = text_clean(cx->mem, typed), *folded = text_fold(cx->mem, text);
    struct found f = { .text = text, .hidden = cx->actor.reach & REACH_PSEUDONYMS };
    bool some = text_length(text) >= LEAST_LETTERS;
    if (!*text || some) TRY(find_patients(cx, text, &f));
    if (some) TRY(find_people(cx, text, folded, &f));
    TRY(visit_groups(cx, rq));
    find_places(cx, folded, &f);
    find_groups(cx, rq->visit, folded, &f);
    f.n = f.patients.n + f.people.n + f.places_n + f.groups_n;
    find_view(&rs->body, rq, &f);
    return OK;
}

enum status find_show(struct cx *cx, struct request *rq, struct response *rs)
{
    return find(cx, rq, rs, "");
}

enum status find_look(struct cx *cx, struct request *rq, struct response *rs)
{
    return find(cx, rq, rs, form_text(rq, "text"));
}
