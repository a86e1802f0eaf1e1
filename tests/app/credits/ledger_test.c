/* ledger_test.c - credits move, are never made or lost, and never go below nothing. */
#include <pthread.h>

#include "app/credits/ledger.h"
#include "tests/support/engine.h"
#include "tests/support/folder.h"
#include "tests/support/practice.h"

static const struct id group = { "" };

static enum status spend(struct cx *cx, int64_t n, const char *once)
{
    act_as(cx, "north", "freya");
    return act_end(cx, credits_spend(cx, group, n, once, id_of("a-anna")));
}

static int64_t balance(struct cx *cx, const char *account)
{
    struct table t;
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("SELECT balance FROM credit_accounts WHERE practice_id = 'north'"
                            " AND id = $1"),
                 VALUES(account), 1)
          == OK);
    return table_number(&t);
}

/* What must hold at any moment, of both practices. */
static void sound(struct cx *cx)
{
    CHECK_INT(COUNT("SELECT count(*) FROM (SELECT practice_id FROM credit_accounts"
                    " GROUP BY practice_id HAVING SUM(balance) <> 0) AS odd"),
              0);
    CHECK_INT(COUNT("SELECT count(*) FROM credit_accounts WHERE balance < 0 AND id <> 'bought'"),
              0);
    CHECK_INT(
        COUNT(
            "SELECT count(*) FROM credit_accounts a WHERE a.balance <>"
            " (SELECT COALESCE(SUM(CASE WHEN m.to_id = a.id THEN m.credits ELSE -m.credits END), 0)"
            "  FROM credit_moves m WHERE m.practice_id = a.practice_id"
            "  AND a.id IN (m.from_id, m.to_id))"),
        0);
    CHECK_INT(COUNT("SELECT count(*) FROM credit_accounts a WHERE a.moves <> (SELECT count(*)"
                    " FROM credit_moves m WHERE m.practice_id = a.practice_id"
                    " AND a.id IN (m.from_id, m.to_id))"),
              0);
}

TEST(credits_move_from_one_account_to_another_and_once)
{
    practice_begin(cx);
    sound(cx);
    CHECK(spend(cx, 3, "x") == OK);
    CHECK_INT(balance(cx, "group"), 96);
    CHECK_INT(balance(cx, "used"), 4);
    CHECK(spend(cx, 3, "x") == OK);
    CHECK(spend(cx, 50, "x") == OK);
    CHECK_INT(balance(cx, "group"), 96);
    CHECK(spend(cx, 96, "y") == OK);
    CHECK_INT(balance(cx, "group"), 0);
    sound(cx);
}

TEST(nobody_spends_what_is_not_there)
{
    practice_begin(cx);
    CHECK(spend(cx, 100, "x") == CONFLICT);
    CHECK_TEXT(cx->reason, "credits");
    CHECK_INT(balance(cx, "group"), 99);
    CHECK_INT(COUNT("SELECT count(*) FROM credit_moves WHERE once = 'x'"), 0);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, credits_spend(cx, id_of("u-ben"), 1, "z", group)) == CONFLICT);
    sound(cx);
}

TEST(what_was_spent_is_given_back_once_to_whoever_paid)
{
    practice_begin(cx);
    act_as(cx, "north", "freya");
    CHECK(credits_add(cx, id_of("u-chen"), 10, "o", id_of("o-chen"), "LN-CHEN") == OK);
    CHECK(credits_spend(cx, id_of("u-chen"), 4, "s", id_of("a-anna")) == OK);
    CHECK(credits_return(cx, "s") == OK);
    CHECK(credits_return(cx, "s") == OK);
    CHECK(credits_return(cx, "never") == OK);
    CHECK(credits_return(cx, "o") == OK); /* bought, not spent */
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(balance(cx, "u-chen"), 10);
    CHECK_INT(balance(cx, "group"), 99);
    CHECK_INT(balance(cx, "used"), 1);
    sound(cx);
}

TEST(whoever_has_a_setting_of_their_own_and_is_active_pays_themselves)
{
    struct id payer;
    practice_begin(cx);
    act_as(cx, "north", "freya");
    CHECK(credit_payer(cx, id_of("u-chen"), &payer) == OK);
    CHECK_TEXT(payer.text, "u-chen");
    CHECK(credit_payer(cx, id_of("u-ben"), &payer) == OK && !id_some(payer));
    CHECK(credit_payer(cx, group, &payer) == OK && !id_some(payer));
    CHECK(act_end(cx, OK) == OK);
    must_run(cx,
             "UPDATE users SET status = 'deactivated', deactivated_at = 1, deactivated_by = 'x',"
             " deactivated_by_name = 'x' WHERE id = 'u-chen'");
    act_as(cx, "north", "freya");
    CHECK(credit_payer(cx, id_of("u-chen"), &payer) == OK && !id_some(payer));
    CHECK(act_end(cx, OK) == OK);
}

TEST(what_was_moved_stays_whatever_a_statement_says)
{
    practice_begin(cx);
    act_as(cx, "north", "freya");
    CHECK(
        act_end(cx, db_exec(cx, SQL("UPDATE credit_moves SET credits = 5 WHERE practice_id = $1")))
        != OK);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, db_exec(cx, SQL("DELETE FROM credit_moves WHERE practice_id = $1"))) != OK);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, db_exec(cx, SQL("UPDATE credit_accounts SET balance = -1"
                                      " WHERE practice_id = $1 AND id = 'group'")))
          != OK);
    sound(cx);
}

TEST(moves_are_listed_page_by_page_and_the_days_add_up)
{
    struct credit_entries list;
    struct credit_days days;
    practice_begin(cx);
    for (int i = 0; i < 30; i++) {
        cx->now = TEST_NOW - DAYS(i % 3);
        CHECK(spend(cx, 1, arena_print(cx->mem, "n %d", i)) == OK);
    }
    cx->now = TEST_NOW;
    act_as(cx, "north", "freya");
    CHECK(credits_return(cx, "n 0") == OK);
    CHECK(credit_entries(cx, group, 0, 20, &list) == OK);
    CHECK_INT(list.n, 20);
    CHECK_INT(list.at[0].balance, 70);
    CHECK_INT(list.at[0].credits, 1);
    CHECK(list.at[0].kind == CREDITS_RETURNED);
    CHECK_INT(list.at[1].balance, 69);
    CHECK_INT(list.at[1].credits, -1);
    CHECK(credit_entries(cx, group, 20, 20, &list) == OK);
    CHECK_INT(list.n, 13);
    CHECK_INT(list.at[12].credits, 100);
    CHECK_INT(list.at[12].n, 1);
    CHECK(credit_history(cx, group, &days) == OK);
    CHECK_INT(days.first, 99);
    CHECK_INT(days.held[CREDIT_DAYS - 4], 99);
    CHECK_INT(days.held[CREDIT_DAYS - 3], 89);
    CHECK_INT(days.held[CREDIT_DAYS - 1], 70);
    CHECK_INT(days.spent[CREDIT_DAYS - 1], 9);
    CHECK_INT(days.per_day, 2900 / 30);
    CHECK(act_end(cx, OK) == OK);
    act_as(cx, "north", "chen"); /* Personal Access: own credits only */
    CHECK(credit_entries(cx, group, 0, 20, &list) == FORBIDDEN);
    CHECK(credit_history(cx, group, &days) == FORBIDDEN);
    CHECK(credit_entries(cx, id_of("u-chen"), 0, 20, &list) == OK);
    CHECK(act_end(cx, OK) == OK);
}

/* --- many at once ---------------------------------------------------------------- */

enum { THREADS = 8, EACH_TRIES = 20 };

struct spender {
    const char *database;
    const struct setup *setup;
    int number;
    int64_t now, done;
    pthread_barrier_t *line;
};

static enum status spend_one(struct cx *cx, void *arg)
{
    return credits_spend(cx, group, 1, arg, id_of("a-anna"));
}

static void *spend_many(void *arg)
{
    struct spender *s = arg;
    struct arena *mem = arena_new(1 << 22);
    struct cx cx = { .mem = mem, .now = s->now, .lang = "en", .zone = "UTC", .setup = s->setup };
    if (db_open(&cx, s->database, DB_WRITER, &cx.db) != OK) exit(1);
    cx.actor = (struct actor){ .practice = id_of("north"), .job = true, .via = "job" };
    pthread_barrier_wait(s->line);
    for (int i = 0; i < EACH_TRIES; i++) {
        char *once = arena_print(mem, "t %d %d", s->number, i);
        enum status status;
        do status = db_transact(&cx, true, spend_one, once);
        while (status == AGAIN); /* lost to the others */
        s->done += status == OK;
        if (status != OK && status != CONFLICT) exit(1);
    }
    db_close(cx.db);
    arena_free(mem);
    return NULL;
}

TEST(a_hundred_and_sixty_who_spend_at_once_never_spend_more_than_there_is)
{
    practice_begin(cx);
    const char *folder = folder_new(cx);
    const char *database = engine_share(cx, arena_print(cx->mem, "%s/linden.db", folder));
    pthread_t threads[THREADS];
    pthread_barrier_t line;
    struct spender all[THREADS];
    pthread_barrier_init(&line, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        all[i] = (struct spender){ database, cx->setup, i, cx->now + i, 0, &line };
        pthread_create(&threads[i], NULL, spend_many, &all[i]);
    }
    int64_t done = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        done += all[i].done;
    }
    pthread_barrier_destroy(&line);
    CHECK_INT(done, 99);
    struct db *before = cx->db;
    CHECK(db_open(cx, database, DB_READER, &cx->db) == OK);
    CHECK_INT(balance(cx, "group"), 0);
    CHECK_INT(balance(cx, "used"), 100);
    sound(cx);
    db_close(cx->db);
    cx->db = before;
    folder_remove(folder);
}
