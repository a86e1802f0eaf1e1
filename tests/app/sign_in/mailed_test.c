/* mailed_test.c - resetting by mail, first passwords, confirming, no more tips. */
#include "tests/app/second_step/app.h"
#include "tests/support/engine.h"

#include "app/sign_in/mailed.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/driver.h"
#include "web/visit.h"

static const char OWN[] = "quiet rivers carry paper boats";
static const char ALWAYS[] =
    "If that address has a sign-in, we have sent a link. It works for 60 minutes.";

static struct page ask_reset(struct cx *cx, struct browser *b, const char *email)
{
    open_page(cx, b, "/password-reset");
    return send_form(cx, b, "/password-reset", "email", email, NULL);
}

/* The path out of the one letter that is sent. */
static const char *path_in(struct cx *cx, const struct sent *mail)
{
    return sent_link(cx, mail, "http://linden.example") + strlen("http://linden.example");
}

static const char *mailed_path(struct cx *cx, const char *email)
{
    struct browser b = BROWSER("198.51.100.20");
    struct outbox mails;
    CHECK_INT(ask_reset(cx, &b, email).status, 303);
    work_all(cx, &mails);
    for (size_t i = 0; i < mails.n; i++)
        if (strcmp(mails.at[i].subject, "Reset your password") == 0)
            return path_in(cx, &mails.at[i]);
    CHECK(!"a letter with the link");
    return "";
}

static struct page choose(struct cx *cx, struct browser *b, const char *path, const char *password)
{
    open_page(cx, b, path);
    return send_form(cx, b, path, "new_password", password, "new_password_again", password, NULL);
}

TEST(a_reset_says_and_does_the_same_for_every_address)
{
    practice_begin(cx);
    struct browser a = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.8");
    CHECK(goes_to(ask_reset(cx, &a, GINA), "/password-reset"));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 1);
    CHECK(goes_to(ask_reset(cx, &b, "nobody@north.example"), "/password-reset"));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 2); /* the second finds nothing to write */
    CHECK(has_text(open_page(cx, &a, "/password-reset"), ALWAYS));
    CHECK(has_text(open_page(cx, &b, "/password-reset"), ALWAYS));
    struct outbox mails;
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK(strstr(mails.at[0].to, GINA) != NULL);
    CHECK_TEXT(mails.at[0].subject, "Reset your password");
    CHECK(strstr(mails.at[0].text, "21:00 (Melbourne)") != NULL);
    CHECK(strstr(mails.at[0].text, "for 60 minutes") != NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM links"), 1);
}

TEST(a_reset_needs_an_address)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    struct page page = ask_reset(cx, &b, "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter an email address"));
    page = ask_reset(cx, &b, "gina at north");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter an email address like name@practice.example"));
    CHECK(has_text(page, "value=\"gina at north\""));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(an_account_gets_few_letters_and_an_address_asks_not_forever)
{
    practice_begin(cx);
    struct outbox mails;
    for (int i = 0; i < 5; i++) {
        struct browser b = BROWSER(arena_print(cx->mem, "203.0.113.%d", i));
        CHECK(goes_to(ask_reset(cx, &b, GINA), "/password-reset"));
    }
    work_all(cx, &mails);
    CHECK_INT(mails.n, 3);
    struct browser b = BROWSER("198.51.100.7");
    for (int i = 0; i < 20; i++)
        CHECK_INT(ask_reset(cx, &b, arena_print(cx->mem, "n%d@north.example", i)).status, 303);
    struct page page = ask_reset(cx, &b, "n20@north.example");
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "Too many tries."));
    cx->now += HOURS(1);
    CHECK_INT(ask_reset(cx, &b, GINA).status, 303);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
}

TEST(a_reset_sets_the_password_ends_all_sessions_and_signs_nobody_in)
{
    practice_begin(cx);
    change(cx, "UPDATE people SET proven_at = NULL WHERE id = 'p-gina'");
    struct browser desk = BROWSER("198.51.100.7"), mail = BROWSER("198.51.100.8");
    CHECK(goes_to(try_password(cx, &desk, GINA, "correct-horse-battery-gina"), "/"));
    const char *path = mailed_path(cx, GINA);
    struct page page = open_page(cx, &mail, path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "New password again"));
    CHECK_INT(open_page(cx, &desk, "/me").status, 200); /* opening changed nothing */
    CHECK_INT(COUNT("SELECT count(*) FROM links WHERE used_at IS NOT NULL"), 0);

    CHECK(goes_to(choose(cx, &mail, path, OWN), "/sign-in"));
    CHECK_TEXT(mail.session, "");
    CHECK(has_text(open_page(cx, &mail, "/sign-in"), "Your password is saved."));
    CHECK_INT(open_page(cx, &desk, "/me").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-gina' AND proven_at IS NOT NULL"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.password_reset'"), 1);
    CHECK(goes_to(try_password(cx, &mail, GINA, OWN), "/"));

    struct outbox mails;
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your password was changed");
    CHECK(strstr(mails.at[0].text, "http") == NULL);
}

TEST(a_reset_link_works_once_and_for_an_hour)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.8"), second = BROWSER("198.51.100.9");
    const char *first = mailed_path(cx, GINA), *other = mailed_path(cx, GINA);
    CHECK(goes_to(choose(cx, &b, first, OWN), "/sign-in"));
    const char *dead[] = { first, other, "/password-reset/x",
                           "/password-reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
    for (size_t i = 0; i < 4; i++) {
        struct page page = open_page(cx, &second, dead[i]);
        CHECK_INT(page.status, 410);
        CHECK(has_text(page, "This link has expired or was used. Get a new one."));
        CHECK(has_text(page, "value=\"gina@north.example\"") == (i < 2));
        page = choose(cx, &second, dead[i], "a second password for gina");
        CHECK_INT(page.status, 410);
    }
    CHECK(goes_to(try_password(cx, &b, GINA, OWN), "/"));

    struct outbox changed;
    work_all(cx, &changed);
    const char *third = mailed_path(cx, "ben@north.example");
    cx->now += HOURS(1) - SECONDS(1);
    CHECK_INT(open_page(cx, &second, third).status, 200);
    cx->now += SECONDS(1);
    CHECK_INT(open_page(cx, &second, third).status, 410);
    CHECK_INT(choose(cx, &second, third, OWN).status, 410);
}

TEST(of_two_who_use_a_reset_link_at_once_one_wins)
{
    practice_begin(cx);
    const char *path = mailed_path(cx, GINA), *token = strrchr(path, '/') + 1;
    struct new_password *one, *two;
    struct typed_password a = { NULL, OWN, OWN }, b = { NULL, "paper boats on quiet rivers",
                                                        "paper boats on quiet rivers" };
    CHECK(mailed_check(cx, LINK_RESET, token, &a, &one) == OK && one);
    CHECK(mailed_check(cx, LINK_RESET, token, &b, &two) == OK && two);
    CHECK(db_begin(cx, true) == OK);
    CHECK(mailed_password(cx, LINK_RESET, token, one) == OK);
    CHECK(db_commit(cx) == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(mailed_password(cx, LINK_RESET, token, two) == NOT_FOUND);
    db_rollback(cx);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.password_reset'"), 1);
}

TEST(a_weak_password_leaves_the_reset_link_working)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.8");
    const char *path = mailed_path(cx, GINA);
    struct page page = choose(cx, &b, path, "short");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Use at least 15 characters"));
    CHECK(has_text(page, path));
    CHECK(goes_to(choose(cx, &b, path, OWN), "/sign-in"));
}

TEST(a_reset_lifts_the_wait_that_it_was_offered_for)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.20");
    for (int n = 0; n < 6; n++) try_password(cx, &b, GINA, "not it");
    CHECK_INT(try_password(cx, &b, GINA, "not it").status, 429);
    CHECK(goes_to(choose(cx, &b, mailed_path(cx, GINA), OWN), "/sign-in"));
    CHECK(goes_to(try_password(cx, &b, GINA, OWN), "/"));
}

TEST(whoever_is_signed_in_can_reset_and_is_signed_out)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.8");
    CHECK(goes_to(try_password(cx, &b, GINA, "correct-horse-battery-gina"), "/"));
    CHECK(goes_to(choose(cx, &b, mailed_path(cx, GINA), OWN), "/sign-in"));
    CHECK_TEXT(b.session, "");
    CHECK(has_text(open_page(cx, &b, "/sign-in"), "Your password is saved."));
}

TEST(a_temporary_password_cannot_be_kept_by_a_reset_either)
{
    practice_begin(cx);
    const char *hash;
    CHECK(new_password_hash(cx, "lantern-harvest-violin-cargo", &hash) == OK);
    change(cx, arena_print(cx->mem,
                           "UPDATE people SET temporary = 1, temporary_until = 1,"
                           " password_hash = '%s' WHERE id = 'p-gina'",
                           hash));
    struct browser b = BROWSER("198.51.100.8");
    const char *path = mailed_path(cx, GINA);
    CHECK(has_text(choose(cx, &b, path, "lantern-harvest-violin-cargo"),
                   "Choose a password that is different from the temporary one."));
    CHECK(goes_to(choose(cx, &b, path, OWN), "/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1"), 0);
}

TEST(a_person_without_a_password_chooses_the_first_by_link)
{
    practice_begin(cx);
    change(cx, "UPDATE people SET password_hash = NULL, proven_at = NULL WHERE id = 'p-gina'");
    struct link link = { .purpose = LINK_CHOOSE,
                         .person = id_of("p-gina"),
                         .expires_at = cx->now + cx->setup->choose_life };
    const char *token;
    CHECK(db_begin(cx, true) == OK && link_make(cx, &link, &token) == OK && db_commit(cx) == OK);
    const char *path = arena_print(cx->mem, "/set-up/%s", token);
    struct browser b = BROWSER("198.51.100.8");
    struct page page = open_page(cx, &b, path);
    CHECK(has_text(page, "Choose your own password"));
    CHECK(has_text(page, GINA));
    CHECK_INT(open_page(cx, &b, arena_print(cx->mem, "/password-reset/%s", token)).status, 410);
    CHECK(has_text(choose(cx, &b, path, "gina papas gina"), "made of names"));
    CHECK(goes_to(choose(cx, &b, path, OWN), "/sign-in"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-gina' AND proven_at IS NOT NULL"),
              1);
    CHECK_INT(open_page(cx, &b, path).status, 410);
    CHECK(goes_to(try_password(cx, &b, GINA, OWN), "/"));
}

TEST(an_address_is_confirmed_by_the_button_and_not_by_opening)
{
    practice_begin(cx);
    change(cx, "UPDATE people SET proven_at = NULL WHERE id = 'p-gina'");
    struct outbox mails;
    CHECK(has_text(get(cx, "gina", "/me"), "Not confirmed"));
    CHECK(goes_to(post(cx, "gina", "/me/sign-in/proof", NULL), "/me/sign-in"));
    CHECK(has_text(get(cx, "gina", "/me/sign-in"), "We have sent the link to gina@north.example."));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Confirm your email address");
    const char *path = path_in(cx, &mails.at[0]);
    struct browser b = BROWSER("198.51.100.8");
    CHECK(has_text(open_page(cx, &b, path), "Confirm my email address"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE proven_at IS NULL"), 1);
    CHECK(goes_to(send_form(cx, &b, path, NULL), "/sign-in"));
    CHECK(has_text(open_page(cx, &b, "/sign-in"), "Your email address is confirmed."));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE proven_at IS NULL"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.address_proven'"), 1);
    CHECK_INT(open_page(cx, &b, path).status, 410);
    CHECK_INT(send_form(cx, &b, path, NULL).status, 410);
    CHECK(!has_text(get(cx, "gina", "/me"), "Not confirmed"));
}

TEST(confirming_works_signed_in_too_and_letters_are_few)
{
    practice_begin(cx);
    change(cx, "UPDATE people SET proven_at = NULL WHERE id = 'p-gina'");
    struct outbox mails;
    for (int i = 0; i < 3; i++) CHECK_INT(post(cx, "gina", "/me/sign-in/proof", NULL).status, 303);
    struct page page = post(cx, "gina", "/me/sign-in/proof", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "We have sent a few links already."));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 3);
    CHECK(goes_to(post(cx, "gina", path_in(cx, &mails.at[1]), NULL), "/me"));
    CHECK(has_text(get(cx, "gina", "/me"), "Your email address is confirmed."));
    CHECK(goes_to(post(cx, "gina", "/me/sign-in/proof", NULL), "/me/sign-in"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0);
}

TEST(tips_end_with_one_button_and_stay_ended)
{
    practice_begin(cx);
    struct link link = { .purpose = LINK_UNSUBSCRIBE,
                         .person = id_of("p-gina"),
                         .expires_at = cx->now + DAYS(30) };
    const char *token;
    CHECK(db_begin(cx, true) == OK && link_make(cx, &link, &token) == OK && db_commit(cx) == OK);
    const char *path = arena_print(cx->mem, "/unsubscribe/%s", token);
    struct browser b = BROWSER("198.51.100.8");
    CHECK(has_text(open_page(cx, &b, path), "Stop these tips"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE onboarding_mails = 0"), 0);
    for (int i = 0; i < 2; i++) {
        CHECK(goes_to(send_form(cx, &b, path, NULL), path));
        CHECK(has_text(open_page(cx, &b, path), "You get no more tips by email."));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE onboarding_mails = 0"), 1);
    CHECK_INT(open_page(cx, &b, "/unsubscribe/x").status, 410);
}

TEST(no_password_and_no_token_stands_in_any_table)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.8");
    const char *secrets[8];
    size_t n = 0;
    CHECK_INT(try_password(cx, &b, GINA, "a wrong guess at it").status, 422);
    secrets[n++] = "a wrong guess at it";
    CHECK(goes_to(try_password(cx, &b, GINA, "correct-horse-battery-gina"), "/"));
    secrets[n++] = "correct-horse-battery-gina";
    secrets[n++] = arena_copy(cx->mem, b.session, strlen(b.session));
    secrets[n++] = arena_copy(cx->mem, b.visitor, strlen(b.visitor));
    const char *path = mailed_path(cx, GINA);
    secrets[n++] = strrchr(path, '/') + 1;
    CHECK(strlen(secrets[n - 1]) == 43);
    CHECK(goes_to(choose(cx, &b, path, OWN), "/sign-in"));
    secrets[n++] = OWN;
    const char *all = engine_all_text(cx);
    CHECK(strstr(all, "argon2id") && strstr(all, GINA)); /* it did look */
    for (size_t i = 0; i < n; i++)
        if (strstr(all, secrets[i])) CHECK_TEXT(secrets[i], "nowhere");
}

TEST(no_secret_of_the_second_step_stands_in_any_table_or_mail)
{
    struct phone p;
    struct outbox mails;
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.8"), c = BROWSER("198.51.100.8");
    with_app(cx, &b, &p);
    try_password(cx, &c, GINA, "correct-horse-battery-gina");
    char half[SECRET_SIZE];
    memcpy(half, c.session, sizeof half);
    CHECK_INT(try_code(cx, &c, "aaaa-bbbb-cccc-dddd").status, 422);
    CHECK(goes_to(try_code(cx, &c, p.codes[0]), "/"));
    const char *text = totp_secret_text(cx->mem, &p.secret), *bare = "";
    for (int i = 0; i < 4; i++)
        bare = arena_print(cx->mem, "%s%.4s", bare, p.codes[1] + 5 * i);
    const char *secrets[] = { text, half, c.session, p.codes[0], p.codes[1], bare,
                              "aaaa-bbbb-cccc-dddd", "aaaabbbbccccdddd" };
    const char *all = engine_all_text(cx);
    CHECK(strstr(all, "recovery_code_used") && strstr(all, "My phone")); /* it did look */
    work_all(cx, &mails);
    CHECK(mails.n > 0);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        CHECK(strlen(secrets[i]) > 15);
        if (strstr(all, secrets[i])) CHECK_TEXT(secrets[i], "in no table");
        for (size_t m = 0; m < mails.n; m++)
            if (strstr(mails.at[m].text, secrets[i])) CHECK_TEXT(secrets[i], "in no mail");
    }
}
