/* handover_work.c - the jobs that move appointments, and clean up: see handover.h */
#include <string.h>

#include "app/calendar/appointment.h"
#include "app/handovers/row.h"
#include "app/users/acting.h"
#include "base/time.h"
#include "work/queue.h"

/* How long one transaction of a job keeps the writer. */
static const int64_t MOMENT = 25000; /* microseconds */

/* --- one row ------------------------------------------------------------------------ */

static bool as_it_was(const struct handover_row *r, const struct appointment *a, struct id holder)
{
    return id_same(a->user, holder) && id_same(a->location, r->location)
           && a->starts_at == r->starts_at && a->ends_at == r->ends_at
           && (a->state == APPOINTMENT_BOOKED || a->state == APPOINTMENT_CONFIRMED);
}

/* What is refused is told by the row, and nobody was shown anything. */
static void forget_refusal(struct cx *cx)
{
    cx_forget(cx);
}

struct moving {
    const struct handover *v;
    const struct handover_row *row;
    struct id from, to;
    bool returns;
    enum handover_result moved, changed, booked, reach; /* what it may come to */
};

/* The fit of this one row, whatever the others are to get. */
static enum status look_at_fit(struct cx *cx, const struct moving *m, enum handover_result *out)
{
    struct handover_row row = *m->row;
    struct handover_rows one = { 1, &row };
    struct fits fits;
    TRY(handover_fits(cx, m->v, &one, &fits));
    switch (fit_of(&fits, 0, m->to)) {
    case FIT_HOURS: *out = ROW_HOURS; break;
    case FIT_BOOKED: *out = ROW_BOOKED; break;
    case FIT_NOBODY:
    case FIT_PLACE: *out = ROW_PLACE; break;
    default: *out = ROW_WAITS;
    }
    return OK;
}

static enum status move(struct cx *cx, const struct moving *m, enum handover_result *out)
{
    struct appointment *a;
    enum status status = appointment_find(cx, m->row->appointment, &a);
    *out = m->reach;
    if (status == FORBIDDEN || status == NOT_FOUND) return forget_refusal(cx), OK;
    TRY(status);
    *out = m->changed;
    if (!as_it_was(m->row, a, m->from) || a->starts_at < cx->now) return OK;
    if (!m->returns) TRY(look_at_fit(cx, m, out));
    if (!m->returns && *out != ROW_WAITS) return OK;
    status = appointment_reassign(cx, a, m->to, m->returns);
    *out = status == OK ? m->moved : status == CONFLICT ? m->booked : m->reach;
    if (status != CONFLICT && status != FORBIDDEN && status != INVALID) return status;
    return forget_refusal(cx), OK;
}

static enum status one(struct cx *cx, const struct handover *v, const struct handover_row *r)
{
    bool back = v->state == HANDOVER_UNDOING;
    const struct moving there = { v,         r,           v->user,    r->receiver, false,
                                  ROW_MOVED, ROW_CHANGED, ROW_BOOKED, ROW_REACH };
    const struct moving return_trip = { v,        r,        r->receiver,     v->user,       true,
                                        ROW_BACK, ROW_KEPT, ROW_KEPT_BOOKED, ROW_KEPT_REACH };
    enum handover_result result = ROW_LEFT;
    if (id_some(r->receiver)) TRY(move(cx, back ? &return_trip : &there, &result));
    cx->shown = NULL;
    return handover_row_end(cx, v, r->position, result);
}

/* --- some rows ------------------------------------------------------------------------ */

/* As many as fit into a moment, at least one. */
static enum status some(struct cx *cx, const struct handover *v, bool *more)
{
    struct handover_rows rows;
    int64_t began = clock_steady();
    enum handover_result waits = v->state == HANDOVER_UNDOING ? ROW_MOVED : ROW_WAITS;
    bool first = true;
    *more = false;
    TRY(handover_rows(cx, v, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.at[i].result != waits) continue;
        *more = !first && clock_steady() - began >= MOMENT;
        if (*more) return OK;
        first = false;
        TRY(one(cx, v, &rows.at[i]));
    }
    return OK;
}

/* One summary for everybody who got some, or from whom some were taken again. */
static enum status write_to_receivers(struct cx *cx, const struct handover *v)
{
    bool back = v->state == HANDOVER_UNDOING;
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT DISTINCT receiver_id FROM handover_rows WHERE practice_id = $1"
                      " AND handover_id = $2 AND result = $3 ORDER BY receiver_id"),
                  v->id, handover_result_key(back ? ROW_BACK : ROW_MOVED)));
    for (size_t i = 0; i < t.rows; i++)
        TRY(enqueue(cx, JOB_letter_handover, cell_id(&t, i, "receiver_id"),
                    arena_print(cx->mem, "%s %s", back ? "back" : "moved", v->id.text)));
    return OK;
}

static enum status work_as_user(struct cx *cx, const struct handover *v, bool *more, bool *access)
{
    enum status status = user_acts(cx, v->by, v->touched_at);
    *access = status == OK;
    if (status == FORBIDDEN) return cx_forget(cx), OK;
    TRY(status);
    if (!has(&cx->actor, USERS_EDIT)) return *access = false, OK;
    return some(cx, v, more);
}

enum status handover_work(struct cx *cx, const struct job *job)
{
    struct table t;
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    bool more = false, access = true;
    TRY(db_select(cx, &t, SQL(HANDOVER_COLUMN_LIST " AND v.id = $2"), job->about));
    if (t.rows == 0) return OK;
    const struct handover *v = handover_read(cx, &t, 0);
    if (v->state != HANDOVER_RUNNING && v->state != HANDOVER_UNDOING) return OK;
    enum status status = work_as_user(cx, v, &more, &access);
    cx->actor = before;
    cx->zone = zone;
    TRY(status);
    if (access && more) return enqueue(cx, JOB_handover_work, v->id, "");
    TRY(write_to_receivers(cx, v));
    if (!access) return handover_move(cx, v, HANDOVER_STOPPED);
    return handover_move(cx, v, v->state == HANDOVER_UNDOING ? HANDOVER_UNDONE : HANDOVER_DONE);
}

/* What was begun a week ago, and no more than that, is gone. */
enum status handover_expire(struct cx *cx, const struct job *job)
{
    TRY(db_exec(cx,
                SQL("DELETE FROM handover_rows WHERE practice_id = $1 AND handover_id IN"
                    " (SELECT v.id FROM handovers v WHERE v.practice_id = $1 AND v.id = $2"
                    "  AND v.state = 'choosing')"),
                job->about));
    return db_exec(cx,
                   SQL("DELETE FROM handovers WHERE practice_id = $1 AND id = $2"
                       " AND state = 'choosing'"),
                   job->about);
}
