/* device.c - see device.h */
#include "app/devices/device.h"

#include "app/audit/event.h"
#include "app/users/user.h"
#include "base/setup.h"
#include "db/db.h"
#include "http/agent.h"

#include "app/devices/devices.text.h"

#define DEVICE                                                                           \
    "d.id, d.user_id, d.session_id, d.address, d.since, d.seen_at, d.ended_at, s.agent," \
    " u.first_name, u.last_name FROM user_devices d"                                     \
    " JOIN users u ON u.practice_id = d.practice_id AND u.id = d.user_id"                \
    " JOIN sessions s ON s.id = d.session_id"

static struct user_device read_row(struct cx *cx, const struct table *t, size_t row)
{
    const char *first = cell_text(t, row, "first_name"), *last = cell_text(t, row, "last_name");
    struct user_device device = {
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .user_name = *first ? arena_print(cx->mem, "%s %s", first, last) : last,
        .agent = cell_text(t, row, "agent"),
        .address = cell_text(t, row, "address"),
        .since = cell_int(t, row, "since"),
        .seen_at = cell_int(t, row, "seen_at"),
        .current = id_same(cell_id(t, row, "session_id"), cx->actor.session),
    };
    struct subject whose = { cx->actor.practice, device.user };
    device.may_end = !device.current && may(&cx->actor, USERS_EDIT, &whose, NULL);
    return device;
}

enum status user_device_list(struct cx *cx, struct id user, struct user_device_list *out)
{
    struct table t;
    TRY(allow(cx, USERS_EDIT, &(struct subject){ cx->actor.practice }));
    TRY(db_select(cx, &t,
                  SQL("SELECT " DEVICE " JOIN practices g ON g.id = d.practice_id"
                      " WHERE d.practice_id = $1 AND d.ended_at IS NULL"
                      " AND d.seen_at > $3 - 60000000 * g.idle_minutes AND u.status = 'active'"
                      " AND s.ended_at IS NULL AND s.waits_for = 0 AND s.signed_in_at > $4"
                      " AND s.signed_in_at > COALESCE(u.access_ended_at, 0)"
                      " AND (CAST($2 AS TEXT) IS NULL OR d.user_id = $2)"
                      " ORDER BY u.sort_key, u.id, d.seen_at DESC, d.id LIMIT $5"),
                  id_some(user) ? user.text : NULL, cx->now, cx->now - cx->setup->session_life,
                  (int64_t)DEVICES_MOST));
    *out = (struct user_device_list){ t.rows, NEW_ARRAY(cx->mem, struct user_device, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(cx, &t, i);
    return OK;
}

enum status user_device_end(struct cx *cx, struct id id, struct user_device *out)
{
    struct table t;
    int64_t ended;
    struct changes changes = { 0 };
    TRY(db_select(cx, &t, SQL("SELECT " DEVICE " WHERE d.practice_id = $1 AND d.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such device.");
    *out = read_row(cx, &t, 0);
    TRY(allow(cx, USERS_EDIT, &(struct subject){ cx->actor.practice, out->user }));
    TRY(db_change(cx, &ended,
                  SQL("UPDATE user_devices SET ended_at = $3 WHERE practice_id = $1 AND id = $2"
                      " AND ended_at IS NULL"),
                  id, cx->now));
    if (ended == 0) return OK;
    change_note(cx, &changes, SAY(devices_device), agent_words(cx, out->agent), "");
    return announce(cx, EVENT_USER_DEVICE_ENDED, (struct about){ out->user, out->user_name },
                    &changes, NULL);
}
