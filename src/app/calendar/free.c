/* free.c - where something is free: see appointment.h */
#include "app/calendar/appointment.h"

#include "app/locations/location.h"
#include "app/schedule/hours.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

enum { DAYS_AHEAD = 28, STEP = 5 };

static enum status read_busy(struct cx *cx, struct id user, int64_t from, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT starts_at, ends_at FROM appointments WHERE practice_id = $1"
                         " AND user_id = $2 AND starts_at > $3 AND starts_at < $4"
                         " AND state NOT IN ('cancelled', 'did_not_attend') ORDER BY starts_at"),
                     user, from - DAYS(1), from + DAYS(DAYS_AHEAD + 1));
}

/* 0, or when that ends which is in the way. */
static int64_t in_the_way(const struct table *busy, int64_t from, int64_t to)
{
    for (size_t i = 0; i < busy->rows; i++)
        if (cell_int(busy, i, "starts_at") < to && cell_int(busy, i, "ends_at") > from)
            return cell_int(busy, i, "ends_at");
    return 0;
}

static int64_t rounded_up(int64_t at)
{
    return (at + MINUTES(STEP) - 1) / MINUTES(STEP) * MINUTES(STEP);
}

static void look_through(const struct table *busy, int64_t start, int64_t end, int64_t length,
                         size_t most, struct free_times *out)
{
    while (out->n < most && start + length <= end) {
        int64_t again = in_the_way(busy, start, start + length);
        if (!again) out->at[out->n++] = start;
        start = again ? rounded_up(again) : start + length;
    }
}

enum status appointment_free(struct cx *cx, struct id location, struct id user, int64_t minutes,
                             int64_t from, size_t most, struct free_times *out)
{
    struct hours_list hours;
    struct location *there;
    struct table busy;
    const char *zone = cx->zone;
    *out = (struct free_times){ 0, NEW_ARRAY(cx->mem, int64_t, most) };
    TRY(appointment_ask(cx, location, user));
    if (minutes <= 0) return OK;
    TRY(location_find(cx, location, &there));
    TRY(hours_at(cx, location, user, -1, &hours));
    TRY(read_busy(cx, user, from, &busy));
    cx->zone = there->time_zone;
    const char *date = date_at(cx, from);
    for (int d = 0; d < DAYS_AHEAD && out->n < most; d++, date = date_add(cx, date, 1))
        for (size_t i = 0; i < hours.n; i++) {
            int64_t start = date_moment(cx, date, hours.at[i].span.from);
            int64_t end = date_moment(cx, date, hours.at[i].span.to);
            if (hours.at[i].weekday != date_weekday(date)) continue;
            look_through(&busy, start < from ? rounded_up(from) : start, end, MINUTES(minutes),
                         most, out);
        }
    cx->zone = zone;
    return OK;
}
