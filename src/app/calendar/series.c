/* series.c - see series.h */
#include "app/calendar/series.h"

#include <stdio.h>
#include <string.h>

#include "app/calendar/booking.h"
#include "app/schedule/hours.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

#include "app/calendar/series.text.h"

/* --- which days --------------------------------------------------------------------- */

/* So many months later: the same day, or the last of a month that has no such day. */
static const char *month_later(struct cx *cx, const char *date, int months)
{
    int year, month, day;
    if (sscanf(date, "%d-%d-%d", &year, &month, &day) != 3) return "";
    month += months - 1;
    year += month / 12;
    month = month % 12 + 1;
    int64_t first = civil_days(year, month, 1);
    int64_t last = civil_days(month == 12 ? year + 1 : year, month % 12 + 1, 1) - 1;
    int64_t then = first + day - 1 < last ? first + day - 1 : last;
    struct civil c = civil_of_days(then);
    return arena_print(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* Whole numbers of two digits; -1 for anything else. */
static int small_number(const char *typed)
{
    size_t n = strlen(typed);
    if (n == 0 || n > 2 || strspn(typed, "0123456789") != n) return -1;
    return n == 1 ? typed[0] - '0' : (typed[0] - '0') * 10 + typed[1] - '0';
}

struct days {
    int n;
    const char *at[SERIES_MOST];
};

static const char *nth_day(struct cx *cx, const char *first, const char *how, int n)
{
    return strcmp(how, "month") == 0 ? month_later(cx, first, n)
                                     : date_add(cx, first, 7 * small_number(how) * n);
}

static enum status find_days(struct cx *cx, const struct appointment_draft *d,
                             const struct repeat *r, struct days *out)
{
    const char *first = date_parse(cx, d->date), *until = date_parse(cx, r->until);
    int weeks = small_number(r->how), times = small_number(r->times);
    bool month = strcmp(r->how, "month") == 0;
    *out = (struct days){ 0 };
    if (!month && (weeks < 1 || weeks > SERIES_MOST_WEEKS))
        field_fault(cx, "repeat", SAY(series_how_choose));
    if (*r->times && *r->until) field_fault(cx, "times", SAY(series_both));
    if (!*r->times && !*r->until) field_fault(cx, "times", SAY(series_neither));
    if (*r->times && (times < 2 || times > SERIES_MOST))
        field_fault(cx, "times", SAY(series_times_wrong, (int64_t)SERIES_MOST));
    if (*r->until && !until) field_fault(cx, "until", SAY(series_until_wrong));
    if (cx->faults || !first) return field_check(cx);
    for (int n = 0; *r->times ? n < times : n <= SERIES_MOST; n++) {
        const char *day = nth_day(cx, first, r->how, n);
        if (until && strcmp(day, until) > 0) break;
        if (n == SERIES_MOST)
            field_fault(cx, "until", SAY(series_too_many, (int64_t)SERIES_MOST));
        else
            out->at[out->n++] = day;
    }
    if (out->n < 2) field_fault(cx, "until", SAY(series_until_early));
    return field_check(cx);
}

/* --- does it fit ----------------------------------------------------------------------- */

/* Whoever has said no hours at the location is there at any time. */
static bool outside_hours(struct cx *cx, const struct hours_list *hours, struct id user,
                          const char *zone, int64_t starts_at, int64_t ends_at)
{
    const char *before = cx->zone;
    cx->zone = zone;
    struct civil from = zone_local(time_zone(cx), starts_at);
    int start = from.hour * 60 + from.minute,
        end = start + (int)((ends_at - starts_at) / MINUTES(1));
    bool any = false, in = false;
    for (size_t i = 0; i < hours->n; i++) {
        const struct hours *h = &hours->at[i];
        if (!id_same(h->user, user)) continue;
        any = true;
        if (h->weekday == from.weekday && h->span.from <= start && end <= h->span.to) in = true;
    }
    cx->zone = before;
    return any && !in;
}

struct misses {
    int64_t n;
    const char *lines;
};

static void miss(struct cx *cx, struct misses *m, const char *zone, int64_t at, const char *why)
{
    m->n++;
    m->lines = arena_print(cx->mem, "%s\n%s", m->lines,
                           SAY(series_line, time_in(cx, zone, time_weekday_day, at),
                               time_in(cx, zone, time_clock, at), why));
}

static enum status refuse(struct cx *cx, const struct misses *m, int64_t all)
{
    return fail_because(cx, CONFLICT, "series", "%s%s", SAY(series_misses, m->n, all), m->lines);
}

/* Somebody has another appointment then, or another one is in the room. */
static bool is_overlap(const struct cx *cx, enum status status)
{
    return status == CONFLICT && cx->reason
           && (strncmp(cx->reason, "overlap", 7) == 0 || strcmp(cx->reason, "room") == 0);
}

/* Why it does not; NULL: it does. */
static enum status problem(struct cx *cx, const struct placed *p, const struct hours_list *hours,
                           bool anyway, const char **out)
{
    enum status status = placed_overlap(cx, p, anyway);
    if (status == OK) status = placed_room(cx, p);
    *out = NULL;
    if (is_overlap(cx, status))
        *out = cx->message;
    else if (status != OK)
        return status;
    else if (!anyway && id_some(p->user)
             && outside_hours(cx, hours, p->user, p->location->time_zone, p->starts_at, p->ends_at))
        *out = SAY(series_outside, p->user_name);
    return OK;
}

/* --- booking ----------------------------------------------------------------------------- */

enum status series_book(struct cx *cx, const struct appointment_draft *d, const struct repeat *r,
                        enum series_choice choice, struct id *first, int64_t *booked)
{
    struct placed p = { 0 };
    struct days days;
    struct hours_list hours;
    struct misses misses = { 0, "" };
    struct id series = id_new(cx->now), id;
    *booked = 0;
    TRY(placed_check(cx, d, &p));
    TRY(find_days(cx, d, r, &days));
    TRY(hours_at(cx, p.location->id, p.user, -1, &hours));
    for (int i = 0; i < days.n; i++) {
        const char *why = NULL;
        if (!placed_at(cx, &p, days.at[i], clock_typed(d->time)))
            why = SAY(series_skipped);
        else if (!(why = placed_away(cx, &p)))
            TRY(problem(cx, &p, &hours, choice == SERIES_ALL, &why));
        if (why) {
            miss(cx, &misses, p.location->time_zone, p.starts_at, why);
            continue;
        }
        TRY(placed_insert(cx, d, &p, series, &id));
        if ((*booked)++ == 0) *first = id;
    }
    if (misses.n && (choice != SERIES_FIT || !*booked)) return refuse(cx, &misses, days.n);
    return OK;
}

/* --- the later ones ------------------------------------------------------------------------ */

enum status series_place(struct cx *cx, const struct appointment *a, struct series_place *out)
{
    struct table t;
    *out = (struct series_place){ 0 };
    if (!id_some(a->series)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(sum(CASE WHEN starts_at <= $3 THEN 1 ELSE 0"
                      " END), 0) AS nth, COALESCE(sum(CASE WHEN starts_at > $3 AND state IN"
                      " ('booked', 'confirmed') THEN 1 ELSE 0 END), 0) AS later"
                      " FROM appointments WHERE practice_id = $1 AND series_id = $2"),
                  a->series, a->starts_at));
    *out = (struct series_place){ cell_int(&t, 0, "nth"), cell_int(&t, 0, "n"),
                                  cell_int(&t, 0, "later") };
    return OK;
}

/* The later ones that are still to come, in the order of time. */
static enum status find_later(struct cx *cx, const struct appointment *a, size_t *n,
                              struct appointment **out[])
{
    struct table t;
    *n = 0;
    if (!id_some(a->series)) return OK;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM appointments WHERE practice_id = $1 AND series_id = $2"
                      " AND starts_at > $3 AND state IN ('booked', 'confirmed')"
                      " ORDER BY starts_at, id"),
                  a->series, a->starts_at));
    *out = NEW_ARRAY(cx->mem, struct appointment *, t.rows);
    for (size_t i = 0; i < t.rows; i++)
        TRY(appointment_find(cx, cell_id(&t, i, "id"), &(*out)[(*n)++]));
    return OK;
}

/* What differs between `is` and `wanted`, done to this one. */
static struct appointment_draft follow(struct cx *cx, const struct appointment *one,
                                       const struct appointment_draft *is,
                                       const struct appointment_draft *wanted, int days)
{
    struct appointment_draft d = appointment_as_draft(cx, one);
    d.date = date_add(cx, d.date, days);
    if (clock_typed(is->time) != clock_typed(wanted->time)) d.time = wanted->time;
    if (!id_same(is->location, wanted->location)) d.location = wanted->location;
    if (!id_same(is->practitioner, wanted->practitioner)) d.practitioner = wanted->practitioner;
    if (!id_same(is->room, wanted->room)) d.room = wanted->room;
    if (!id_same(is->type, wanted->type)) d.type = wanted->type;
    if (strcmp(is->minutes, wanted->minutes) != 0) d.minutes = wanted->minutes;
    if (strcmp(is->label, wanted->label) != 0) d.label = wanted->label;
    if (strcmp(is->note, wanted->note) != 0) d.note = wanted->note;
    return d;
}

static int64_t day_number(const char *date)
{
    int year = 1970, month = 1, day = 1;
    (void)!sscanf(date, "%d-%d-%d", &year, &month, &day);
    return civil_days(year, month, day);
}

/* Where it would be is looked at with the hours of the practitioner there. */
static enum status check_hours(struct cx *cx, const struct appointment *one,
                               const struct appointment_draft *d, const char **why)
{
    struct hours_list hours;
    struct location *there;
    const char *zone = cx->zone;
    struct appointment_draft is = appointment_as_draft(cx, one);
    *why = NULL;
    bool same = strcmp(is.date, d->date) == 0 && clock_typed(is.time) == clock_typed(d->time)
                && id_same(is.practitioner, d->practitioner) && id_same(is.location, d->location)
                && strcmp(is.minutes, d->minutes) == 0;
    if (same || !id_some(d->practitioner)) return OK;
    TRY(location_find(cx, d->location, &there));
    TRY(hours_at(cx, d->location, d->practitioner, -1, &hours));
    cx->zone = there->time_zone;
    int64_t starts_at = date_moment(cx, d->date, clock_typed(d->time));
    cx->zone = zone;
    int64_t minutes = type_minutes(d->minutes);
    int64_t length = minutes < 0 ? one->ends_at - one->starts_at : MINUTES(minutes);
    if (outside_hours(cx, &hours, d->practitioner, there->time_zone, starts_at, starts_at + length))
        *why = SAY(series_outside_there);
    return OK;
}

static enum status update_one(struct cx *cx, const struct appointment *one,
                              const struct appointment_draft *d, int64_t version,
                              enum series_choice choice, struct misses *misses, int64_t *changed)
{
    const char *why;
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, one));
    if (choice != SERIES_ALL) {
        TRY(check_hours(cx, one, d, &why));
        if (why) return miss(cx, misses, one->zone, one->starts_at, why), OK;
    }
    enum status status = appointment_update(cx, one, d, version, choice == SERIES_ALL);
    if (is_overlap(cx, status)) return miss(cx, misses, one->zone, one->starts_at, cx->message), OK;
    if (status == OK) (*changed)++;
    return status;
}

enum status series_update(struct cx *cx, const struct appointment *a,
                          const struct appointment_draft *d, int64_t version,
                          enum series_choice choice, int64_t *changed)
{
    struct appointment_draft is = appointment_as_draft(cx, a), wanted = *d;
    struct appointment **later;
    struct misses misses = { 0, "" };
    size_t n;
    *changed = 0;
    const char *date = date_parse(cx, d->date);
    if (!date || clock_typed(d->time) < 0) return appointment_update(cx, a, d, version, false);
    wanted.date = date;
    int days = (int)(day_number(date) - day_number(is.date));
    TRY(find_later(cx, a, &n, &later));
    /* Who goes first leaves the place that the next one takes. */
    bool forward = days > 0 || (days == 0 && clock_typed(d->time) > clock_typed(is.time));
    for (size_t i = 0; i <= n; i++) {
        size_t at = forward ? n - i : i; /* 0 is this one */
        const struct appointment *one = at ? later[at - 1] : a;
        struct appointment_draft next = at ? follow(cx, one, &is, &wanted, days) : wanted;
        TRY(update_one(cx, one, &next, at ? one->version : version, choice, &misses, changed));
    }
    if (misses.n && (choice != SERIES_FIT || !*changed)) return refuse(cx, &misses, (int64_t)n + 1);
    return OK;
}

enum status series_cancel(struct cx *cx, const struct appointment *a, const char *reason,
                          int64_t version, int64_t *cancelled)
{
    struct appointment **later;
    size_t n;
    TRY(find_later(cx, a, &n, &later));
    TRY(appointment_cancel(cx, a, reason, version));
    for (size_t i = 0; i < n; i++) TRY(appointment_cancel(cx, later[i], reason, later[i]->version));
    *cancelled = (int64_t)n + 1;
    return OK;
}
