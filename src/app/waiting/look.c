/* look.c - who waits for a time that became free, and when waiting is over: see waiting.h
 *
 *   waiting_look   about: the practitioner; details: "LOCATION FROM TO", what became free
 *   waiting_tidy   about: one who waits; a kept time, or the place in the list, may be over
 */
#include <stdlib.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/booking/request.h"
#include "app/calendar/booking.h"
#include "app/waiting/waiting.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

enum { NOON = 12, EVENING = 17 }; /* o'clock */

/* --- something became free --------------------------------------------------------------- */

enum status waiters_look(struct cx *cx, struct id user, struct id location, int64_t from,
                         int64_t to)
{
    int64_t n;
    if (!id_some(user) || to <= cx->now) return OK;
    TRY(waiters_count(cx, user, location, &n));
    if (!n) return OK;
    return enqueue(
        cx, JOB_waiting_look, user,
        arena_print(cx->mem, "%s %lld %lld", location.text, (long long)from, (long long)to));
}

enum status time_freed(struct cx *cx, const struct freed_time *f)
{
    return waiters_look(cx, f->user, f->location, f->from, f->to);
}

static bool suits(struct cx *cx, const struct waiter *w, int64_t at)
{
    int hour = zone_local(time_zone(cx), at).hour;
    int part = hour < NOON ? PART_MORNING : hour < EVENING ? PART_AFTERNOON : PART_EVENING;
    if (!(w->parts & part) || at >= w->until_at) return false;
    return !strstr(w->passed, arena_print(cx->mem, " %lld ", (long long)at));
}

struct span {
    int64_t from, to;
};

/* The first free time that suits and was not free before, or 0. */
static enum status find_time(struct cx *cx, const struct waiter *w, const struct span *freed,
                             const struct offer *o, const struct appointment_type *type,
                             int64_t *out)
{
    struct free_times times;
    *out = 0;
    TRY(offer_times(cx, o, type, freed->from - MINUTES(type->minutes) + 1, &times));
    for (size_t i = 0; i < times.n && times.at[i] < freed->to && !*out; i++)
        if (suits(cx, w, times.at[i])) *out = times.at[i];
    return OK;
}

/* Nobody loses a time by sleeping. */
static int64_t keep_until(struct cx *cx, int64_t at)
{
    int64_t until = cx->now + HOURS(WAIT_HOURS);
    int64_t morning = date_moment(cx, date_at(cx, until), WAIT_MORNING * 60);
    if (until < morning) until = morning;
    return until < at ? until : at;
}

static enum status keep_for(struct cx *cx, const struct waiter *w, const struct span *freed,
                            const struct offer *o)
{
    struct id booking;
    int64_t at;
    const struct appointment_type *type = offer_type(o, w->type);
    if (!type || w->kept_until) return OK;
    TRY(find_time(cx, w, freed, o, type, &at));
    if (!at) return OK;
    int64_t until = keep_until(cx, at);
    TRY(booking_keep(cx, o, type, at, until, &booking));
    TRY(db_exec(cx,
                SQL("UPDATE waiters SET booking_id = $3, kept_at = $4 WHERE practice_id = $1"
                    " AND id = $2"),
                w->id, booking, at));
    TRY(announce(cx, EVENT_WAITER_OFFERED, (struct about){ w->user, w->user_name }, NULL, NULL));
    TRY(enqueue(cx, JOB_letter_waiting, w->id, arena_print(cx->mem, "kept %lld", (long long)at)));
    return enqueue_at(cx, JOB_waiting_tidy, w->id, "", until);
}

/* Twice is once: what is kept for one is not free for another, and who has a time kept is left
 * alone. */
enum status waiting_look(struct cx *cx, const struct job *job)
{
    struct waiter_list all;
    struct offer *o;
    struct span freed;
    char *end;
    size_t n = strcspn(job->details, " ");
    struct id location = id_of(arena_copy(cx->mem, job->details, n));
    freed.from = strtoll(job->details + n, &end, 10);
    freed.to = strtoll(end, NULL, 10);
    TRY(waiters_of(cx, job->about, location, &all));
    if (!all.n) return OK;
    TRY(offer_look(cx, job->about, location, &o));
    if (!o) return OK;
    cx->zone = o->zone;
    for (size_t i = 0; i < all.n; i++) TRY(keep_for(cx, &all.at[i], &freed, o));
    return OK;
}

/* --- something is over --------------------------------------------------------------------- */

/* They let it go by: not that time again for them, but perhaps for the next one. */
static enum status lapse(struct cx *cx, const struct waiter *w)
{
    struct offer *o;
    TRY(db_exec(cx,
                SQL("UPDATE waiters SET booking_id = NULL, kept_at = 0, passed = $3"
                    " WHERE practice_id = $1 AND id = $2"),
                w->id, arena_print(cx->mem, "%s %lld ", w->passed, (long long)w->kept_at)));
    TRY(offer_look(cx, w->user, w->location, &o));
    const struct appointment_type *type = o ? offer_type(o, w->type) : NULL;
    if (!type) return OK;
    return waiters_look(cx, w->user, w->location, w->kept_at, w->kept_at + MINUTES(type->minutes));
}

enum status waiting_tidy(struct cx *cx, const struct job *job)
{
    struct waiter w;
    enum status status = waiter_read(cx, job->about, &w);
    if (status == NOT_FOUND) return cx_forget(cx), OK;
    TRY(status);
    if (w.kept_until) return enqueue_at(cx, JOB_waiting_tidy, w.id, "", w.kept_until);
    if (w.booked) return waiter_erase(cx, &w);
    if (id_some(w.booking)) TRY(lapse(cx, &w));
    return w.expires_at <= cx->now ? waiter_erase(cx, &w) : OK;
}

/* --- nobody can be booked there any more ----------------------------------------------------- */

static enum status end(struct cx *cx, const struct table *t, size_t row)
{
    struct table ended;
    TRY(db_select(cx, &ended,
                  SQL("UPDATE waiters SET state = 'ended', expires_at = $5 WHERE practice_id = $1"
                      " AND user_id = $2 AND location_id = $3 AND type_id = $4"
                      " AND state = 'waiting' RETURNING id"),
                  cell_id(t, row, "user_id"), cell_id(t, row, "location_id"),
                  cell_id(t, row, "type_id"), cx->now + DAYS(1)));
    for (size_t i = 0; i < ended.rows; i++) {
        struct id id = cell_id(&ended, i, "id");
        TRY(enqueue(cx, JOB_letter_waiting, id, "ended"));
        TRY(enqueue_at(cx, JOB_waiting_tidy, id, "", cx->now + DAYS(1)));
    }
    return OK;
}

/* A reaction to whatever may have taken an offer away.  Who has not confirmed yet hears of it when
 * he does. */
enum status waiting_follows_offers(struct cx *cx, struct id user)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT DISTINCT user_id, location_id, type_id FROM waiters"
                      " WHERE practice_id = $1 AND user_id = $2 AND state = 'waiting'"),
                  user));
    for (size_t i = 0; i < t.rows; i++) {
        struct offer *o;
        TRY(offer_look(cx, user, cell_id(&t, i, "location_id"), &o));
        if (!o || !offer_type(o, cell_id(&t, i, "type_id"))) TRY(end(cx, &t, i));
    }
    return OK;
}
