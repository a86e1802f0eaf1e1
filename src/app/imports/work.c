/* work.c - the jobs that look at rows, import them, and clean up: see import.h */
#include <string.h>

#include "access/looks.h"
#include "app/audit/event.h"
#include "app/imports/row.h"
#include "app/users/acting.h"
#include "base/time.h"
#include "work/queue.h"

/* How long one transaction of a job keeps the writer, and after how long it asks
 * again whether there may be more. */
static const int64_t MOMENT = 25000; /* microseconds */
static const int64_t LATER = MINUTES(5);

/* --- what is wrong -------------------------------------------------------------- */

/* Which field of a form stands for which problem. */
static const struct {
    const char *field;
    enum verdict problem;
} faults[] = {
    { "last_name", PROBLEM_last_name },
    { "first_name", PROBLEM_first_name },
    { "birth_date", PROBLEM_birth_date },
    { "email", PROBLEM_email },
    { "phone", PROBLEM_phone },
    { "other_phone", PROBLEM_phone },
    { "contact_phone", PROBLEM_phone },
    { "locations", PROBLEM_location_reach },
    { "practitioner", PROBLEM_practitioner },
    { "profession", PROBLEM_profession },
    { "registration_number", PROBLEM_registration },
    { "level", PROBLEM_too_much },
    { "see_history", PROBLEM_too_much },
};

/* What a row shows of patients is kept: it was not refused. */
void row_faults(struct cx *cx, struct row *r)
{
    struct shown *shown = cx->shown;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (fault_of(cx, faults[i].field)) row_verdict(r, (char)faults[i].problem);
    row_verdict(r, PROBLEM_other);
    cx_forget(cx);
    cx->shown = shown;
}

/* --- as whom ----------------------------------------------------------------------- */

/* FORBIDDEN: the user whose import it is has no right to it any more. */
static enum status become(struct cx *cx, const struct import *i)
{
    TRY(user_acts(cx, i->user, i->created_at));
    return import_gate(cx, i->kind);
}

static enum status read_surroundings(struct cx *cx, struct surroundings *out)
{
    TRY(location_list(cx, &out->locations));
    return care_choices(cx, &out->practitioners);
}

/* Whom the rows may be stands on a page, later: it is recorded now. */
static enum status record(struct cx *cx, const struct import *i)
{
    bool move;
    if (!cx->shown) return OK;
    TRY(looks_write(cx, "/g/:g/patients/imports/:id", i->id.text, &move));
    cx->shown = NULL;
    return move ? enqueue(cx, JOB_looks_move_on, (struct id){ "" }, "") : OK;
}

/* --- some rows --------------------------------------------------------------------- */

static enum status one(struct cx *cx, struct row *r)
{
    bool patients = r->import->kind == IMPORT_OF_PATIENTS;
    if (r->import->state == IMPORT_CHECKING)
        return patients ? patient_row_check(cx, r) : user_row_check(cx, r);
    return patients ? patient_row_make(cx, r) : user_row_make(cx, r);
}

/* Does the row's turn come in this state? */
static bool waits(const struct import *i, char verdict)
{
    if (i->state == IMPORT_CHECKING) return verdict == VERDICT_WAITING;
    return verdict == VERDICT_NEW || (i->add_alike && verdict == VERDICT_ALIKE);
}

enum progress { MORE, PAUSE, FINISHED, NO_ACCESS };

/* As many rows of one part as fit into a moment, at least one. */
static enum status some(struct cx *cx, const struct import *i, enum progress *out)
{
    struct part p;
    struct surroundings around;
    int64_t began = clock_steady();
    bool checking = i->state == IMPORT_CHECKING;
    *out = FINISHED;
    TRY(part_with(cx, i, checking ? "?" : i->add_alike ? "na" : "n", &p));
    if (p.n == 0) return OK;
    TRY(read_surroundings(cx, &around));
    *out = MORE;
    for (size_t n = 0; n < p.n && clock_steady() - began < MOMENT; n++) {
        struct row r = { i, &around, &p.rows[n], 0 };
        if (!waits(i, p.verdicts[n])) continue;
        enum status status = one(cx, &r);
        bool full = status == CONFLICT && cx->reason && strcmp(cx->reason, "limit") == 0;
        if (full) {
            cx_forget(cx);
            *out = PAUSE;
            break;
        }
        TRY(status);
        p.verdicts[n] = r.verdict;
    }
    TRY(record(cx, i));
    return part_write(cx, i, &p);
}

static enum status finish(struct cx *cx, const struct import *i)
{
    if (i->state == IMPORT_CHECKING) return import_move(cx, i, IMPORT_READY, "");
    TRY(import_move(cx, i, IMPORT_DONE, ""));
    return import_wipe(cx, i->id);
}

static enum status give_up(struct cx *cx, const struct import *i)
{
    TRY(import_move(cx, i, IMPORT_STOPPED, "access"));
    return import_wipe(cx, i->id);
}

static enum status work_as_user(struct cx *cx, const struct import *i, enum progress *out)
{
    enum status status = become(cx, i);
    if (status == OK) return some(cx, i, out);
    if (status != FORBIDDEN) return status;
    cx_forget(cx);
    *out = NO_ACCESS;
    return OK;
}

static enum status read_import(struct cx *cx, struct id id, struct import **out)
{
    struct table t;
    *out = NULL;
    TRY(db_select(cx, &t, SQL(IMPORT_COLUMN_LIST " AND i.id = $2"), id));
    if (t.rows) *out = import_read(cx, &t, 0);
    return OK;
}

enum status import_work(struct cx *cx, const struct job *job)
{
    struct import *i;
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    enum progress progress = FINISHED;
    TRY(read_import(cx, job->about, &i));
    if (!i || (i->state != IMPORT_CHECKING && i->state != IMPORT_RUNNING)) return OK;
    enum status status = work_as_user(cx, i, &progress);
    cx->actor = before;
    cx->zone = zone;
    TRY(status);
    if (progress == NO_ACCESS) return give_up(cx, i);
    if (progress == FINISHED) return finish(cx, i);
    return enqueue_at(cx, JOB_import_work, i->id, "", cx->now + (progress == PAUSE ? LATER : 0));
}

/* --- cleaning up ------------------------------------------------------------------- */

static enum status forget(struct cx *cx, struct id id)
{
    TRY(db_exec(cx, SQL("DELETE FROM import_marks WHERE practice_id = $1 AND import_id = $2"), id));
    TRY(db_exec(cx, SQL("DELETE FROM import_rows WHERE practice_id = $1 AND import_id = $2"), id));
    return db_exec(cx, SQL("DELETE FROM imports WHERE practice_id = $1 AND id = $2"), id);
}

enum status import_expire(struct cx *cx, const struct job *job)
{
    struct import *i;
    TRY(read_import(cx, job->about, &i));
    if (!i) return OK;
    int64_t ends = i->touched_at + DAYS(1);
    if (ends > cx->now) return enqueue_at(cx, JOB_import_expire, i->id, "", ends);
    return forget(cx, i->id);
}

/* A reaction: the user has no access any more. */
enum status imports_end(struct cx *cx, struct id user)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(IMPORT_COLUMN_LIST " AND i.user_id = $2"
                                         " AND i.state NOT IN ('done', 'stopped')"),
                  user));
    for (size_t row = 0; row < t.rows; row++) TRY(give_up(cx, import_read(cx, &t, row)));
    return OK;
}
