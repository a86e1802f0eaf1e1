/* gather_test.c - a transaction that reads, in as few ways there and back as it can. */
#include <sys/socket.h>

#include "db/connect.h"
#include "tests/support/practice.h"

struct look {
    int runs;         /* how often it ran */
    int64_t places;   /* in north */
    const char *name; /* of a user */
    int64_t others;   /* who have the role of that one: builds on the answer before */
    bool lose;        /* the connection, once */
    bool twice, guess;
};

static enum status name_of(struct cx *cx, const char *user, const char **out, const char **role)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT first_name, role_type FROM users WHERE practice_id = $1 AND id = $2"),
                  user));
    *out = cell_text(&t, 0, "first_name");
    *role = cell_text(&t, 0, "role_type");
    return OK;
}

/* LIMIT takes no number below 0, which is what a guess comes to. */
static enum status at_most(struct cx *cx, int64_t n)
{
    return db_exec(cx, SQL("SELECT id FROM locations WHERE practice_id = $1 ORDER BY id LIMIT $2"),
                   n);
}

static enum status look(struct cx *cx, void *arg)
{
    struct look *l = arg;
    struct table t;
    const char *role;
    l->runs++;
    cx->actor.practice = id_of("north");
    TRY(db_select(cx, &t, SQL("SELECT count(*) AS n FROM locations WHERE practice_id = $1")));
    l->places = table_number(&t);
    TRY(name_of(cx, "u-ben", &l->name, &role));
    if (l->twice) TRY(name_of(cx, "u-gina", &l->name, &role));
    if (l->twice) TRY(name_of(cx, "u-ben", &l->name, &role));
    if (l->guess) TRY(at_most(cx, l->places - 1));
    if (l->lose && l->runs == 2) CHECK(shutdown(pq.PQsocket(pg_of(cx)->conn), SHUT_RDWR) == 0);
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM users WHERE practice_id = $1 AND role_type = $2"),
                  role));
    l->others = table_number(&t);
    return OK;
}

static enum status gather(struct cx *cx, void *arg)
{
    return db_gather(cx, look, arg);
}

static int64_t waits(struct cx *cx, struct look *l, bool writing)
{
    int64_t before = db_trips(cx->db);
    l->runs = 0;
    CHECK(db_transact(cx, writing, gather, l) == OK);
    CHECK_INT(l->places, 2);
    CHECK_TEXT(l->name, "Ben");
    CHECK_INT(l->others, 4);
    return db_trips(cx->db) - before;
}

TEST_SQLITE(where_asking_costs_nothing_everything_runs_once)
{
    struct look l = { .twice = true };
    practice_begin(cx);
    CHECK_INT(waits(cx, &l, false), 0);
    CHECK_INT(l.runs, 1);
}

TEST_POSTGRES(what_builds_on_nothing_is_asked_at_once)
{
    struct look l = { .twice = false };
    practice_begin(cx);
    (void)waits(cx, &l, false); /* statements are prepared */
    CHECK_INT(waits(cx, &l, false), 2);
    CHECK_INT(l.runs, 3);
    CHECK_INT(pg_of(cx)->notes_n, 0);
}

/* Of one moment the same question has the same answer; of others it has its own. */
TEST_POSTGRES(a_question_is_asked_once_and_with_other_values_again)
{
    struct look l = { .twice = true };
    practice_begin(cx);
    (void)waits(cx, &l, false);
    CHECK_INT(waits(cx, &l, false), 2);
}

TEST_POSTGRES(who_writes_asks_one_thing_after_the_other_and_afresh)
{
    struct look l = { .twice = true };
    practice_begin(cx);
    (void)waits(cx, &l, true);
    CHECK(waits(cx, &l, true) >= 5);
    CHECK_INT(l.runs, 1);
}

TEST_POSTGRES(a_statement_that_cannot_bear_a_guess_is_asked_when_nothing_is_guessed)
{
    struct look l = { .guess = true };
    practice_begin(cx);
    CHECK(waits(cx, &l, false) > 2);
    CHECK(!cx->db->plainly);
}

TEST_POSTGRES(a_connection_that_is_lost_between_two_questions_starts_over)
{
    struct look l = { .lose = true };
    practice_begin(cx);
    (void)waits(cx, &l, false);
    CHECK(l.runs >= 4);
    CHECK_INT(pg_of(cx)->notes_n, 0);
}

static enum status rename_ben(struct cx *cx, void *name)
{
    cx->actor.practice = id_of("north");
    return db_exec(cx,
                   SQL("UPDATE users SET first_name = $2 WHERE practice_id = $1 AND id = 'u-ben'"),
                   (const char *)name);
}

TEST_POSTGRES(what_was_known_is_forgotten_with_its_transaction)
{
    struct look l = { .twice = false };
    practice_begin(cx);
    (void)waits(cx, &l, false);
    CHECK(db_transact(cx, true, rename_ben, "Benno") == OK);
    CHECK(db_transact(cx, false, gather, &l) == OK);
    CHECK_TEXT(l.name, "Benno");
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_gather(cx, look, &l) == OK);
    CHECK(pg_of(cx)->notes_n > 0);
    db_rollback(cx);
    CHECK_INT(pg_of(cx)->notes_n, 0);
}
