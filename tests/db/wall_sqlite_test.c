/* wall_sqlite_test.c - the views around the tables: no way past them, and what they cost. */
#include <sqlite3.h>

#include "db/driver.h"
#include "db/wall.h"
#include "tests/support/practice.h"

static void refused(struct cx *cx, const struct sql *sql)
{
    struct table t = { 0 };
    act_as(cx, "north", "olga");
    CHECK(db_run(cx, &t, sql, NULL, 0) == BROKEN);
    if (failures) printf("  %s\n", sql->text);
    db_rollback(cx);
}
#define REFUSED(text) refused(cx, SQL(text))

TEST_SQLITE(no_name_leads_around_the_view)
{
    practice_begin(cx);
    REFUSED("SELECT count(*) FROM main.users WHERE $1 = $1");
    REFUSED("SELECT count(*) FROM MAIN.users WHERE $1 = $1");
    REFUSED("SELECT count(*) FROM \"main\".users WHERE $1 = $1");
    REFUSED("SELECT count(*) FROM [main].users WHERE $1 = $1");
    REFUSED("SELECT count(*) FROM main . users WHERE $1 = $1");
    REFUSED(
        "WITH users AS (SELECT * FROM \"main\".users) SELECT count(*) FROM users WHERE $1 = $1");
#define AS_TARGET(other)                                                          \
    REFUSED("UPDATE users SET title = (SELECT max(o.last_name) FROM " other " o)" \
            " WHERE practice_id = $1 AND id = 'u-ben'")
    AS_TARGET("main.users");
    AS_TARGET("main . users");
    AS_TARGET("main/**/.users");
    AS_TARGET("main /* ' */ /**/ .users");
    AS_TARGET("main--\n.users");
    AS_TARGET("`main`.users");
    AS_TARGET("\"main\".users");
    AS_TARGET("[main].users");
    AS_TARGET("Main.users");
    REFUSED("SELECT count(*) FROM sqlite_master WHERE $1 = $1");
    REFUSED("SELECT count(*) FROM pragma_table_info('users') WHERE $1 = $1");
    REFUSED("DELETE FROM \"users\" WHERE practice_id = $1");
    REFUSED("PRAGMA table_info($1)");
    REFUSED("CREATE TEMP TABLE mine AS SELECT * FROM users WHERE $1 = $1");
}

static enum status look_again(struct cx *cx, const struct table *row, void *arg)
{
    int64_t *rows = arg;
    (void)row;
    (*rows)++;
    CHECK(COUNT("SELECT count(*) FROM users") == 8);
    return OK;
}

TEST_SQLITE(a_walk_over_rows_goes_on_behind_the_wall)
{
    int64_t rows = 0;
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(db_each(cx, look_again, &rows, SQL("SELECT id FROM users WHERE $1 = $1")) == OK);
    CHECK_INT(rows, 6);
    db_rollback(cx);
}

TEST_SQLITE(without_a_statement_at_work_the_views_are_empty)
{
    sqlite3_stmt *st;
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(db_exec(cx, SQL("SELECT count(*) FROM users WHERE $1 = $1")) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM users"), 8);
    CHECK(sqlite3_prepare_v2(cx->db->handle, "SELECT count(*) FROM users", -1, &st, NULL)
          == SQLITE_OK);
    CHECK(sqlite3_step(st) == SQLITE_ROW);
    CHECK_INT(sqlite3_column_int(st, 0), 0);
    sqlite3_finalize(st);
    CHECK(sqlite3_prepare_v2(cx->db->handle, "SELECT count(*) FROM main.users", -1, &st, NULL)
          == SQLITE_AUTH);
    CHECK(sqlite3_exec(cx->db->handle, "DELETE FROM main.jobs", NULL, NULL, NULL) == SQLITE_AUTH);
}

/* The steps of the plan; names of tables and numbers of subqueries are others with views. */
static const char *plan(struct cx *cx, const struct sql *sql)
{
    sqlite3_stmt *st;
    const char *target, *lines = "";
    bool reads = strncmp(sql->text, "SELECT", 6) == 0;
    struct wall *wall = cx->db->wall;
    const char *text = wall_text(cx, wall, sql->text, sql->global, &target);
    wall_enter(wall, NULL, !wall->n, target);
    if (sqlite3_prepare_v2(cx->db->handle, arena_print(cx->mem, "EXPLAIN QUERY PLAN %s", text), -1,
                           &st, NULL)
        != SQLITE_OK)
        printf("  %s: %s\n", sql->text, sqlite3_errmsg(cx->db->handle)), failures++;
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(st, 3);
        const char *using = strstr(line, " USING "), *rest = using ? using + 7 : "";
        if (!reads && strncmp(rest, "COVERING ", 9) == 0) rest += 9;
        size_t kept = using ? strcspn(line, " ") : strcspn(line, "0123456789");
        lines = arena_print(cx->mem, "%s\n%.*s %s", lines, (int)kept, line, rest);
    }
    sqlite3_finalize(st);
    wall_leave(wall);
    return lines;
}

static bool has_line(const char *lines, const char *line, size_t n)
{
    for (const char *at = lines; *at; at += 1 + strcspn(at + 1, "\n"))
        if (strncmp(at, line, n) == 0 && (at[n] == '\n' || !at[n])) return true;
    return false;
}

/* Triggers make changes take their rows first, and foreign keys look at more
 * tables at an INSERT: through indexes. */
static bool same_plan(const char *with, const char *without, const struct sql *sql)
{
    bool inserts = strncmp(sql->text, "INSERT", 6) == 0;
    for (const char *at = with, *end; *at; at = end) {
        end = at + 1 + strcspn(at + 1, "\n");
        if (inserts && strncmp(at, "\nSEARCH ", 8) == 0) continue;
        if (!has_line(without, at, (size_t)(end - at))) return false;
    }
    return inserts || strlen(with) == strlen(without);
}

TEST_SQLITE(the_wall_changes_no_plan)
{
    size_t n = 0;
    practice_begin(cx);
    struct arena *kept = cx->mem;
    cx->mem = arena_new(1 << 20);
    for (const struct sql *sql = __start_linden_sql; sql < __stop_linden_sql; sql++) {
        if (strncmp(sql->file, "src/", 4) != 0 || sql->global) continue;
        arena_reset(cx->mem);
        const char *with = plan(cx, sql);
        CHECK(cx->db->driver->wall(cx, false) == OK);
        const char *without = plan(cx, sql);
        CHECK(cx->db->driver->wall(cx, true) == OK);
        CHECK(same_plan(with, without, sql));
        if (!same_plan(with, without, sql))
            printf("  %s:%d %s\n  with:%s\n  without:%s\n", sql->file, sql->line, sql->text, with,
                   without);
        n++;
    }
    CHECK(n > 75);
    arena_free(cx->mem);
    cx->mem = kept;
}
