/* onward_test.c - who is led to set up a second step goes on where they were going. */
#include "tests/app/invitations/invited.h"
#include "tests/app/passkeys/key.h"

#include "app/sessions/link.h"

#define LOCATIONS "/g/north/settings/locations"

static const char OWNER[] = "olga@north.example", OWNERS[] = "correct-horse-battery-olga";

static void require(struct cx *cx)
{
    must_run(cx,
             arena_print(cx->mem, "UPDATE practices SET second_all_from = %lld WHERE id = 'north'",
                         (long long)cx->now));
}

static int64_t hills(struct cx *cx)
{
    return COUNT(
        "SELECT count(*) FROM locations WHERE practice_id = 'north' AND name = 'Hill \"&'");
}

/* Olga, who signed in before, sends a form and finds the group closed. */
static struct page refused_form(struct cx *cx, struct browser *b)
{
    practice_begin(cx);
    try_password(cx, b, OWNER, OWNERS);
    cx->now += MINUTES(1);
    require(cx);
    cx->now += HOURS(4);
    must_run(cx, arena_print(cx->mem, "UPDATE sessions SET seen_at = %lld", (long long)cx->now));
    return send_form(cx, b, LOCATIONS, "name", "Hill \"&", "time_zone", "UTC", "new_password",
                     "a secret of somebody", NULL);
}

static bool keeps(struct page page)
{
    return has_text(page, "name=\"kept\" value=\"" LOCATIONS "\"")
           && has_text(page, "name=\"kept-name\" value=\"Hill &quot;&amp;\"")
           && has_text(page, "name=\"kept-time_zone\" value=\"UTC\"")
           && !has_text(page, "a secret of somebody") && !has_text(page, "kept-form_token");
}

#define KEPT "kept", LOCATIONS, "kept-name", "Hill \"&", "kept-time_zone", "UTC"

TEST(a_form_that_meets_the_closed_group_goes_along_and_is_sent_at_the_end)
{
    struct phone p;
    struct browser b = BROWSER("198.51.100.7");
    struct page page = refused_form(cx, &b);
    CHECK_INT(page.status, 403);
    CHECK(keeps(page) && has_text(page, "Northside Allied Health requires a second step now"));
    CHECK(has_text(page, "formaction=\"/me/sign-in/passkeys\""));
    CHECK_INT(hills(cx), 0);
    page =
        send_form(cx, &b, "/me/sign-in/apps", "name", "Mine", "password", "not hers", KEPT, NULL);
    CHECK_INT(page.status, 422);
    CHECK(keeps(page) && has_text(page, "This is not your password"));
    page = send_form(cx, &b, "/me/sign-in/apps", "name", "Mine", "password", OWNERS, KEPT, NULL);
    CHECK_INT(page.status, 200);
    CHECK(keeps(page));
    unbase32(between(cx, page.body, "<p class=\"once\" dir=\"ltr\">", "</p>"), p.secret.bytes);
    p.id = between(cx, page.body, "action=\"/me/sign-in/apps/", "\"");
    const char *prove = arena_print(cx->mem, "/me/sign-in/apps/%s", p.id);
    page = send_form(cx, &b, prove, "code", "000000", KEPT, NULL);
    CHECK_INT(page.status, 422);
    CHECK(keeps(page));
    page = send_form(cx, &b, prove, "code", code_at(cx, &p, 0), KEPT, NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<ol class=\"codes\""));
    CHECK(has_text(page, "method=\"post\" action=\"" LOCATIONS "\""));
    CHECK(has_text(page, "name=\"name\" value=\"Hill &quot;&amp;\""));
    CHECK(!has_text(page, "kept-") && !has_text(page, "a secret of somebody"));
    CHECK_INT(hills(cx), 0);
    CHECK_INT(send_form(cx, &b, LOCATIONS, "name", "Hill \"&", "time_zone", "UTC", NULL).status,
              303);
    CHECK_INT(hills(cx), 1);
}

TEST(it_goes_along_with_a_passkey_too)
{
    struct held_key k = new_key(cx);
    struct browser b = BROWSER("198.51.100.7");
    refused_form(cx, &b);
    struct page page = send_form(cx, &b, "/me/sign-in/passkeys", "name", "Mine", "password", OWNERS,
                                 "kept", LOCATIONS, "kept-name", "Hill \"&", NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "name=\"kept-name\" value=\"Hill &quot;&amp;\""));
    struct answer a = made_by(cx, &k, between(cx, page.body, "data-value=\"", "\""));
    page = send_form(cx, &b, "/me/sign-in/passkeys/new", "name", "Mine", "kept", LOCATIONS,
                     "kept-name", "Hill \"&", ANSWER(a), NULL);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "action=\"" LOCATIONS "\"") && has_text(page, "Hill &quot;&amp;"));
    CHECK_INT(open_page(cx, &b, "/g/north/").status, 200);
}

TEST(what_another_site_sends_is_neither_kept_nor_led_anywhere)
{
    struct phone p;
    struct browser b = BROWSER("198.51.100.7"), other;
    refused_form(cx, &b);
    other = b;
    struct request rq = { .method = POST };
    struct pair foreign[] = { { "name", "Foreign Hill" }, { "form_token", "x" } };
    rq.form = (struct pairs){ 2, foreign };
    struct page page = browse(cx, &other, &rq, LOCATIONS);
    CHECK_INT(page.status, 403);
    CHECK(!has_text(page, "Foreign Hill") && has_text(page, "out of date"));
    static const char *const outside[] = { "//evil.example/g/", "https://evil.example", "/sign-out",
                                           "/me/devices/others/end", "" };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        page = send_form(cx, &b, "/me/sign-in/apps", "name", "Mine", "password", "", "kept",
                         outside[i], "kept-x", "kept text", "next", outside[0], NULL);
        CHECK_INT(page.status, 422);
        CHECK(!has_text(page, "name=\"kept") && !has_text(page, "evil"));
    }
    (void)p;
}

TEST(the_page_with_the_codes_goes_on_where_somebody_was_going)
{
    struct phone p;
    practice_begin(cx);
    require(cx);
    struct browser b = BROWSER("198.51.100.7");
    try_password(cx, &b, GINA, HERS);
    CHECK(goes_to(open_page(cx, &b, "/g/north/help"), "/me/second-step?next=%2Fg%2Fnorth%2Fhelp"));
    struct page page = open_page(cx, &b, "/me/second-step?next=%2Fg%2Fnorth%2Fhelp");
    CHECK(has_text(page, "href=\"/me/sign-in/apps/new?next=%2Fg%2Fnorth%2Fhelp\""));
    CHECK(has_text(page, "href=\"/me/sign-in/passkeys/new?next=%2Fg%2Fnorth%2Fhelp\""));
    page = open_page(cx, &b, "/me/sign-in/passkeys/new?next=%2Fg%2Fnorth%2Fhelp");
    CHECK(has_text(page, "name=\"next\" value=\"/g/north/help\""));
    page = open_page(cx, &b, "/me/sign-in/apps/new?next=%2Fg%2Fnorth%2Fhelp");
    CHECK(has_text(page, "name=\"next\" value=\"/g/north/help\""));
    page = send_form(cx, &b, "/me/sign-in/apps", "name", "Mine", "password", HERS, "next",
                     "/g/north/help", NULL);
    CHECK_INT(page.status, 303);
    p.id = between(cx, page.location, "/apps/", "?");
    page = open_page(cx, &b, page.location);
    CHECK(has_text(page, "name=\"next\" value=\"/g/north/help\""));
    unbase32(between(cx, page.body, "<p class=\"once\" dir=\"ltr\">", "</p>"), p.secret.bytes);
    page = send_form(cx, &b, arena_print(cx->mem, "/me/sign-in/apps/%s", p.id), "code",
                     code_at(cx, &p, 0), "next", "/g/north/help", NULL);
    CHECK_INT(page.status, 200);
    CHECK(
        has_text(page, "<a class=\"btn primary\" href=\"/g/north/help\">I have kept them: go on"));
    /* Whoever was going nowhere goes back to the page about signing in. */
    struct browser c = BROWSER("198.51.100.8");
    struct phone q;
    must_run(cx, "DELETE FROM authenticators");
    with_app(cx, &c, &q);
    page = send_form(cx, &c, "/me/sign-in/recovery-codes", "password", HERS, "code",
                     code_at(cx, &q, 0), NULL);
    CHECK(has_text(page, "href=\"/me/sign-in\">I have kept them<"));
}

/* --- the first time ----------------------------------------------------------------------- */

static const char CHOSEN[] = "quiet rivers carry paper boats";

static const char *link_path(struct cx *cx, enum link_purpose purpose, const char *before)
{
    const struct link link = { .purpose = purpose,
                               .person = { "p-gina" },
                               .expires_at = cx->now + DAYS(1) };
    const char *token = "";
    CHECK_INT(db_begin(cx, true), OK);
    CHECK_INT(link_make(cx, &link, &token), OK);
    CHECK_INT(db_commit(cx), OK);
    return arena_print(cx->mem, "%s%s", before, token);
}

static struct page choose_and_sign_in(struct cx *cx, struct browser *b, const char *path)
{
    open_page(cx, b, path);
    CHECK(
        goes_to(send_form(cx, b, path, "new_password", CHOSEN, "new_password_again", CHOSEN, NULL),
                "/sign-in"));
    return try_password(cx, b, GINA, CHOSEN);
}

TEST(whoever_comes_for_the_first_time_or_after_a_reset_is_led_to_it)
{
    for (int required = 0; required < 2; required++) {
        practice_begin(cx);
        if (required)
            require(cx);
        else
            must_run(cx, "UPDATE practices SET second_asked = 1 WHERE id = 'north'");
        struct browser b = BROWSER("198.51.100.7"), c = BROWSER("198.51.100.8"),
                       d = BROWSER("198.51.100.9"), e = BROWSER("198.51.100.10");
        CHECK(goes_to(choose_and_sign_in(cx, &b, link_path(cx, LINK_RESET, "/password-reset/")),
                      "/me/second-step"));
        CHECK(goes_to(choose_and_sign_in(cx, &c, link_path(cx, LINK_CHOOSE, "/set-up/")),
                      "/me/second-step"));
        must_run(cx, "UPDATE people SET temporary = 1, temporary_until = 9000000000000000"
                     " WHERE id = 'p-gina'");
        CHECK(goes_to(try_password(cx, &d, GINA, CHOSEN), "/sign-in/choose-password"));
        CHECK(goes_to(send_form(cx, &d, "/sign-in/choose-password", "new_password",
                                "another harbour of lanterns", "new_password_again",
                                "another harbour of lanterns", NULL),
                      "/me/second-step"));
        invite(cx);
        const char *path = mailed_path(cx);
        open_page(cx, &e, path);
        struct page page = send_form(cx, &e, below(cx, path, "sign-in"), "new_password", CHOSEN,
                                     "new_password_again", CHOSEN, NULL);
        CHECK(goes_to(page, "/me/second-step?next=%2Fg%2Fnorth%2F"));
        page = open_page(cx, &e, page.location);
        CHECK(has_text(page, "Northside Allied Health") && has_text(page, "You have joined"));
        CHECK_INT(open_page(cx, &e, "/g/north/").status, required ? 303 : 200);
    }
}
