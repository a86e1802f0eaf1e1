/* emergency.c - see emergency.h */
#include "app/emergencies/emergency.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/emergencies/row.h"
#include "app/patients/reach.h"
#include "app/sessions/tries.h"
#include "app/users/user.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/emergencies/emergency.text.h"

/* --- reading --------------------------------------------------------------------- */

#define EMERGENCY_COLUMNS                                                               \
    "SELECT e.id, e.user_id, e.patient_id, e.reason, e.since,"                          \
    " COALESCE(e.ended_at, e.ends_at) AS ends_at, u.first_name, u.last_name FROM"       \
    " emergencies e JOIN users u ON u.practice_id = e.practice_id AND u.id = e.user_id" \
    " WHERE e.practice_id = $1"

static struct emergency emergency_of(struct cx *cx, const struct table *t, size_t row)
{
    struct user u = { .first_name = cell_text(t, row, "first_name"),
                      .last_name = cell_text(t, row, "last_name") };
    struct emergency e = { .id = cell_id(t, row, "id"),
                           .user = cell_id(t, row, "user_id"),
                           .patient = cell_id(t, row, "patient_id"),
                           .user_name = user_name(cx, &u),
                           .reason = cell_text(t, row, "reason"),
                           .since = cell_int(t, row, "since"),
                           .ends_at = cell_int(t, row, "ends_at") };
    e.mine = id_same(e.user, cx->actor.user);
    e.over = e.ends_at <= cx->now;
    return e;
}

enum status emergency_read(struct cx *cx, struct id id, struct emergency **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(EMERGENCY_COLUMNS " AND e.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such emergency.");
    *out = NEW(cx->mem, struct emergency);
    **out = emergency_of(cx, &t, 0);
    return OK;
}

enum status emergency_find(struct cx *cx, struct id id, struct emergency **out)
{
    struct record facts;
    TRY(emergency_read(cx, id, out));
    TRY(patient_reached(cx, (*out)->patient, &(*out)->reached));
    TRY(reach_facts(cx, (*out)->patient, cx->actor.user, &facts));
    bool cares = facts.own || has(&cx->actor, USERS_EDIT);
    if ((*out)->mine || ((*out)->reached && cares)) return OK;
    return fail(cx, NOT_FOUND, "There is no such emergency.");
}

enum status emergency_list(struct cx *cx, struct emergency_list *out)
{
    enum { MOST = 50 };
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL(EMERGENCY_COLUMNS " AND (e.user_id = $2 OR (" SEEN("e.patient_id")
                      " AND ($8 = 1 OR " IS_OWN("e.patient_id", "$2") ")))"
                      " ORDER BY e.id DESC LIMIT $9"),
                  SIGHT(sight_of(cx, VIEW)), has(&cx->actor, USERS_EDIT), MOST));
    /* clang-format on */
    *out = (struct emergency_list){ t.rows, NEW_ARRAY(cx->mem, struct emergency, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = emergency_of(cx, &t, i);
    return OK;
}

/* --- opening ---------------------------------------------------------------------- */

/* A merged record leads to the one it went into. */
static enum status live_record(struct cx *cx, struct id patient, struct id *out,
                               const char **number)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT o.id, o.number FROM patients p JOIN patients o"
                      " ON o.practice_id = p.practice_id AND o.id = COALESCE(p.merged_into, p.id)"
                      " WHERE p.practice_id = $1 AND p.id = $2"),
                  patient));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = cell_id(&t, 0, "id");
    *number = arena_print(cx->mem, "%lld", (long long)cell_int(&t, 0, "number"));
    return OK;
}

/* Whose level knows clinical notes at all: as if the record were their own, and here. */
static enum status gate(struct cx *cx)
{
    struct record any = { .own = true, .here = true, .grant = NO_GRANT };
    return allow(cx, PATIENTS_EMERGENCY,
                 &(struct subject){ .practice = cx->actor.practice, .record = &any });
}

enum status emergency_before(struct cx *cx, struct id patient, bool *reached)
{
    struct record facts;
    struct id id;
    const char *number;
    TRY(live_record(cx, patient, &id, &number));
    if (gate(cx) != OK) return fail_because(cx, FORBIDDEN, "level", "%s", SAY(emergency_not_you));
    TRY(reach_facts(cx, id, cx->actor.user, &facts));
    if (facts.grant == NONE && !cx->actor.full)
        return fail_because(cx, CONFLICT, "taken", "%s", SAY(emergency_taken));
    *reached = reach_record(cx->actor.reach, cx->actor.full, AREA_PATIENTS, &facts) >= VIEW;
    return OK;
}

/* Once each, however they are concerned. */
static enum status tell(struct cx *cx, struct id emergency, struct id patient)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT u.id FROM users u WHERE u.practice_id = $1 AND u.status = 'active'"
            " AND u.id <> $2 AND (u.level = 'full' OR " IS_OWN("$3", "u.id") ")"
                                                                             " ORDER BY u.id"),
        cx->actor.user, patient));
    for (size_t i = 0; i < t.rows; i++)
        TRY(enqueue(cx, JOB_letter_emergency, cell_id(&t, i, "id"),
                    arena_copy(cx->mem, emergency.text, strlen(emergency.text))));
    return OK;
}

static enum status write(struct cx *cx, struct id patient, const char *reason, struct id *out)
{
    int64_t ends_at = cx->now + MINUTES(EMERGENCY_MINUTES);
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO emergencies (practice_id, id, user_id, patient_id, reason, since,"
                    " ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                *out, cx->actor.user, patient, reason, cx->now, ends_at));
    return db_exec(cx,
                   SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, kind, reach,"
                       " since, ends_at, by_name) VALUES ($1, $2, $3, 'emergency', 1, $4, $5, $6)"
                       " ON CONFLICT (practice_id, user_id, patient_id, kind) DO UPDATE SET"
                       " since = excluded.since, ends_at = excluded.ends_at,"
                       " by_name = excluded.by_name"),
                   cx->actor.user, patient, cx->now, ends_at, cx->actor.name);
}

enum status emergency_begin(struct cx *cx, struct id patient, const char *reason,
                            const struct confirmation *confirmed)
{
    struct id record, emergency;
    const char *number;
    bool reached, fits;
    TRY(emergency_before(cx, patient, &reached));
    TRY(live_record(cx, patient, &record, &number));
    if (reached) return fail_because(cx, CONFLICT, "reached", "%s", SAY(emergency_reached));
    if (!reason[strspn(reason, " \t\r\n")]) field_fault(cx, "reason", SAY(emergency_no_reason));
    TRY(confirm_take(cx, "password", confirmed));
    TRY(tries_take(cx, "emergency", cx->actor.user.text, EMERGENCIES_A_DAY, HOURS(24), &fits));
    if (!fits) return fail_because(cx, CONFLICT, "many", "%s", SAY(emergency_many));
    TRY(write(cx, record, reason, &emergency));
    TRY(announce(cx, EVENT_EMERGENCY_BEGUN, (struct about){ record, number }, NULL, NULL));
    return tell(cx, emergency, record);
}

/* --- and closing -------------------------------------------------------------------- */

enum status emergency_end(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT g.patient_id, p.number FROM patient_grants g JOIN patients p"
                      " ON p.practice_id = g.practice_id AND p.id = g.patient_id"
                      " WHERE g.practice_id = $1 AND g.user_id = $2 AND g.kind = 'emergency'"
                      " AND g.ends_at > $3"),
                  cx->actor.user, cx->now));
    TRY(db_exec(cx,
                SQL("DELETE FROM patient_grants WHERE practice_id = $1 AND user_id = $2"
                    " AND kind = 'emergency'"),
                cx->actor.user));
    TRY(emergencies_follow_user(cx, cx->actor.user));
    for (size_t i = 0; i < t.rows; i++)
        TRY(announce(
            cx, EVENT_EMERGENCY_ENDED,
            (struct about){ cell_id(&t, i, "patient_id"),
                            arena_print(cx->mem, "%lld", (long long)cell_int(&t, i, "number")) },
            NULL, NULL));
    return OK;
}

/* What is open stands in the grants; who closes them closes these. */
#define CLOSE                                                                           \
    "UPDATE emergencies SET ended_at = $3 WHERE practice_id = $1 AND ended_at IS NULL"  \
    " AND ends_at > $3 AND NOT EXISTS (SELECT 1 FROM patient_grants g WHERE"            \
    "  g.practice_id = $1 AND g.user_id = emergencies.user_id AND g.kind = 'emergency'" \
    "  AND g.patient_id = emergencies.patient_id AND g.ends_at > $3)"

enum status emergencies_follow_user(struct cx *cx, struct id user)
{
    return db_exec(cx, SQL(CLOSE " AND user_id = $2"), user, cx->now);
}

enum status emergencies_follow_patient(struct cx *cx, struct id patient)
{
    return db_exec(cx, SQL(CLOSE " AND patient_id = $2"), patient, cx->now);
}

enum status emergencies_follow_merge(struct cx *cx, struct id patient)
{
    return db_exec(cx,
                   SQL("UPDATE emergencies SET patient_id = (SELECT p.merged_into FROM patients p"
                       "  WHERE p.practice_id = $1 AND p.id = $2)"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   patient);
}
