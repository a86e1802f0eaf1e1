/* came_in.c - see came_in.h */
#include "app/devices/came_in.h"

#include "access/access.h"
#include "app/audit/event.h"
#include "base/time.h"
#include "db/db.h"

/* By way of the person's sessions, which are few, and not of all devices of the group. */
static enum status add_used(struct cx *cx, struct id user, int64_t since, struct activity *a)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT d.since FROM users u JOIN sessions s ON s.person_id = u.person_id"
                      " JOIN user_devices d ON d.practice_id = u.practice_id"
                      "  AND d.session_id = s.id"
                      " WHERE u.practice_id = $1 AND u.id = $2 AND d.user_id = u.id"
                      " AND d.since > $3 ORDER BY d.since DESC LIMIT $4"),
                  user, since, (int64_t)ACTIVITY_MOST));
    for (size_t i = 0; i < t.rows; i++) activity_add(cx, a, cell_int(&t, i, "since"), true);
    return OK;
}

static enum status add_failed(struct cx *cx, struct id user, int64_t since, struct activity *a)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT a.at FROM users u JOIN audit a ON a.practice_id = ''"
                             " AND a.about_id = u.person_id AND a.at > $3"
                             " AND a.at >= u.created_at AND a.kind IN ($4, $5)"
                             " WHERE u.practice_id = $1 AND u.id = $2 AND u.status = 'active'"
                             " ORDER BY a.seq DESC LIMIT $6"),
                  cx->actor.practice, user, since, event_key(EVENT_SIGN_IN_FAILED),
                  event_key(EVENT_SECOND_STEP_FAILED), (int64_t)ACTIVITY_MOST));
    for (size_t i = 0; i < t.rows; i++) activity_add(cx, a, cell_int(&t, i, "at"), false);
    return OK;
}

static void leave_slips_out(struct activity *a)
{
    for (int at = 0; at < 7 * 24; at++) {
        int *n = &a->wrong[at / 24][at % 24];
        if (*n >= ACTIVITY_BURST) continue;
        a->failed -= *n;
        *n = 0;
    }
}

enum status came_in_find(struct cx *cx, struct id user, struct activity *out)
{
    int64_t since = cx->now - DAYS(ACTIVITY_DAYS);
    *out = (struct activity){ 0 };
    TRY(allow(cx, USERS_EDIT, &(struct subject){ cx->actor.practice, user }));
    TRY(add_used(cx, user, since, out));
    TRY(add_failed(cx, user, since, out));
    leave_slips_out(out);
    activity_peaks(out);
    return OK;
}
