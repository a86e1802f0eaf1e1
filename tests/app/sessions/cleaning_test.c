/* cleaning_test.c - what is thrown away, and what is not. */
#include "app/sessions/cleaning.h"
#include "base/time.h"
#include "tests/support/practice.h"

TEST(what_is_old_goes_and_what_is_in_use_stays)
{
    struct outbox out;
    practice_begin(cx);
    session_of(cx, "ben");
    CHECK(db_script(cx, "INSERT INTO tries (what, who, n, first_at, last_at) VALUES ('x', 'old', 1, 1, 1);"
                        "INSERT INTO links (token_hash, purpose, created_at, expires_at) VALUES"
                        " ('h', 'reset', 1, 2)")
          == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(db_commit(cx) == OK);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'people.clean_up'"), 1);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM tries"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM links"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'people.clean_up'"), 1); /* tomorrow's */
    cx->now += DAYS(40);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM kept_drafts"), 0);
}

TEST(the_person_hears_of_many_wrong_tries_once_a_day)
{
    struct outbox out;
    practice_begin(cx);
    for (int i = 0; i < 9; i++) {
        post(cx, NULL, "/sign-in", "email", "ben@north.example", "password", "not-it", NULL);
        cx->now += MINUTES(2);
    }
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Someone tried to sign in as you");
}

TEST(one_click_stops_tips_without_a_form_token_and_nothing_else_does)
{
    practice_begin(cx);
    struct pair click = { "List-Unsubscribe", "One-Click" };
    struct request rq = { .method = POST, .form = { 1, &click },
                          .path = "/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    struct response rs;
    (void)!answer(cx, &rq, &rs);
    CHECK(rs.status != 403);
    rq = (struct request){ .method = POST, .form = { 1, &click }, .path = "/sign-out",
                           .cookies = arena_print(cx->mem, "linden=%s", session_of(cx, "ben")) };
    (void)!answer(cx, &rq, &rs);
    CHECK_INT(rs.status, 403);
}
