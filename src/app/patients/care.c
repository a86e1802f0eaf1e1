/* care.c - who looks after a patient: see care.h */
#include "app/patients/care.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/patients/row.h"
#include "base/text.h"
#include "db/db.h"

#include "app/patients/patient.text.h"

static const char *name_of(struct cx *cx, const struct table *t, size_t row)
{
    return text_name(cx->mem, cell_text(t, row, "title"), cell_text(t, row, "first_name"),
                     cell_text(t, row, "last_name"));
}

static void read_carers(struct cx *cx, const struct table *t, struct carers *out)
{
    *out = (struct carers){ t->rows, NEW_ARRAY(cx->mem, struct carer, t->rows) };
    for (size_t i = 0; i < t->rows; i++)
        out->at[i] = (struct carer){ .user = cell_id(t, i, "id"),
                                     .name = name_of(cx, t, i),
                                     .main = cell_bool(t, i, "main"),
                                     .active = strcmp(cell_text(t, i, "status"), "active") == 0,
                                     .since = cell_int(t, i, "since") };
}

enum status care_list(struct cx *cx, struct id patient, struct carers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.title, u.first_name, u.last_name, u.status, c.main, c.since"
                      " FROM patient_practitioners c JOIN users u"
                      "  ON u.practice_id = c.practice_id AND u.id = c.user_id"
                      " WHERE c.practice_id = $1 AND c.patient_id = $2"
                      " ORDER BY c.main DESC, u.sort_key, u.id"),
                  patient));
    read_carers(cx, &t, out);
    return OK;
}

enum status care_choices(struct cx *cx, struct carers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, title, first_name, last_name, status, 0 AS main, 0 AS since"
                      " FROM users WHERE practice_id = $1 AND status = 'active'"
                      " AND role_type = 'practitioner' ORDER BY sort_key, id")));
    read_carers(cx, &t, out);
    return OK;
}

enum status care_everybody(struct cx *cx, struct carers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.title, u.first_name, u.last_name, u.status, 0 AS main,"
                      " 0 AS since FROM users u WHERE u.practice_id = $1"
                      " AND ((u.status = 'active' AND u.role_type = 'practitioner')"
                      "  OR EXISTS (SELECT 1 FROM patient_practitioners c"
                      "   WHERE c.practice_id = $1 AND c.user_id = u.id))"
                      " ORDER BY u.status, u.sort_key, u.id")));
    read_carers(cx, &t, out);
    return OK;
}

/* "" for anybody but an active practitioner of the group. */
static enum status practitioner_name(struct cx *cx, struct id user, const char **name)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT title, first_name, last_name FROM users WHERE practice_id = $1"
                      " AND id = $2 AND status = 'active' AND role_type = 'practitioner'"),
                  user));
    *name = t.rows ? name_of(cx, &t, 0) : "";
    return OK;
}

static enum status find_practitioner(struct cx *cx, struct id user, const char **name)
{
    TRY(practitioner_name(cx, user, name));
    if (!**name) field_fault(cx, "practitioner", SAY(care_choose));
    return field_check(cx);
}

static enum status write(struct cx *cx, struct id patient, struct id user, bool main)
{
    if (main)
        TRY(db_exec(cx,
                    SQL("UPDATE patient_practitioners SET main = 0 WHERE practice_id = $1"
                        " AND patient_id = $2 AND main = 1 AND user_id <> $3"),
                    patient, user));
    return db_exec(
        cx,
        SQL("INSERT INTO patient_practitioners (practice_id, patient_id, user_id, main, names,"
            " since, state) SELECT $1, $2, $3, CAST($4 AS BIGINT), p.names, CAST($5 AS BIGINT),"
            " p.state FROM patients p"
            " WHERE p.practice_id = $1 AND p.id = $2"
            " ON CONFLICT (practice_id, patient_id, user_id) DO UPDATE SET main = excluded.main"),
        patient, user, main, cx->now);
}

enum status care_begin(struct cx *cx, struct id patient, struct id main)
{
    const char *name;
    struct patient *p;
    if (id_some(main)) {
        TRY(find_practitioner(cx, main, &name));
        TRY(write(cx, patient, main, true));
    }
    TRY(patient_read(cx, patient, &p));
    if (patient_may(cx, PATIENTS_EDIT, p)) return OK;
    TRY(practitioner_name(cx, cx->actor.user, &name));
    return *name ? write(cx, patient, cx->actor.user, !id_some(main)) : OK;
}

static bool would_reach(const struct cx *cx, bool own, bool here)
{
    struct record record = { .own = own, .here = here, .grant = NO_GRANT };
    struct subject subject = { .practice = cx->actor.practice, .record = &record };
    return may(&cx->actor, PATIENTS_EDIT, &subject, NULL);
}

enum status care_would_reach(struct cx *cx, const struct patient_draft *draft, bool *out)
{
    const char *name;
    bool here = false;
    *out = would_reach(cx, id_same(draft->practitioner, cx->actor.user), false);
    if (*out) return OK;
    TRY(practitioner_name(cx, cx->actor.user, &name));
    for (size_t i = 0; i < draft->locations.n && !here; i++) {
        struct table t;
        TRY(db_select(cx, &t,
                      SQL("SELECT 1 AS one FROM assignments WHERE practice_id = $1"
                          " AND user_id = $2 AND location_id = $3"),
                      cx->actor.user, draft->locations.at[i]));
        here = t.rows > 0;
    }
    *out = would_reach(cx, *name, here);
    return OK;
}

static enum status tell(struct cx *cx, enum event event, const struct patient *p,
                        const char *before, const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(care_practitioner), before, after);
    return announce(cx, event, (struct about){ p->id, patient_number_words(cx, p) }, &changes,
                    NULL);
}

static const struct carer *find(const struct carers *all, struct id user)
{
    for (size_t i = 0; i < all->n; i++)
        if (id_same(all->at[i].user, user)) return &all->at[i];
    return NULL;
}

enum status care_add(struct cx *cx, const struct patient *p, struct id user, bool main)
{
    struct carers all;
    const char *name;
    TRY(patient_gate(cx, p));
    TRY(find_practitioner(cx, user, &name));
    TRY(care_list(cx, p->id, &all));
    const struct carer *before = find(&all, user);
    if (before && before->main == main) return OK;
    TRY(write(cx, p->id, user, main));
    return tell(cx, EVENT_PATIENT_CARE_BEGUN, p, "",
                main ? SAY(care_as_main, name) : SAY(care_as_other, name));
}

enum status care_end(struct cx *cx, const struct patient *p, struct id user)
{
    struct carers all;
    TRY(patient_gate(cx, p));
    TRY(care_list(cx, p->id, &all));
    const struct carer *before = find(&all, user);
    if (!before) return OK;
    TRY(db_exec(cx,
                SQL("DELETE FROM patient_practitioners WHERE practice_id = $1 AND patient_id = $2"
                    " AND user_id = $3"),
                p->id, user));
    return tell(cx, EVENT_PATIENT_CARE_ENDED, p, before->name, "");
}
