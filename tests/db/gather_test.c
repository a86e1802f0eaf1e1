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

/* The third is COMMIT, which somebody who might have written waits for. */
TEST_POSTGRES(who_may_write_asks_at_once_too)
{
    struct look l = { .twice = true };
    practice_begin(cx);
    (void)waits(cx, &l, true);
    CHECK_INT(waits(cx, &l, true), 3);
    CHECK_INT(l.runs, 3);
}

TEST_POSTGRES(
    where_a_failure_would_end_more_than_the_transaction_one_thing_is_asked_after_the_other)
{
    struct look l = { .twice = true };
    practice_begin(cx);
    (void)waits(cx, &l, true);
    CHECK(db_begin(cx, true) == OK);
    l.runs = 0;
    CHECK(db_gather(cx, look, &l) == OK);
    CHECK_INT(l.runs, 1);
    db_rollback(cx);
}

/* --- changes among the questions ------------------------------------------------------ */

struct round {
    int runs, counted; /* how often it ran; and came to its end counting */
    const char *before, *after, *email;
    int64_t people, trips;
    bool deletes;
};

static enum status count_tries(struct cx *cx, int64_t *n)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM tries WHERE what = 'round'")));
    *n = table_number(&t);
    return OK;
}

static enum status try_once(struct cx *cx, int64_t n)
{
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO tries (what, who, n, first_at, last_at)"
                              " VALUES ('round', $1, 1, 1, 1)"),
                   (const char *)arena_print(cx->mem, "%lld", (long long)n));
}

static enum status email_of_ben(struct cx *cx, const char **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT email FROM users WHERE practice_id = $1 AND id = 'u-ben'")));
    *out = cell_text(&t, 0, "email");
    return OK;
}

/* Asks, changes, and asks the same again. */
static enum status change_and_look(struct cx *cx, void *arg)
{
    struct round *r = arg;
    const char *role;
    int64_t tries, one;
    r->runs++;
    cx->actor.practice = id_of("north");
    TRY(name_of(cx, "u-ben", &r->before, &role));
    TRY(count_tries(cx, &tries));
    TRY(email_of_ben(cx, &r->email));
    TRY(try_once(cx, tries));
    int64_t before = db_trips(cx->db);
    TRY(name_of(cx, "u-ben", &r->after, &role)); /* nothing of it has changed */
    r->trips = db_trips(cx->db) - before;
    TRY(count_tries(cx, &r->people));
    TRY(db_change_one(cx, "gone",
                      SQL("UPDATE users SET first_name = first_name || 'o' WHERE practice_id = $1"
                          " AND id = 'u-ben'")));
    TRY(name_of(cx, "u-ben", &r->after, &role));
    TRY(email_of_ben(cx, &r->email)); /* known again */
    TRY(db_change(cx, &one,
                  SQL_GLOBAL("UPDATE people SET email = 'x' || email WHERE id = 'p-ben'")));
    TRY(email_of_ben(cx, &r->email));
    r->counted += !db_unsure(cx);
    return OK;
}

static enum status gather_changes(struct cx *cx, void *arg)
{
    return db_gather(cx, change_and_look, arg);
}

TEST(what_a_run_that_does_not_count_changes_is_not_changed)
{
    struct round r = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, gather_changes, &r) == OK);
    CHECK_INT(r.counted, 1);
    CHECK_INT(r.runs, cx->db->driver->known ? 2 : 1);
    CHECK_INT(r.people, 1);
    CHECK_TEXT(r.before, "Ben");
}

TEST(an_answer_holds_until_the_transaction_changes_what_it_was_about)
{
    struct round r = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, gather_changes, &r) == OK);
    CHECK_TEXT(r.after, "Beno");
    CHECK_TEXT(r.email, "xben@north.example"); /* which follows the person's */
    CHECK_INT(r.trips, 0);
    CHECK(db_transact(cx, true, gather_changes, &r) == OK);
    CHECK_TEXT(r.before, "Beno");
    CHECK_TEXT(r.after, "Benoo");
    CHECK_TEXT(r.email, "xxben@north.example");
    CHECK_INT(r.people, 2);
}

/* Between a mark and the way back to it. */
static enum status change_and_go_back(struct cx *cx, void *arg)
{
    struct round *r = arg;
    cx->actor.practice = id_of("north");
    TRY(db_mark(cx));
    TRY(try_once(cx, 1));
    TRY(count_tries(cx, &r->people));
    TRY(db_back(cx));
    int64_t after;
    TRY(count_tries(cx, &after));
    r->people -= after;
    return OK;
}

TEST(what_was_found_after_a_mark_is_asked_again_when_it_was_undone)
{
    struct round r = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, change_and_go_back, &r) == OK);
    CHECK_INT(r.people, 1);
}

static enum status tell_while_unsure(struct cx *cx, void *arg)
{
    struct look *l = arg;
    TRY(look(cx, l));
    if (db_unsure(cx)) db_tell(cx);
    return OK;
}

static enum status gather_telling(struct cx *cx, void *arg)
{
    return db_gather(cx, tell_while_unsure, arg);
}

TEST_POSTGRES(what_a_run_that_does_not_count_says_happened_has_not)
{
    struct look l = { 0 };
    practice_begin(cx);
    cx->db->told = false;
    CHECK(db_transact(cx, true, gather_telling, &l) == OK);
    CHECK_INT(l.runs, 3);
    CHECK(!cx->db->told);
}

/* Until there is nothing left. */
static enum status delete_all(struct cx *cx, void *arg)
{
    struct round *r = arg;
    int64_t n, changed;
    r->runs++;
    TRY(count_tries(cx, &n));
    do {
        TRY(db_change(cx, &changed,
                      SQL_GLOBAL("DELETE FROM tries WHERE what = 'round' AND who IN (SELECT"
                                 " min(who) FROM tries WHERE what = 'round')")));
        r->people += changed;
    } while (changed);
    return n == r->people ? OK : fail(cx, BROKEN, "deleted %lld", (long long)r->people);
}

static enum status gather_deletions(struct cx *cx, void *arg)
{
    struct round *r = arg;
    r->people = 0;
    return db_gather(cx, delete_all, arg);
}

static enum status three_tries(struct cx *cx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) TRY(try_once(cx, i));
    return OK;
}

TEST_POSTGRES(a_run_that_does_not_count_ends)
{
    struct round r = { 0 };
    practice_begin(cx);
    CHECK(db_transact(cx, true, three_tries, NULL) == OK);
    CHECK(db_transact(cx, true, gather_deletions, &r) == BROKEN); /* it kept what it had counted */
    CHECK(r.people > 3);
    CHECK_INT(r.runs, 2);
    r = (struct round){ 0 };
    CHECK(db_transact(cx, true, delete_all, &r) == OK);
    CHECK_INT(r.people, 3);
}

/* src/db/gather.c lists what changes rows of another table: nothing else may. */
TEST_POSTGRES(only_those_tables_follow_others_that_the_program_knows_of)
{
    struct table t;
    practice_begin(cx);
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT confrelid::regclass::text AS changed,"
                               " conrelid::regclass::text AS follows FROM pg_constraint"
                               " WHERE contype = 'f' AND (confupdtype NOT IN ('a', 'r')"
                               "  OR confdeltype NOT IN ('a', 'r')) ORDER BY 1, 2"))
          == OK);
    CHECK_INT(t.rows, 1);
    CHECK_TEXT(cell_text(&t, 0, "changed"), "people");
    CHECK_TEXT(cell_text(&t, 0, "follows"), "users");
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT DISTINCT p.proname::text AS name FROM pg_trigger t"
                               " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"))
          == OK);
    CHECK_INT(t.rows, 1);
    CHECK_TEXT(cell_text(&t, 0, "name"), "stays_as_it_is"); /* refuses, and changes nothing */
    CHECK(db_commit(cx) == OK);
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

/* --- what the answer was the last time --------------------------------------------------- */

struct guess_look {
    int runs;
    const char *role;
    int64_t others; /* who have that role: builds on it */
};

static enum status look_guessing(struct cx *cx, void *arg)
{
    struct guess_look *l = arg;
    struct table t;
    l->runs++;
    cx->actor.practice = id_of("north");
    TRY(db_select(cx, &t,
                  SQL("SELECT role_type FROM users WHERE practice_id = $1 AND id = $2" GUESSED),
                  "u-ben"));
    l->role = cell_text(&t, 0, "role_type");
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM users WHERE practice_id = $1 AND role_type = $2"),
                  l->role));
    l->others = table_number(&t);
    return OK;
}

static enum status gather_guessing(struct cx *cx, void *arg)
{
    return db_gather(cx, look_guessing, arg);
}

static int64_t waits_guessing(struct cx *cx, struct guess_look *l)
{
    int64_t before = db_trips(cx->db);
    l->runs = 0;
    CHECK(db_transact(cx, false, gather_guessing, l) == OK);
    return db_trips(cx->db) - before;
}

static enum status make_administrator(struct cx *cx, void *arg)
{
    (void)arg;
    cx->actor.practice = id_of("north");
    return db_change_one(cx, "gone",
                         SQL("UPDATE users SET role_type = 'administrator', level = 'office'"
                             " WHERE practice_id = $1 AND id = 'u-ben'"));
}

TEST_POSTGRES(what_builds_on_an_answer_like_the_last_one_is_asked_along_with_it)
{
    struct guess_look l = { 0 };
    practice_begin(cx);
    (void)waits_guessing(cx, &l); /* statements are prepared */
    CHECK_INT(waits_guessing(cx, &l), 1);
    CHECK_INT(l.runs, 2);
    CHECK_TEXT(l.role, "practitioner");
    CHECK_INT(l.others, 4);
}

TEST_POSTGRES(an_answer_of_last_time_is_never_taken_for_that_of_now)
{
    struct guess_look l = { 0 };
    practice_begin(cx);
    (void)waits_guessing(cx, &l);
    CHECK(db_transact(cx, true, make_administrator, NULL) == OK);
    CHECK_INT(waits_guessing(cx, &l), 2); /* another one needs another question */
    CHECK_TEXT(l.role, "administrator");
    CHECK_INT(l.others, 3);
    CHECK_INT(waits_guessing(cx, &l), 1);
    CHECK_TEXT(l.role, "administrator");
}
