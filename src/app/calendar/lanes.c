/* lanes.c - see lanes.h */
#include "app/calendar/lanes.h"

#include <string.h>

#include "app/users/profession.h"
#include "app/users/user.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

enum { HOUR = 60, FIRST = 8 * HOUR, LAST = 18 * HOUR, DAY = 24 * HOUR, LEAST = 5 };

/* --- where, and who --------------------------------------------------------------- */

enum status calendar_places(struct cx *cx, struct location_list *out)
{
    struct table t;
    struct location_list all;
    bool limited = reach_limited(cx->actor.reach);
    bool every = (cx->actor.reach & REACH_EVERYWHERE)
                 || (reach_others(cx->actor.reach, AREA_CALENDAR) >= VIEW && !limited);
    if (every) return location_list(cx, out);
    TRY(location_list(cx, &all));
    TRY(db_select(cx, &t,
                  SQL("SELECT l.id FROM locations l WHERE l.practice_id = $1"
                      " AND (EXISTS (SELECT 1 FROM assignments w WHERE w.practice_id = $1"
                      "  AND w.user_id = $2 AND w.location_id = l.id)"
                      " OR EXISTS (SELECT 1 FROM appointments a WHERE a.practice_id = $1"
                      "  AND a.user_id = $2 AND a.starts_at > $3 AND a.location_id = l.id))"),
                  cx->actor.user, cx->now - DAYS(1)));
    *out = (struct location_list){ 0, NEW_ARRAY(cx->mem, struct location, all.n) };
    for (size_t i = 0; i < all.n; i++)
        for (size_t j = 0; j < t.rows; j++)
            if (id_same(cell_id(&t, j, "id"), all.at[i].id)) out->at[out->n++] = all.at[i];
    return OK;
}

enum status calendar_columns(struct cx *cx, struct id location, struct columns *out)
{
    struct users_at here;
    bool others = appointment_may(cx, CALENDAR_VIEW, location, (struct id){ "" });
    TRY(users_at(cx, location, &here));
    *out = (struct columns){ .at = NEW_ARRAY(cx->mem, struct column, here.n),
                             .known.at = NEW_ARRAY(cx->mem, struct known_user, here.n) };
    for (const struct user_at *u = here.at; u < here.at + here.n; u++) {
        out->known.at[out->known.n++] = (struct known_user){ .id = u->id,
                                                             .name = u->name,
                                                             .gone = !u->here.active,
                                                             .gone_at = u->gone_at,
                                                             .comes_at = u->here.comes_at };
        if (!u->practitioner || (!others && !id_same(u->id, cx->actor.user))) continue;
        out->at[out->n++] = (struct column){
            .user = u->id,
            .name = u->name,
            .work = profession_words(cx, u->profession),
            .here = u->here,
        };
    }
    return OK;
}

/* --- appointments in their places -------------------------------------------------- */

static int minute_of(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return c.hour * HOUR + c.minute;
}

static void put(struct cx *cx, struct lane *lane, const struct appointment *a)
{
    int from = minute_of(cx, a->starts_at), to = minute_of(cx, a->ends_at);
    if (strcmp(date_at(cx, a->ends_at), date_at(cx, a->starts_at)) != 0) to = DAY;
    if (to < from + LEAST) to = from + LEAST; /* the hour that comes twice */
    lane->at[lane->n++] = (struct placed_appointment){ a, from, to, 0, 1 };
}

static bool is_cancelled(struct lanes *out, const struct appointment *a)
{
    if (a->state != APPOINTMENT_CANCELLED) return false;
    out->cancelled[out->cancelled_n++] = a;
    return true;
}

/* Those that follow from one another's overlap share the width; each takes the
 * first side that is free. */
static void side_by_side(struct lane *lane)
{
    for (size_t first = 0, next; first < lane->n; first = next) {
        int ends[MOST_ABREAST] = { 0 }, abreast = 0, end = lane->at[first].to;
        for (next = first; next < lane->n && (next == first || lane->at[next].from < end); next++) {
            struct placed_appointment *p = &lane->at[next];
            while (p->side < MOST_ABREAST - 1 && ends[p->side] > p->from) p->side++;
            ends[p->side] = p->to;
            if (p->side + 1 > abreast) abreast = p->side + 1;
            if (p->to > end) end = p->to;
        }
        for (size_t i = first; i < next; i++) lane->at[i].abreast = abreast;
    }
}

static void add_spans(struct cx *cx, struct lane *lane, const struct hours_list *hours)
{
    int weekday = date_weekday(lane->date);
    lane->spans = NEW_ARRAY(cx->mem, struct span, hours->n);
    for (size_t i = 0; i < hours->n && id_some(lane->user); i++) {
        if (!id_same(hours->at[i].user, lane->user)) continue;
        lane->has_hours = true;
        if (hours->at[i].weekday == weekday) lane->spans[lane->spans_n++] = hours->at[i].span;
    }
}

/* Whole hours around all that is there, and never less than a usual day. */
static void stretch(struct lanes *out)
{
    out->from = FIRST;
    out->to = LAST;
    for (size_t i = 0; i < out->n; i++) {
        const struct lane *lane = &out->at[i];
        for (size_t j = 0; j < lane->n; j++) {
            if (lane->at[j].from < out->from) out->from = lane->at[j].from / HOUR * HOUR;
            if (lane->at[j].to > out->to) out->to = (lane->at[j].to + HOUR - 1) / HOUR * HOUR;
        }
        for (size_t j = 0; j < lane->spans_n; j++) {
            if (lane->spans[j].from < out->from) out->from = lane->spans[j].from / HOUR * HOUR;
            if (lane->spans[j].to > out->to) out->to = (lane->spans[j].to + HOUR - 1) / HOUR * HOUR;
        }
    }
}

/* Into a room whoever may book at all, be it in the own column only. */
static bool may_book(const struct cx *cx, const struct lane *lane, struct record *facts)
{
    struct subject subject = { .practice = cx->actor.practice, .record = facts };
    facts->own = id_same(lane->user, cx->actor.user);
    if (may(&cx->actor, CALENDAR_EDIT, &subject, NULL)) return !lane->gone && !lane->away;
    facts->own = lane->by_room;
    return lane->by_room && !lane->gone && may(&cx->actor, CALENDAR_EDIT, &subject, NULL);
}

static enum status finish(struct cx *cx, struct lanes *out)
{
    struct hours_list hours;
    struct record record = column_facts(cx, out->location->id, (struct id){ "" });
    TRY(hours_at(cx, out->location->id, (struct id){ "" }, -1, &hours));
    for (size_t i = 0; i < out->n; i++) {
        struct lane *lane = &out->at[i];
        side_by_side(lane);
        add_spans(cx, lane, &hours);
        out->appointments += lane->n;
        lane->may_book = may_book(cx, lane, &record);
    }
    stretch(out);
    return OK;
}

static enum status gate(struct cx *cx)
{
    struct record any = { .own = true, .here = true, .grant = NO_GRANT };
    return allow(cx, CALENDAR_VIEW, &(struct subject){ cx->actor.practice, .record = &any });
}

/* --- a day -------------------------------------------------------------------------- */

static struct lane *lane_for(struct cx *cx, struct lanes *out, const struct appointment *a,
                             size_t most)
{
    struct lane *lane = out->at;
    bool needs = a->waits || !id_some(a->user);
    while (lane < out->at + out->n
           && !(lane->needs == needs && (needs || id_same(lane->user, a->user))))
        lane++;
    if (lane == out->at + out->n) { /* one who does not work here any more */
        *lane = (struct lane){ .user = a->user,
                               .name = a->user_name,
                               .work = "",
                               .date = out->at[0].date,
                               .gone = a->user_gone,
                               .at = NEW_ARRAY(cx->mem, struct placed_appointment, most) };
        out->n++;
    }
    if (lane->away && a->user_gone) lane->gone = true;
    return lane;
}

static bool away_on(struct cx *cx, const struct column *c, const char *date)
{
    return !presence_between(&c->here, date_start(cx, date), date_start(cx, date_add(cx, date, 1)));
}

/* On days on which somebody is not there the column shows what stands in it all the same. */
static void leave_empty_out(struct lanes *out)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        if (!out->at[i].away || out->at[i].n) out->at[n++] = out->at[i];
    out->n = n;
}

/* The appointments of some days, and lanes that nothing stands in yet. */
static enum status begin(struct cx *cx, const struct location *location, const char *date, int days,
                         const char *only, const struct columns *columns,
                         struct appointment_list *list, struct lanes *out)
{
    struct appointment_filter filter = { .location = location->id,
                                         .place = location,
                                         .only = only,
                                         .from = date_start(cx, date),
                                         .to = date_start(cx, date_add(cx, date, days)),
                                         .known = columns->known };
    TRY(gate(cx));
    TRY(appointment_list(cx, &filter, list));
    *out = (struct lanes){ .location = location,
                           .has_rooms = list->rooms.n > 0,
                           .cancelled = NEW_ARRAY(cx->mem, const struct appointment *, list->n) };
    return OK;
}

enum status calendar_day(struct cx *cx, const struct location *location, const char *date,
                         const char *only, const struct columns *columns, struct lanes *out)
{
    struct appointment_list list;
    TRY(begin(cx, location, date, 1, only, columns, &list, out));
    out->at = NEW_ARRAY(cx->mem, struct lane, columns->n + list.n + 1);
    /* The first is for what needs a practitioner; it goes again if nothing does. */
    out->at[out->n++] =
        (struct lane){ .name = "",
                       .work = "",
                       .date = date,
                       .needs = true,
                       .at = NEW_ARRAY(cx->mem, struct placed_appointment, list.n) };
    for (size_t i = 0; i < columns->n; i++)
        if (!only || ids_hold(only, columns->at[i].user))
            out->at[out->n++] =
                (struct lane){ .user = columns->at[i].user,
                               .name = columns->at[i].name,
                               .work = columns->at[i].work,
                               .date = date,
                               .away = away_on(cx, &columns->at[i], date),
                               .at = NEW_ARRAY(cx->mem, struct placed_appointment, list.n) };
    for (size_t i = 0; i < list.n; i++)
        if (!is_cancelled(out, &list.at[i]))
            put(cx, lane_for(cx, out, &list.at[i], list.n), &list.at[i]);
    if (!only) leave_empty_out(out);
    if (out->at[0].n == 0) out->at++, out->n--;
    return finish(cx, out);
}

/* --- a day of rooms ------------------------------------------------------------------ */

static struct lane room_lane(struct cx *cx, const char *date, const struct room *room, size_t most)
{
    return (struct lane){ .room = room ? room->id : (struct id){ "" },
                          .name = room ? room->name : "",
                          .work = "",
                          .date = date,
                          .by_room = true,
                          .gone = room && room->archived,
                          .at = NEW_ARRAY(cx->mem, struct placed_appointment, most) };
}

enum status calendar_rooms(struct cx *cx, const struct location *location, const char *date,
                           const char *only, const struct columns *columns, struct lanes *out)
{
    struct appointment_list list;
    TRY(begin(cx, location, date, 1, only, columns, &list, out));
    size_t all = 0, offered = 0;
    struct lane *lanes = NEW_ARRAY(cx->mem, struct lane, list.rooms.n + 1);
    while (offered < list.rooms.n && !list.rooms.at[offered].archived)
        lanes[all++] = room_lane(cx, date, &list.rooms.at[offered++], list.n);
    lanes[all++] = room_lane(cx, date, NULL, list.n);
    for (size_t i = offered; i < list.rooms.n; i++)
        lanes[all++] = room_lane(cx, date, &list.rooms.at[i], list.n);
    for (size_t i = 0; i < list.n; i++) {
        size_t at = 0;
        if (is_cancelled(out, &list.at[i])) continue;
        while (at < all && !id_same(lanes[at].room, list.at[i].room)) at++;
        put(cx, &lanes[at < all ? at : offered], &list.at[i]); /* rooms may still be to come */
    }
    out->at = NEW_ARRAY(cx->mem, struct lane, all);
    for (size_t i = 0; i < all; i++)
        if (i < offered || lanes[i].n) out->at[out->n++] = lanes[i];
    return finish(cx, out);
}

/* --- a week ------------------------------------------------------------------------- */

const char *week_start(struct cx *cx, const char *date)
{
    return date_add(cx, date, -(date_weekday(date) + 6) % 7);
}

enum status calendar_week(struct cx *cx, const struct location *location, const char *date,
                          struct id practitioner, const struct columns *columns, struct lanes *out)
{
    const char *monday = week_start(cx, date);
    const char *only = ARENA_JOIN(cx->mem, " ", practitioner.text, " ");
    struct appointment_list list;
    TRY(begin(cx, location, monday, WEEKDAYS, only, columns, &list, out));
    out->at = NEW_ARRAY(cx->mem, struct lane, WEEKDAYS);
    const struct column *column = columns->at;
    while (column < columns->at + columns->n && !id_same(column->user, practitioner)) column++;
    bool known = column < columns->at + columns->n;
    for (int d = 0; d < WEEKDAYS; d++)
        out->at[out->n++] =
            (struct lane){ .user = practitioner,
                           .work = "",
                           .date = date_add(cx, monday, d),
                           .away = known && away_on(cx, column, date_add(cx, monday, d)),
                           .name =
                               time_weekday_day(cx, date_moment(cx, date_add(cx, monday, d), 720)),
                           .at = NEW_ARRAY(cx->mem, struct placed_appointment, list.n) };
    for (size_t i = 0; i < list.n; i++) {
        if (is_cancelled(out, &list.at[i])) continue;
        for (int d = 0; d < WEEKDAYS; d++)
            if (strcmp(date_at(cx, list.at[i].starts_at), out->at[d].date) == 0)
                put(cx, &out->at[d], &list.at[i]);
    }
    return finish(cx, out);
}
