/* own_second_test.c - adding and removing apps, new recovery codes, and the host. */
#include "tests/app/second_step/app.h"

#include "app/second_step/second_step.h"

TEST(the_first_app_brings_ten_codes_which_are_shown_once)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("203.0.113.9");
    try_password(cx, &other, GINA, HERS);
    try_password(cx, &b, GINA, HERS);
    CHECK(has_text(open_page(cx, &b, "/me/sign-in"), "Add an authenticator app"));
    struct page page = begin_app(cx, &b, &p, "My <b>phone", "");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<svg class=\"qr\""));
    /* Until a code has proven it, it asks nobody for anything, and is this session's alone. */
    struct browser third = BROWSER("203.0.113.9");
    CHECK(goes_to(try_password(cx, &third, GINA, HERS), "/"));
    CHECK_INT(open_page(cx, &third, arena_print(cx->mem, "/me/sign-in/apps/%s", p.id)).status, 404);
    CHECK_INT(prove_app(cx, &third, &p, code_at(cx, &p, 0)).status, 404);
    CHECK_INT(prove_app(cx, &b, &p, "").status, 422);
    page = prove_app(cx, &b, &p, code_at(cx, &p, 3));
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "This is not the code of the app."));
    page = prove_app(cx, &b, &p, code_at(cx, &p, 0));
    CHECK_INT(page.status, 200);
    read_codes(cx, &p, page);
    for (int i = 0; i < 10; i++) CHECK_INT((int64_t)strlen(p.codes[i]), 19);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 10);
    CHECK_INT(open_page(cx, &other, "/me").status, 303);
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    page = open_page(cx, &b, "/me/sign-in");
    CHECK(has_text(page, "My &lt;b&gt;phone"));
    CHECK(has_text(page, "10 recovery codes are left."));
    CHECK(!has_text(page, p.codes[0]));
    CHECK_INT(prove_app(cx, &b, &p, code_at(cx, &p, 0)).status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.second_step_added'"), 1);
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your second step was changed");
    /* The code that proved it signs nobody in. */
    struct browser c = BROWSER("198.51.100.7");
    try_password(cx, &c, GINA, HERS);
    CHECK_INT(try_code(cx, &c, code_at(cx, &p, 0)).status, 422);
}

TEST(adding_asks_for_the_password_a_name_and_the_second_step)
{
    struct phone p, q;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, HERS);
    struct page page = send_form(cx, &b, "/me/sign-in/apps", "name", "My phone", "password",
                                 "not it at all", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "This is not your password"));
    CHECK(has_text(page, "value=\"My phone\""));
    CHECK(has_text(begin_app(cx, &b, &p, "", ""), "Give the app a name"));
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 0);
    with_app(cx, &b, &p);
    CHECK(has_text(begin_app(cx, &b, &q, "Tablet", ""), "Enter a code of your app"));
    CHECK(has_text(begin_app(cx, &b, &q, "Tablet", "000000x"), "This code is not right"));
    CHECK_INT(begin_app(cx, &b, &q, "Tablet", code_at(cx, &p, 0)).status, 200);
    CHECK(goes_to(prove_app(cx, &b, &q, code_at(cx, &q, 0)), "/me/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 10); /* the same ones */
    cx->now += MINUTES(1);
    struct browser c = BROWSER("198.51.100.7");
    try_password(cx, &c, GINA, HERS);
    CHECK(goes_to(try_code(cx, &c, code_at(cx, &q, 0)), "/"));
    /* Half an hour, and what was begun is over. */
    struct phone late;
    begin_app(cx, &c, &late, "Late", code_at(cx, &p, 0));
    must_run(cx, "UPDATE authenticators SET created_at = created_at - 1799000000");
    CHECK_INT(open_page(cx, &c, arena_print(cx->mem, "/me/sign-in/apps/%s", late.id)).status, 200);
    must_run(cx, "UPDATE authenticators SET created_at = created_at - 1000000");
    CHECK_INT(prove_app(cx, &c, &late, code_at(cx, &late, 0)).status, 404);
}

TEST(removing_asks_for_both_and_the_last_one_takes_the_codes_along)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("203.0.113.9");
    with_app(cx, &b, &p);
    try_password(cx, &other, GINA, HERS);
    CHECK(goes_to(try_code(cx, &other, code_at(cx, &p, 0)), "/"));
    cx->now += MINUTES(1);
    const char *path = arena_print(cx->mem, "/me/sign-in/apps/%s/removal", p.id);
    CHECK(has_text(open_page(cx, &b, path), "It is your only one."));
    CHECK_INT(send_form(cx, &b, path, "password", HERS, "code", "", NULL).status, 422);
    CHECK_INT(send_form(cx, &b, path, "password", "no", "code", code_at(cx, &p, 0), NULL).status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 1);
    /* Not somebody else's, even with all of one's own. */
    CHECK_INT(post(cx, "ben", path, "password", "correct-horse-battery-ben", NULL).status, 404);
    work_all(cx, &mails);
    CHECK(goes_to(send_form(cx, &b, path, "password", HERS, "code", code_at(cx, &p, 0), NULL),
                  "/me/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM authenticators"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 0);
    CHECK_INT(open_page(cx, &other, "/me").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.second_step_removed'"), 1);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK(strstr(mails.at[0].text, "the last authenticator app was removed") != NULL);
    struct browser c = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &c, GINA, HERS), "/"));
}

TEST(new_codes_end_the_old_ones)
{
    struct phone p, q;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, HERS);
    CHECK(goes_to(open_page(cx, &b, "/me/sign-in/recovery-codes"), "/me/sign-in"));
    CHECK(goes_to(send_form(cx, &b, "/me/sign-in/recovery-codes", "password", HERS, NULL),
                  "/me/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes"), 0);
    with_app(cx, &b, &p);
    CHECK_INT(send_form(cx, &b, "/me/sign-in/recovery-codes", "password", HERS, NULL).status, 422);
    struct page page = send_form(cx, &b, "/me/sign-in/recovery-codes", "password", HERS, "code",
                                 p.codes[9], NULL);
    CHECK_INT(page.status, 200);
    read_codes(cx, &q, page);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes WHERE used_at IS NULL"), 10);
    struct browser c = BROWSER("198.51.100.7");
    try_password(cx, &c, GINA, HERS);
    CHECK_INT(try_code(cx, &c, p.codes[0]).status, 422);
    CHECK(goes_to(try_code(cx, &c, q.codes[0]), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.recovery_codes_made'"), 1);
}

TEST(guesses_at_the_code_of_an_open_session_wait)
{
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    for (int i = 0; i < 5; i++)
        CHECK_INT(send_form(cx, &b, "/me/sign-in/recovery-codes", "password", HERS, "code",
                            "aaaa-aaaa-aaaa-aaaa", NULL)
                      .status,
                  422);
    CHECK_INT(send_form(cx, &b, "/me/sign-in/recovery-codes", "password", HERS, "code", p.codes[0],
                        NULL)
                  .status,
              429);
    CHECK_INT(COUNT("SELECT count(*) FROM recovery_codes WHERE used_at IS NULL"), 10);
}

TEST(the_codes_can_be_had_as_a_file_from_the_page_that_shows_them)
{
    static const char path[] = "/me/sign-in/recovery-codes/file";
    struct phone p;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    const char *all = p.codes[0];
    for (int i = 1; i < 10; i++) all = arena_print(cx->mem, "%s %s", all, p.codes[i]);
    struct page page = send_form(cx, &b, path, "codes", all, NULL);
    CHECK_INT(page.status, 200);
    for (int i = 0; i < 10; i++)
        CHECK(has_text(page, arena_print(cx->mem, "\r\n%s\r\n", p.codes[i])));
    CHECK(has_text(page, "Linden, for gina@north.example") && !has_text(page, "<"));
    /* What is not all of hers comes back to nobody. */
    CHECK_INT(send_form(cx, &b, path, "codes", all + 20, NULL).status, 404);
    CHECK_INT(send_form(cx, &b, path, "codes", "", NULL).status, 404);
    char *wrong = arena_print(cx->mem, "%s", all);
    for (size_t i = 0; i < strlen(all); i += 7) {
        wrong[i] = all[i] == 'z' ? 'y' : 'z';
        CHECK_INT(send_form(cx, &b, path, "codes", wrong, NULL).status, 404);
        wrong[i] = all[i];
    }
    CHECK_INT(post(cx, "ben", path, "codes", all, NULL).status, 404);
    CHECK_INT(send_form(cx, &b, path, "codes", wrong, NULL).status, 200);
}

TEST(the_host_removes_it_and_the_person_is_told)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    with_app(cx, &b, &p);
    work_all(cx, &mails);
    int64_t all, open;
    CHECK(db_begin(cx, true) == OK);
    cx->actor = (struct actor){ .name = "Command line", .via = "cli" };
    CHECK(second_step_sealed(cx, &all, &open) == OK);
    CHECK_INT(all * 10 + open, 11);
    CHECK(second_step_remove(cx, id_of("p-gina"), "host") == OK);
    CHECK(second_step_remove(cx, id_of("p-gina"), "host") == NOT_FOUND);
    CHECK(db_commit(cx) == OK);
    CHECK_INT(open_page(cx, &b, "/me").status, 303);
    struct browser again = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &again, GINA, HERS), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.second_step_ended'"), 1);
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK(strstr(mails.at[0].text, "whoever looks after") != NULL);
}
