/* begin_test.c - a connection to PostgreSQL on which a transaction could not begin. */
#include "db/connect.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

static enum status count_users(struct cx *cx, void *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM users")));
    *(int64_t *)out = table_number(&t);
    return OK;
}

/* Somebody works alone for longer than the others wait. */
TEST_POSTGRES(who_could_not_begin_can_begin_once_the_way_is_free)
{
    struct db *alone, *other;
    int64_t n = 0;
    practice_begin(cx);
    alone = cx->db;
    const char *hasty =
        arena_print(cx->mem, "%s&options=-c%%20lock_timeout%%3D50ms", engine_share(cx, NULL));
    CHECK(db_open(cx, hasty, DB_WRITER, &other) == OK);
    cx->db->alone = true;
    CHECK(db_begin(cx, true) == OK);
    cx->db = other;
    CHECK(db_begin(cx, true) == AGAIN);
    CHECK_TEXT(cx->reason, "race");
    CHECK(db_transact(cx, true, count_users, &n) == AGAIN);
    CHECK_TEXT(cx->reason, "race");
    cx->db = alone;
    db_rollback(cx);
    cx->db->alone = false;
    cx->db = other;
    CHECK(db_transact(cx, true, count_users, &n) == OK);
    CHECK_INT(n, 8);
    CHECK(db_transact(cx, false, count_users, &n) == OK);
    cx->db = alone;
    db_close(other);
}

static const struct sql *question(void)
{
    return SQL_GLOBAL("SELECT count(*) AS n FROM people WHERE id <> '-'");
}

static enum status ask_question(struct cx *cx, void *arg)
{
    struct table t;
    (void)arg;
    return db_run(cx, &t, question(), NULL, 0);
}

/* A request may end for want of memory while a statement is being prepared. */
TEST_POSTGRES(a_statement_that_the_server_knows_and_we_do_not_is_prepared_anew)
{
    practice_begin(cx);
    struct pg *pg = cx->db->handle;
    const char *text =
        arena_print(cx->mem, "PREPARE s%d AS SELECT 1", (int)(question() - __start_linden_sql));
    pq.PQclear(pq.PQexec(pg->conn, text));
    CHECK(db_transact(cx, false, ask_question, NULL) == OK);
}
