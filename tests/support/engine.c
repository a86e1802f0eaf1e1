/* engine.c - see engine.h */
#include "tests/support/engine.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/driver.h"
#include "db/migrations.h"
#include "db/wall.h"

static struct db *open_db, *template_db;

static void must(struct cx *cx, enum status status)
{
    if (status == OK) return;
    fprintf(stderr, "engine: %s\n", cx->message ? cx->message : "?");
    exit(1);
}

static const char *server(void)
{
    const char *url = getenv("LINDEN_TEST_DB");
    return url && *url ? url : NULL;
}

bool engine_is_postgres(void)
{
    return server() != NULL;
}

/* --- SQLite -------------------------------------------------------------------- */

static void copy_database(struct db *to, struct db *from)
{
    sqlite3_backup *copy = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    bool done = copy && sqlite3_backup_step(copy, -1) == SQLITE_DONE;
    if (sqlite3_backup_finish(copy) != SQLITE_OK || !done) exit(1);
}

static void fill_new(struct cx *cx, struct db *db, void (*fill)(struct cx *))
{
    int done;
    cx->db = db;
    must(cx, db_migrate(cx, &done));
    must(cx, db_begin(cx, true));
    fill(cx);
    must(cx, db_commit(cx));
}

/* The wall around its tables, as a number. */
static uint32_t wall_of(struct db *db)
{
    uint32_t sum = 0;
    sqlite3_stmt *st;
    wall_enter(db->wall, NULL, true, NULL);
    if (sqlite3_prepare_v2(db->handle, "SELECT sql FROM temp.sqlite_schema", -1, &st, NULL))
        exit(1);
    while (sqlite3_step(st) == SQLITE_ROW)
        for (const unsigned char *at = sqlite3_column_text(st, 0); *at; at++) sum = sum * 31 + *at;
    sqlite3_finalize(st);
    wall_leave(db->wall);
    return sum;
}

static void open_copy(struct cx *cx)
{
    must(cx, db_open(cx, "sqlite::memory:", DB_WRITER, &open_db));
    copy_database(open_db, template_db);
    cx->db = open_db;
    must(cx, open_db->driver->wall(cx, true)); /* its tables came in another way */
}

/* Faster than migrating and filling a database for every test.  A test may have
 * renamed tables, and SQLite then changes the wall with them: all is made anew. */
static void begin_sqlite(struct cx *cx, void (*fill)(struct cx *))
{
    static uint32_t stands;
    if (!template_db) {
        must(cx, db_open(cx, "sqlite::memory:", DB_WRITER, &template_db));
        fill_new(cx, template_db, fill);
        open_copy(cx);
        stands = wall_of(open_db);
    }
    if (wall_of(open_db) != stands) {
        db_close(open_db);
        open_copy(cx);
    }
    copy_database(open_db, template_db);
    cx->db = open_db;
}

/* --- PostgreSQL ------------------------------------------------------------------ */

static const char *named(struct cx *cx, const char *name)
{
    return arena_print(cx->mem, "%s&dbname=%s", server(), name);
}

static const char *create(struct cx *cx, const char *name)
{
    struct db *admin, *before = cx->db;
    must(cx, db_open(cx, named(cx, "postgres"), DB_WRITER, &admin));
    cx->db = admin;
    must(cx, db_script(cx, arena_print(cx->mem, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name)));
    must(cx, db_script(cx, arena_print(cx->mem, "CREATE DATABASE %s", name)));
    cx->db = before;
    db_close(admin);
    return named(cx, name);
}

static const char *own_name(struct cx *cx)
{
    return arena_print(cx->mem, "unit_%d", (int)getpid());
}

/* All rows of the template, once more, whatever the test left.  Columns that the
 * server makes of others are made again. */
static const char REMEMBER[] =
    "CREATE SCHEMA kept;"
    "DO $$ DECLARE t text; own text; again text := ''; BEGIN"
    " FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP"
    "  EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t);"
    "  SELECT string_agg(quote_ident(attname), ', ') INTO own FROM pg_attribute"
    "   WHERE attrelid = format('public.%I', t)::regclass AND attnum > 0 AND NOT attisdropped"
    "   AND attgenerated = '';"
    "  again := again || format('DELETE FROM public.%I; INSERT INTO public.%I (%s) SELECT %s FROM"
    "   kept.%I;', t, t, own, own, t);"
    " END LOOP;"
    " EXECUTE format('CREATE PROCEDURE kept.restore() LANGUAGE plpgsql AS %L',"
    "  'BEGIN SET LOCAL session_replication_role = replica; ' || again || ' END'); END $$";

/* A test may have taken tables away: then all is made anew. */
static void begin_postgres(struct cx *cx, void (*fill)(struct cx *))
{
    cx->db = open_db;
    if (open_db && db_script(cx, "CALL kept.restore()") != OK) {
        db_close(open_db);
        open_db = NULL;
    }
    if (!open_db) {
        must(cx, db_open(cx, create(cx, own_name(cx)), DB_WRITER, &open_db));
        fill_new(cx, open_db, fill);
        must(cx, db_script(cx, REMEMBER));
    }
    cx->db = open_db;
}

/* --- either ------------------------------------------------------------------------ */

void engine_begin(struct cx *cx, void (*fill)(struct cx *))
{
    if (server())
        begin_postgres(cx, fill);
    else
        begin_sqlite(cx, fill);
}

/* Of transactions on PostgreSQL: most forms are refused, and what they did is taken back. */
static int64_t committed(struct cx *cx)
{
    static int64_t n, looked_at;
    struct table t;
    must(cx, db_select(cx, &t,
                       SQL_GLOBAL("SELECT s.next, (SELECT count(*) FROM generate_series($1, s.next - 1)"
                                  " AS x (id) WHERE $1 > 0 AND pg_xact_status(CAST(CAST(x.id AS text)"
                                  " AS xid8)) <> 'aborted') AS n FROM (SELECT CAST(CAST("
                                  "pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"
                                  " AS next) AS s"),
                       looked_at));
    looked_at = cell_int(&t, 0, "next");
    return n += cell_int(&t, 0, "n");
}

int64_t engine_changes(struct cx *cx)
{
    return server() ? committed(cx) : sqlite3_total_changes64(open_db->handle);
}

const char *engine_share(struct cx *cx, const char *path)
{
    struct db file = { 0 };
    if (server()) return named(cx, own_name(cx));
    if (sqlite3_open(path, (sqlite3 **)&file.handle) != SQLITE_OK) exit(1);
    copy_database(&file, open_db);
    sqlite3_close(file.handle);
    return arena_print(cx->mem, "sqlite:%s", path);
}

const char *engine_empty(struct cx *cx, const char *path)
{
    if (server()) return create(cx, arena_print(cx->mem, "empty_%d", (int)getpid()));
    return arena_print(cx->mem, "sqlite:%s", path);
}

static const char *text_of_sqlite(struct cx *cx)
{
    struct table tables;
    enum { ROOM = 4 << 20 };
    char *all = arena_alloc(cx->mem, ROOM), *to = all;
    must(cx,
         db_select(cx, &tables, SQL_GLOBAL("SELECT name FROM sqlite_master WHERE type = 'table'")));
    for (size_t i = 0; i < tables.rows; i++) {
        sqlite3_stmt *rows;
        const char *every =
            arena_print(cx->mem, "SELECT * FROM main.\"%s\"", cell_text(&tables, i, "name"));
        wall_enter(cx->db->wall, NULL, true, NULL);
        if (sqlite3_prepare_v2(cx->db->handle, every, -1, &rows, NULL) != SQLITE_OK) exit(1);
        wall_leave(cx->db->wall);
        while (sqlite3_step(rows) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(rows); c++)
                if (sqlite3_column_text(rows, c))
                    to += snprintf(to, (size_t)(all + ROOM - to), "%s\n",
                                   (const char *)sqlite3_column_text(rows, c));
        sqlite3_finalize(rows);
    }
    return all;
}

const char *engine_all_text(struct cx *cx)
{
    struct table t;
    if (!server()) return text_of_sqlite(cx);
    must(cx, db_select(cx, &t,
                       SQL_GLOBAL("SELECT string_agg(CAST(query_to_xml(format('SELECT * FROM %I',"
                                  " tablename), true, false, '') AS text), '') AS everything"
                                  " FROM pg_tables WHERE schemaname = 'public'")));
    return cell_text(&t, 0, "everything");
}
