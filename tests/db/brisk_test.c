/* brisk_test.c - a brisk connection reads, and gives up rather than keep others waiting. */
#include <sqlite3.h>

#include "db/driver.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

static const char *folder, *path;

static struct db *open_brisk(struct cx *cx)
{
    struct db *db;
    practice_begin(cx);
    folder = folder_new(cx);
    path = arena_print(cx->mem, "%s/db", folder);
    (void)engine_share(cx, path);
    CHECK(db_open(cx, arena_print(cx->mem, "sqlite:%s", path), DB_BRISK, &db) == OK);
    return db;
}

static void check_reads(struct cx *cx)
{
    struct table t;
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM people")) == OK);
    CHECK(table_number(&t) > 0);
    CHECK(db_commit(cx) == OK);
    CHECK(!db_late(cx->db));
}

TEST_SQLITE(a_brisk_connection_gives_up_what_takes_long_and_reads_on)
{
    struct db *before, *db = open_brisk(cx);
    struct table t;
    before = cx->db, cx->db = db;
    check_reads(cx);
    int64_t began = clock_now();
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                               " WHERE i < 1000000000) SELECT count(*) AS n FROM n"))
          == AGAIN);
    CHECK(db_late(db));
    CHECK(clock_now() - began < SECONDS(10));
    CHECK(db_commit(cx) != OK);
    db_rollback(cx);
    check_reads(cx);
    cx->db = before;
    db_close(db);
    folder_remove(folder);
}

/* The clock is looked at every so many steps of a statement, counted over all its runs: also in
 * the middle of a ROLLBACK, sooner or later. */
TEST_SQLITE(a_brisk_connection_gives_up_as_often_as_it_must)
{
    struct db *before, *db = open_brisk(cx);
    struct table t;
    before = cx->db, cx->db = db;
    for (int i = 0; i < 1200; i++) {
        CHECK(db_begin(cx, false) == OK);
        CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM people")) == OK);
        db->until = 0;
        db_rollback(cx);
    }
    check_reads(cx);
    cx->db = before;
    db_close(db);
    folder_remove(folder);
}

TEST_SQLITE(a_brisk_connection_waits_for_no_lock)
{
    struct db *before, *db = open_brisk(cx);
    sqlite3 *other;
    struct table t;
    before = cx->db, cx->db = db;
    CHECK(sqlite3_open(path, &other) == SQLITE_OK);
    CHECK(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK);
    int64_t began = clock_now();
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM people")) == AGAIN);
    CHECK(db_late(db));
    CHECK(clock_now() - began < SECONDS(3));
    db_rollback(cx);
    CHECK(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(other);
    check_reads(cx);
    cx->db = before;
    db_close(db);
    folder_remove(folder);
}

TEST_SQLITE(a_brisk_connection_changes_nothing)
{
    struct db *before, *db = open_brisk(cx);
    before = cx->db, cx->db = db;
    CHECK(db_begin(cx, true) != OK || db_exec(cx, SQL_GLOBAL("DELETE FROM tries")) != OK);
    db_rollback(cx);
    cx->db = before;
    db_close(db);
    folder_remove(folder);
}
