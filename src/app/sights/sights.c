/* sights.c - see sights.h */
#include "app/sights/sights.h"

#include <string.h>

#include "app/calendar/reach.h"
#include "app/notes/reach.h"
#include "db/db.h"

/* The context as it would be if the user asked, with this access at these places. */
static struct cx as_user(const struct cx *cx, struct id user, const struct user_draft *d,
                         const char *places)
{
    struct cx as = *cx;
    struct access access = d->access;
    access.active = true;
    access.locations = d->locations_n;
    as.actor.user = user;
    as.actor.locations = places;
    as.actor.reach = access_reach(&access);
    as.actor.full = access_full(&access);
    as.actor.owner = access.owner;
    return as;
}

/* " l-1 l-2 ", for AMONG(). */
static const char *places_of(struct cx *cx, const struct user_draft *d)
{
    const char *all = " ";
    for (size_t i = 0; i < d->locations_n; i++)
        all = arena_print(cx->mem, "%s%s ", all, d->locations[i].id.text);
    return all;
}

#define UP_TO_MOST(from, next) \
    SQL("SELECT count(*) AS n FROM (SELECT 1 AS one FROM " from " LIMIT " next ") AS seen")

/* Who sees no others' reads the own ones and the granted ones alone: they have an index. */
#define OWN_OR_GRANTED                                                                 \
    "(SELECT o.patient_id AS id FROM patient_practitioners o WHERE o.practice_id = $1" \
    " AND o.user_id = $2 UNION SELECT x.patient_id FROM patient_grants x"              \
    " WHERE x.practice_id = $1 AND x.user_id = $2) c JOIN patients p"                  \
    " ON p.practice_id = $1 AND p.id = c.id"
#define PATIENTS_SEEN                                                          \
    " WHERE p.practice_id = $1 AND p.state <> 'merged' AND " SEEN_FROM("p.id", \
                                                                       IS_AMONG("p.id", "$8"))

static enum status patients(struct cx *cx, const struct cx *as, const char *places, int64_t *out)
{
    struct table t;
    struct sight s = sight_of(as, VIEW);
    if (s.others)
        TRY(db_select(cx, &t, UP_TO_MOST("patients p" PATIENTS_SEEN, "$9"), SIGHT(s), places,
                      SIGHTS_MOST + 1));
    else
        TRY(db_select(cx, &t, UP_TO_MOST(OWN_OR_GRANTED PATIENTS_SEEN, "$9"), SIGHT(s), places,
                      SIGHTS_MOST + 1));
    *out = table_number(&t);
    return OK;
}

#define APPOINTMENTS_SEEN                                                                     \
    "appointments a WHERE a.practice_id = $1 AND " CALENDAR_RULE("a", "$2", "$3", "$4", "$5", \
                                                                 AMONG("a.location_id", "$6"))

static enum status appointments(struct cx *cx, const struct cx *as, const char *places,
                                int64_t *out)
{
    struct table t;
    uint64_t reach = as->actor.reach;
    bool limited = reach_limited(reach);
    bool own = reach_own(reach, AREA_CALENDAR) >= VIEW;
    bool others = reach_others(reach, AREA_CALENDAR) >= VIEW;
    if (others)
        TRY(db_select(cx, &t, UP_TO_MOST(APPOINTMENTS_SEEN, "$7"), as->actor.user, own, others,
                      limited, places, SIGHTS_MOST + 1));
    else
        TRY(db_select(cx, &t, UP_TO_MOST(APPOINTMENTS_SEEN " AND a.user_id = $2", "$7"),
                      as->actor.user, own, others, limited, places, SIGHTS_MOST + 1));
    *out = table_number(&t);
    return OK;
}

static enum status notes(struct cx *cx, const struct cx *as, const char *places, int64_t *out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  UP_TO_MOST("notes n WHERE n.practice_id = $1"
                             " AND " NOTE_RULE("n", IS_AMONG("n.patient_id", "$11")), "$12"),
                  NOTE_SIGHT(as), places, SIGHTS_MOST + 1));
    /* clang-format on */
    *out = table_number(&t);
    return OK;
}

enum status sights_count(struct cx *cx, struct id user, const struct user_draft *d,
                         struct sights *out)
{
    const char *places = places_of(cx, d);
    struct cx as = as_user(cx, user, d, places);
    TRY(patients(cx, &as, places, &out->patients));
    TRY(appointments(cx, &as, places, &out->appointments));
    return notes(cx, &as, places, &out->notes);
}

bool sights_same(const struct user_draft *before, const struct user_draft *after)
{
    struct access a = before->access, b = after->access;
    a.active = b.active = true;
    a.locations = before->locations_n;
    b.locations = after->locations_n;
    uint64_t had = access_reach(&a), gets = access_reach(&b);
    static const enum area all[] = { AREA_PATIENTS, AREA_CALENDAR, AREA_NOTES };
    bool places = before->locations_n != after->locations_n;
    for (size_t i = 0; !places && i < before->locations_n; i++)
        places = !id_same(before->locations[i].id, after->locations[i].id);
    if (places && (gets & REACH_AT_LOCATIONS)) return false;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((reach_own(had, all[i]) > NONE) != (reach_own(gets, all[i]) > NONE)
            || (reach_others(had, all[i]) > NONE) != (reach_others(gets, all[i]) > NONE))
            return false;
    uint64_t flags = REACH_AT_LOCATIONS | REACH_EVERYWHERE | REACH_NOWHERE;
    return (had & flags) == (gets & flags) && access_full(&a) == access_full(&b);
}
