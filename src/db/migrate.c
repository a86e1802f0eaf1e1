/* migrate.c - see migrations.h */
#include <sodium.h>
#include <string.h>

#include "db/driver.h"
#include "db/migrations.h"

static const char *hash_of(struct cx *cx, const char *text)
{
    unsigned char hash[16];
    char *hex = arena_alloc(cx->mem, sizeof hash * 2 + 1);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text, strlen(text), NULL, 0);
    return sodium_bin2hex(hex, sizeof hash * 2 + 1, hash, sizeof hash);
}

static bool word_at(const char *at, const char *word)
{
    size_t n = strlen(word);
    return strncmp(at, word, n) == 0 && (at[n] < 'A' || at[n] > 'Z');
}

/* One text for both engines; here it gets SQLite's names. */
static const char *for_sqlite(struct cx *cx, const char *text)
{
    char *out = arena_alloc(cx->mem, strlen(text) * 2 + 1), *to = out;
    bool table = false;
    for (const char *at = text; *at;) {
        if (word_at(at, "CREATE TABLE")) table = true;
        if (word_at(at, "BIGINT")) {
            to = stpcpy(to, "INTEGER"), at += 6;
        } else if (word_at(at, "BYTEA")) {
            to = stpcpy(to, "BLOB"), at += 5;
        } else if (table && strncmp(at, "\n);", 3) == 0) {
            to = stpcpy(to, "\n) STRICT;"), at += 3, table = false;
        } else {
            *to++ = *at++;
        }
    }
    return out;
}

static enum status apply(struct cx *cx, const struct migration *m)
{
    TRY(db_script(cx, for_sqlite(cx, m->text)));
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO schema_migrations (name, hash, at) VALUES ($1, $2, $3)"),
                   m->name, hash_of(cx, m->text), cx->now);
}

static enum status check_known(struct cx *cx, const struct table *t)
{
    for (size_t row = 0; row < t->rows; row++) {
        const char *name = cell_text(t, row, "name");
        if (row >= migrations_n || strcmp(migrations[row].name, name) != 0)
            return fail(cx, BROKEN,
                        "This database was made by a newer version of Linden (it has the change %s)."
                        " Use that version, or restore an older backup.",
                        name);
        if (strcmp(hash_of(cx, migrations[row].text), cell_text(t, row, "hash")) != 0)
            return fail(cx, BROKEN,
                        "The change %s in this database is not the one in this version of Linden.",
                        name);
    }
    return OK;
}

enum status db_migrate(struct cx *cx, int *done)
{
    struct table t;
    *done = 0;
    TRY(db_script(cx, "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT NOT NULL PRIMARY"
                      " KEY, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT"));
    TRY(db_begin(cx, true));
    enum status status =
        db_select(cx, &t, SQL_GLOBAL("SELECT name, hash FROM schema_migrations ORDER BY name"));
    if (status == OK) status = check_known(cx, &t);
    bool behind = status == OK && t.rows < migrations_n;
    if (behind) status = cx->db->driver->wall(cx, false);
    for (size_t i = status == OK ? t.rows : migrations_n; i < migrations_n && status == OK; i++) {
        status = apply(cx, &migrations[i]);
        (*done)++;
    }
    if (behind && status == OK) status = cx->db->driver->wall(cx, true);
    if (status == OK) status = db_commit(cx);
    if (status != OK) db_rollback(cx);
    return status;
}
