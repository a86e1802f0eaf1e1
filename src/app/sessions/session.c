/* session.c - see session.h */
#include "app/sessions/session.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/known_device.h"
#include "app/sessions/remembered.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/db.h"

enum way { BY_PASSWORD, BY_PASSKEY, REMEMBERED };

static enum status start(struct cx *cx, struct id person, enum waits_for waits_for, enum way way,
                         const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    struct id id = id_new(cx->now);
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO sessions (id, token_hash, person_id, signed_in_at,"
                           " seen_at, waits_for, agent, address, device, proved_at, passkey_at,"
                           " remembered) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10,"
                           " $11)"),
                id, (const char *)hash, person, cx->now, (int64_t)waits_for,
                cx->actor.agent ? cx->actor.agent : "", cx->actor.address ? cx->actor.address : "",
                device_hash(cx), way == REMEMBERED ? 0 : cx->now, way == BY_PASSKEY ? cx->now : 0,
                way == REMEMBERED));
    return waits_for == WAITS_FOR_CODE ? OK : known_device_note(cx, person, id);
}

enum status session_start(struct cx *cx, struct id person, enum waits_for waits_for,
                          const char **token)
{
    return start(cx, person, waits_for, BY_PASSWORD, token);
}

enum status session_start_passkey(struct cx *cx, struct id person, enum waits_for waits_for,
                                  const char **token)
{
    return start(cx, person, waits_for, BY_PASSKEY, token);
}

enum status session_start_remembered(struct cx *cx, struct id person, enum waits_for waits_for,
                                     const char **token)
{
    return start(cx, person, waits_for, REMEMBERED, token);
}

enum status session_is_remembered(struct cx *cx, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM sessions WHERE id = $1 AND remembered = 1"),
                  cx->actor.session));
    *out = t.rows > 0;
    return OK;
}

enum status session_start_only(struct cx *cx, struct id person, const char *provider_session,
                               int64_t proved_at, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    struct id id = id_new(cx->now);
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO sessions (id, token_hash, person_id, signed_in_at,"
                           " seen_at, proved_at, agent, address, device, only_practice_id,"
                           " provider_session) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9,"
                           " $10)"),
                id, (const char *)hash, person, cx->now, proved_at,
                cx->actor.agent ? cx->actor.agent : "", cx->actor.address ? cx->actor.address : "",
                device_hash(cx), cx->actor.practice, provider_session));
    return known_device_note(cx, person, id);
}

enum status sessions_finish_only(struct cx *cx, struct id person, const char *provider_session,
                                 int64_t *ended)
{
    return db_change(cx, ended,
                     SQL_GLOBAL("UPDATE sessions SET ended_at = $4 WHERE only_practice_id = $1"
                                " AND only_practice_id <> '' AND ended_at IS NULL"
                                " AND ($2 = '' OR person_id = $2)"
                                " AND ($3 = '' OR provider_session = $3"
                                "  OR ($2 <> '' AND provider_session = ''))"),
                     cx->actor.practice, (const char *)person.text, provider_session, cx->now);
}

enum status session_prove(struct cx *cx, bool passkey)
{
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE sessions SET proved_at = $2, remembered = 0,"
                              " passkey_at = CASE WHEN $3 = 1 THEN $2 ELSE passkey_at END"
                              " WHERE id = $1"),
                   cx->actor.session, cx->now, passkey);
}

enum status session_passkey_since(struct cx *cx, int64_t since, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM sessions WHERE id = $1 AND passkey_at > $2"),
                  cx->actor.session, since));
    *out = t.rows > 0;
    return OK;
}

enum status session_finish(struct cx *cx, struct id session)
{
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE sessions SET ended_at = $2 WHERE id = $1"
                              " AND ended_at IS NULL"),
                   session, cx->now);
}

enum status sessions_finish_others(struct cx *cx, struct id person, struct id keep, int64_t *ended)
{
    return db_change(cx, ended,
                     SQL_GLOBAL("UPDATE sessions SET ended_at = $3 WHERE person_id = $1"
                                " AND ended_at IS NULL AND id <> $2"),
                     person, (const char *)keep.text, cx->now);
}

#define SESSION "id, signed_in_at, seen_at, ended_at, agent, address, device"

static struct session read_session(struct cx *cx, const struct table *t, size_t row)
{
    return (struct session){
        .id = cell_id(t, row, "id"),
        .signed_in_at = cell_int(t, row, "signed_in_at"),
        .seen_at = cell_int(t, row, "seen_at"),
        .agent = cell_text(t, row, "agent"),
        .address = cell_text(t, row, "address"),
        .device = cell_text(t, row, "device"),
        .current = id_same(cell_id(t, row, "id"), cx->actor.session),
        .over = cell_int(t, row, "ended_at") != 0,
    };
}

static enum status announce_end(struct cx *cx, struct id person)
{
    return announce_above(cx, EVENT_SESSION_ENDED, (struct about){ person, cx->actor.name }, NULL,
                          NULL);
}

enum status own_session_find(struct cx *cx, struct id session, struct session *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " SESSION " FROM sessions WHERE id = $1 AND person_id = $2"),
                  session, cx->actor.person));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such session.");
    *out = read_session(cx, &t, 0);
    return OK;
}

enum status own_session_finish(struct cx *cx, struct id session, struct session *out)
{
    TRY(own_session_find(cx, session, out));
    if (out->over) return OK;
    TRY(session_finish(cx, session));
    return announce_end(cx, cx->actor.person);
}

enum status own_sessions_finish_others(struct cx *cx, int64_t *ended)
{
    TRY(sessions_finish_others(cx, cx->actor.person, cx->actor.session, ended));
    TRY(remembered_end_all(cx, cx->actor.person));
    return *ended ? announce_end(cx, cx->actor.person) : OK;
}

enum status session_list(struct cx *cx, struct id person, struct session_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " SESSION " FROM sessions"
                             " WHERE person_id = $1 AND ended_at IS NULL AND signed_in_at > $2"
                             " AND waits_for <> 1"
                             " AND seen_at > $3 - 60000000 * COALESCE((SELECT min(g.idle_minutes)"
                             "  FROM users u JOIN practices g ON g.id = u.practice_id"
                             "  WHERE u.person_id = $1 AND u.status = 'active'), 30)"
                             " ORDER BY seen_at DESC, id LIMIT 100"),
                  person, cx->now - cx->setup->session_life, cx->now));
    out->n = t.rows;
    out->at = NEW_ARRAY(cx->mem, struct session, t.rows);
    const char *here = "";
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = read_session(cx, &t, i);
        if (out->at[i].current) here = out->at[i].device;
    }
    for (size_t i = 0; i < t.rows; i++)
        out->at[i].same_browser = *here && strcmp(out->at[i].device, here) == 0;
    return OK;
}

enum status sessions_entering(struct cx *cx, struct id person, int64_t since, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) AS n FROM sessions WHERE person_id = $1"
                             " AND ended_at IS NULL AND waits_for = 0"
                             " AND only_practice_id IN ('', $5)"
                             " AND signed_in_at > $2 AND signed_in_at > $3"
                             " AND seen_at > $4 - 60000000 * COALESCE((SELECT min(g.idle_minutes)"
                             "  FROM users u JOIN practices g ON g.id = u.practice_id"
                             "  WHERE u.person_id = $1 AND u.status = 'active'), 30)"),
                  person, cx->now - cx->setup->session_life, since, cx->now, cx->actor.practice));
    *out = table_number(&t);
    return OK;
}
