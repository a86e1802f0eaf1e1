/* grants.c - one user's access to one patient: see care.h */
#include <string.h>

#include "app/audit/event.h"
#include "app/patients/care.h"
#include "app/patients/row.h"
#include "base/text.h"
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
                  SQL("SELECT u.id, u.first_name, u.last_name, u.level, g.reach, g.since,"
                      " g.by_name FROM patient_grants g JOIN users u"
                      "  ON u.practice_id = g.practice_id AND u.id = g.user_id"
                      " WHERE g.practice_id = $1 AND g.patient_id = $2 ORDER BY u.sort_key, u.id"),
                  patient));
    *out = (struct grants){ t.rows, NEW_ARRAY(cx->mem, struct grant, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct grant){ .user = cell_id(&t, i, "id"),
                                     .name = name_of(cx, &t, i),
                                     .reach = (enum reach)cell_int(&t, i, "reach"),
                                     .full = strcmp(cell_text(&t, i, "level"), "full") == 0,
                                     .since = cell_int(&t, i, "since"),
                                     .by = cell_text(&t, i, "by_name") };
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

static const char *reach_words(struct cx *cx, const char *name, enum reach reach)
{
    if (reach == NONE) return SAY(grant_none, name);
    return reach == VIEW ? SAY(grant_view, name) : SAY(grant_edit, name);
}

static enum status tell(struct cx *cx, const struct patient *p, const char *before,
                        const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(grant_field), before, after);
    return announce(cx, EVENT_PATIENT_ACCESS_CHANGED,
                    (struct about){ p->id, patient_number_words(cx, p) }, &changes, NULL);
}

/* What stood before, in words; "" for nothing. */
static enum status stored(struct cx *cx, struct id patient, struct id user, const char *name,
                          const char **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT reach FROM patient_grants WHERE practice_id = $1 AND user_id = $2"
                      " AND patient_id = $3"),
                  user, patient));
    *out = t.rows ? reach_words(cx, name, (enum reach)cell_int(&t, 0, "reach")) : "";
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
    TRY(stored(cx, p->id, user, name, &before));
    const char *after = reach_words(cx, name, reach);
    if (strcmp(before, after) == 0) return OK;
    TRY(db_exec(cx,
                SQL("INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                    " by_name) VALUES ($1, $2, $3, $4, $5, $6)"
                    " ON CONFLICT (practice_id, user_id, patient_id) DO UPDATE SET"
                    " reach = excluded.reach, since = excluded.since, by_name = excluded.by_name"),
                user, p->id, (int64_t)reach, cx->now, cx->actor.name));
    return tell(cx, p, before, after);
}

enum status grant_end(struct cx *cx, const struct patient *p, struct id user)
{
    struct grants all;
    TRY(gate(cx, p));
    TRY(grant_list(cx, p->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (!id_same(all.at[i].user, user)) continue;
        TRY(db_exec(cx,
                    SQL("DELETE FROM patient_grants WHERE practice_id = $1 AND user_id = $2"
                        " AND patient_id = $3"),
                    user, p->id));
        return tell(cx, p, reach_words(cx, all.at[i].name, all.at[i].reach), "");
    }
    return OK;
}
