/* choose_password_test.c - a temporary password, and the own one in its place. */
#include "tests/app/sign_in/browser.h"

#include "app/sign_in/new_password.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "base/time.h"

static const char GINA[] = "gina@north.example", TEMPORARY[] = "lantern-harvest-violin-cargo",
                  OWN[] = "quiet rivers carry paper boats";

/* Freya sets gina a temporary password, as if gina had never had one. */
static void set_temporary(struct cx *cx)
{
    const char *hash;
    practice_begin(cx);
    change(cx, "UPDATE people SET password_hash = NULL, proven_at = NULL WHERE id = 'p-gina'");
    CHECK(new_password_hash(cx, TEMPORARY, &hash) == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(
        person_set_temporary(cx, id_of("p-gina"), hash, "Freya Nilsson", "Northside Allied Health")
        == OK);
    CHECK(db_commit(cx) == OK);
}

static struct page choose(struct cx *cx, struct browser *b, const char *password, const char *again)
{
    return send_form(cx, b, "/sign-in/choose-password", "new_password", password,
                     "new_password_again", again, NULL);
}

TEST(a_temporary_password_opens_only_the_page_that_replaces_it)
{
    set_temporary(cx);
    struct browser b = BROWSER("198.51.100.7");
    CHECK(goes_to(try_password(cx, &b, GINA, TEMPORARY), "/sign-in/choose-password"));
    CHECK(goes_to(open_page(cx, &b, "/"), "/sign-in/choose-password"));
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route_info *r = &routes[i];
        if (r->api) continue; /* takes no session at all */
        if (r->permission == ANYONE || r->permission == REPLACING || r->permission == HALFWAY) continue;
        const char *path = url_in(cx, "north", (enum route)i, "x", "y").text;
        struct page page =
            r->method == GET ? open_page(cx, &b, path) : send_form(cx, &b, path, NULL);
        bool closed = r->tell ? page.status == 403 : goes_to(page, "/sign-in/choose-password");
        if (!closed) CHECK_TEXT(r->name, "closed");
    }
    struct page page = open_page(cx, &b, "/sign-in/choose-password");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Freya Nilsson at Northside Allied Health set it."));
    CHECK(has_text(page, "At least 15 characters. A few unrelated words work well."));
    CHECK(has_text(page, ">Save and continue<"));
    CHECK(has_text(page, ">Sign out<"));
    CHECK(goes_to(send_form(cx, &b, "/sign-out", NULL), "/sign-in"));
}

TEST(the_own_password_takes_its_place_and_the_session_is_a_new_one)
{
    set_temporary(cx);
    struct browser b = BROWSER("198.51.100.7"), other = BROWSER("203.0.113.9");
    try_password(cx, &other, GINA, TEMPORARY);
    try_password(cx, &b, GINA, TEMPORARY);
    struct browser old = b;
    CHECK(goes_to(choose(cx, &b, OWN, OWN), "/g/north/"));
    CHECK(strcmp(old.session, b.session) != 0);
    CHECK_INT(open_page(cx, &old, "/me").status, 303);
    CHECK_INT(open_page(cx, &other, "/me").status, 303);
    CHECK(has_text(open_page(cx, &b, "/me"), "Your password is saved."));
    CHECK(goes_to(open_page(cx, &b, "/sign-in/choose-password"), "/"));
    CHECK(
        goes_to(choose(cx, &b, "another one of my passwords", "another one of my passwords"), "/"));

    struct browser with_old = BROWSER("198.51.100.7"), with_own = BROWSER("198.51.100.7");
    CHECK_INT(try_password(cx, &with_old, GINA, TEMPORARY).status, 422);
    CHECK(goes_to(try_password(cx, &with_own, GINA, OWN), "/"));
    /* Choosing shows who knew the temporary one, not whose the address is. */
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE id = 'p-gina' AND proven_at IS NULL"
                    " AND temporary = 0 AND temporary_until = 0 AND temporary_by IS NULL"),
              1);
    struct outbox mails;
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your password was changed");
}

TEST(what_is_no_good_password_is_refused_in_words)
{
    set_temporary(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, TEMPORARY);
    static const struct {
        const char *password, *again, *said;
    } tries[] = {
        { "", "", "Enter a new password" },
        { "fourteen signs", "fourteen signs", "Use at least 15 characters" },
        { "gina papas linden 1", "gina papas linden 1", "made of names" },
        { "northside allied health", "northside allied health", "made of names" },
        { "password12345678", "password12345678", "lists of leaked passwords" },
        { "qwertyuiopasdfghjkl", "qwertyuiopasdfghjkl", "a row of keys" },
        { OWN, "quiet rivers carry paper boat", "The two passwords are different" },
        { OWN, "", "Enter the new password again" },
        { TEMPORARY, TEMPORARY, "Choose a password that is different from the temporary one." },
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        struct page page = choose(cx, &b, tries[i].password, tries[i].again);
        CHECK_INT(page.status, 422);
        if (!has_text(page, tries[i].said)) CHECK_TEXT(tries[i].password, tries[i].said);
        CHECK(has_text(page, "There is a problem"));
        if (*tries[i].password) CHECK(!has_text(page, tries[i].password));
    }
    const char *long_one = arena_print(cx->mem, "%0257d", 7);
    CHECK(has_text(choose(cx, &b, long_one, long_one), "Use at most 256 characters"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE temporary = 1"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
    CHECK(goes_to(choose(cx, &b, OWN, OWN), "/g/north/"));
}

TEST(a_temporary_password_ends_after_seventy_two_hours)
{
    set_temporary(cx);
    struct browser b = BROWSER("198.51.100.7"), late = BROWSER("198.51.100.7");
    cx->now += HOURS(72) - SECONDS(1);
    CHECK(goes_to(try_password(cx, &b, GINA, TEMPORARY), "/sign-in/choose-password"));
    cx->now += SECONDS(1);
    struct page page = try_password(cx, &late, GINA, TEMPORARY);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "This temporary password has expired. Ask Freya Nilsson for a new one, or"
                         " reset it yourself."));
    CHECK(has_text(try_password(cx, &late, GINA, "not it at all"),
                   "The email or password is not right."));
    CHECK_TEXT(late.session, "");
}

TEST(nobody_sets_a_temporary_password_over_a_persons_own)
{
    set_temporary(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, TEMPORARY);
    choose(cx, &b, OWN, OWN);
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_temporary(cx, id_of("p-gina"), "x", "Freya Nilsson", "Northside") == CONFLICT);
    db_rollback(cx);
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
}

TEST(a_password_checked_before_another_was_saved_is_not_saved)
{
    set_temporary(cx);
    struct new_password *checked;
    const char *token, *hash;
    struct typed_password typed = { NULL, OWN, OWN };
    CHECK(new_password_check(cx, id_of("p-gina"), &typed, &checked) == OK);
    CHECK(new_password_hash(cx, "lantern harvest and a new one", &hash) == OK);
    CHECK(db_begin(cx, true) == OK);
    CHECK(person_set_temporary(cx, id_of("p-gina"), hash, "Freya Nilsson", "Northside") == OK);
    cx->actor = (struct actor){ .person = id_of("p-gina"), .name = "Gina Papas" };
    CHECK(own_password_choose(cx, checked, &token) == CONFLICT);
    db_rollback(cx);
}
