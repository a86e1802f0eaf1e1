/* free.c - where something is free: see appointment.h and online.h */
#include "app/calendar/online.h"

#include "app/locations/location.h"
#include "app/schedule/hours.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

enum { DAYS_AHEAD = 28, STEP = 5 };

static enum status read_busy(struct cx *cx, const struct free_search *f, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT starts_at, ends_at FROM appointments WHERE practice_id = $1"
                         " AND user_id = $2 AND starts_at > $3 AND starts_at < $4"
                         " AND state NOT IN ('cancelled', 'did_not_attend') ORDER BY starts_at"),
                     f->user, f->from - DAYS(1), f->from + DAYS(f->days + 1));
}

static enum status read_taken(struct cx *cx, const struct free_search *f, struct id room,
                              struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT starts_at, ends_at FROM appointments WHERE practice_id = $1"
                         " AND room_id = $2 AND starts_at > $3 AND starts_at < $4"
                         " AND state NOT IN ('cancelled', 'did_not_attend') ORDER BY starts_at"),
                     room, f->from - DAYS(1), f->from + DAYS(f->days + 1));
}

/* 0, or when that ends which is in the way. */
static int64_t end_of_what_is_in(const struct table *busy, int64_t from, int64_t to)
{
    for (size_t i = 0; busy && i < busy->rows; i++)
        if (cell_int(busy, i, "starts_at") < to && cell_int(busy, i, "ends_at") > from)
            return cell_int(busy, i, "ends_at");
    return 0;
}

static int64_t in_the_way(const struct table *busy, const struct free_search *f, int64_t from)
{
    int64_t to = from + MINUTES(f->minutes), end = end_of_what_is_in(busy, from, to);
    return end ? end : end_of_what_is_in(f->kept, from, to);
}

static int64_t rounded_up(int64_t at)
{
    return (at + MINUTES(STEP) - 1) / MINUTES(STEP) * MINUTES(STEP);
}

static int64_t first_start(const struct free_search *f, int64_t start)
{
    int64_t length = MINUTES(f->minutes);
    if (start >= f->from) return start;
    return f->even ? start + (f->from - start + length - 1) / length * length : rounded_up(f->from);
}

static void look_through(const struct table *busy, const struct free_search *f, int64_t start,
                         int64_t end, struct free_times *out)
{
    while (out->n < f->most && start + MINUTES(f->minutes) <= end) {
        int64_t again = in_the_way(busy, f, start);
        if (!again && presence_holds(&f->here, start)) out->at[out->n++] = start;
        start = again ? rounded_up(again) : start + MINUTES(f->minutes);
    }
}

struct looked {
    struct hours_list hours;
    struct location *there;
    struct table busy;
};

static enum status look(struct cx *cx, const struct free_search *f, struct looked *out)
{
    TRY(location_find(cx, f->location, &out->there));
    TRY(hours_at(cx, f->location, f->user, -1, &out->hours));
    return read_busy(cx, f, &out->busy);
}

enum status free_times(struct cx *cx, const struct free_search *f, struct free_times *out)
{
    struct looked l;
    const char *zone = cx->zone;
    *out = (struct free_times){ 0, NEW_ARRAY(cx->mem, int64_t, f->most) };
    if (f->minutes <= 0) return OK;
    TRY(look(cx, f, &l));
    cx->zone = l.there->time_zone;
    const char *date = date_at(cx, f->from);
    for (int d = 0; d < f->days && out->n < f->most; d++, date = date_add(cx, date, 1))
        for (size_t i = 0; i < l.hours.n; i++) {
            int64_t start = date_moment(cx, date, l.hours.at[i].span.from);
            int64_t end = date_moment(cx, date, l.hours.at[i].span.to);
            if (l.hours.at[i].weekday != date_weekday(date)) continue;
            look_through(&l.busy, f, first_start(f, start), end, out);
        }
    cx->zone = zone;
    return OK;
}

enum status free_at(struct cx *cx, const struct free_search *f, int64_t at, bool *out)
{
    struct looked l;
    const char *zone = cx->zone;
    *out = false;
    if (at < f->from || f->minutes <= 0 || at % MINUTES(STEP)) return OK;
    TRY(look(cx, f, &l));
    cx->zone = l.there->time_zone;
    const char *date = date_at(cx, at);
    for (size_t i = 0; i < l.hours.n; i++) {
        if (l.hours.at[i].weekday != date_weekday(date)) continue;
        if (at < date_moment(cx, date, l.hours.at[i].span.from)) continue;
        if (at + MINUTES(f->minutes) > date_moment(cx, date, l.hours.at[i].span.to)) continue;
        *out = presence_holds(&f->here, at) && !in_the_way(&l.busy, f, at);
    }
    cx->zone = zone;
    return OK;
}

enum status appointment_free(struct cx *cx, struct id location, struct id user, struct id room,
                             int64_t minutes, int64_t from, size_t most, struct free_times *out)
{
    struct free_search f = { .location = location,
                             .user = user,
                             .minutes = minutes,
                             .from = from,
                             .days = DAYS_AHEAD,
                             .most = most };
    struct table taken, t;
    TRY(appointment_ask(cx, location, user));
    TRY(db_select(cx, &t,
                  SQL("SELECT " PRESENCE("u") " FROM users u WHERE u.practice_id = $1"
                                              " AND u.id = $2"),
                  user));
    if (t.rows) f.here = presence_read(&t, 0);
    f.from = presence_first(&f.here, from);
    if (id_some(room)) TRY(read_taken(cx, &f, room, &taken));
    if (id_some(room)) f.kept = &taken;
    return free_times(cx, &f, out);
}
