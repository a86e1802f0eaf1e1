/* later_test.c - changes whose answer nobody waits for, on PostgreSQL.
 *
 * They travel with the next question or with COMMIT, so that they failed is
 * noticed late, and must never be noticed too late. */
#include "db/connect.h"
#include "tests/support/engine.h"
#include "tests/support/practice.h"

static enum status write_down(struct cx *cx, const char *who, int64_t n)
{
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO tries (what, who, n, first_at, last_at)"
                              " VALUES ('later', $1, $2, 1, 1)"),
                   who, n);
}

static int64_t written(struct cx *cx)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM tries WHERE what = 'later'")) != OK)
        return -1;
    return table_number(&t);
}

static enum status count_written(struct cx *cx, void *out)
{
    *(int64_t *)out = written(cx);
    return OK;
}

static int64_t kept(struct cx *cx)
{
    int64_t n = -1;
    return db_transact(cx, false, count_written, &n) == OK ? n : -1;
}

/* What a try does, and how often there was one. */
struct trying {
    int64_t seen, trips, times;
    struct db *killer;
    bool killed, looks;
};

static enum status three_then_look(struct cx *cx, void *arg)
{
    struct trying *t = arg;
    int64_t before = db_trips(cx->db);
    TRY(write_down(cx, "a", 1));
    TRY(write_down(cx, "b", 2));
    TRY(write_down(cx, "c", 3));
    t->seen = written(cx);
    TRY(write_down(cx, "d", 4));
    t->trips = db_trips(cx->db) - before;
    return OK;
}

static enum status forget_all(struct cx *cx, void *arg)
{
    (void)arg;
    return db_exec(cx, SQL_GLOBAL("DELETE FROM tries WHERE what = 'later'"));
}

TEST_POSTGRES(changes_travel_with_the_next_question_and_with_the_commit)
{
    struct trying t = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, three_then_look, &t) == OK);
    CHECK_INT(t.seen, 3);
    CHECK_INT(kept(cx), 4);
    CHECK(db_transact(cx, true, forget_all, NULL) == OK);
    CHECK_INT(kept(cx), 0);
    int64_t before = db_trips(cx->db); /* all is prepared now */
    CHECK(db_transact(cx, true, three_then_look, &t) == OK);
    CHECK_INT(t.trips, 1);                   /* BEGIN, three changes, a question */
    CHECK_INT(db_trips(cx->db) - before, 2); /* and the fourth, with COMMIT */
    CHECK_INT(kept(cx), 4);
}

static enum status same_twice(struct cx *cx, void *arg)
{
    struct trying *t = arg;
    t->times++;
    TRY(write_down(cx, "a", 1));
    TRY(write_down(cx, "b", 1));
    return write_down(cx, "a", 2); /* OK: nobody knows yet */
}

TEST_POSTGRES(a_change_that_fails_last_keeps_the_commit_from_being_done)
{
    struct trying t = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, same_twice, &t) == CONFLICT);
    CHECK_TEXT(cx->reason, "exists");
    CHECK_INT(t.times, 2); /* with fresh eyes it could have been another's */
    CHECK_INT(kept(cx), 0);
    CHECK(db_transact(cx, true, three_then_look, &t) == OK); /* the connection is as good as new */
    CHECK_INT(kept(cx), 4);
}

static enum status fails_then_looks(struct cx *cx, void *arg)
{
    struct trying *t = arg;
    struct table none;
    t->times++;
    TRY(write_down(cx, "a", 1));
    TRY(write_down(cx, "a", 2));
    enum status status = db_select(cx, &none, SQL_GLOBAL("SELECT count(*) AS n FROM people"));
    t->seen = status;
    return OK; /* whoever ignores it does not get it committed */
}

TEST_POSTGRES(a_change_that_failed_fails_the_next_question)
{
    struct trying t = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, fails_then_looks, &t) != OK);
    CHECK_INT(t.seen, CONFLICT);
    CHECK_INT(kept(cx), 0);
}

static enum status gives_up(struct cx *cx, void *arg)
{
    (void)arg;
    TRY(write_down(cx, "a", 1));
    return fail(cx, FORBIDDEN, "no");
}

static enum status changes_none(struct cx *cx, void *arg)
{
    (void)arg;
    TRY(write_down(cx, "a", 1));
    return db_change_one(cx, "gone", SQL_GLOBAL("UPDATE tries SET n = 9 WHERE what = 'none'"));
}

TEST_POSTGRES(who_gives_up_leaves_nothing_behind)
{
    practice_begin(cx);
    CHECK(db_transact(cx, true, gives_up, NULL) == FORBIDDEN);
    CHECK_INT(kept(cx), 0);
    CHECK(db_transact(cx, true, changes_none, NULL) == CONFLICT);
    CHECK_TEXT(cx->reason, "stale");
    CHECK_INT(kept(cx), 0);
}

/* Passes on that one row was changed, and goes on or not. */
static enum status expects_one(struct cx *cx, void *arg)
{
    struct trying *t = arg;
    TRY(write_down(cx, "a", 1));
    TRY(db_expect_one(cx, "gone", SQL_GLOBAL("UPDATE tries SET n = 9 WHERE what = 'none'")));
    if (t->looks) t->seen = written(cx);
    return OK; /* whoever ignores it does not get it committed */
}

TEST(what_changed_no_row_where_one_was_expected_is_never_committed)
{
    struct trying t = { 0 };
    practice_begin(cx);
    for (int i = 0; i < 4; i++) { /* the first ones prepare */
        t.looks = i % 2;
        enum status status = db_transact(cx, true, expects_one, &t);
        CHECK(status == CONFLICT || (t.looks && status == BROKEN));
        CHECK_TEXT(cx->reason, status == CONFLICT ? "stale" : NULL);
        CHECK_INT(kept(cx), 0);
    }
}

static enum status nothing(struct cx *cx, void *arg)
{
    (void)cx, (void)arg;
    return OK;
}

TEST_POSTGRES(who_changes_nothing_does_not_bother_the_server)
{
    practice_begin(cx);
    int64_t before = db_trips(cx->db);
    CHECK(db_transact(cx, true, nothing, NULL) == OK);
    CHECK_INT(db_trips(cx->db), before);
    CHECK_INT(kept(cx), 0);
}

/* Somebody ends the connection's process while changes are on their way. */
static enum status killed_once(struct cx *cx, void *arg)
{
    struct trying *t = arg;
    const struct pg *pg = cx->db->handle;
    const struct pg *killer = t->killer->handle;
    TRY(write_down(cx, "a", 1));
    if (written(cx) < 0) return AGAIN; /* the transaction has a number now */
    TRY(write_down(cx, "b", 1));
    if (t->times++) return OK;
    PGresult *r = pq.PQexec(
        killer->conn, arena_print(cx->mem, "SET ROLE NONE; SELECT pg_terminate_backend(%d, 5000)",
                                  pq.PQbackendPID(pg->conn)));
    t->killed = pq.PQresultStatus(r) == PGRES_TUPLES_OK && *pq.PQgetvalue(r, 0, 0) == 't';
    pq.PQclear(r);
    return OK;
}

TEST_POSTGRES(what_is_lost_on_its_way_is_done_once_and_once_only)
{
    struct trying t = { 0 };
    practice_begin(cx);
    struct db *own = cx->db;
    CHECK(db_open(cx, engine_share(cx, NULL), DB_READER, &t.killer) == OK);
    cx->db = t.killer;
    CHECK_INT(kept(cx), 0); /* it is connected */
    cx->db = own;
    CHECK(db_transact(cx, true, killed_once, &t) == OK);
    CHECK(t.killed);
    CHECK_INT(t.times, 2);
    CHECK_INT(kept(cx), 2);
    db_close(t.killer);
}
