/* calendar_web.c - the calendar as a page: a day, its rooms, a week, or a list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/calendar/calendar_view.h"
#include "app/calendar/lanes.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"

enum view { VIEW_DAY, VIEW_ROOMS, VIEW_WEEK, VIEW_LIST, VIEWS };
static const char *const views[VIEWS] = { "day", "rooms", "week", "list" };

struct calendar_page {
    enum view view;
    bool paper;  /* a list for paper: no names, on the screen neither */
    bool chosen; /* somebody asked for this view; otherwise narrow screens show a list */
    const char *date, *today, *heading;
    struct location_list places;
    struct columns columns;
    const struct location *location;
    const char *only;       /* ids of the columns that were chosen, a blank around each; or NULL */
    struct id practitioner; /* whose week it is, or the only column */
    struct lanes lanes;
    bool books;
    struct id changed; /* what the form that led here was about: one goes on from there */
    int now;           /* minutes after midnight, or -1 on other days */
};

enum { HOUR = 60, ROW = 5 }; /* minutes of a row of the grid */

/* Where it stands in the grid, as classes. */
static const char *place_words(struct cx *cx, const struct lanes *all, int from, int to)
{
    from = (from - all->from) / ROW;
    to = (to - all->from + ROW - 1) / ROW;
    return arena_print(cx->mem, "at fh%d fm%d th%d tm%d", from / 12, from % 12, to / 12, to % 12);
}

static const char *side_words(struct cx *cx, const struct placed_appointment *p)
{
    return p->abreast < 2 ? "" : arena_print(cx->mem, "s%d-%d", p->side + 1, p->abreast);
}

/* What of the day lies outside of the working hours. */
static struct span *closed(struct cx *cx, const struct lanes *all, const struct lane *lane,
                           size_t *n)
{
    struct span *out = NEW_ARRAY(cx->mem, struct span, lane->spans_n + 1);
    int at = all->from;
    *n = 0;
    if (!lane->has_hours) return out;
    for (size_t i = 0; i <= lane->spans_n; i++) {
        int until = i < lane->spans_n ? lane->spans[i].from : all->to;
        if (until > at) out[(*n)++] = (struct span){ at, until };
        if (i < lane->spans_n && lane->spans[i].to > at) at = lane->spans[i].to;
    }
    return out;
}

/* All lanes as one list, in the order of time. */
struct listed {
    const struct lane *lane;
    const struct appointment *a;
};

static int by_time(const void *x, const void *y)
{
    const struct appointment *a = ((const struct listed *)x)->a, *b = ((const struct listed *)y)->a;
    if (a->starts_at != b->starts_at) return a->starts_at < b->starts_at ? -1 : 1;
    return strcmp(a->id.text, b->id.text);
}

static struct listed *in_order(struct cx *cx, const struct lanes *all, size_t *n)
{
    struct listed *out = NEW_ARRAY(cx->mem, struct listed, all->appointments + 1);
    *n = 0;
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->at[i].n; j++)
            out[(*n)++] = (struct listed){ &all->at[i], all->at[i].at[j].a };
    qsort(out, *n, sizeof *out, by_time);
    return out;
}

static struct url here(struct cx *cx, const struct request *rq, const struct calendar_page *p,
                       const char *view, const char *date)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_calendar_show), "view", view);
    url = url_with(cx, url, "date", date);
    if (p->location) url = url_with(cx, url, "location", p->location->id.text);
    if (!p->only) return url_with(cx, url, "practitioner", p->practitioner.text);
    for (const char *at = p->only + 1; *at; at += strcspn(at, " ") + 1)
        url = url_with(cx, url, "practitioner", arena_copy(cx->mem, at, strcspn(at, " ")));
    return url;
}

static const char *view_key(enum view view)
{
    return views[view];
}

static struct url for_paper(struct cx *cx, const struct request *rq, const struct calendar_page *p,
                            const char *date)
{
    return url_with(cx, here(cx, rq, p, view_key(VIEW_LIST), date), "paper", "1");
}

static struct url on_day(struct cx *cx, const struct request *rq, const struct calendar_page *p,
                         const char *date)
{
    if (p->paper) return for_paper(cx, rq, p, date);
    return here(cx, rq, p, p->chosen ? view_key(p->view) : "", date);
}

static struct url other_day(struct cx *cx, const struct request *rq, const struct calendar_page *p,
                            int days)
{
    if (p->view == VIEW_WEEK) days *= WEEKDAYS;
    return on_day(cx, rq, p, date_add(cx, p->date, days));
}

static struct url book_in(struct cx *cx, const struct request *rq, const struct calendar_page *p,
                          const struct lane *lane)
{
    struct url url =
        url_with(cx, url_for(cx, rq, ROUTE_appointment_new), "date", lane ? lane->date : p->date);
    url = url_with(cx, url, "location", p->location->id.text);
    if (lane && lane->by_room) {
        url = url_with(cx, url, "room", lane->room.text);
        lane = NULL;
    }
    return url_with(cx, url, "practitioner", lane ? lane->user.text : p->practitioner.text);
}

static const char *hour_words(struct cx *cx, const struct calendar_page *p, int minute)
{
    return time_clock(cx, date_moment(cx, p->date, minute));
}

/* What stands under the name; the room not below its own heading. */
static const char *about_words(struct cx *cx, const struct lane *lane, const struct appointment *a)
{
    const char *about = appointment_about(cx, a);
    if (lane->by_room || !*a->room_name) return about;
    return *about ? SAY(calendar_in_room, about, a->room_name) : a->room_name;
}

static const char *lane_name(struct cx *cx, const struct lane *lane)
{
    if (lane->needs) return SAY(calendar_needs);
    return lane->by_room && !id_some(lane->room) ? SAY(calendar_no_room) : lane->name;
}

static const char *lane_about(struct cx *cx, const struct lane *lane)
{
    if (lane->needs) return SAY(calendar_needs_about);
    if (lane->gone) return lane->by_room ? SAY(calendar_room_archived) : SAY(calendar_deactivated);
    return lane->away ? SAY(calendar_away) : lane->work;
}

static const char *book_words(struct cx *cx, const struct calendar_page *p, const struct lane *lane)
{
    return lane->by_room && id_some(lane->room) ? SAY(calendar_new_in, lane->name, p->heading)
           : lane->by_room                      ? SAY(calendar_new)
                                                : SAY(calendar_new_with, lane->name, p->heading);
}

/* What is behind the list of practitioners to choose from. */
static const char *chosen_words(struct cx *cx, const struct calendar_page *p)
{
    for (size_t i = 0; i < p->columns.n; i++)
        if (id_same(p->columns.at[i].user, p->practitioner)) return p->columns.at[i].name;
    if (!p->only) return SAY(calendar_everybody);
    return SAY(calendar_some, (int64_t)ids_count(p->only));
}

#include "app/calendar/calendar.html.h"

/* "practitioner", once for each; what is no id finds nothing. */
static const char *chosen_columns(struct cx *cx, const struct request *rq)
{
    const char *only = NULL;
    for (size_t i = 0; i < rq->query.n; i++) {
        struct id id = id_of(rq->query.at[i].value);
        if (strcmp(rq->query.at[i].name, "practitioner") != 0 || !id_some(id)) continue;
        if (strpbrk(id.text, " %_") || ids_hold(only, id)) continue;
        only = ARENA_JOIN(cx->mem, only ? only : " ", id.text, " ");
    }
    return only;
}

static const struct location *chosen_place(const struct calendar_page *p, const char *id)
{
    for (size_t i = 0; i < p->places.n; i++)
        if (strcmp(p->places.at[i].id.text, id) == 0) return &p->places.at[i];
    return p->places.n ? &p->places.at[0] : NULL;
}

static struct id first_of(const char *ids)
{
    char first[sizeof(struct id)];
    snprintf(first, sizeof first, "%.*s", ids ? (int)strcspn(ids + 1, " ") : 0, ids ? ids + 1 : "");
    return id_of(first);
}

/* Or of all, if nobody is there in that week. */
static struct id first_there(struct cx *cx, const struct calendar_page *p)
{
    const char *monday = week_start(cx, p->date);
    int64_t from = date_start(cx, monday), to = date_start(cx, date_add(cx, monday, WEEKDAYS));
    for (size_t i = 0; i < p->columns.n; i++)
        if (presence_between(&p->columns.at[i].here, from, to)) return p->columns.at[i].user;
    return p->columns.at[0].user;
}

/* A week is somebody's: the first who was chosen, oneself, or the first column of who is there. */
static void choose_practitioner(struct cx *cx, struct calendar_page *p)
{
    if (ids_count(p->only) == 1 || p->view == VIEW_WEEK) p->practitioner = first_of(p->only);
    if (p->view != VIEW_WEEK) return;
    p->only = NULL;
    if (id_some(p->practitioner) || !p->columns.n) return;
    p->practitioner = first_there(cx, p);
    for (size_t i = 0; i < p->columns.n; i++)
        if (id_same(p->columns.at[i].user, cx->actor.user)) p->practitioner = cx->actor.user;
}

static enum status read_lanes(struct cx *cx, struct calendar_page *p)
{
    if (p->view == VIEW_WEEK && id_some(p->practitioner))
        return calendar_week(cx, p->location, p->date, p->practitioner, &p->columns, &p->lanes);
    if (p->view == VIEW_ROOMS)
        return calendar_rooms(cx, p->location, p->date, p->only, &p->columns, &p->lanes);
    return calendar_day(cx, p->location, p->date, p->only, &p->columns, &p->lanes);
}

enum status calendar_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct calendar_page p = { 0 };
    const char *view = query_text(rq, "view");
    p.paper = *query_text(rq, "paper");
    p.chosen = *view || p.paper;
    for (enum view v = VIEW_DAY; v < VIEWS; v++)
        if (strcmp(view, views[v]) == 0) p.view = v;
    if (p.paper) p.view = VIEW_LIST;
    TRY(calendar_places(cx, &p.places));
    p.location = chosen_place(&p, query_text(rq, "location"));
    if (!p.location) {
        nowhere_view(&rs->body, rq);
        return OK;
    }
    cx->zone = p.location->time_zone;
    p.today = date_today(cx);
    p.date = date_parse(cx, query_text(rq, "date"));
    if (!p.date) p.date = p.today;
    p.only = chosen_columns(cx, rq);
    TRY(calendar_columns(cx, p.location->id, &p.columns));
    choose_practitioner(cx, &p);
    TRY(read_lanes(cx, &p));
    p.books = appointment_may(cx, CALENDAR_EDIT, p.location->id, cx->actor.user);
    p.changed = changed_row(cx, rq);
    struct civil now = zone_local(time_zone(cx), cx->now);
    p.now = now.hour * HOUR + now.minute;
    p.heading = time_weekday_day(cx, date_moment(cx, p.date, 12 * HOUR));
    if (p.view == VIEW_WEEK)
        p.heading =
            SAY(calendar_week_of, time_day(cx, date_moment(cx, week_start(cx, p.date), 12 * HOUR)));
    calendar_view(&rs->body, rq, &p);
    return OK;
}
