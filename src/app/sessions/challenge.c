/* challenge.c - see challenge.h */
#include "app/sessions/challenge.h"

#include "base/secret.h"
#include "db/db.h"

enum status challenge_new(struct cx *cx, const char *purpose, const char *owner, const char **out)
{
    char *value = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(value);
    secret_hash(value, hash);
    *out = value;
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO challenges (hash, purpose, owner, created_at)"
                              " VALUES ($1, $2, $3, $4)"),
                   (const char *)hash, purpose, owner, cx->now);
}

enum status challenge_look(struct cx *cx, const char *purpose, const char *owner, const char *value,
                           int64_t life, enum challenge *out)
{
    char hash[SECRET_SIZE];
    struct table t;
    *out = CHALLENGE_UNKNOWN;
    if (!secret_shape(value)) return OK;
    secret_hash(value, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT used_at FROM challenges WHERE hash = $1 AND purpose = $2"
                             " AND owner = $3 AND (used_at > 0 OR created_at > $4)"),
                  (const char *)hash, purpose, owner, cx->now - life));
    if (t.rows) *out = cell_int(&t, 0, "used_at") ? CHALLENGE_USED : CHALLENGE_OPEN;
    return OK;
}

enum status challenge_use(struct cx *cx, const char *purpose, const char *owner, const char *value,
                          int64_t life, bool *used)
{
    char hash[SECRET_SIZE];
    int64_t changed = 0;
    *used = false;
    if (!secret_shape(value)) return OK;
    secret_hash(value, hash);
    TRY(db_change(cx, &changed,
                  SQL_GLOBAL("UPDATE challenges SET used_at = $5 WHERE hash = $1 AND purpose = $2"
                             " AND owner = $3 AND used_at = 0 AND created_at > $4"),
                  (const char *)hash, purpose, owner, cx->now - life, cx->now));
    *used = changed == 1;
    return OK;
}

enum status challenge_once(struct cx *cx, const char *purpose, const char *owner, const char *value,
                           bool *first)
{
    char hash[SECRET_SIZE];
    int64_t changed;
    secret_hash(ARENA_JOIN(cx->mem, purpose, " ", owner, " ", value), hash);
    TRY(db_change(cx, &changed,
                  SQL_GLOBAL("INSERT INTO challenges (hash, purpose, owner, created_at, used_at)"
                             " VALUES ($1, $2, $3, $4, $4) ON CONFLICT (hash) DO NOTHING"),
                  (const char *)hash, purpose, owner, cx->now));
    *first = changed == 1;
    return OK;
}
