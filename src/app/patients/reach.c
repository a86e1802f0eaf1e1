/* reach.c - see reach.h */
#include "app/patients/reach.h"

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
    *out = (struct record){ .own = cell_bool(&t, 0, "own"),
                            .here = cell_bool(&t, 0, "here"),
                            .grant = (signed char)cell_int(&t, 0, "granted") };
    return OK;
}
