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
 * that mind them; PostgreSQL shall sort and compare by bytes, as SQLite does.
 * What only one of them is to read stands in a remark that begins with its name.
 * What SQLite can make of a row's columns at any time it need not store. */
static const char *for_engine(struct cx *cx, const char *text)
{
    bool sqlite = cx->db->driver->engine == SQLITE, table = false;
    const char *mine = sqlite ? "/*sqlite" : "/*postgres";
    char *out = arena_alloc(cx->mem, strlen(text) * 4 + 1), *to = out;
    for (const char *at = text; *at;) {
        if (word_at(at, "CREATE TABLE")) table = true;
        if (sqlite && word_at(at, "BIGINT")) {
            to = stpcpy(to, "INTEGER"), at += 6;
        } else if (sqlite && word_at(at, "BYTEA")) {
            to = stpcpy(to, "BLOB"), at += 5;
        } else if (sqlite && word_at(at, "STORED")) {
            to = stpcpy(to, "VIRTUAL"), at += 6;
        } else if (strncmp(at, mine, strlen(mine)) == 0) {
            at += strlen(mine);
            while (strncmp(at, "*/", 2) != 0) *to++ = *at++;
            at += 2;
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

/* --- old programs and new tables ------------------------------------------------- */

/* The change a program must know to go on with the tables that this one leaves. */
static const char *oldest_for(struct cx *cx, const struct migration *m)
{
    static const char mark[] = "-- goes with ";
    const char *named = m->text + strlen(mark);
    if (strncmp(m->text, mark, strlen(mark)) != 0) return m->name;
    return arena_copy(cx->mem, named, strcspn(named, " .,:;\n"));
}

static bool before(const struct migration *m, const char *name)
{
    for (const struct migration *earlier = migrations; earlier < m; earlier++)
        if (strcmp(earlier->name, name) == 0) return true;
    return false;
}

const char *migrations_newest(void)
{
    return migrations[migrations_n - 1].name;
}

enum status migrations_too_new(struct cx *cx, const char *name)
{
    return fail_because(
        cx, BROKEN, "setup",
        "This database was made by a newer version of Linden (it has the change %s)."
        " Use that version, or restore an older backup.",
        name);
}

/* Whoever works on the tables now must be able to go on with those that come. */
static enum status check_others(struct cx *cx, size_t first)
{
    const char *oldest = "";
    for (const struct migration *m = &migrations[first]; m < migrations + migrations_n; m++) {
        const char *name = oldest_for(cx, m);
        if (name != m->name && !before(m, name))
            return fail(cx, BROKEN, "The change %s goes with %s, which was never made.", m->name,
                        name);
        if (strcmp(name, oldest) > 0) oldest = name;
    }
    return first && cx->db->driver->nobody_before ? cx->db->driver->nobody_before(cx, oldest) : OK;
}

/* --- applying -------------------------------------------------------------------- */

static enum status apply(struct cx *cx, const struct migration *m)
{
    TRY(db_script(cx, for_engine(cx, m->text)));
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO schema_migrations (name, hash, oldest, at)"
                              " VALUES ($1, $2, $3, $4)"),
                   m->name, hash_of(cx, m->text), oldest_for(cx, m), cx->now);
}

static enum status check_known(struct cx *cx, const struct table *t)
{
    for (size_t row = 0; row < t->rows; row++) {
        const char *name = cell_text(t, row, "name");
        bool later = row >= migrations_n;
        if (later ? strcmp(cell_text(t, row, "oldest"), migrations_newest()) > 0
                  : strcmp(migrations[row].name, name) != 0)
            return migrations_too_new(cx, name);
        if (!later && strcmp(hash_of(cx, migrations[row].text), cell_text(t, row, "hash")) != 0)
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
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT name, hash, oldest FROM schema_migrations ORDER BY name")));
    TRY(check_known(cx, &t));
    if (t.rows < migrations_n)
        return fail(cx, BROKEN, "the database lacks the change %s: 'linden db migrate' makes it",
                    migrations[t.rows].name);
    return OK;
}

enum status db_is_ours(struct cx *cx, void *ignored)
{
    struct table t;
    TRY(db_is_current(cx, ignored));
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT max(name) AS last FROM schema_migrations")));
    const char *last = cell_text(&t, 0, "last");
    return strcmp(last, migrations_newest()) == 0 ? OK : migrations_too_new(cx, last);
}

static enum status migrate(struct cx *cx, void *arg)
{
    int *done = arg;
    struct table t;
    *done = 0;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT name, hash, oldest FROM schema_migrations ORDER BY name")));
    TRY(check_known(cx, &t));
    if (t.rows < migrations_n) {
        TRY(check_others(cx, t.rows));
        TRY(cx->db->driver->wall(cx, false));
    }
    for (size_t i = t.rows; i < migrations_n; i++, (*done)++) TRY(apply(cx, &migrations[i]));
    return cx->db->driver->wall(cx, true);
}

/* The words of a server that does not let its user make tables, or NULL. */
static const char *not_allowed(const struct cx *cx)
{
    const char *code = cx->message ? strstr(cx->message, " 42501: ") : NULL;
    return code ? code + strlen(" 42501: ") : NULL;
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
                                     " oldest TEXT NOT NULL, at BIGINT NOT NULL\n);"));
    if (status == BROKEN && not_allowed(cx))
        status = fail_because(cx, BROKEN, "setup",
                              "the user may not make tables in the database (%s)", not_allowed(cx));
    if (status == OK) status = db_transact(cx, true, migrate, done);
    if (status == AGAIN)
        status = fail_because(cx, BROKEN, "down",
                              "others use the tables of the database all the time, so that they"
                              " cannot be changed");
    if (driver->line_up) (void)!driver->line_up(cx, false);
    return status;
}
