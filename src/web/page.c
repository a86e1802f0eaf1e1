/* page.c - see page.h */
#include "web/page.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "http/place.h"
#include "web/errors.h"

/* Of the first two words: "NA" for Northside Allied Health, "FN" for Freya Nilsson. */
static const char *initials_of(struct cx *cx, const char *name)
{
    const char *second = name ? strchr(name, ' ') : NULL;
    if (!name) return "";
    return text_initials(cx->mem, second ? name : "", second ? second + 1 : name);
}

static bool on_page(const struct request *rq, enum route route)
{
    return rq->route == &routes[route];
}

/* Is this page the route's own, or one below it? */
static bool under(const struct request *rq, enum route route)
{
    const char *pattern = routes[route].path;
    return rq->route && strncmp(rq->route->path, pattern, strlen(pattern)) == 0;
}

static bool in_settings(const struct request *rq)
{
    return rq->route && strncmp(rq->route->path, "/g/:g/settings", 14) == 0;
}

/* The list of keys stands on the page of help. */
static struct url keys_url(struct cx *cx, const struct request *rq)
{
    struct url help = url_for(cx, rq, ROUTE_help_index);
    return (struct url){ arena_print(cx->mem, "%s#keys", help.text) };
}

#include "web/page.text.h"
#include "web/page.html.h"

static const char *viewed_name(struct cx *cx, const struct visit *v)
{
    return *v->user_first ? arena_print(cx->mem, "%s %s", v->user_first, v->user_last)
                          : v->user_last;
}

static const char *title_of(struct cx *cx, const struct visit *v, const char *title)
{
    const char *whole =
        *v->slug ? SAY(page_title_group, title, v->practice_name) : SAY(page_title, title);
    if (id_some(v->viewing)) whole = SAY(page_title_viewing, viewed_name(cx, v), whole);
    return cx->faults ? SAY(page_title_error, whole) : whole;
}

static const char *theme_of(const struct visit *v)
{
    return strcmp(v->theme, "system") == 0 ? NULL : v->theme;
}

static int64_t current_group(const struct visit *v)
{
    for (size_t i = 0; i < v->groups_n; i++)
        if (v->groups[i].current) return (int64_t)i + 1;
    return 1;
}

void page_watch(struct cx *cx, struct request *rq, const char *about, int64_t since)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_events_open), "about", about);
    rq->visit->watch =
        url_with(cx, url, "since", arena_number(cx->mem, since)); /* last: see app.js */
}

/* Pages outside of groups, and of people who cannot go in, listen to nothing. */
static const char *watch_of(struct cx *cx, const struct visit *v)
{
    if (v->watch.text || !*v->slug) return v->watch.text;
    return url_in(cx, v->slug, ROUTE_events_open).text;
}

/* Of what a script asks for, a dialog takes the form and nobody would read it. */
static void notice_show(struct html *h, struct request *rq)
{
    const struct notice *n = rq->fragment ? NULL : notice_read(h->cx, rq);
    if (!n) return;
    notice_view(h, rq, n);
    rq->visit->notice_shown = true;
}

void page_open(struct html *h, struct request *rq, const char *title)
{
    struct visit *v = rq->visit;
    struct cx *cx = h->cx;
    if (visit_groups(cx, rq) != OK) v->groups_n = 0;
    head_view(h, v, title_of(cx, v, title), theme_of(v), watch_of(cx, v));
    shell_open(h);
    sidebar_view(h, rq, current_group(v));
    topbar_view(h, rq, cx->actor.name ? cx->actor.name : "");
    main_open(h);
    if (id_some(v->viewing))
        viewing_strip(h, rq, viewed_name(cx, v), time_left(cx, v->viewing_until));
    else if (*v->slug && v->emergency_until)
        emergency_strip(h, rq, v->emergency_until);
    else if (*v->slug && v->access.set[SETTING_read_only])
        strip_view(h);
    if (*v->slug && (v->second == SECOND_COMING || v->second == SECOND_GRACE)) second_strip(h, v);
    notice_show(h, rq);
}

struct id changed_row(struct cx *cx, const struct request *rq)
{
    const struct notice *n = notice_read(cx, rq);
    return n ? n->row : (struct id){ "" };
}

void page_close(struct html *h, struct request *rq)
{
    shell_close(h);
    script_words(h);
    if (*visit_slug(rq)) script_pages(h, rq);
    page_end(h);
}

void auth_open(struct html *h, struct request *rq, const char *title)
{
    head_view(h, rq->visit, title_of(h->cx, rq->visit, title), theme_of(rq->visit), NULL);
    auth_begin(h);
    notice_show(h, rq);
}

void auth_close(struct html *h)
{
    auth_end(h);
}

void error_summary(struct html *h)
{
    if (h->cx->faults) error_summary_view(h);
}

void refusal(struct html *h, const struct request *rq)
{
    const struct cx *cx = h->cx;
    if (rq->method == POST && cx->why == CONFLICT && cx->message && !cx->faults)
        refusal_view(h, cx->message);
}

void form_token(struct html *h, const struct request *rq)
{
    form_token_view(h, visit_form_token(h->cx, rq));
}

void page_head(struct html *h, const char *heading, const char *about)
{
    page_head_view(h, heading, about);
}

/* A password that was typed comes back empty when the form has faults. */
static bool password_gone(const struct cx *cx, const struct input *in, const char *fault)
{
    bool typed = !in->value || *in->value;
    return in->type && strcmp(in->type, "password") == 0 && cx->faults && !fault && typed;
}

static const char *described(struct cx *cx, const struct input *in, const char *fault)
{
    const char *note = password_gone(cx, in, fault) ? "-gone" : fault ? "-err" : NULL;
    if (in->hint && note) return arena_print(cx->mem, "%s-hint %s%s", in->name, in->name, note);
    if (in->hint) return arena_print(cx->mem, "%s-hint", in->name);
    return note ? arena_print(cx->mem, "%s%s", in->name, note) : NULL;
}

void text_field(struct html *h, const struct input *in)
{
    const char *fault = fault_of(h->cx, in->name);
    text_field_view(h, in, fault, described(h->cx, in, fault), password_gone(h->cx, in, fault));
}

void files_field(struct html *h, const struct input *in, const char *endings, bool several)
{
    const char *fault = fault_of(h->cx, in->name);
    files_field_view(h, in, fault, described(h->cx, in, fault), endings, several);
}

void select_field(struct html *h, const struct input *in, const struct choice *choices, size_t n)
{
    const char *fault = fault_of(h->cx, in->name);
    select_field_view(h, in, fault, described(h->cx, in, fault), choices, n, NULL, NULL);
}

void select_within(struct html *h, const struct input *in, const char *other,
                   const struct choice *choices, const char *const *of, size_t n)
{
    const char *fault = fault_of(h->cx, in->name);
    select_field_view(h, in, fault, described(h->cx, in, fault), choices, n, other, of);
}

void choice_field(struct html *h, const struct input *in, const struct choice *choices, size_t n)
{
    const char *fault = fault_of(h->cx, in->name);
    choice_field_view(h, in, fault, described(h->cx, in, fault), choices, n);
}

void check_box(struct html *h, const char *name, const char *value, const char *label,
               const char *hint, bool on)
{
    check_box_view(h, name, value, label, hint, on);
}

void icon(struct html *h, const char *name)
{
    static _Thread_local struct url all;
    if (!all.text) all = asset_url("icons.svg");
    icon_view(h, all, name);
}

void button_form(struct html *h, const struct request *rq, struct url to, const char *label,
                 const char *style)
{
    button_form_view(h, rq, to, label, style);
}

void paging(struct html *h, struct url here, int64_t page, int64_t pages)
{
    struct cx *cx = h->cx;
    if (pages < 2) return;
    paging_view(h, page, pages, url_with(cx, here, "page", arena_number(cx->mem, page - 1)),
                url_with(cx, here, "page", arena_number(cx->mem, page + 1)));
}

void print_note(struct html *h, const struct request *rq)
{
    struct cx *cx = h->cx;
    const char *name = cx->actor.name ? cx->actor.name : "";
    print_note_view(h,
                    SAY(printed, rq->visit->practice_name, name, time_moment_there(cx, cx->now)));
}

void time_tag(struct html *h, int64_t at)
{
    struct time_words said = time_words(h->cx, at);
    time_tag_view(h, said.machine, said.whole, said.ago);
}

void address_tag(struct html *h, const char *address)
{
    address_tag_view(h, address, place_words(h->cx, address));
}
