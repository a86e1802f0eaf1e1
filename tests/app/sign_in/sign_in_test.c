/* sign_in_test.c - signing in and out, and what it tells strangers. */
#include "tests/app/sign_in/browser.h"

#include "app/sign_in/sign_in.h"
#include "base/setup.h"
#include "base/time.h"

static const char WRONG[] = "The email or password is not right. Try again or reset your password.";
static const char GINA[] = "gina@north.example", GINAS[] = "correct-horse-battery-gina";

TEST(signing_in_leads_home_and_signing_out_ends_the_session)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(goes_to(open_page(cx, &b, "/"), "/sign-in"));
    CHECK(goes_to(open_page(cx, &b, "/g/north/"), "/sign-in?next=%2Fg%2Fnorth%2F"));
    CHECK(goes_to(try_password(cx, &b, " GINA@North.example ", GINAS), "/"));
    CHECK(goes_to(open_page(cx, &b, "/"), "/g/north/"));
    CHECK(goes_to(open_page(cx, &b, "/sign-in"), "/"));
    struct browser copy = b; /* a cookie that somebody kept */
    CHECK(goes_to(send_form(cx, &b, "/sign-out", NULL), "/sign-in"));
    CHECK(goes_to(open_page(cx, &copy, "/me"), "/sign-in?next=%2Fme"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.signed_in'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.signed_out'"), 1);
}

TEST(after_signing_in_only_places_inside_are_gone_to)
{
    practice_begin(cx);
    const char *outside[] = { "//evil.example/", "https://evil.example/", "/\\evil.example",
                              "/sign-out", "javascript:1" };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        struct browser b = BROWSER("198.51.100.7");
        open_page(cx, &b, "/sign-in");
        CHECK(goes_to(send_form(cx, &b, "/sign-in", "email", GINA, "password", GINAS, "next",
                                outside[i], NULL),
                      "/"));
    }
    struct browser b = BROWSER("198.51.100.7");
    open_page(cx, &b, "/sign-in");
    CHECK(goes_to(send_form(cx, &b, "/sign-in", "email", GINA, "password", GINAS, "next",
                            "/g/north/settings/users", NULL),
                  "/g/north/settings/users"));
}

/* The page without what differs for good: tokens and address typed. */
static const char *same_for_all(struct cx *cx, struct page page, const char *email)
{
    char *text = arena_copy(cx->mem, page.body, strlen(page.body));
    for (char *at = text; (at = strstr(at, "name=\"form_token\" value=\""));)
        at = (char *)memset(at + 25, '-', 43) + 43;
    for (char *at; (at = strstr(text, email));)
        memmove(at, at + strlen(email), strlen(at + strlen(email)) + 1);
    return text;
}

TEST(a_wrong_password_and_an_unknown_address_get_the_same_page)
{
    practice_begin(cx);
    struct browser a = BROWSER("198.51.100.7"), b = BROWSER("198.51.100.8");
    struct page wrong = try_password(cx, &a, GINA, "correct-horse-battery-nobody");
    struct page unknown = try_password(cx, &b, "nobody@north.example", GINAS);
    CHECK_INT(wrong.status, 422);
    CHECK_INT(unknown.status, 422);
    CHECK(has_text(wrong, WRONG));
    CHECK(has_text(wrong, "value=\"gina@north.example\""));
    CHECK(!has_text(wrong, "correct-horse"));
    CHECK_TEXT(same_for_all(cx, wrong, GINA), same_for_all(cx, unknown, "nobody@north.example"));
    /* Somebody invited who has no password yet is no different either. */
    change(cx, "UPDATE people SET password_hash = NULL WHERE id = 'p-ben'");
    struct browser c = BROWSER("198.51.100.9");
    struct page none = try_password(cx, &c, "ben@north.example", "correct-horse-battery-ben");
    CHECK_TEXT(same_for_all(cx, none, "ben@north.example"), same_for_all(cx, wrong, GINA));
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.sign_in_failed'"), 3);
}

TEST(unknown_addresses_slow_down_like_known_ones)
{
    practice_begin(cx);
    const char *emails[] = { GINA, "nobody@north.example" };
    for (size_t i = 0; i < 2; i++) {
        struct browser b = BROWSER(i ? "198.51.100.8" : "198.51.100.7");
        for (int n = 0; n < 5; n++)
            CHECK_INT(try_password(cx, &b, emails[i], "not it").status, 422);
        struct page slow = try_password(cx, &b, emails[i], "not it");
        CHECK_INT(slow.status, 429);
        CHECK(has_text(slow, "Too many tries. Wait 1 minute or reset your password."));
    }
}

TEST(failures_slow_the_next_tries_down_until_the_wait_is_over)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    for (int n = 0; n < 5; n++) CHECK_INT(try_password(cx, &b, GINA, "not it").status, 422);
    CHECK_INT(try_password(cx, &b, GINA, GINAS).status, 429);
    cx->now += SECONDS(59);
    CHECK_INT(try_password(cx, &b, GINA, GINAS).status, 429);
    cx->now += SECONDS(1);
    CHECK_INT(try_password(cx, &b, GINA, "not it").status,
              422); /* one more try, then twice as long */
    cx->now += SECONDS(61);
    CHECK(has_text(try_password(cx, &b, GINA, GINAS), "Wait 1 minute"));
    cx->now += SECONDS(60);
    CHECK(goes_to(try_password(cx, &b, GINA, GINAS), "/"));
    /* Success forgets: the next slip costs nothing. */
    struct browser again = BROWSER("198.51.100.7");
    CHECK_INT(try_password(cx, &again, GINA, "not it").status, 422);
    CHECK(goes_to(try_password(cx, &again, GINA, GINAS), "/"));
}

TEST(a_stranger_elsewhere_locks_nobody_out)
{
    practice_begin(cx);
    struct browser stranger = BROWSER("203.0.113.66"), gina = BROWSER("198.51.100.7");
    for (int n = 0; n < 8; n++) try_password(cx, &stranger, GINA, "not it");
    CHECK_INT(try_password(cx, &stranger, GINA, "not it").status, 429);
    CHECK(goes_to(try_password(cx, &gina, GINA, GINAS), "/"));
}

TEST(not_even_many_strangers_lock_somebody_out_of_his_own_desk)
{
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), elsewhere = BROWSER("198.51.100.200");
    CHECK(goes_to(try_password(cx, &desk, GINA, GINAS), "/"));
    for (int n = 0; n < 104; n++) {
        struct browser b = BROWSER(arena_print(cx->mem, "203.0.113.%d", n));
        CHECK_INT(try_password(cx, &b, GINA, "not it").status, n < 100 ? 422 : 429);
    }
    struct browser same_desk = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &same_desk, GINA, GINAS), "/"));
    /* A place never seen before waits with the strangers, minutes and no longer. */
    CHECK_INT(try_password(cx, &elsewhere, GINA, GINAS).status, 429);
    cx->now += MINUTES(5);
    CHECK(goes_to(try_password(cx, &elsewhere, GINA, GINAS), "/"));
}

TEST(one_address_cannot_try_every_account)
{
    practice_begin(cx);
    struct browser b = BROWSER("203.0.113.66");
    for (int n = 0; n < 50; n++)
        CHECK_INT(
            try_password(cx, &b, arena_print(cx->mem, "n%d@north.example", n), "not it").status,
            422);
    CHECK_INT(try_password(cx, &b, "n50@north.example", "not it").status, 429);
    CHECK_INT(try_password(cx, &b, GINA, GINAS).status, 429);
}

TEST(signing_in_with_nothing_says_so_at_both_fields)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    struct page page = try_password(cx, &b, "", "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter an email address"));
    CHECK(has_text(page, "Enter your password"));
    CHECK(has_text(page, "<title>Error: Sign in"));
    CHECK_INT(COUNT("SELECT count(*) FROM tries"), 0);
}

TEST(a_form_from_elsewhere_signs_nobody_in)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7");
    struct page page = send_form(cx, &b, "/sign-in", "email", GINA, "password", GINAS, NULL);
    CHECK_INT(page.status, 403); /* no visitor's cookie, so no token can be right */
    CHECK_INT(COUNT("SELECT count(*) FROM sessions"), 0);
}

TEST(a_cheaper_hash_is_renewed_when_its_password_was_right)
{
    practice_begin(cx);
    struct setup dearer = *cx->setup;
    dearer.hash_passes = 2;
    cx->setup = &dearer;
    struct browser b = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &b, GINA, GINAS), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE password_hash LIKE '%t=2%'"), 1);
    struct browser again = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &again, GINA, GINAS), "/"));
}

/* --- whom strangers cannot keep out ------------------------------------------------------- */

TEST(whoever_guesses_behind_the_same_address_keeps_nobody_waiting_in_a_browser_of_theirs)
{
    practice_begin(cx);
    struct browser own = BROWSER("198.51.100.7"), guest = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &own, GINA, GINAS), "/"));
    send_form(cx, &own, "/sign-out", NULL);
    own.session[0] = '\0';
    for (int n = 0; n < 5; n++) CHECK_INT(try_password(cx, &guest, GINA, "not it").status, 422);
    CHECK_INT(try_password(cx, &guest, GINA, GINAS).status, 429);
    CHECK(goes_to(try_password(cx, &own, GINA, GINAS), "/"));
    send_form(cx, &own, "/sign-out", NULL);
    own.session[0] = '\0';
    CHECK_INT(try_password(cx, &guest, GINA, GINAS).status, 429); /* the guest's wait goes on */
    own.address = "203.0.113.4";                                  /* and the browser travels */
    for (int n = 0; n < 100; n++) {
        struct browser b = BROWSER(arena_print(cx->mem, "192.0.2.%d", n));
        try_password(cx, &b, GINA, "not it");
    }
    CHECK(goes_to(try_password(cx, &own, GINA, GINAS), "/"));
    /* Its own failures count. */
    send_form(cx, &own, "/sign-out", NULL);
    own.session[0] = '\0';
    for (int n = 0; n < 5; n++) CHECK_INT(try_password(cx, &own, GINA, "not it").status, 422);
    CHECK_INT(try_password(cx, &own, GINA, GINAS).status, 429);
}

TEST(a_browser_is_its_persons_own_for_nobody_else_and_not_after_it_was_disowned)
{
    practice_begin(cx);
    struct browser own = BROWSER("198.51.100.7"), guest = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &own, GINA, GINAS), "/"));
    send_form(cx, &own, "/sign-out", NULL);
    own.session[0] = '\0';
    for (int n = 0; n < 5; n++)
        CHECK_INT(try_password(cx, &guest, "ben@north.example", "not it").status, 422);
    CHECK_INT(try_password(cx, &own, "ben@north.example", "correct-horse-battery-ben").status, 429);
    for (int n = 0; n < 5; n++) CHECK_INT(try_password(cx, &guest, GINA, "not it").status, 422);
    must_run(cx, "UPDATE known_devices SET disowned_at = 1");
    CHECK_INT(try_password(cx, &own, GINA, GINAS).status, 429);
    must_run(cx, "UPDATE known_devices SET disowned_at = 0");
    must_run(cx, "UPDATE sessions SET only_practice_id = 'north' WHERE person_id = 'p-gina'");
    CHECK_INT(try_password(cx, &own, GINA, GINAS).status, 429); /* by a provider's word */
    must_run(cx, "UPDATE sessions SET only_practice_id = '' WHERE person_id = 'p-gina'");
    CHECK(goes_to(try_password(cx, &own, GINA, GINAS), "/"));
}

/* Whoever has one address of IPv6 has the 64 bits behind it. */
TEST(many_addresses_of_one_network_guess_no_more_often_than_one)
{
    practice_begin(cx);
    for (int n = 0; n < 5; n++) {
        struct browser b = BROWSER(arena_print(cx->mem, "2001:db8:1:2:%x::%x", n, n + 7));
        CHECK_INT(try_password(cx, &b, GINA, "not it").status, 422);
    }
    struct browser next = BROWSER("2001:db8:1:2:ffff::1"), other = BROWSER("2001:db8:1:3::1");
    CHECK_INT(try_password(cx, &next, GINA, GINAS).status, 429);
    CHECK(goes_to(try_password(cx, &other, GINA, GINAS), "/"));
    for (int n = 0; n < 45; n++) {
        struct browser b = BROWSER(arena_print(cx->mem, "2001:db8:1:2::%x", n));
        try_password(cx, &b, arena_print(cx->mem, "n%d@north.example", n), "not it");
    }
    CHECK_INT(try_password(cx, &next, "n99@north.example", "not it").status, 429);
}

TEST(signing_in_ends_the_session_that_was_open_in_this_browser)
{
    practice_begin(cx);
    struct browser b = BROWSER("198.51.100.7"), before, other = BROWSER("198.51.100.8");
    CHECK(goes_to(try_password(cx, &other, GINA, GINAS), "/"));
    CHECK(goes_to(try_password(cx, &b, GINA, GINAS), "/"));
    before = b;
    struct page page = send_form(cx, &b, "/sign-in", "email", "ben@north.example", "password",
                                 "correct-horse-battery-ben", NULL);
    CHECK(goes_to(page, "/"));
    CHECK(has_text(open_page(cx, &b, "/me"), "ben@north.example"));
    CHECK(goes_to(open_page(cx, &before, "/me"), "/sign-in?next=%2Fme"));
    CHECK_INT(open_page(cx, &other, "/me").status, 200);
    /* One that fails ends nothing. */
    before = b;
    CHECK_INT(send_form(cx, &b, "/sign-in", "email", GINA, "password", "not it", NULL).status, 422);
    CHECK_INT(open_page(cx, &before, "/me").status, 200);
}
