/* acting.c - see acting.h */
#include "app/users/acting.h"

#include <string.h>

#include "access/stored.h"
#include "base/text.h"
#include "db/db.h"

enum status user_acts(struct cx *cx, struct id user, int64_t since)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " ACCESS_COLUMNS
                      ", u.person_id, u.owner, u.status, u.first_name, u.last_name, g.time_zone,"
                      " u.access_ended_at, u.locations AS assigned,"
                      " (SELECT max(r.reach) FROM patient_grants r WHERE r.practice_id ="
                      "  u.practice_id AND r.user_id = u.id"
                      "  AND (r.ends_at IS NULL OR r.ends_at > $3)) AS granted"
                      " FROM users u JOIN practices g ON g.id = u.practice_id"
                      " WHERE u.practice_id = $1 AND u.id = $2"),
                  user, cx->now));
    if (t.rows == 0 || strcmp(cell_text(&t, 0, "status"), "active") != 0
        || cell_int(&t, 0, "access_ended_at") >= since)
        return fail_because(cx, FORBIDDEN, "ended", "The access has ended.");
    struct access access = access_stored(&t, 0);
    access.owner = cell_bool(&t, 0, "owner");
    access.active = true;
    access.locations = ids_count(cell_text(&t, 0, "assigned"));
    uint64_t reach = access_reach(&access);
    cx->actor = (struct actor){
        .person = cell_id(&t, 0, "person_id"),
        .practice = cx->actor.practice,
        .user = user,
        .reach = reach_with_grants(reach, (enum reach)cell_int(&t, 0, "granted")),
        .locations = cell_text(&t, 0, "assigned"),
        .owner = access.owner,
        .full = access_full(&access),
        .name =
            text_name(cx->mem, "", cell_text(&t, 0, "first_name"), cell_text(&t, 0, "last_name")),
        .via = cx->actor.via,
    };
    cx->zone = cell_text(&t, 0, "time_zone");
    return OK;
}
