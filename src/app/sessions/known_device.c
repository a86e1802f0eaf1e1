/* known_device.c - see known_device.h */
#include "app/sessions/known_device.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/remembered.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

const char *device_hash(struct cx *cx)
{
    char *hash = arena_alloc(cx->mem, SECRET_SIZE);
    if (!cx->actor.device) {
        char *token = arena_alloc(cx->mem, SECRET_SIZE);
        secret_token(token);
        cx->actor.device = token;
    }
    secret_hash(cx->actor.device, hash);
    return hash;
}

static enum status any_other(struct cx *cx, struct id person, const char *device, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT since FROM known_devices WHERE person_id = $1"
                             " AND token_hash <> $2 LIMIT 1"),
                  person, device));
    *out = t.rows > 0;
    return OK;
}

static enum status own_again(struct cx *cx, struct id person, const char *device)
{
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE known_devices SET disowned_at = 0 WHERE person_id = $1"
                              " AND token_hash = $2"),
                   person, device);
}

/* One statement for a browser that is known, and it writes once a day: whoever signs in all day
 * waits for nothing else.  It gives no row where nothing was to be noted. */
enum status known_device_note(struct cx *cx, struct id person, struct id session)
{
    struct table t;
    bool told;
    const char *device = device_hash(cx);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("INSERT INTO known_devices (person_id, token_hash, since, seen_at)"
                             " VALUES ($1, $2, $3, $3) ON CONFLICT (person_id, token_hash)"
                             " DO UPDATE SET seen_at = $3 WHERE known_devices.seen_at <= $4"
                             " OR known_devices.disowned_at > 0 RETURNING since, disowned_at"),
                  person, device, cx->now, cx->now - DAYS(1)));
    if (t.rows == 0) return OK;
    if (cell_int(&t, 0, "disowned_at") > 0) {
        told = true;
        TRY(own_again(cx, person, device));
    } else if (cell_int(&t, 0, "since") < cx->now) {
        told = false;
    } else {
        TRY(any_other(cx, person, device, &told));
    }
    return told ? enqueue(cx, JOB_letter_new_sign_in, session, "") : OK;
}

enum status new_sign_in_find(struct cx *cx, struct id session, struct new_sign_in *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT s.person_id, s.agent, s.address, s.signed_in_at, s.device,"
                   " CASE WHEN s.passkey_at = s.signed_in_at THEN 1 ELSE 0 END AS passkey,"
                   " COALESCE(g.name, '') AS through FROM sessions s"
                   " LEFT JOIN practices g ON g.id = s.only_practice_id"
                   " WHERE s.id = $1"),
        session));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such session.");
    *out = (struct new_sign_in){
        .session = session,
        .person = cell_id(&t, 0, "person_id"),
        .agent = cell_text(&t, 0, "agent"),
        .address = cell_text(&t, 0, "address"),
        .at = cell_int(&t, 0, "signed_in_at"),
        .passkey = cell_bool(&t, 0, "passkey"),
        .through = cell_text(&t, 0, "through"),
        .here = cx->actor.device && strcmp(cell_text(&t, 0, "device"), device_hash(cx)) == 0,
    };
    return OK;
}

/* --- "It was not me" ------------------------------------------------------------------ */

/* What was begun in the same browser ends with it, but for `keep`. */
static enum status disown(struct cx *cx, struct id person, struct id session, struct id keep)
{
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE known_devices SET disowned_at = $3 WHERE person_id = $1"
                           " AND token_hash = (SELECT s.device FROM sessions s WHERE s.id = $2)"),
                person, session, cx->now));
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE sessions SET ended_at = $3 WHERE person_id = $1"
                           " AND ended_at IS NULL AND id <> $4 AND (id = $2 OR (device <> ''"
                           " AND device = (SELECT s.device FROM sessions s WHERE s.id = $2)))"),
                person, session, cx->now, (const char *)keep.text));
    TRY(remembered_end_all(cx, person));
    return announce_above(cx, EVENT_SIGN_IN_DISOWNED, (struct about){ person, cx->actor.name },
                          NULL, NULL);
}

enum status own_session_disown(struct cx *cx, struct id session, struct session *out)
{
    if (id_same(session, cx->actor.session)) return fail(cx, NOT_FOUND, "It is this one.");
    TRY(own_session_find(cx, session, out));
    return disown(cx, cx->actor.person, session, cx->actor.session);
}

enum status not_me_link_make(struct cx *cx, struct id session, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO not_me_links (token_hash, session_id, expires_at)"
                              " VALUES ($1, $2, $3)"),
                   (const char *)hash, session, cx->now + DAYS(NOT_ME_DAYS));
}

enum status not_me_link_find(struct cx *cx, const char *token, struct new_sign_in *out)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return fail(cx, NOT_FOUND, "no such link");
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT session_id FROM not_me_links WHERE token_hash = $1"
                             " AND used_at = 0 AND expires_at > $2"),
                  (const char *)hash, cx->now));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such link");
    return new_sign_in_find(cx, cell_id(&t, 0, "session_id"), out);
}

enum status not_me_link_use(struct cx *cx, const char *token, struct new_sign_in *out)
{
    char hash[SECRET_SIZE];
    const struct id none = { 0 };
    TRY(not_me_link_find(cx, token, out));
    secret_hash(token, hash);
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE not_me_links SET used_at = $2 WHERE token_hash = $1"
                           " AND used_at = 0"),
                (const char *)hash, cx->now));
    cx->actor.person = out->person;
    return disown(cx, out->person, out->session, none);
}
