/* handover.c - see handover.h */
#include <string.h>

#include "app/audit/event.h"
#include "app/calendar/appointment.h"
#include "app/handovers/row.h"
#include "base/text.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/handovers/handovers.text.h"

static const char *const states[HANDOVER_STATES] = { "choosing", "running", "done",
                                                     "undoing",  "undone",  "stopped" };
static const char *const results[ROW_RESULTS] = {
    [ROW_WAITS] = "",
    [ROW_MOVED] = "moved",
    [ROW_LEFT] = "left",
    [ROW_CHANGED] = "changed",
    [ROW_BOOKED] = "booked",
    [ROW_HOURS] = "hours",
    [ROW_PLACE] = "place",
    [ROW_REACH] = "reach",
    [ROW_BACK] = "back",
    [ROW_KEPT] = "kept",
    [ROW_KEPT_BOOKED] = "kept_booked",
    [ROW_KEPT_REACH] = "kept_reach",
};

/* --- reading ---------------------------------------------------------------------- */

const char *handover_result_key(enum handover_result result)
{
    return results[result];
}

struct handover *handover_read(struct cx *cx, const struct table *t, size_t row)
{
    struct handover *v = NEW(cx->mem, struct handover);
    const char *state = cell_text(t, row, "state");
    *v = (struct handover){
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .by = cell_id(t, row, "by_id"),
        .by_name = cell_text(t, row, "by_name"),
        .rows = cell_int(t, row, "rows_n"),
        .created_at = cell_int(t, row, "created_at"),
        .touched_at = cell_int(t, row, "touched_at"),
    };
    while (v->state < HANDOVER_STOPPED && strcmp(states[v->state], state) != 0) v->state++;
    return v;
}

static enum status gate(struct cx *cx, const struct user *whose)
{
    struct subject subject = user_subject(whose);
    return allow(cx, USERS_EDIT, &subject);
}

enum status handover_find(struct cx *cx, struct id id, struct handover **out, struct user **whose)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(HANDOVER_COLUMN_LIST " AND v.id = $2"), id));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such hand-over.");
    *out = handover_read(cx, &t, 0);
    TRY(user_find(cx, (*out)->user, whose));
    return gate(cx, *whose);
}

enum status handover_list(struct cx *cx, struct id user, struct handovers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(HANDOVER_COLUMN_LIST
                      " AND v.user_id = $2 AND v.state <> 'choosing' ORDER BY v.id DESC LIMIT 20"),
                  user));
    *out = (struct handovers){ t.rows, NEW_ARRAY(cx->mem, struct handover, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = *handover_read(cx, &t, i);
    return OK;
}

enum status handover_rows(struct cx *cx, const struct handover *v, struct handover_rows *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT r.position, r.appointment_id, r.location_id, r.starts_at, r.ends_at,"
                      " r.receiver_id, r.result, u.title, u.first_name, u.last_name"
                      " FROM handover_rows r LEFT JOIN users u"
                      "  ON u.practice_id = r.practice_id AND u.id = r.receiver_id"
                      " WHERE r.practice_id = $1 AND r.handover_id = $2 ORDER BY r.position"),
                  v->id));
    *out = (struct handover_rows){ t.rows, NEW_ARRAY(cx->mem, struct handover_row, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct handover_row *r = &out->at[i];
        const char *result = cell_text(&t, i, "result");
        *r = (struct handover_row){
            .position = cell_int(&t, i, "position"),
            .appointment = cell_id(&t, i, "appointment_id"),
            .location = cell_id(&t, i, "location_id"),
            .starts_at = cell_int(&t, i, "starts_at"),
            .ends_at = cell_int(&t, i, "ends_at"),
        };
        r->receiver_name = "";
        if (cell_text(&t, i, "receiver_id")) {
            r->receiver = cell_id(&t, i, "receiver_id");
            r->receiver_name =
                text_name(cx->mem, cell_text(&t, i, "title"), cell_text(&t, i, "first_name"),
                          cell_text(&t, i, "last_name"));
        }
        while (r->result < ROW_RESULTS - 1 && strcmp(results[r->result], result) != 0) r->result++;
    }
    return OK;
}

enum status handover_was_done(struct cx *cx, struct id user, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT CASE WHEN EXISTS (SELECT 1 FROM handovers v JOIN handover_rows r"
                      "  ON r.practice_id = v.practice_id AND r.handover_id = v.id"
                      "  WHERE v.practice_id = $1 AND v.user_id = $2 AND r.result = 'moved')"
                      " THEN 1 ELSE 0 END AS done"),
                  user));
    *out = cell_bool(&t, 0, "done");
    return OK;
}

/* --- a new one --------------------------------------------------------------------- */

static bool asked_for(const struct appointment *a, const struct handover_choice *c)
{
    return id_some(a->patient)
           && (a->state == APPOINTMENT_BOOKED || a->state == APPOINTMENT_CONFIRMED)
           && (!id_some(c->location) || id_same(c->location, a->location))
           && (!id_some(c->type) || id_same(c->type, a->type));
}

/* Nobody is shown whom they are with: that comes with the pages. */
static enum status gather_rows(struct cx *cx, const struct user *whose,
                               const struct handover_choice *c, struct handover_rows *out)
{
    struct appointment_list all;
    struct appointment_filter f = { .practitioner = whose->id,
                                    .from = c->from > cx->now ? c->from : cx->now,
                                    .to = INT64_MAX,
                                    .most = 4 * HANDOVER_ROWS,
                                    .unnamed = true };
    TRY(appointment_list(cx, &f, &all));
    *out = (struct handover_rows){ .at = NEW_ARRAY(cx->mem, struct handover_row, HANDOVER_ROWS) };
    for (size_t i = 0; i < all.n && out->n < HANDOVER_ROWS; i++) {
        const struct appointment *a = &all.at[i];
        if (!asked_for(a, c)) continue;
        out->at[out->n] = (struct handover_row){ .position = (int64_t)out->n,
                                                 .appointment = a->id,
                                                 .location = a->location,
                                                 .starts_at = a->starts_at,
                                                 .ends_at = a->ends_at };
        out->n++;
    }
    return OK;
}

static enum status write_rows(struct cx *cx, struct id id, const struct handover_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct handover_row *r = &rows->at[i];
        TRY(db_exec(cx,
                    SQL("INSERT INTO handover_rows (practice_id, handover_id, position,"
                        " appointment_id, location_id, starts_at, ends_at)"
                        " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                    id, r->position, r->appointment, r->location, r->starts_at, r->ends_at));
    }
    return OK;
}

static bool overlap(const struct handover_row *a, const struct handover_row *b)
{
    return a->starts_at < b->ends_at && a->ends_at > b->starts_at;
}

/* Free for it, and free of those before it in the list. */
static bool suits(const struct fits *fits, const struct handover_rows *rows, size_t row, size_t c)
{
    if (fits->fit[row * fits->n + c] != FIT_FREE) return false;
    for (size_t i = 0; i < row; i++)
        if (id_same(rows->at[i].receiver, fits->at[c].user)
            && overlap(&rows->at[i], &rows->at[row]))
            return false;
    return true;
}

/* To whoever suits and has been given least. */
static enum status suggest(struct cx *cx, const struct handover *v, struct handover_rows *rows)
{
    struct fits fits;
    TRY(handover_fits(cx, v, rows, &fits));
    int *given = NEW_ARRAY(cx->mem, int, fits.n + 1);
    for (size_t i = 0; i < rows->n; i++) {
        size_t best = fits.n;
        for (size_t c = 0; c < fits.n; c++)
            if (suits(&fits, rows, i, c) && (best == fits.n || given[c] < given[best])) best = c;
        if (best == fits.n) continue;
        given[best]++;
        rows->at[i].receiver = fits.at[best].user;
        struct handover_pick pick = { rows->at[i].position, fits.at[best].user };
        TRY(handover_pick(cx, v, &pick, 1));
    }
    return OK;
}

enum status handover_create(struct cx *cx, const struct user *whose,
                            const struct handover_choice *c, struct id *out)
{
    struct handover_rows rows;
    TRY(gate(cx, whose));
    TRY(gather_rows(cx, whose, c, &rows));
    *out = (struct id){ "" };
    if (rows.n == 0) return OK;
    struct handover v = { .id = id_new(cx->now), .user = whose->id, .rows = (int64_t)rows.n };
    TRY(db_exec(cx,
                SQL("INSERT INTO handovers (practice_id, id, user_id, by_id, by_name, state,"
                    " rows_n, created_at, touched_at)"
                    " VALUES ($1, $2, $3, $4, $5, 'choosing', $6, $7, $7)"),
                v.id, whose->id, cx->actor.user, cx->actor.name, v.rows, cx->now));
    TRY(write_rows(cx, v.id, &rows));
    TRY(suggest(cx, &v, &rows));
    *out = v.id;
    return enqueue_at(cx, JOB_handover_expire, v.id, "", cx->now + DAYS(7));
}

/* --- choosing ----------------------------------------------------------------------- */

static enum status refuse_begun(struct cx *cx)
{
    return fail_because(cx, CONFLICT, "stale", "%s", SAY(handover_begun));
}

/* A receiver is an active practitioner, and somebody else. */
enum status handover_pick(struct cx *cx, const struct handover *v,
                          const struct handover_pick *picks, size_t n)
{
    if (v->state != HANDOVER_CHOOSING) return refuse_begun(cx);
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(cx,
                    SQL("UPDATE handover_rows SET receiver_id ="
                        " (SELECT u.id FROM users u WHERE u.practice_id = $1 AND u.id = $4"
                        "   AND u.id <> $5 AND u.status = 'active'"
                        "   AND u.role_type = 'practitioner')"
                        " WHERE practice_id = $1 AND handover_id = $2 AND position = $3"),
                    v->id, picks[i].position, picks[i].receiver, v->user));
    return OK;
}

enum status handover_pick_all(struct cx *cx, const struct handover *v, struct id receiver)
{
    if (v->state != HANDOVER_CHOOSING) return refuse_begun(cx);
    return db_exec(cx,
                   SQL("UPDATE handover_rows SET receiver_id ="
                       " (SELECT u.id FROM users u WHERE u.practice_id = $1 AND u.id = $3"
                       "   AND u.id <> $4 AND u.status = 'active'"
                       "   AND u.role_type = 'practitioner')"
                       " WHERE practice_id = $1 AND handover_id = $2"),
                   v->id, receiver, v->user);
}

/* --- from state to state ------------------------------------------------------------- */

enum status handover_move(struct cx *cx, const struct handover *v, enum handover_state to)
{
    return db_change_one(cx, SAY(handover_begun),
                         SQL("UPDATE handovers SET state = $4, touched_at = $5"
                             " WHERE practice_id = $1 AND id = $2 AND state = $3"),
                         v->id, states[v->state], states[to], cx->now);
}

enum status handover_row_end(struct cx *cx, const struct handover *v, int64_t position,
                             enum handover_result result)
{
    return db_exec(cx,
                   SQL("UPDATE handover_rows SET result = $4 WHERE practice_id = $1"
                       " AND handover_id = $2 AND position = $3"),
                   v->id, position, results[result]);
}

static enum status tell(struct cx *cx, enum event event, const struct user *whose, int64_t n)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(handover_appointments), "", arena_number(cx->mem, n));
    return announce(cx, event, (struct about){ whose->id, user_name(cx, whose) }, &changes, NULL);
}

static int64_t count_result(const struct handover_rows *rows, enum handover_result result,
                            bool given)
{
    int64_t n = 0;
    for (size_t i = 0; i < rows->n; i++)
        n += rows->at[i].result == result && (!given || id_some(rows->at[i].receiver));
    return n;
}

/* As who begins it: that may be another one than who chose. */
static enum status begin(struct cx *cx, const struct handover *v, enum handover_state to)
{
    TRY(handover_move(cx, v, to));
    TRY(db_exec(cx,
                SQL("UPDATE handovers SET by_id = $3, by_name = $4"
                    " WHERE practice_id = $1 AND id = $2"),
                v->id, cx->actor.user, cx->actor.name));
    TRY(dequeue(cx, JOB_handover_work, v->id));
    return enqueue(cx, JOB_handover_work, v->id, "");
}

enum status handover_start(struct cx *cx, const struct handover *v, const struct user *whose)
{
    struct handover_rows rows;
    TRY(gate(cx, whose));
    if (v->state != HANDOVER_CHOOSING) return refuse_begun(cx);
    TRY(handover_rows(cx, v, &rows));
    int64_t n = count_result(&rows, ROW_WAITS, true);
    if (n == 0) return fail(cx, CONFLICT, "%s", SAY(handover_nobody));
    TRY(begin(cx, v, HANDOVER_RUNNING));
    return tell(cx, EVENT_HANDOVER_STARTED, whose, n);
}

bool handover_can_undo(const struct cx *cx, const struct handover *v,
                       const struct handover_rows *rows)
{
    bool over = v->state == HANDOVER_DONE || v->state == HANDOVER_STOPPED;
    return over && cx->now < v->touched_at + DAYS(7) && count_result(rows, ROW_MOVED, false) > 0;
}

enum status handover_undo(struct cx *cx, const struct handover *v, const struct user *whose)
{
    struct handover_rows rows;
    TRY(gate(cx, whose));
    if (v->state == HANDOVER_UNDOING || v->state == HANDOVER_UNDONE) return OK;
    TRY(handover_rows(cx, v, &rows));
    if (!handover_can_undo(cx, v, &rows)) return fail(cx, CONFLICT, "%s", SAY(handover_too_late));
    TRY(begin(cx, v, HANDOVER_UNDOING));
    return tell(cx, EVENT_HANDOVER_UNDONE, whose, count_result(&rows, ROW_MOVED, false));
}
