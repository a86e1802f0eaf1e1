/* ask.c - reading requests for access, and making them: see ask.h */
#include "app/asks/ask.h"

#include <string.h>

#include "app/asks/row.h"
#include "app/audit/event.h"
#include "app/patients/reach.h"
#include "app/users/users_mail.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

#include "app/asks/asks.text.h"

#define ASK_COLUMNS                                                                     \
    "SELECT r.id, r.user_id, r.patient_id, r.area, r.reach, r.reason, r.answer,"        \
    " r.asked_at, r.ends_at, r.answered_at, r.answered_by, r.state, u.first_name,"      \
    " u.last_name FROM access_requests r JOIN users u ON u.practice_id = r.practice_id" \
    " AND u.id = r.user_id WHERE r.practice_id = $1"

static enum ask_state state_of(const char *key)
{
    if (strcmp(key, "granted") == 0) return ASK_GRANTED;
    if (strcmp(key, "refused") == 0) return ASK_REFUSED;
    return strcmp(key, "withdrawn") == 0 ? ASK_WITHDRAWN : ASK_WAITING;
}

static struct ask ask_of(struct cx *cx, const struct table *t, size_t row)
{
    struct user u = { .first_name = cell_text(t, row, "first_name"),
                      .last_name = cell_text(t, row, "last_name") };
    struct ask a = {
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .user_name = user_name(cx, &u),
        .area = area_find(cell_text(t, row, "area")),
        .reach = (enum reach)cell_int(t, row, "reach"),
        .reason = cell_text(t, row, "reason"),
        .answer = cell_text(t, row, "answer"),
        .asked_at = cell_int(t, row, "asked_at"),
        .ends_at = cell_int(t, row, "ends_at"),
        .answered_at = cell_int(t, row, "answered_at"),
        .answered_by = cell_text(t, row, "answered_by"),
        .state = state_of(cell_text(t, row, "state")),
    };
    if (cell_text(t, row, "patient_id")) a.patient = cell_id(t, row, "patient_id");
    a.mine = id_same(a.user, cx->actor.user);
    a.over = a.state == ASK_WAITING && a.ends_at <= cx->now;
    return a;
}

static void list_of(struct cx *cx, const struct table *t, struct ask_list *out)
{
    *out = (struct ask_list){ t->rows, NEW_ARRAY(cx->mem, struct ask, t->rows) };
    for (size_t i = 0; i < t->rows; i++) out->at[i] = ask_of(cx, t, i);
}

const char *ask_about(struct cx *cx, const struct ask *a)
{
    return a->area < AREA_COUNT ? areas[a->area].label(cx) : SAY(ask_a_record);
}

enum status ask_read(struct cx *cx, struct id id, struct ask **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(ASK_COLUMNS " AND r.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such request.");
    *out = NEW(cx->mem, struct ask);
    **out = ask_of(cx, &t, 0);
    return OK;
}

/* Whoever could not open the record does not learn who wants to. */
enum status ask_find(struct cx *cx, struct id id, struct ask **out)
{
    bool reached = true;
    TRY(ask_read(cx, id, out));
    if ((*out)->mine) return OK;
    if (has(&cx->actor, USERS_EDIT) && id_some((*out)->patient))
        TRY(patient_reached(cx, (*out)->patient, &reached));
    if (has(&cx->actor, USERS_EDIT) && reached) return OK;
    return fail(cx, NOT_FOUND, "There is no such request.");
}

enum status ask_list_own(struct cx *cx, struct ask_list *out)
{
    enum { MOST = 50 };
    struct table t;
    TRY(db_select(cx, &t, SQL(ASK_COLUMNS " AND r.user_id = $2 ORDER BY r.id DESC LIMIT $3"),
                  cx->actor.user, MOST));
    list_of(cx, &t, out);
    return OK;
}

enum status ask_list_waiting(struct cx *cx, size_t most, struct ask_list *out)
{
    struct table t;
    *out = (struct ask_list){ 0 };
    if (!has(&cx->actor, USERS_EDIT)) return OK;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL(ASK_COLUMNS " AND r.state = 'waiting' AND r.ends_at > $5 AND r.user_id <> $2"
                      " AND u.status = 'active'"
                      " AND (r.patient_id IS NULL OR " SEEN("r.patient_id") ")"
                      " ORDER BY r.id LIMIT $8"),
                  SIGHT(sight_of(cx, VIEW)), most));
    /* clang-format on */
    list_of(cx, &t, out);
    return OK;
}

/* --- asking -------------------------------------------------------------------- */

enum status user_reaches(struct cx *cx, const struct user *u, struct id patient, enum area area,
                         enum reach need, bool *out)
{
    uint64_t reach = access_reach(&u->access);
    struct record facts;
    if (!id_some(patient)) {
        *out = reach_own(reach, area) >= need || reach_others(reach, area) >= need;
        return OK;
    }
    TRY(reach_facts(cx, patient, u->id, &facts));
    *out = reach_record(reach, access_full(&u->access), AREA_PATIENTS, &facts) >= need;
    return OK;
}

/* A merged record leads to the one it went into. */
static enum status live_record(struct cx *cx, struct id patient, struct id *out, int64_t *number)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT COALESCE(p.merged_into, p.id) AS id, (SELECT o.number FROM patients o"
                      "  WHERE o.practice_id = $1 AND o.id = COALESCE(p.merged_into, p.id))"
                      "  AS number FROM patients p WHERE p.practice_id = $1 AND p.id = $2"),
                  patient));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = cell_id(&t, 0, "id");
    *number = cell_int(&t, 0, "number");
    return OK;
}

static enum status find_waiting(struct cx *cx, struct id patient, enum area area, struct ask **out)
{
    struct table t;
    const char *key = area < AREA_COUNT ? areas[area].key : "";
    *out = NULL;
    TRY(db_select(cx, &t,
                  SQL(ASK_COLUMNS " AND r.user_id = $2 AND r.state = 'waiting'"
                                  " AND (r.patient_id = $3 OR (r.patient_id IS NULL"
                                  " AND r.area = $4))"),
                  cx->actor.user, patient, key));
    if (t.rows == 0) return OK;
    *out = NEW(cx->mem, struct ask);
    **out = ask_of(cx, &t, 0);
    return OK;
}

enum status ask_before(struct cx *cx, const struct ask_draft *d, struct ask **waiting,
                       bool *reached)
{
    struct user *u;
    struct id record = d->patient;
    int64_t number;
    if (id_some(record)) TRY(live_record(cx, record, &record, &number));
    TRY(user_find(cx, cx->actor.user, &u));
    TRY(user_reaches(cx, u, record, d->area, d->reach, reached));
    TRY(find_waiting(cx, record, d->area, waiting));
    if (*waiting && (*waiting)->over) *waiting = NULL;
    return OK;
}

bool text_said(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
}

int64_t ask_end_of(struct cx *cx, const char *typed)
{
    const char *day = date_parse(cx, typed), *today = date_today(cx);
    if (!day || !*day || strcmp(day, today) <= 0) {
        field_fault(cx, "ends_on", SAY(ask_day_past));
        return 0;
    }
    if (strcmp(day, date_add(cx, today, ASK_DAYS)) > 0) {
        field_fault(cx, "ends_on", SAY(ask_day_far, (int64_t)ASK_DAYS));
        return 0;
    }
    return date_start(cx, date_add(cx, day, 1));
}

/* What no answer could give. */
static enum status check_of_use(struct cx *cx, const struct ask_draft *d, bool reached)
{
    if (reached) return fail_because(cx, CONFLICT, "reached", "%s", SAY(ask_reached));
    if (!id_some(d->patient)) return OK;
    if (cx->actor.reach & REACH_NOWHERE)
        return fail_because(cx, CONFLICT, "nowhere", "%s", SAY(ask_nowhere));
    if (d->reach == EDIT && (cx->actor.reach & REACH_READ_ONLY))
        field_fault(cx, "reach", SAY(ask_read_only));
    return OK;
}

static enum status check_number(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM access_requests WHERE practice_id = $1"
                      " AND user_id = $2 AND state = 'waiting' AND ends_at > $3"),
                  cx->actor.user, cx->now));
    if (table_number(&t) < ASKS_WAITING) return OK;
    return fail_because(cx, CONFLICT, "many", "%s", SAY(ask_many, (int64_t)ASKS_WAITING));
}

static enum status close_old(struct cx *cx)
{
    return db_exec(cx,
                   SQL("UPDATE access_requests SET state = 'withdrawn', answered_at = $3"
                       " WHERE practice_id = $1 AND user_id = $2 AND state = 'waiting'"
                       " AND ends_at <= $3"),
                   cx->actor.user, cx->now);
}

enum status ask_announce(struct cx *cx, enum event event, const struct ask *a)
{
    struct id about = a->user;
    const char *name = ask_about(cx, a);
    int64_t number;
    if (id_some(a->patient)) {
        TRY(live_record(cx, a->patient, &about, &number));
        name = SAY(ask_patient, arena_print(cx->mem, "%lld", (long long)number));
    }
    return announce(cx, event, (struct about){ about, name }, NULL, NULL);
}

enum status ask_create(struct cx *cx, const struct ask_draft *typed, struct id *out)
{
    struct ask_draft d = *typed;
    struct ask *waiting;
    bool reached;
    int64_t number;
    if (id_some(d.patient)) TRY(live_record(cx, d.patient, &d.patient, &number));
    TRY(ask_before(cx, &d, &waiting, &reached));
    TRY(check_of_use(cx, &d, reached));
    if (waiting) return *out = waiting->id, OK;
    int64_t ends_at = ask_end_of(cx, d.ends_on);
    if (!text_said(d.reason)) field_fault(cx, "reason", SAY(ask_reason_missing));
    TRY(field_check(cx));
    TRY(check_number(cx));
    TRY(close_old(cx));
    *out = id_new(cx->now);
    TRY(db_exec(
        cx,
        SQL("INSERT INTO access_requests (practice_id, id, user_id, patient_id, area, reach,"
            " reason, asked_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
        *out, cx->actor.user, d.patient, d.area < AREA_COUNT ? areas[d.area].key : "",
        (int64_t)d.reach, d.reason, cx->now, ends_at));
    struct ask made = { .user = cx->actor.user, .patient = d.patient, .area = d.area };
    TRY(ask_announce(cx, EVENT_ACCESS_ASKED, &made));
    return letters_to_full_access(cx, JOB_letter_access_asked, cx->actor.user, out->text);
}

enum status ask_withdraw(struct cx *cx, const struct ask *a)
{
    if (!a->mine) return fail_because(cx, FORBIDDEN, "record", "%s", SAY(ask_not_yours));
    if (a->state == ASK_WITHDRAWN) return OK;
    TRY(ask_close(cx, a, "withdrawn", ""));
    return ask_announce(cx, EVENT_ACCESS_WITHDRAWN, a);
}
