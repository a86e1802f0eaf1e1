/* remembered.c - see remembered.h */
#include "app/sessions/remembered.h"

#include "app/audit/event.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"

#define REMEMBERED "id, agent, since, used_at, ends_at"

static struct remembered read_row(const struct table *t, size_t row)
{
    return (struct remembered){
        .id = cell_id(t, row, "id"),
        .agent = cell_text(t, row, "agent"),
        .since = cell_int(t, row, "since"),
        .used_at = cell_int(t, row, "used_at"),
        .ends_at = cell_int(t, row, "ends_at"),
    };
}

enum status remembered_list(struct cx *cx, struct id person, struct remembered_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " REMEMBERED " FROM remembered_devices WHERE person_id = $1"
                             " AND ends_at > $2 ORDER BY since DESC, id LIMIT 100"),
                  person, cx->now));
    *out = (struct remembered_list){ t.rows, NEW_ARRAY(cx->mem, struct remembered, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

enum status remembered_make(struct cx *cx, struct id person, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO remembered_devices (id, person_id, token_hash, agent,"
                           " since, ends_at) VALUES ($1, $2, $3, $4, $5, $6)"),
                id_new(cx->now), person, (const char *)hash, cx->actor.agent ? cx->actor.agent : "",
                cx->now, cx->now + DAYS(REMEMBERED_DAYS)));
    return announce_above(cx, EVENT_DEVICE_REMEMBERED, (struct about){ person, cx->actor.name },
                          NULL, NULL);
}

enum status remembered_look(struct cx *cx, struct id person, const char *token, bool *out)
{
    struct table t;
    char hash[SECRET_SIZE];
    *out = false;
    if (!token || !secret_shape(token)) return OK;
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM remembered_devices WHERE token_hash = $1"
                             " AND person_id = $2 AND ends_at > $3"),
                  (const char *)hash, person, cx->now));
    *out = t.rows > 0;
    return OK;
}

enum status remembered_use(struct cx *cx, const char *token)
{
    char hash[SECRET_SIZE];
    secret_hash(token, hash);
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE remembered_devices SET used_at = $2 WHERE token_hash = $1"),
                   (const char *)hash, cx->now);
}

enum status own_remembered_end(struct cx *cx, struct id id, struct remembered *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " REMEMBERED " FROM remembered_devices WHERE id = $1"
                             " AND person_id = $2"),
                  id, cx->actor.person));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such browser.");
    *out = read_row(&t, 0);
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM remembered_devices WHERE id = $1"), id));
    return announce_above(cx, EVENT_DEVICE_FORGOTTEN,
                          (struct about){ cx->actor.person, cx->actor.name }, NULL, NULL);
}

enum status remembered_end_all(struct cx *cx, struct id person)
{
    return db_exec(cx, SQL_GLOBAL("DELETE FROM remembered_devices WHERE person_id = $1"), person);
}

enum status remembered_end_here(struct cx *cx)
{
    return db_exec(cx,
                   SQL_GLOBAL("DELETE FROM remembered_devices WHERE person_id IN"
                              " (SELECT u.person_id FROM users u WHERE u.practice_id = $1"
                              " AND u.status = 'active')"),
                   cx->actor.practice);
}
