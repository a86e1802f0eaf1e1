/* reach.c - see reach.h */
#include "app/patients/reach.h"

struct sight sight_of(const struct actor *actor, enum reach need)
{
    enum { NO_SUCH_GRANT = EDIT + 1 };
    uint64_t reach = actor->reach;
    bool granted = !(reach & REACH_NOWHERE) && (need == VIEW || !(reach & REACH_READ_ONLY));
    return (struct sight){
        .user = actor->user,
        .own = reach_own(reach, AREA_PATIENTS) >= need,
        .others = reach_others(reach, AREA_PATIENTS) >= need,
        .limited = (reach & REACH_AT_LOCATIONS) && !(reach & REACH_EVERYWHERE),
        .grant = granted ? (int64_t)need : NO_SUCH_GRANT,
        .immune = actor->full,
    };
}
