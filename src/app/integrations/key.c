/* key.c - see key.h */
#include "app/integrations/key.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/users/user.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/integrations/keys.text.h"

enum { TAIL = 4 };

const char *key_scope_words(struct cx *cx, const enum reach scope[AREA_COUNT])
{
    const char *all = "";
    for (enum area area = 0; area < AREA_COUNT; area++)
        if (scope[area])
            all = arena_print(cx->mem, "%s%s%s: %s", all, *all ? " · " : "", areas[area].label(cx),
                              reach_label(scope[area])(cx));
    return all;
}

static struct api_key read_row(struct cx *cx, const struct table *t, size_t row)
{
    const char *first = cell_text(t, row, "first_name"), *last = cell_text(t, row, "last_name");
    struct api_key key = {
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .user_name = *first ? arena_print(cx->mem, "%s %s", first, last) : last,
        .name = cell_text(t, row, "name"),
        .tail = cell_text(t, row, "tail"),
        .made_at = cell_int(t, row, "made_at"),
        .expires_at = cell_int(t, row, "expires_at"),
        .used_at = cell_int(t, row, "used_at"),
    };
    scope_read(cell_text(t, row, "scopes"), key.scope);
    key.own = id_same(key.user, cx->actor.user);
    key.over = key.expires_at <= cx->now;
    return key;
}

static bool sees(const struct cx *cx, struct id user)
{
    return may(&cx->actor, INTEGRATIONS_VIEW, &(struct subject){ cx->actor.practice, user }, NULL);
}

/* clang-format off */
#define KEYS                                                                                  \
    "SELECT k.id, k.user_id, k.name, k.tail, k.scopes, k.made_at, k.expires_at, k.used_at,"   \
    " u.first_name, u.last_name FROM api_keys k"                                              \
    " JOIN users u ON u.practice_id = k.practice_id AND u.id = k.user_id"                     \
    " WHERE k.practice_id = $1"
/* clang-format on */

enum status key_list(struct cx *cx, struct api_key_list *out)
{
    struct table t;
    bool others = sees(cx, (struct id){ "" });
    TRY(db_select(cx, &t,
                  SQL(KEYS " AND (k.user_id = $2 OR $3 = 1)"
                           " ORDER BY u.sort_key, u.id, k.made_at DESC, k.id DESC"),
                  cx->actor.user, others));
    *out = (struct api_key_list){ t.rows, NEW_ARRAY(cx->mem, struct api_key, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(cx, &t, i);
    return OK;
}

static enum status gate(struct cx *cx, struct id user)
{
    return allow(cx, INTEGRATIONS_EDIT, &(struct subject){ cx->actor.practice, user });
}

enum status keys_of(struct cx *cx, struct id user, int64_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM api_keys WHERE practice_id = $1 AND user_id = $2"
                      " AND expires_at > $3"),
                  user, cx->now));
    *n = table_number(&t);
    return OK;
}

static enum status check(struct cx *cx, const struct key_draft *d)
{
    int64_t n;
    bool some = false;
    for (enum area area = 0; area < AREA_COUNT; area++) some |= d->scope[area] != NONE;
    TRY(keys_of(cx, cx->actor.user, &n));
    if (!*d->name) field_fault(cx, "name", SAY(key_name_missing));
    if (n >= KEYS_MOST) field_fault(cx, "name", SAY(key_too_many, (int64_t)KEYS_MOST));
    if (!some) field_fault(cx, "scope", SAY(key_scope_missing));
    if (d->days < 1 || d->days > KEY_MOST_DAYS)
        field_fault(cx, "days", SAY(key_days_wrong, (int64_t)KEY_MOST_DAYS));
    return field_check(cx);
}

enum status key_make(struct cx *cx, const struct key_draft *d, const char **token)
{
    struct id id = id_new(cx->now);
    char secret[SECRET_SIZE], hash[SECRET_SIZE];
    struct changes changes = { 0 };
    TRY(gate(cx, cx->actor.user));
    TRY(check(cx, d));
    secret_token(secret);
    secret_hash(secret, hash);
    *token = arena_print(cx->mem, API_KEY_PREFIX "%s", secret);
    TRY(db_exec(cx,
                SQL("INSERT INTO api_keys (practice_id, id, user_id, name, token_hash, tail,"
                    " scopes, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                id, cx->actor.user, d->name, (const char *)hash,
                (const char *)(secret + strlen(secret) - TAIL), scope_write(cx->mem, d->scope),
                cx->now, cx->now + DAYS(d->days)));
    change_note(cx, &changes, SAY(key_reaches), "", key_scope_words(cx, d->scope));
    change_note(cx, &changes, SAY(key_expires), "", time_day(cx, cx->now + DAYS(d->days)));
    TRY(announce(cx, EVENT_API_KEY_MADE, (struct about){ id, d->name }, &changes, NULL));
    return enqueue(cx, JOB_letter_api_key, cx->actor.user, id.text);
}

static enum status key_find(struct cx *cx, struct id id, struct api_key *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(KEYS " AND k.id = $2"), id));
    if (t.rows) *out = read_row(cx, &t, 0);
    if (t.rows == 0 || !sees(cx, out->user)) return fail(cx, NOT_FOUND, "There is no such key.");
    return OK;
}

static enum status disable(struct cx *cx, const struct api_key *key)
{
    struct changes changes = { 0 };
    TRY(db_exec(cx, SQL("DELETE FROM api_answers WHERE practice_id = $1 AND key_id = $2"),
                key->id));
    TRY(db_exec(cx, SQL("DELETE FROM api_keys WHERE practice_id = $1 AND id = $2"), key->id));
    change_note(cx, &changes, SAY(key_whose), key->user_name, "");
    return announce(cx, EVENT_API_KEY_DISABLED, (struct about){ key->id, key->name }, &changes,
                    NULL);
}

enum status key_disable(struct cx *cx, struct id id)
{
    struct api_key key;
    TRY(key_find(cx, id, &key));
    TRY(gate(cx, key.user));
    return disable(cx, &key);
}

enum status keys_take_back(struct cx *cx, int64_t since)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(KEYS " AND k.user_id = $2 AND k.made_at >= $3 ORDER BY k.id"),
                  cx->actor.user, since));
    for (size_t i = 0; i < t.rows; i++) {
        struct api_key key = read_row(cx, &t, i);
        TRY(disable(cx, &key));
    }
    return OK;
}

static enum status delete_of(struct cx *cx, struct id user, int64_t *n)
{
    TRY(db_exec(cx,
                SQL("DELETE FROM api_answers WHERE practice_id = $1 AND key_id IN"
                    " (SELECT id FROM api_keys WHERE practice_id = $1 AND user_id = $2)"),
                user));
    return db_change(cx, n, SQL("DELETE FROM api_keys WHERE practice_id = $1 AND user_id = $2"),
                     user);
}

enum status keys_disable_of(struct cx *cx, struct id user, int64_t *n)
{
    struct user *u;
    TRY(gate(cx, user));
    TRY(user_find(cx, user, &u));
    TRY(delete_of(cx, u->id, n));
    if (*n == 0) return OK;
    return announce(cx, EVENT_API_KEYS_DISABLED, (struct about){ u->id, user_name(cx, u) }, NULL,
                    NULL);
}

/* A reaction: what ends somebody's access ends the keys. */
enum status keys_end(struct cx *cx, struct id user)
{
    int64_t n;
    return delete_of(cx, user, &n);
}
