/* recovery.c - see recovery.h */
#include "app/second_step/recovery.h"

#include <sodium.h>
#include <string.h>

#include "base/secret.h"
#include "db/db.h"

/* Crockford's alphabet: nothing in it is taken for something else. */
static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";

static const char *new_code(struct cx *cx)
{
    unsigned char bytes[RECOVERY_LETTERS];
    char *out = arena_alloc(cx->mem, RECOVERY_LETTERS + 1);
    randombytes_buf(bytes, sizeof bytes);
    for (int i = 0; i < RECOVERY_LETTERS; i++) out[i] = letters[bytes[i] & 31];
    out[RECOVERY_LETTERS] = '\0';
    return out;
}

static enum status keep(struct cx *cx, const char *code)
{
    char hash[SECRET_SIZE];
    secret_hash(code, hash);
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO recovery_codes (person_id, code_hash, created_at)"
                              " VALUES ($1, $2, $3)"),
                   cx->actor.person, (const char *)hash, cx->now);
}

enum status recovery_codes_new(struct cx *cx, struct recovery_codes *out)
{
    TRY(recovery_codes_drop(cx, cx->actor.person));
    for (out->n = 0; out->n < RECOVERY_CODES; out->n++) {
        const char *code = new_code(cx);
        TRY(keep(cx, code));
        out->at[out->n] =
            arena_print(cx->mem, "%.4s-%.4s-%.4s-%.4s", code, code + 4, code + 8, code + 12);
    }
    return OK;
}

enum status recovery_codes_drop(struct cx *cx, struct id person)
{
    return db_exec(cx, SQL_GLOBAL("DELETE FROM recovery_codes WHERE person_id = $1"), person);
}

/* What people read for another letter, and write so. */
static const char *meant(struct cx *cx, const char *code)
{
    char *out = arena_copy(cx->mem, code, strlen(code));
    for (char *c = out; *c; c++) *c = *c == 'o' ? '0' : *c == 'i' || *c == 'l' ? '1' : *c;
    return out;
}

enum status recovery_code_use(struct cx *cx, struct id person, const char *code, bool *used)
{
    char hash[SECRET_SIZE];
    int64_t changed;
    secret_hash(meant(cx, code), hash);
    TRY(db_change(cx, &changed,
                  SQL_GLOBAL("UPDATE recovery_codes SET used_at = $3 WHERE person_id = $1"
                             " AND code_hash = $2 AND used_at IS NULL"),
                  person, (const char *)hash, cx->now));
    *used = changed == 1;
    return OK;
}

/* The next word as it is stored; NULL for what is no code as the page shows them. */
static const char *plain(struct cx *cx, const char *word)
{
    char *out = arena_alloc(cx->mem, RECOVERY_LETTERS + 1), *to = out;
    for (int i = 0; i < RECOVERY_SHOWN; i++) {
        bool hyphen = i % 5 == 4;
        if (hyphen ? word[i] != '-' : !word[i] || !strchr(letters, word[i])) return NULL;
        if (!hyphen) *to++ = word[i];
    }
    *to = '\0';
    return out;
}

static enum status is_own(struct cx *cx, const char *code, bool *own)
{
    struct table t;
    char hash[SECRET_SIZE];
    secret_hash(code, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT code_hash FROM recovery_codes WHERE person_id = $1"
                             " AND code_hash = $2"),
                  cx->actor.person, (const char *)hash));
    *own = t.rows == 1;
    return OK;
}

enum status recovery_codes_shown(struct cx *cx, const char *typed, struct recovery_codes *out)
{
    bool own = strlen(typed) == RECOVERY_CODES * (RECOVERY_SHOWN + 1) - 1;
    *out = (struct recovery_codes){ 0 };
    for (size_t i = 0; own && i < RECOVERY_CODES; i++) {
        const char *word = typed + i * (RECOVERY_SHOWN + 1), *code = plain(cx, word);
        own = code && (word[RECOVERY_SHOWN] == ' ' || i + 1 == RECOVERY_CODES);
        if (own) TRY(is_own(cx, code, &own));
        out->at[out->n++] = arena_copy(cx->mem, word, RECOVERY_SHOWN);
    }
    return own ? OK : fail(cx, NOT_FOUND, "There are no such codes.");
}
