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

/* One text for both engines.  SQLite has other names for types, and tables
 * that mind them; PostgreSQL shall sort and compare by bytes, as SQLite does. */
static const char *for_engine(struct cx *cx, const char *text)
{
    bool sqlite = cx->db->driver->engine == SQLITE, table = false;
    char *out = arena_alloc(cx->mem, strlen(text) * 4 + 1), *to = out;
    for (const char *at = text; *at;) {
        if (word_at(at, "CREATE TABLE")) table = true;
        if (sqlite && word_at(at, "BIGINT")) {
            to = stpcpy(to, "INTEGER"), at += 6;
        } else if (sqlite && word_at(at, "BYTEA")) {
            to = stpcpy(to, "BLOB"), at += 5;
        } else if (sqlite && table && strncmp(at, "\n);", 3) == 0) {
            to = stpcpy(to, "\n) STRICT;"), at += 3, table = false;
        } else if (!sqlite && word_at(at, "TEXT")) {
            to = stpcpy(to, "TEXT COLLATE \"C\""), at += 4;
        } else {
            *to++ = *at++;
        }
    }
    return out;
}

static enum status apply(struct cx *cx, const struct migration *m)
{
    TRY(db_script(cx, for_engine(cx, m->text)));
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO schema_migrations (name, hash, at) VALUES ($1, $2, $3)"),
                   m->name, hash_of(cx, m->text), cx->now);
}

static enum status check_known(struct cx *cx, const struct table *t)
{
    for (size_t row = 0; row < t->rows; row++) {
        const char *name = cell_text(t, row, "name");
        if (row >= migrations_n || strcmp(migrations[row].name, name) != 0)
            return fail(
                cx, BROKEN,
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

enum status db_is_current(struct cx *cx, void *ignored)
{
    struct table t;
    (void)ignored;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT name, hash FROM schema_migrations ORDER BY name")));
    TRY(check_known(cx, &t));
    if (t.rows < migrations_n)
        return fail(cx, BROKEN, "the database lacks the change %s: 'linden db migrate' makes it",
                    migrations[t.rows].name);
    return OK;
}

static enum status migrate(struct cx *cx, void *arg)
{
    int *done = arg;
    struct table t;
    *done = 0;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT name, hash FROM schema_migrations ORDER BY name")));
    TRY(check_known(cx, &t));
    if (t.rows < migrations_n) TRY(cx->db->driver->wall(cx, false));
    for (size_t i = t.rows; i < migrations_n; i++, (*done)++) TRY(apply(cx, &migrations[i]));
    return cx->db->driver->wall(cx, true);
}

/* Programs that start at the same time stand in line: who comes second finds
 * all done. */
enum status db_migrate(struct cx *cx, int *done)
{
    const struct driver *driver = cx->db->driver;
    *done = 0;
    if (driver->line_up) {
        enum status status = driver->line_up(cx, true);
        if (status == AGAIN)
            return fail_because(cx, BROKEN, "down",
                                "another program is changing the tables of the"
                                " database");
        TRY(status);
    }
    enum status status =
        db_script(cx, for_engine(cx, "CREATE TABLE IF NOT EXISTS schema_migrations (\n"
                                     " name TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL,"
                                     " at BIGINT NOT NULL\n);"));
    if (status == OK) status = db_transact(cx, true, migrate, done);
    if (driver->line_up) (void)!driver->line_up(cx, false);
    return status;
}
