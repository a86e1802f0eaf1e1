/* dispatch_test.c - the life of a request. */
#include "tests/support/practice.h"

TEST(without_a_session_every_page_of_a_group_leads_to_the_sign_in_page)
{
    practice_begin(cx);
    struct page page = get(cx, NULL, "/g/north/");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/sign-in?next=%2Fg%2Fnorth%2F");
    CHECK_INT(post(cx, NULL, "/g/north/settings/locations", "name", "X", NULL).status, 303);
}

TEST(signing_in_leads_home_and_out_again)
{
    practice_begin(cx);
    struct page page = post(cx, NULL, "/sign-in", "email", " Olga@NORTH.example ", "password",
                            "correct-horse-battery-olga", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/");
    CHECK(page.cookies[0] && strncmp(page.cookies[0], "linden=", 7) == 0);
    CHECK_INT(post(cx, "olga", "/sign-out", NULL).status, 303);
    CHECK_TEXT(get(cx, "olga", "/me").location, "/sign-in?next=%2Fme");
}

TEST(a_wrong_password_and_an_unknown_address_read_alike)
{
    practice_begin(cx);
    struct page wrong = post(cx, NULL, "/sign-in", "email", "olga@north.example", "password",
                             "not-the-password", NULL);
    struct page unknown = post(cx, NULL, "/sign-in", "email", "nobody@north.example", "password",
                               "not-the-password", NULL);
    CHECK_INT(wrong.status, 422);
    CHECK_INT(unknown.status, 422);
    CHECK(has_text(wrong, "The email or password is not right."));
    CHECK(has_text(unknown, "The email or password is not right."));
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.sign_in_failed'"), 2);
}

TEST(a_form_without_its_token_is_refused_and_changes_nothing)
{
    practice_begin(cx);
    struct request rq = { .method = POST, .path = "/sign-out",
                          .cookies = arena_print(cx->mem, "linden=%s", session_of(cx, "ben")) };
    struct response rs;
    (void)!answer(cx, &rq, &rs);
    CHECK_INT(rs.status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM sessions WHERE ended_at IS NULL"), 1);
}

TEST(another_group_and_no_group_are_the_same_page)
{
    practice_begin(cx);
    struct page other = get(cx, "ben", "/g/south/"), none = get(cx, "ben", "/g/nowhere/");
    CHECK_INT(other.status, 404);
    CHECK_TEXT(other.body, none.body);
}

TEST(a_deactivated_user_is_told_and_goes_nowhere)
{
    practice_begin(cx);
    struct page page = get(cx, "kavya", "/g/north/");
    CHECK_INT(page.status, 403);
    CHECK(has_text(page, "You no longer have access to Northside Allied Health. Freya Nilsson ended"));
    CHECK(has_text(page, "Your other groups are not affected."));
}

TEST(a_session_rests_thirty_minutes_and_lives_twelve_hours)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", "/me").status == 303, 0);
    cx->now += MINUTES(30) - 1;
    CHECK_INT(get(cx, "ben", "/g/north/").status == 303, 0);
    cx->now += 2;
    CHECK_INT(get(cx, "ben", "/g/north/").status, 303);
}

TEST(every_statement_can_be_prepared)
{
    practice_begin(cx);
    for (const struct sql *s = __start_linden_sql; s < __stop_linden_sql; s++) {
        cx_forget(cx);
        if (db_check(cx, s) != OK && strstr(s->file, "tests/") == NULL)
            failures++, printf("  %s\n", cx->message);
    }
}

TEST(a_statement_that_forgets_the_practice_is_refused)
{
    struct table t;
    practice_begin(cx);
    act_as(cx, "north", "ben");
    CHECK(db_select(cx, &t, SQL("SELECT last_name FROM users")) == BROKEN);
    CHECK(db_select(cx, &t, SQL("SELECT last_name FROM users WHERE id = '$1'")) == BROKEN);
    CHECK(act_end(cx, OK) == BROKEN); /* a failed statement cannot be committed over */
}

TEST(a_page_that_only_shows_things_cannot_change_them)
{
    practice_begin(cx);
    CHECK(db_begin(cx, false) == OK);
    CHECK(db_exec(cx, SQL_GLOBAL("DELETE FROM sessions WHERE id = 'x'")) == BROKEN);
    db_rollback(cx);
}
