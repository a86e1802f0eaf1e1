/* grants.c - one user's access to one patient: see care.h */
#include <string.h>

#include "app/audit/event.h"
#include "app/patients/care.h"
#include "app/patients/reach.h"
#include "app/patients/row.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/patients/patient.text.h"

static const char *name_of(struct cx *cx, const struct table *t, size_t row)
{
    return text_name(cx->mem, "", cell_text(t, row, "first_name"), cell_text(t, row, "last_name"));
}

enum status grant_list(struct cx *cx, struct id patient, struct grants *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name, u.level, g.kind, g.reach, g.since,"
                      " g.ends_at, g.by_name FROM patient_grants g JOIN users u"
                      "  ON u.practice_id = g.practice_id AND u.id = g.user_id"
                      " WHERE g.practice_id = $1 AND g.patient_id = $2"
                      "  AND (g.ends_at IS NULL OR g.ends_at > $3)"
                      " ORDER BY u.sort_key, u.id, g.kind DESC"),
                  patient, cx->now));
    *out = (struct grants){ t.rows, NEW_ARRAY(cx->mem, struct grant, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct grant){
            .user = cell_id(&t, i, "id"),
            .name = name_of(cx, &t, i),
            .reach = (enum reach)cell_int(&t, i, "reach"),
            .full = strcmp(cell_text(&t, i, "level"), "full") == 0,
            .emergency = strcmp(cell_text(&t, i, "kind"), "emergency") == 0,
            .since = cell_int(&t, i, "since"),
            .ends_at = cell_int(&t, i, "ends_at"),
            .by = cell_text(&t, i, "by_name"),
        };
    return OK;
}

enum status grant_choices(struct cx *cx, struct carers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, first_name, last_name FROM users WHERE practice_id = $1"
                      " AND status = 'active' AND id <> $2 ORDER BY sort_key, id"),
                  cx->actor.user));
    *out = (struct carers){ t.rows, NEW_ARRAY(cx->mem, struct carer, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct carer){ .user = cell_id(&t, i, "id"), .name = name_of(cx, &t, i) };
    return OK;
}

static enum status gate(struct cx *cx, const struct patient *p)
{
    struct subject users = { .practice = cx->actor.practice };
    TRY(patient_gate(cx, p));
    return allow(cx, PATIENTS_GRANT, &users);
}

static const char *reach_words(struct cx *cx, const char *name, enum reach reach, int64_t ends_at)
{
    if (reach == NONE) return SAY(grant_none, name);
    const char *said = reach == VIEW ? SAY(grant_view, name) : SAY(grant_edit, name);
    return ends_at ? SAY(grant_until, said, time_moment(cx, ends_at)) : said;
}

static enum status tell(struct cx *cx, const struct patient *p, const char *before,
                        const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(grant_field), before, after);
    return announce(cx, EVENT_PATIENT_ACCESS_CHANGED,
                    (struct about){ p->id, patient_number_words(cx, p) }, &changes, NULL);
}

/* What was granted before in this way, in words; "" for nothing.  What is over by
 * now was nothing. */
static enum status stored(struct cx *cx, struct id patient, struct id user, const char *kind,
                          const char *name, const char **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT reach, ends_at FROM patient_grants WHERE practice_id = $1"
                      " AND user_id = $2 AND patient_id = $3 AND kind = $4"
                      " AND (ends_at IS NULL OR ends_at > $5)"),
                  user, patient, kind, cx->now));
    *out = t.rows ? reach_words(cx, name, (enum reach)cell_int(&t, 0, "reach"),
                                cell_int(&t, 0, "ends_at"))
                  : "";
    return OK;
}

static enum status find_user(struct cx *cx, struct id user, enum reach reach, const char **name)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT first_name, last_name, level FROM users WHERE practice_id = $1"
                      " AND id = $2 AND status = 'active'"),
                  user));
    if (t.rows == 0)
        field_fault(cx, "user", SAY(grant_choose));
    else if (id_same(user, cx->actor.user))
        field_fault(cx, "user", SAY(grant_self));
    else if (reach == NONE && strcmp(cell_text(&t, 0, "level"), "full") == 0)
        field_fault(cx, "user", SAY(grant_full, name_of(cx, &t, 0)));
    else
        *name = name_of(cx, &t, 0);
    return field_check(cx);
}

enum status grant_set(struct cx *cx, const struct patient *p, struct id user, enum reach reach)
{
    const char *name = "", *before;
    TRY(gate(cx, p));
    TRY(find_user(cx, user, reach, &name));
    TRY(stored(cx, p->id, user, "standing", name, &before));
    const char *after = reach_words(cx, name, reach, 0);
    if (strcmp(before, after) == 0) return OK;
    TRY(db_exec(cx,
                SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                    " by_name) VALUES ($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT (practice_id, user_id, patient_id, kind) DO UPDATE SET"
                    " reach = excluded.reach, since = excluded.since, by_name = excluded.by_name"),
                user, p->id, (int64_t)reach, cx->now, cx->actor.name));
    return tell(cx, p, before, after);
}

static enum status check_not_taken(struct cx *cx, struct id patient, struct id user,
                                   const char *name)
{
    struct record facts;
    TRY(reach_facts(cx, patient, user, &facts));
    if (facts.grant != NONE) return OK;
    return fail_because(cx, CONFLICT, "taken", "%s", SAY(grant_taken, name));
}

enum status grant_for_while(struct cx *cx, const struct patient *p, struct id user,
                            enum reach reach, int64_t ends_at)
{
    const char *name = "", *before;
    TRY(gate(cx, p));
    TRY(find_user(cx, user, reach, &name));
    TRY(check_not_taken(cx, p->id, user, name));
    TRY(stored(cx, p->id, user, "asked", name, &before));
    TRY(db_exec(cx,
                SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, kind, reach,"
                    " since, ends_at, by_name) VALUES ($1, $2, $3, 'asked', $4, $5, $6, $7)"
                    " ON CONFLICT (practice_id, user_id, patient_id, kind) DO UPDATE SET"
                    " reach = excluded.reach, since = excluded.since, ends_at = excluded.ends_at,"
                    " by_name = excluded.by_name"),
                user, p->id, (int64_t)reach, cx->now, ends_at, cx->actor.name));
    return tell(cx, p, before, reach_words(cx, name, reach, ends_at));
}

enum status grant_end(struct cx *cx, const struct patient *p, struct id user)
{
    struct grants all;
    const char *before = "";
    TRY(gate(cx, p));
    TRY(grant_list(cx, p->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct grant *g = &all.at[i];
        if (id_same(g->user, user))
            before = arena_print(cx->mem, "%s%s%s", before, *before ? "; " : "",
                                 reach_words(cx, g->name, g->reach, g->ends_at));
    }
    TRY(db_exec(cx,
                SQL("DELETE FROM patient_grants WHERE practice_id = $1 AND user_id = $2"
                    " AND patient_id = $3"),
                user, p->id));
    return *before ? tell(cx, p, before, "") : OK;
}
