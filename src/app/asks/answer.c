/* answer.c - answering requests for access, by a person or by what happened: see ask.h */
#include "app/asks/ask.h"

#include <string.h>

#include "app/asks/row.h"
#include "app/patients/care.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/asks/asks.text.h"

enum status ask_close(struct cx *cx, const struct ask *a, const char *state, const char *answer)
{
    return db_change_one(cx, SAY(ask_answered),
                         SQL("UPDATE access_requests SET state = $3, answered_at = $4,"
                             " answered_by = $5, answer = $6 WHERE practice_id = $1 AND id = $2"
                             " AND state = 'waiting'"),
                         a->id, state, cx->now, cx->actor.name ? cx->actor.name : "", answer);
}

static enum status tell(struct cx *cx, enum event event, const struct ask *a)
{
    TRY(ask_announce(cx, event, a));
    return enqueue(cx, JOB_letter_access_answered, a->user,
                   arena_copy(cx->mem, a->id.text, strlen(a->id.text)));
}

static enum status check_open(struct cx *cx, const struct ask *a)
{
    struct user *asker;
    if (a->mine) return fail_because(cx, CONFLICT, "own", "%s", SAY(ask_own));
    if (a->state != ASK_WAITING || a->over)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(ask_answered));
    TRY(user_find(cx, a->user, &asker));
    if (asker->access.active) return OK;
    return fail_because(cx, CONFLICT, "gone", "%s", SAY(ask_gone, a->user_name));
}

enum status ask_grant(struct cx *cx, const struct ask *a, enum reach reach, const char *ends_on)
{
    struct patient *p;
    struct subject users = { .practice = cx->actor.practice };
    TRY(allow(cx, PATIENTS_GRANT, &users));
    if (reach != EDIT) reach = VIEW;
    TRY(check_open(cx, a));
    if (!id_some(a->patient)) return fail_because(cx, CONFLICT, "area", "%s", SAY(ask_is_area));
    int64_t ends_at = ask_end_of(cx, ends_on);
    TRY(field_check(cx));
    TRY(patient_find(cx, a->patient, &p));
    TRY(ask_close(cx, a, "granted", ""));
    TRY(db_exec(cx,
                SQL("UPDATE access_requests SET reach = $3, ends_at = $4 WHERE practice_id = $1"
                    " AND id = $2"),
                a->id, (int64_t)reach, ends_at));
    TRY(grant_for_while(cx, p, a->user, reach, ends_at));
    return tell(cx, EVENT_ACCESS_GRANTED, a);
}

enum status ask_refuse(struct cx *cx, const struct ask *a, const char *answer)
{
    struct subject users = { .practice = cx->actor.practice };
    TRY(allow(cx, USERS_EDIT, &users));
    TRY(check_open(cx, a));
    if (!text_said(answer)) field_fault(cx, "answer", SAY(ask_answer_missing));
    TRY(field_check(cx));
    TRY(ask_close(cx, a, "refused", answer));
    return tell(cx, EVENT_ACCESS_REFUSED, a);
}

/* --- what happened elsewhere ------------------------------------------------------ */

/* Those whom the change gave what they asked for are told so. */
static enum status settle(struct cx *cx, const struct table *t)
{
    for (size_t i = 0; i < t->rows; i++) {
        struct ask *a;
        struct user *asker;
        bool reached;
        TRY(ask_read(cx, cell_id(t, i, "id"), &a));
        TRY(user_find(cx, a->user, &asker));
        TRY(user_reaches(cx, asker, a->patient, a->area, a->reach, &reached));
        if (!reached) continue;
        TRY(ask_close(cx, a, "granted", ""));
        TRY(tell(cx, EVENT_ACCESS_GRANTED, a));
    }
    return OK;
}

enum status asks_follow_user(struct cx *cx, struct id user)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM access_requests WHERE practice_id = $1 AND user_id = $2"
                      " AND state = 'waiting'"),
                  user));
    return settle(cx, &t);
}

enum status asks_follow_patient(struct cx *cx, struct id patient)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM access_requests WHERE practice_id = $1 AND patient_id = $2"
                      " AND state = 'waiting'"),
                  patient));
    return settle(cx, &t);
}

/* They wait for the record that is left, unless the same user waits for it anyway. */
enum status asks_follow_merge(struct cx *cx, struct id patient)
{
    TRY(db_exec(cx,
                SQL("UPDATE access_requests SET state = 'withdrawn', answered_at = $3"
                    " WHERE practice_id = $1 AND patient_id = $2 AND state = 'waiting'"
                    " AND user_id IN (SELECT o.user_id FROM access_requests o"
                    "  WHERE o.practice_id = $1 AND o.state = 'waiting' AND o.patient_id ="
                    "  (SELECT p.merged_into FROM patients p WHERE p.practice_id = $1"
                    "   AND p.id = $2))"),
                patient, cx->now));
    return db_exec(cx,
                   SQL("UPDATE access_requests SET patient_id = (SELECT p.merged_into"
                       "  FROM patients p WHERE p.practice_id = $1 AND p.id = $2)"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   patient);
}

/* Who goes waits for nothing, and what was opened for a while closes: activating
 * again brings none of it back. */
enum status asks_follow_leaving(struct cx *cx, struct id user)
{
    TRY(db_exec(cx,
                SQL("UPDATE access_requests SET state = 'withdrawn', answered_at = $3"
                    " WHERE practice_id = $1 AND user_id = $2 AND state = 'waiting'"),
                user, cx->now));
    return db_exec(cx,
                   SQL("DELETE FROM patient_grants WHERE practice_id = $1 AND user_id = $2"
                       " AND kind <> 'standing'"),
                   user);
}
