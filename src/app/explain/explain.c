/* explain.c - see explain.h */
#include "app/explain/explain.h"

#include "app/patients/patient.h"
#include "app/patients/reach.h"
#include "db/db.h"

#include "app/explain/explain.text.h"

static const char *sentence(struct cx *cx, const struct user *u, const struct step *s)
{
    const char *own = reach_label(s->own)(cx), *others = reach_label(s->others)(cx);
    switch (s->why) {
    case WHY_DEACTIVATED: return SAY(why_deactivated);
    case WHY_LEVEL: return SAY(why_level, levels[u->access.level].label(cx), own, others);
    case WHY_BOX: return SAY(why_box, others);
    case WHY_NOWHERE: return SAY(why_nowhere);
    case WHY_READ_ONLY: return SAY(why_read_only, own, others);
    case WHY_NAMES: return SAY(why_names);
    case WHY_TAKEN: return SAY(why_taken);
    case WHY_KEPT: return SAY(why_kept);
    case WHY_OWN: return SAY(why_own, own);
    case WHY_NOT_OWN: return SAY(why_not_own);
    case WHY_OTHERS: return SAY(why_others, others);
    case WHY_ELSEWHERE: return SAY(why_elsewhere);
    case WHY_GRANTED: return SAY(why_granted, own);
    }
    return "";
}

static enum reach explain(struct cx *cx, const struct user *u, enum area area,
                          const struct record *facts, bool door, struct explanation *out)
{
    struct trace trace;
    enum reach reach = access_trace(&u->access, area, facts, &trace);
    for (size_t i = 0; i < trace.n; i++) out->why[out->n++] = sentence(cx, u, &trace.at[i]);
    if (!door && reach > NONE) {
        out->why[out->n++] = SAY(why_no_record);
        reach = NONE;
    }
    out->answer = reach_label(reach)(cx);
    return reach;
}

/* A grant opens notes only to those whose level knows them (notes/reach.h). */
static enum status fill(struct cx *cx, const struct user *u, struct id patient,
                        struct explained *out)
{
    struct record facts;
    TRY(reach_facts(cx, patient, u->id, &facts));
    *out = (struct explained){ .at = { { .what = SAY(what_record) },
                                       { .what = SAY(what_own_notes) },
                                       { .what = SAY(what_others_notes) } } };
    out->reaches = explain(cx, u, AREA_PATIENTS, &facts, true, &out->at[0]) > NONE;
    uint64_t reach = access_reach(&u->access);
    bool knows = reach_own(reach, AREA_NOTES) > NONE || reach_others(reach, AREA_NOTES) > NONE;
    if (!knows && facts.grant > NONE) facts.grant = NO_GRANT;
    for (size_t i = 1; i < EXPLAINED; i++) {
        facts.own = i == 1;
        (void)explain(cx, u, AREA_NOTES, &facts, out->reaches, &out->at[i]);
    }
    return OK;
}

enum status explain_patient(struct cx *cx, const struct user *u, struct id patient,
                            struct explained *out)
{
    struct subject users = { .practice = cx->actor.practice };
    bool reached = true;
    if (!id_same(u->id, cx->actor.user)) {
        TRY(allow(cx, PATIENTS_GRANT, &users));
        TRY(patient_reached(cx, patient, &reached));
    }
    if (!reached) return fail_because(cx, FORBIDDEN, "record", "%s", SAY(why_not_yours));
    return fill(cx, u, patient, out);
}

enum status explain_number(struct cx *cx, const struct user *u, int64_t number,
                           struct explained *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT id FROM patients WHERE practice_id = $1 AND number = $2"),
                  number));
    if (!t.rows) return fail(cx, NOT_FOUND, "There is no such patient.");
    return fill(cx, u, cell_id(&t, 0, "id"), out);
}
