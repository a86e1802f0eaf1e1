/* reach.c - see reach.h */
#include "app/patients/reach.h"

#include "access/stored.h"
#include "base/text.h"
#include "db/db.h"

struct sight sight_of(const struct cx *cx, enum reach need)
{
    enum { NO_SUCH_GRANT = EDIT + 1 };
    const struct actor *actor = &cx->actor;
    uint64_t reach = actor->reach;
    bool granted = !(reach & REACH_NOWHERE) && (need == VIEW || !(reach & REACH_READ_ONLY));
    return (struct sight){
        .user = actor->user,
        .own = reach_own(reach, AREA_PATIENTS) >= need,
        .others = reach_others(reach, AREA_PATIENTS) >= need,
        .limited = reach_limited(reach),
        .now = cx->now,
        .grant = granted ? (int64_t)need : NO_SUCH_GRANT,
        .immune = actor->full,
    };
}

static struct record facts_of(const struct table *t, size_t row)
{
    return (struct record){ .own = cell_bool(t, row, "own"),
                            .here = cell_bool(t, row, "here"),
                            .grant = (signed char)cell_int(t, row, "granted") };
}

enum status reach_facts(struct cx *cx, struct id patient, struct id user, struct record *out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT CASE WHEN " IS_OWN("p.id", "$3") " THEN 1 ELSE 0 END AS own,"
                      " CASE WHEN " IS_HERE("p.id", "$3") " THEN 1 ELSE 0 END AS here,"
                      " " GRANTED("p.id", "$3", "$4") " AS granted"
                      " FROM patients p WHERE p.practice_id = $1 AND p.id = $2"),
                  patient, user, cx->now));
    /* clang-format on */
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = facts_of(&t, 0);
    return OK;
}

/* What the gate lets this user do with a record of these facts. */
static enum reach gate_reach(const struct actor *actor, struct record facts)
{
    struct subject subject = { .practice = actor->practice, .record = &facts };
    if (may(actor, PATIENTS_EDIT, &subject, NULL)) return EDIT;
    return may(actor, PATIENTS_VIEW, &subject, NULL) ? VIEW : NONE;
}

static struct reacher reacher_of(struct cx *cx, const struct table *t, size_t row)
{
    struct record facts = facts_of(t, row), ungranted = facts;
    struct access access = access_stored(t, row);
    access.owner = cell_bool(t, row, "owner");
    access.locations = ids_count(cell_text(t, row, "assigned"));
    struct actor actor = { .practice = cx->actor.practice,
                           .user = cell_id(t, row, "id"),
                           .reach = access_reach(&access),
                           .full = access_full(&access) };
    ungranted.grant = NO_GRANT;
    struct record unrelated = ungranted;
    unrelated.own = false;
    struct reacher r = {
        .user = actor.user,
        .name =
            text_name(cx->mem, "", cell_text(t, row, "first_name"), cell_text(t, row, "last_name")),
        .level = access.level,
        .reach = gate_reach(&actor, facts),
    };
    if (r.reach > gate_reach(&actor, unrelated)) r.by = BY_CARE;
    if (r.reach > gate_reach(&actor, ungranted)) r.by = BY_GRANT;
    return r;
}

enum status reach_of_all(struct cx *cx, struct id patient, struct reachers *out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name, u.owner, u.locations AS assigned,"
                      " " ACCESS_COLUMNS ","
                      " CASE WHEN " IS_OWN("$2", "u.id") " THEN 1 ELSE 0 END AS own,"
                      " CASE WHEN " IS_HERE("$2", "u.id") " THEN 1 ELSE 0 END AS here,"
                      " " GRANTED("$2", "u.id", "$3") " AS granted"
                      " FROM patients p JOIN users u ON u.practice_id = p.practice_id"
                      " WHERE p.practice_id = $1 AND p.id = $2 AND u.status = 'active'"
                      " ORDER BY u.sort_key, u.id"),
                  patient, cx->now));
    /* clang-format on */
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such patient.");
    *out = (struct reachers){ t.rows, 0, NEW_ARRAY(cx->mem, struct reacher, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = reacher_of(cx, &t, i);
        out->can += out->at[i].reach > NONE;
    }
    return OK;
}
