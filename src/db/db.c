/* db.c - the part of the database layer all engines share. */
#include "db/db.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db/driver.h"

bool db_is_shared(const char *where)
{
    return strncmp(where, "postgres://", 11) == 0 || strncmp(where, "postgresql://", 13) == 0;
}

static const char *path_of(const char *where)
{
    return strncmp(where, "sqlite:", 7) == 0 ? where + 7 : NULL;
}

const char *db_where_wrong(struct arena *mem, const char *where)
{
    if (db_is_shared(where)) return postgres_wrong(mem, where);
    const char *path = path_of(where);
    return path && *path ? NULL : "this is neither postgres://… nor sqlite:PATH";
}

const char *db_name(struct cx *cx, const char *where)
{
    return path_of(where) ? path_of(where) : postgres_name(cx, where);
}

enum status db_open(struct cx *cx, const char *where, enum db_mode mode, struct db **out)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db) abort();
    db->mode = mode & ~(unsigned)DB_PATIENT;
    db->patient = mode & DB_PATIENT;
    enum status status = path_of(where) ? sqlite_open(cx, db, path_of(where))
                         : db_is_shared(where)
                             ? postgres_open(cx, db, where)
                             : fail(cx, BROKEN, "this is not the address of a database");
    *out = status == OK ? db : NULL;
    if (status != OK) db_close(db);
    return status;
}

void db_connect(struct db *db)
{
    if (!db->driver->line_up) return;
    struct cx cx = { .mem = arena_new(1 << 16), .db = db };
    if (db_begin(&cx, false) == OK) db_rollback(&cx);
    arena_free(cx.mem);
}

void db_close(struct db *db)
{
    if (!db) return;
    if (db->driver) db->driver->close(db);
    free(db);
}

enum status db_script(struct cx *cx, const char *text)
{
    return cx->db->driver->script(cx, text);
}

enum status db_begin(struct cx *cx, bool writing)
{
    cx->db->writing = writing;
    db_forget_written(cx->db);
    cx->db->doomed = cx->db->full = cx->db->again = cx->db->collided = cx->db->late = false;
    if (cx->db->mode == DB_BRISK) cx->db->until = db_clock() + DB_BRISK_US;
    return db_script(cx, "BEGIN");
}

/* PostgreSQL gives up a transaction after the first failed statement, SQLite
 * does not.  We always do, so code that works on one works on the other. */
enum status db_commit(struct cx *cx)
{
    if (cx->db->doomed) return fail(cx, BROKEN, "a failed statement was ignored");
    return db_script(cx, "COMMIT");
}

void db_rollback(struct cx *cx)
{
    cx->db->until = INT64_MAX; /* going back is never late */
    cx->db->gathering = false;
    cx->db->driver->reset(cx->db);
    if (!cx->db->driver->lost(cx->db))
        (void)!db_script(cx, "ROLLBACK"); /* nothing better to do if this fails */
    cx->db->doomed = false;
}

enum status db_mark(struct cx *cx)
{
    cx->db->doomed = false;
    return db_script(cx, "SAVEPOINT mark");
}

enum status db_release(struct cx *cx)
{
    if (cx->db->doomed) return fail(cx, BROKEN, "a failed statement was ignored");
    return db_script(cx, "RELEASE mark");
}

enum status db_back(struct cx *cx)
{
    cx->db->driver->reset(cx->db);
    if (db_lost(cx->db) || cx->db->again) return BROKEN;
    TRY(db_script(cx, "ROLLBACK TO mark"));
    cx->db->doomed = false;
    return db_script(cx, "RELEASE mark");
}

void db_tell(struct cx *cx)
{
    cx->db->told |= !cx->db->gathering; /* nothing has happened in a run that does not count */
}

bool db_lost(struct db *db)
{
    return db->driver->lost(db);
}

bool db_full(struct db *db)
{
    return db->full;
}

bool db_late(struct db *db)
{
    return db->late;
}

enum status db_take_time(struct cx *cx)
{
    if (cx->db->mode != DB_BRISK) return OK;
    cx->db->late = true;
    return fail_because(cx, AGAIN, "late", "late");
}

int64_t db_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* "$1" and not "$10", nor inside a literal. */
bool sql_minds_practice(const struct sql *sql)
{
    bool quoted = false;
    for (const char *at = sql->text; *at; at++) {
        if (*at == '\'') quoted = !quoted;
        if (!quoted && at[0] == '$' && at[1] == '1' && (at[2] < '0' || at[2] > '9')) return true;
    }
    return sql->global;
}

enum status db_check(struct cx *cx, const struct sql *sql)
{
    return cx->db->driver->check(cx, sql);
}

static enum status run(struct cx *cx, struct table *out, row_function *each, void *arg,
                       const struct sql *sql, const struct value *values, size_t n,
                       int64_t *changed)
{
    struct value all[DB_MOST_VALUES + 1];
    size_t used = 0;

    if (n > DB_MOST_VALUES) return fail(cx, BROKEN, "%s:%d: too many values", sql->file, sql->line);
    if (!sql->global) {
        if (!id_some(cx->actor.practice))
            return fail(cx, BROKEN, "%s:%d: no practice", sql->file, sql->line);
        all[used++] = value_id(cx->actor.practice);
    }
    if (n) memcpy(all + used, values, n * sizeof *values);
    if (cx->db->gathering) {
        bool done;
        TRY(db_try(cx, out, each, sql, all, used + n, changed, &done));
        if (done) return OK;
    }
    if (cx->db->writing && sql_changes(sql)) db_note_written(cx->db, sql);
    enum status status = cx->db->driver->run(cx, out, each, arg, sql, all, used + n, changed);
    if (status != OK) cx->db->doomed = true;
    return status;
}

int64_t db_trips(const struct db *db)
{
    return db->trips;
}

enum status db_run(struct cx *cx, struct table *out, const struct sql *sql,
                   const struct value *values, size_t n)
{
    return run(cx, out, NULL, NULL, sql, values, n, NULL);
}

enum status db_run_changed(struct cx *cx, int64_t *changed, const struct sql *sql,
                           const struct value *values, size_t n)
{
    struct table ignored;
    return run(cx, &ignored, NULL, NULL, sql, values, n, changed);
}

enum status db_run_one(struct cx *cx, const char *message, const struct sql *sql,
                       const struct value *values, size_t n)
{
    int64_t changed = 0;
    TRY(db_run_changed(cx, &changed, sql, values, n));
    return changed == 1 ? OK : fail_because(cx, CONFLICT, "stale", "%s", message);
}

enum status db_run_expecting(struct cx *cx, const char *message, const struct sql *sql,
                             const struct value *values, size_t n)
{
    struct db *db = cx->db;
    struct table ignored;
    if (!db->later || !db->driver->known) return db_run_one(cx, message, sql, values, n);
    db->expected = message;
    enum status status = run(cx, &ignored, NULL, NULL, sql, values, n, NULL);
    db->expected = NULL;
    return status;
}

enum status db_walk(struct cx *cx, row_function *each, void *arg, const struct sql *sql,
                    const struct value *values, size_t n)
{
    struct table ignored;
    return run(cx, &ignored, each, arg, sql, values, n, NULL);
}

uint64_t shape_new(void)
{
    static _Atomic uint64_t shapes = 1;
    return atomic_fetch_add(&shapes, 1);
}

size_t cell_column(const struct table *t, const char *column, struct cell_hint *hint)
{
    size_t at = 0;
    if (db_is_missing(t)) return 0;
    while (at < t->columns && strcmp(t->names[at], column) != 0) at++;
    if (at == t->columns) {
        fprintf(stderr, "linden: a reader asks for the column '%s' that nobody selected\n", column);
        abort();
    }
    *hint = (struct cell_hint){ t->shape, at };
    return at;
}

int64_t cell_number(const struct cell *cell)
{
    if (cell->is_number) return cell->number;
    return cell->text ? strtoll(cell->text, NULL, 10) : 0;
}

int64_t table_number(const struct table *t)
{
    return t->rows ? cell_number(&t->cells[0]) : 0;
}
