/* known_device_test.c - a sign-in from a browser that is new is told, and can be taken for what
 * it was: somebody else's. */
#include "tests/app/second_step/app.h"

#include <stdio.h>

#include "app/sessions/cleaning.h"
#include "base/setup.h"
#include "base/time.h"
#include "tests/support/folder.h"

static const char OWN[] = "quiet rivers carry paper boats";

/* Gina has signed in from her desk, and the letters of before are gone. */
static struct browser at_her_desk(struct cx *cx)
{
    struct browser desk = BROWSER("198.51.100.7");
    struct outbox mails;
    CHECK(goes_to(try_password(cx, &desk, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0); /* the first sign-in of all */
    return desk;
}

static const char *path_in(struct cx *cx, const struct sent *mail)
{
    return sent_link(cx, mail, "http://linden.example") + strlen("http://linden.example");
}

/* The first session from this address. */
static const char *session_from(struct cx *cx, const char *address)
{
    struct table t;
    if (db_select(cx, &t, SQL_GLOBAL("SELECT min(id) AS id FROM sessions WHERE address = $1"),
                  address)
        != OK)
        exit(1);
    return cell_id(&t, 0, "id").text[0] ? arena_print(cx->mem, "%s", cell_text(&t, 0, "id")) : "";
}

/* A stranger who knows the password, and the path in the letter about it. */
static const char *told_of(struct cx *cx, struct browser *stranger)
{
    struct outbox mails;
    work_all(cx, &mails);
    stranger->session[0] = '\0';
    CHECK(goes_to(try_password(cx, stranger, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    return mails.n == 1 ? path_in(cx, &mails.at[0]) : "/";
}

TEST(a_sign_in_from_a_new_browser_is_told)
{
    practice_begin(cx);
    at_her_desk(cx);
    struct browser phone = BROWSER("203.0.113.9");
    struct outbox mails;
    CHECK(goes_to(try_password(cx, &phone, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK(strstr(mails.at[0].to, GINA) != NULL);
    CHECK_TEXT(mails.at[0].subject, "New sign-in: Safari on iPhone");
    CHECK(strstr(mails.at[0].text, "Safari on iPhone, on 21") != NULL);
    CHECK(strstr(mails.at[0].text, "(Melbourne)") != NULL);
    CHECK(!strstr(mails.at[0].text, "203.0.113")); /* no address */
    CHECK_INT(COUNT("SELECT count(*) FROM known_devices WHERE person_id = 'p-gina'"), 2);
}

TEST(the_letter_says_roughly_where_if_the_host_has_a_table_of_places)
{
    practice_begin(cx);
    at_her_desk(cx);
    struct browser phone = BROWSER("203.0.113.9");
    struct outbox mails;
    struct setup *setup = (struct setup *)(uintptr_t)cx->setup;
    const char *folder = folder_new(cx), *path = arena_print(cx->mem, "%s/table", folder);
    FILE *out = fopen(path, "w");
    CHECK(out && fputs("203.0.113.0,203.0.113.255,NZ\n", out) >= 0);
    if (out) fclose(out);
    setup->places = &path;
    setup->places_n = 1;
    CHECK(goes_to(try_password(cx, &phone, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "New sign-in: Safari on iPhone");
    CHECK(strstr(mails.at[0].text, "Safari on iPhone, about New Zealand, on 21") != NULL);
    CHECK(!strstr(mails.at[0].text, "203.0.113")); /* no address */
    setup->places_n = 0;
    CHECK_INT(folder_remove(folder), 1);
}

TEST(a_browser_that_is_known_is_not_told_again_and_is_known_for_one_person)
{
    practice_begin(cx);
    struct browser desk = at_her_desk(cx);
    struct outbox mails;
    send_form(cx, &desk, "/sign-out", NULL);
    CHECK(goes_to(try_password(cx, &desk, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM known_devices"), 1);
    CHECK_INT(COUNT("SELECT seen_at FROM known_devices"), COUNT("SELECT since FROM known_devices"));
    cx->now += DAYS(1); /* that it is in use is noted once a day */
    desk.session[0] = '\0';
    CHECK(goes_to(try_password(cx, &desk, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0);
    CHECK_INT(COUNT("SELECT seen_at FROM known_devices"), cx->now);
    /* Ben has signed in elsewhere; her desk is new for him. */
    struct browser his = BROWSER("198.51.100.8");
    try_password(cx, &his, "ben@north.example", "correct-horse-battery-ben");
    send_form(cx, &desk, "/sign-out", NULL);
    CHECK(goes_to(try_password(cx, &desk, "ben@north.example", "correct-horse-battery-ben"), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK(strstr(mails.at[0].to, "ben@north.example") != NULL);
}

TEST(the_token_of_a_browser_stands_in_no_table_and_a_made_up_one_is_known_to_nobody)
{
    practice_begin(cx);
    struct browser desk = at_her_desk(cx), forged = BROWSER("203.0.113.9");
    struct outbox mails;
    CHECK_INT(strlen(desk.device), 43);
    struct table t;
    CHECK(db_select(cx, &t,
                    SQL_GLOBAL("SELECT token_hash FROM known_devices WHERE token_hash = $1"
                               " UNION ALL SELECT device FROM sessions WHERE device = $1"),
                    (const char *)desk.device)
          == OK);
    CHECK_INT((int64_t)t.rows, 0);
    memset(forged.device, 'A', 43);
    CHECK(goes_to(try_password(cx, &forged, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
}

TEST(the_right_password_alone_makes_no_browser_known)
{
    practice_begin(cx);
    struct browser desk = BROWSER("198.51.100.7"), stranger = BROWSER("203.0.113.9");
    struct phone p;
    struct outbox mails;
    with_app(cx, &desk, &p);
    work_all(cx, &mails);
    CHECK(goes_to(try_password(cx, &stranger, GINA, HERS), "/sign-in/second-step"));
    CHECK_INT(COUNT("SELECT count(*) FROM known_devices"), 1);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0);
    CHECK(goes_to(try_code(cx, &stranger, code_at(cx, &p, 0)), "/"));
    CHECK_INT(COUNT("SELECT count(*) FROM known_devices"), 2);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "New sign-in: Safari on iPhone");
}

TEST(the_link_in_the_letter_changes_nothing_until_its_button_is_pressed)
{
    practice_begin(cx);
    struct browser desk = at_her_desk(cx), stranger = BROWSER("203.0.113.9"),
                   mail = BROWSER("198.51.100.8");
    struct outbox mails;
    const char *path = told_of(cx, &stranger);
    struct page page = open_page(cx, &mail, path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Was this sign-in not yours?"));
    CHECK(has_text(page, "Safari on iPhone"));
    CHECK_INT(open_page(cx, &stranger, "/me").status, 200);

    CHECK(goes_to(send_form(cx, &mail, path, NULL), "/password-reset"));
    CHECK(
        has_text(open_page(cx, &mail, "/password-reset"),
                 "Safari on iPhone is signed out. We have sent a link to choose a new password."));
    CHECK_INT(open_page(cx, &stranger, "/me").status, 303);
    CHECK_INT(open_page(cx, &desk, "/me").status, 200);
    CHECK_TEXT(mail.session, "");
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.sign_in_disowned'"
                    " AND actor_id = 'p-gina'"),
              1);
    work_all(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Reset your password");
    /* It leads on: with the link in that letter the password is hers again. */
    const char *reset = path_in(cx, &mails.at[0]);
    open_page(cx, &mail, reset);
    CHECK(goes_to(send_form(cx, &mail, reset, "new_password", OWN, "new_password_again", OWN, NULL),
                  "/sign-in"));
    stranger.session[0] = '\0';
    CHECK_INT(try_password(cx, &stranger, GINA, HERS).status, 422);
}

TEST(the_link_in_the_letter_works_once_for_a_week_and_opens_no_password)
{
    practice_begin(cx);
    at_her_desk(cx);
    struct browser stranger = BROWSER("203.0.113.9"), mail = BROWSER("198.51.100.8");
    const char *path = told_of(cx, &stranger);
    const char *token = strrchr(path, '/') + 1;
    CHECK_INT(open_page(cx, &mail, arena_print(cx->mem, "/password-reset/%s", token)).status, 410);
    open_page(cx, &mail, path);
    CHECK_INT(send_form(cx, &mail, path, NULL).status, 303);
    CHECK_INT(open_page(cx, &mail, path).status, 410);
    CHECK_INT(send_form(cx, &mail, path, NULL).status, 410);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.sign_in_disowned'"), 1);

    struct browser other = BROWSER("203.0.113.10");
    path = told_of(cx, &other);
    cx->now += DAYS(7) - SECONDS(1);
    CHECK_INT(open_page(cx, &mail, path).status, 200);
    cx->now += SECONDS(1);
    CHECK_INT(open_page(cx, &mail, path).status, 410);
    CHECK_INT(send_form(cx, &mail, path, NULL).status, 410);
    CHECK_INT(open_page(cx, &mail, "/not-me/x").status, 410);
}

TEST(a_browser_that_was_disowned_is_told_of_again_with_all_that_was_begun_in_it)
{
    practice_begin(cx);
    struct browser desk = at_her_desk(cx), stranger = BROWSER("203.0.113.9");
    told_of(cx, &stranger);
    struct browser again = stranger; /* a second window of the same browser */
    struct outbox mails;
    again.session[0] = '\0';
    CHECK(goes_to(try_password(cx, &again, GINA, HERS), "/"));
    work_all(cx, &mails);
    CHECK_INT(mails.n, 0);
    const char *id = session_from(cx, "203.0.113.9");
    CHECK(goes_to(send_form(cx, &desk, arena_print(cx->mem, "/me/devices/%s/not-me", id), NULL),
                  "/me/sign-in"));
    CHECK(has_text(open_page(cx, &desk, "/me/sign-in"), "choose a new one here"));
    CHECK_INT(open_page(cx, &stranger, "/me").status, 303);
    CHECK_INT(open_page(cx, &again, "/me").status, 303);
    CHECK_INT(open_page(cx, &desk, "/me").status, 200);
    told_of(cx, &stranger);
}

TEST(nobody_disowns_sessions_of_others_or_the_one_at_hand)
{
    practice_begin(cx);
    struct browser desk = at_her_desk(cx);
    const char *own = session_from(cx, "198.51.100.7");
    CHECK(!has_text(open_page(cx, &desk, "/me/devices"),
                    arena_print(cx->mem, "/me/devices/%s/not-me", own)));
    CHECK_INT(send_form(cx, &desk, arena_print(cx->mem, "/me/devices/%s/not-me", own), NULL).status,
              404);
    CHECK_INT(open_page(cx, &desk, "/me").status, 200);
    const char *path = arena_print(cx->mem, "/me/devices/%s/not-me", own);
    CHECK_INT(post(cx, "ben", path, NULL).status, 404);
    CHECK_INT(open_page(cx, &desk, "/me").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.sign_in_disowned'"), 0);
}

TEST(known_browsers_are_forgotten_after_a_year_but_for_the_last)
{
    practice_begin(cx);
    at_her_desk(cx);
    struct browser phone = BROWSER("203.0.113.9"), later = BROWSER("203.0.113.10");
    struct outbox mails;
    cx->now += MINUTES(1);
    told_of(cx, &phone);
    cx->now += DAYS(401);
    CHECK(db_begin(cx, true) == OK);
    CHECK(people_clean_up_begin(cx) == OK);
    CHECK(db_commit(cx) == OK);
    work_all(cx, &mails);
    CHECK_INT(COUNT("SELECT count(*) FROM known_devices WHERE person_id = 'p-gina'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM not_me_links"), 0);
    told_of(cx, &later); /* not the first */
}
