/* sqlite.c - the SQLite engine. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/driver.h"
#include "db/wall.h"

/* A prepared statement, kept for the life of the connection. */
struct statement {
    sqlite3_stmt *st;
    const char **names;
    size_t columns, values;
    uint64_t shape;                       /* see struct table */
    unsigned char at[DB_MOST_VALUES + 2]; /* $n is the at[n]-th parameter for SQLite */
    bool reads;
    size_t usual;       /* rows it had last time, up to MOST_USUAL */
    const char *target; /* see wall_text() */
};

enum {
    SECONDS = 5, /* to wait for another process that writes */
    MOST_USUAL = 64,
    WORDS = 7,    /* of transactions, kept behind the statements; see script() */
    STEPS = 1000, /* of SQLite's machine between two looks at the clock: some 30 us */
};

static sqlite3 *handle(struct cx *cx)
{
    return cx->db->handle;
}

const char *db_embedded(void)
{
    return sqlite3_libversion();
}

static size_t all_statements(void)
{
    return (size_t)(__stop_linden_sql - __start_linden_sql);
}

static enum status broken(struct cx *cx, const char *file, int line)
{
    int rc = sqlite3_extended_errcode(handle(cx));
    if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
        return fail(cx, CONFLICT, "This already exists.");
    if (cx->db->mode == DB_BRISK
        && ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_INTERRUPT)) {
        cx->db->late = true;
        return fail_because(cx, AGAIN, "late", "late");
    }
    if ((rc & 0xff) == SQLITE_BUSY) {
        cx->db->again = true;
        return fail_because(cx, AGAIN, "race", "busy");
    }
    if ((rc & 0xff) == SQLITE_FULL) cx->db->full = true;
    return fail(cx, BROKEN, "%s:%d: %s", file, line, sqlite3_errmsg(handle(cx)));
}

static enum status prepare(struct cx *cx, const struct sql *sql, struct statement *s)
{
    if (!sql_minds_practice(sql))
        return fail(cx, BROKEN, "%s:%d: the statement forgets the practice ($1)", sql->file,
                    sql->line);
    const char *text = wall_text(cx, cx->db->wall, sql->text, sql->global, &s->target);
    if (!text)
        return fail(cx, BROKEN, "%s:%d: the statement names a schema, or could", sql->file,
                    sql->line);
    wall_enter(cx->db->wall, NULL, sql->global, s->target);
    int rc = sqlite3_prepare_v3(handle(cx), text, -1, SQLITE_PREPARE_PERSISTENT, &s->st, NULL);
    wall_leave(cx->db->wall);
    if (rc != SQLITE_OK) return broken(cx, sql->file, sql->line);
    s->columns = (size_t)sqlite3_column_count(s->st);
    s->values = (size_t)sqlite3_bind_parameter_count(s->st);
    s->reads = sqlite3_stmt_readonly(s->st);
    s->shape = shape_new();
    s->names = calloc(s->columns + 1, sizeof *s->names);
    if (!s->names) abort();
    for (size_t i = 0; i < s->columns; i++)
        s->names[i] = strdup(sqlite3_column_name(s->st, (int)i));
    for (size_t i = 1; i <= DB_MOST_VALUES + 1; i++) {
        char name[24]; /* SQLite numbers by first use, we by name */
        snprintf(name, sizeof name, "$%zu", i);
        s->at[i] = (unsigned char)sqlite3_bind_parameter_index(s->st, name);
    }
    return OK;
}

static void forget(struct statement **kept)
{
    struct statement *s = *kept;
    if (!s) return;
    for (size_t i = 0; i < s->columns; i++) free((char *)s->names[i]);
    free(s->names);
    sqlite3_finalize(s->st);
    free(s);
    *kept = NULL;
}

/* Room for the i-th, made when it is asked for the first time: most connections
 * ask few of all statements. */
static struct statement *kept_at(struct cx *cx, size_t i)
{
    struct statement **all = cx->db->statements;
    if (!all[i] && !(all[i] = calloc(1, sizeof *all[i]))) abort();
    return all[i];
}

static enum status opened(struct cx *);

static enum status statement(struct cx *cx, const struct sql *sql, struct statement **out)
{
    TRY(opened(cx));
    size_t i = (size_t)(sql - __start_linden_sql);
    *out = kept_at(cx, i);
    if ((*out)->st) return OK;
    enum status status = prepare(cx, sql, *out);
    if (status != OK) forget((struct statement **)cx->db->statements + i);
    return status;
}

static void bind(sqlite3_stmt *st, int at, const struct value *v)
{
    switch (v->kind) {
    case VALUE_NULL: sqlite3_bind_null(st, at); break;
    case VALUE_INT: sqlite3_bind_int64(st, at, v->number); break;
    case VALUE_TEXT:
    case VALUE_ID: sqlite3_bind_text(st, at, value_string(v), -1, SQLITE_STATIC); break;
    case VALUE_BYTES: sqlite3_bind_blob64(st, at, v->bytes.at, v->bytes.n, SQLITE_STATIC); break;
    }
}

/* A value may be looked at directly: a connection belongs to one thread, see
 * configure().  Answers what its copy takes. */
static size_t look_at(struct cell *cell, sqlite3_value *value)
{
    switch (sqlite3_value_type(value)) {
    case SQLITE_NULL: *cell = (struct cell){ 0 }; return 0;
    case SQLITE_INTEGER:
        *cell = (struct cell){ .number = sqlite3_value_int64(value), .is_number = true };
        return 0;
    case SQLITE_BLOB: {
        const char *bytes = sqlite3_value_blob(value);
        *cell = (struct cell){ .text = bytes ? bytes : "", .number = sqlite3_value_bytes(value) };
        return (size_t)cell->number + 1;
    }
    default: {
        const char *text = (const char *)sqlite3_value_text(value);
        *cell = (struct cell){ .text = text ? text : "", .number = sqlite3_value_bytes(value) };
        return (size_t)cell->number + 1;
    }
    }
}

/* The texts of a row lie side by side, in one piece of memory. */
static void read_row(struct cx *cx, struct cell *cells, struct statement *s)
{
    size_t whole = 0;
    for (size_t i = 0; i < s->columns; i++)
        whole += look_at(&cells[i], sqlite3_column_value(s->st, (int)i));
    char *to = arena_take(cx->mem, whole + 1); /* some for rows without a text, too */
    for (struct cell *cell = cells; cell < cells + s->columns; cell++) {
        if (!cell->text) continue;
        cell->text = memcpy(to, cell->text, (size_t)cell->number);
        to += cell->number;
        *to++ = '\0'; /* bytes bring none */
    }
}

static void add_row(struct cx *cx, struct table *out, size_t *room, struct statement *s)
{
    if (out->rows == *room) {
        size_t wider = *room ? *room * 2 : s->usual > 4 ? s->usual : 4;
        struct cell *cells = arena_take(cx->mem, wider * out->columns * sizeof *cells);
        if (out->rows) memcpy(cells, out->cells, out->rows * out->columns * sizeof *cells);
        out->cells = cells;
        *room = wider;
    }
    read_row(cx, out->cells + out->rows++ * out->columns, s);
}

/* A statement of a practice sees the rows of the one that is bound as $1. */
static int step(struct cx *cx, const struct sql *sql, struct statement *s,
                const struct value *values)
{
    struct wall *wall = cx->db->wall;
    wall_enter(wall, sql->global ? NULL : value_string(&values[0]), sql->global, s->target);
    int rc = sqlite3_step(s->st);
    wall_leave(wall);
    return rc;
}

static enum status run(struct cx *cx, struct table *out, row_function *each, void *arg,
                       const struct sql *sql, const struct value *values, size_t n,
                       int64_t *changed)
{
    struct statement *s;
    size_t room = 0;
    int rc;

    TRY(statement(cx, sql, &s));
    if (!s->reads && !cx->db->writing)
        return fail(cx, BROKEN, "%s:%d: a page that only shows things tried to change one",
                    sql->file, sql->line);
    if (s->values != n)
        return fail(cx, BROKEN, "%s:%d: takes %zu values, not %zu", sql->file, sql->line, s->values,
                    n);
    for (size_t i = 0; i < n; i++) bind(s->st, s->at[i + 1], &values[i]);

    enum status status = OK;
    *out = (struct table){ .columns = s->columns, .names = s->names, .shape = s->shape };
    if (each) out->cells = NEW_ARRAY(cx->mem, struct cell, s->columns), out->rows = 1;
    while ((rc = step(cx, sql, s, values)) == SQLITE_ROW) {
        if (!each) {
            add_row(cx, out, &room, s);
            continue;
        }
        read_row(cx, out->cells, s);
        if ((status = each(cx, out, arg)) != OK) break;
    }
    if (status == OK && rc != SQLITE_DONE) status = broken(cx, sql->file, sql->line);
    if (!each) s->usual = out->rows < MOST_USUAL ? out->rows : MOST_USUAL;
    if (changed) *changed = s->reads ? 0 : sqlite3_changes64(handle(cx));
    sqlite3_reset(s->st);
    sqlite3_clear_bindings(s->st); /* they point into memory that will be gone */
    return status;
}

/* Statements that are kept have the names as they were. */
static enum status wall(struct cx *cx, bool up)
{
    if (!cx->db->handle) return OK; /* raised when the file is opened */
    struct statement **all = cx->db->statements;
    for (size_t i = 0; i < all_statements(); i++) forget(&all[i]);
    if (!up) return wall_lower(cx, cx->db->wall, handle(cx));
    return wall_raise(cx, cx->db->wall, handle(cx), cx->db->mode == DB_WRITER);
}

static enum status execute(struct cx *cx, const char *text)
{
    wall_enter(cx->db->wall, NULL, true, NULL);
    int rc = sqlite3_exec(handle(cx), text, NULL, NULL, NULL);
    wall_leave(cx->db->wall);
    return rc == SQLITE_OK ? OK : broken(cx, "script", 0);
}

/* A script that only changes rows, in words for above the wall, or NULL. */
static const char *rows_only(struct cx *cx, const char *text)
{
    static const char *const others[] = { "CREATE ", "ALTER ", "DROP ", "PRAGMA " };
    const char *target;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcasestr(text, others[i])) return NULL;
    return wall_text(cx, cx->db->wall, text, true, &target);
}

/* Transaction words come by often, so they are prepared once as well. */
static enum status script(struct cx *cx, const char *text)
{
    static const char *const words[WORDS] = { "BEGIN IMMEDIATE", "BEGIN",          "COMMIT",
                                              "ROLLBACK",        "SAVEPOINT mark", "RELEASE mark",
                                              "ROLLBACK TO mark" };

    TRY(opened(cx));
    if (strcmp(text, "BEGIN") == 0 && cx->db->writing) text = words[0];
    for (size_t i = 0; i < WORDS; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        sqlite3_stmt **st = &kept_at(cx, all_statements() + i)->st;
        if (!*st
            && sqlite3_prepare_v3(handle(cx), text, -1, SQLITE_PREPARE_PERSISTENT, st, NULL)
                   != SQLITE_OK)
            return broken(cx, text, 0);
        int rc = sqlite3_step(*st);
        enum status status = rc == SQLITE_DONE ? OK : broken(cx, text, 0);
        sqlite3_reset(*st);
        return status;
    }
    bool walled = cx->db->wall->n > 0;
    const char *above = walled ? rows_only(cx, text) : NULL;
    if (above) return execute(cx, above);
    if (walled) TRY(wall(cx, false));
    enum status status = execute(cx, text);
    if (walled && wall(cx, true) != OK) return BROKEN;
    return status;
}

static enum status check(struct cx *cx, const struct sql *sql)
{
    struct statement *s;
    return statement(cx, sql, &s);
}

static bool lost(struct db *db)
{
    return !db->handle || sqlite3_get_autocommit(db->handle);
}

static void reset(struct db *db)
{
    if (!db->handle) return;
    for (sqlite3_stmt *st = NULL; (st = sqlite3_next_stmt(db->handle, st));)
        if (sqlite3_stmt_busy(st)) sqlite3_reset(st);
}

static void shut(struct db *db)
{
    struct statement **all = db->statements;
    for (size_t i = 0; i < all_statements() + WORDS; i++) forget(&all[i]);
    sqlite3_close(db->handle);
    db->handle = NULL;
    wall_forget(db->wall);
}

static void close_handle(struct db *db)
{
    shut(db);
    free(db->statements);
    free(db->wall);
    free(db->path);
}

/* Nobody asks how much memory it uses, and each connection belongs to one
 * thread: without these two, threads wait for each other's bookkeeping. */
static void configure(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
}

static int look_at_clock(void *arg)
{
    const struct db *db = arg;
    return db_clock() > db->until;
}

/* A new database becomes one with a WAL while nobody else writes, and SQLite does not wait for
 * that: several programs may start at the same time. */
static enum status set_up(struct cx *cx)
{
    enum { TRIES = 300 }; /* in half a minute */
    static const char writer[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                 "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
                                 "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"
                                 "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;"
                                 "PRAGMA journal_size_limit = 67108864";
    /* Each commit of somebody else empties a reader's cache, so that measuring each cell of each
     * page anew was an eighth of what a page costs.  It keeps what is broken from spreading, and
     * readers write nothing; the writer measures, and so do copies and checks of all there is. */
    static const char reader[] = "PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
                                 "PRAGMA mmap_size = 0; PRAGMA cache_size = -4000";
    static const char patient[] = "PRAGMA cell_size_check = ON";
    if (cx->db->mode != DB_WRITER) {
        TRY(execute(cx, reader));
        return cx->db->patient ? execute(cx, patient) : OK;
    }
    enum status status = execute(cx, writer);
    for (int i = 1; status == AGAIN && i < TRIES; i++) {
        sqlite3_sleep(100);
        status = execute(cx, writer);
    }
    cx->db->again = false;
    return status;
}

/* The file, and the wall around what is in it. */
static enum status open_file(struct cx *cx)
{
    struct db *db = cx->db;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    enum status status = OK;
    if (sqlite3_open_v2(db->path, (sqlite3 **)&db->handle, flags, NULL) != SQLITE_OK)
        status = fail(cx, BROKEN, "%s: %s", db->path, sqlite3_errmsg(db->handle));
    sqlite3_busy_timeout(db->handle, SECONDS * 1000);
    /* A plan is made once, not anew for every pattern that is bound to a LIKE. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    if (status == OK) status = set_up(cx);
    if (status == OK) wall_attach(db->wall, db->handle);
    if (status == OK) status = wall(cx, true);
    sqlite3_db_release_memory(db->handle); /* the schema has been read; its pages need not stay */
    if (status == OK && db->mode != DB_WRITER) status = execute(cx, "PRAGMA query_only = ON");
    if (status == OK && db->mode == DB_BRISK) {
        sqlite3_busy_timeout(db->handle, 0);
        sqlite3_progress_handler(db->handle, STEPS, look_at_clock, db);
    }
    if (status != OK) shut(db);
    return status;
}

static enum status opened(struct cx *cx)
{
    return cx->db->handle ? OK : open_file(cx);
}

enum status sqlite_open(struct cx *cx, struct db *db, const char *path)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure);
    static const struct driver driver = { SQLITE, run,   script,       wall, check,
                                          lost,   reset, close_handle, NULL };
    struct db *before = cx->db;
    db->driver = &driver;
    db->path = strdup(path);
    db->statements = calloc(all_statements() + WORDS, sizeof(struct statement *));
    db->wall = calloc(1, sizeof *db->wall);
    if (!db->path || !db->statements || !db->wall) abort();
    /* Each connection keeps half a megabyte of what the tables are: one that may never be
     * asked waits for its first question. */
    if (db->mode == DB_READER && !db->patient) return OK;
    cx->db = db;
    enum status status = open_file(cx);
    cx->db = before;
    return status;
}
