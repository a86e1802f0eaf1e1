/* session_test.c - how long a signed-in device stays so. */
#include "tests/app/sign_in/browser.h"

#include "app/sessions/session.h"
#include "base/time.h"

static struct browser signed_in(struct cx *cx, const char *address)
{
    struct browser b = BROWSER(address);
    CHECK(goes_to(try_password(cx, &b, "gina@north.example", "correct-horse-battery-gina"), "/"));
    return b;
}

/* What the server notes after a page was shown. */
static void used(struct cx *cx)
{
    change(cx, arena_print(cx->mem, "UPDATE sessions SET seen_at = %lld", (long long)cx->now));
}

TEST(a_session_rests_for_thirty_minutes_and_no_longer)
{
    practice_begin(cx);
    struct browser b = signed_in(cx, "198.51.100.7");
    cx->now += MINUTES(30) - SECONDS(1);
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    cx->now += SECONDS(2);
    CHECK(goes_to(open_page(cx, &b, "/me"), "/sign-in?next=%2Fme"));
}

TEST(the_strictest_of_the_persons_groups_says_how_long)
{
    practice_begin(cx);
    change(cx, "UPDATE practices SET idle_minutes = 60 WHERE id = 'north';"
               "UPDATE practices SET idle_minutes = 5 WHERE id = 'south'");
    sign_in_again(cx, "gina");
    sign_in_again(cx, "olga"); /* in both */
    cx->now += MINUTES(5) - SECONDS(1);
    CHECK_INT(get(cx, "olga", "/g/north/").status == 303, 0);
    cx->now += SECONDS(2);
    CHECK_INT(get(cx, "olga", "/me").status, 303);
    CHECK_INT(get(cx, "gina", "/me").status, 200);
    cx->now += MINUTES(56);
    CHECK_INT(get(cx, "gina", "/me").status, 303);
}

TEST(a_session_ends_after_twelve_hours_however_busy)
{
    practice_begin(cx);
    struct browser b = signed_in(cx, "198.51.100.7");
    cx->now += HOURS(12) - SECONDS(1);
    used(cx);
    CHECK_INT(open_page(cx, &b, "/me").status, 200);
    cx->now += SECONDS(2);
    used(cx);
    CHECK_INT(open_page(cx, &b, "/me").status, 303);
}

TEST(devices_are_shown_and_can_be_signed_out)
{
    practice_begin(cx);
    struct browser here = signed_in(cx, "198.51.100.7"), there = signed_in(cx, "203.0.113.9");
    struct browser third = signed_in(cx, "203.0.113.10");
    struct page page = open_page(cx, &here, "/me/devices");
    CHECK(has_text(page, "Safari on iPhone"));
    CHECK(has_text(page, "203.0.113.9"));
    CHECK(has_text(page, "This device"));
    CHECK(has_text(page, "Sign out everywhere else"));

    struct table t;
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM sessions WHERE address = '203.0.113.9'"))
          == OK);
    const char *path = arena_print(cx->mem, "/me/devices/%s/end", cell_text(&t, 0, "id"));
    CHECK(goes_to(send_form(cx, &here, path, NULL), "/me/devices"));
    page = open_page(cx, &here, "/me/devices");
    CHECK(has_text(page, "Safari on iPhone is signed out."));
    CHECK(!has_text(page, "203.0.113.9<"));
    CHECK_INT(open_page(cx, &there, "/me").status, 303);
    CHECK_INT(open_page(cx, &third, "/me").status, 200);

    CHECK(goes_to(send_form(cx, &here, "/me/devices/others/end", NULL), "/me/devices"));
    CHECK(has_text(open_page(cx, &here, "/me/devices"), "1 other device is signed out."));
    CHECK_INT(open_page(cx, &third, "/me").status, 303);
    CHECK_INT(open_page(cx, &here, "/me").status, 200);
}

TEST(nobody_ends_a_session_of_somebody_else)
{
    practice_begin(cx);
    struct browser gina = signed_in(cx, "198.51.100.7");
    struct table t;
    CHECK(db_select(cx, &t, SQL_GLOBAL("SELECT id FROM sessions")) == OK);
    const char *path = arena_print(cx->mem, "/me/devices/%s/end", cell_text(&t, 0, "id"));
    struct page foreign = post(cx, "olga", path, NULL);
    struct page unknown = post(cx, "olga", "/me/devices/01JD0000000000000000000000/end", NULL);
    struct page malformed = post(cx, "olga", "/me/devices/x/end", NULL);
    CHECK_INT(foreign.status, 404);
    CHECK_TEXT(foreign.body, unknown.body);
    CHECK_TEXT(foreign.body, malformed.body);
    CHECK_INT(open_page(cx, &gina, "/me").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.session_ended'"), 0);
}

static int64_t entering(struct cx *cx, int64_t since)
{
    int64_t n = -1;
    CHECK(db_begin(cx, false) == OK);
    CHECK(sessions_entering(cx, id_of("p-gina"), since, &n) == OK);
    db_rollback(cx);
    return n;
}

TEST(counted_are_the_sessions_that_may_enter_a_group)
{
    practice_begin(cx);
    (void)signed_in(cx, "198.51.100.7");
    cx->now += SECONDS(1);
    (void)signed_in(cx, "198.51.100.8");
    CHECK_INT(entering(cx, 0), 2);
    CHECK_INT(entering(cx, cx->now - SECONDS(1)), 1); /* the other began before access ended */
    change(cx, "UPDATE sessions SET waits_for = 2");
    CHECK_INT(entering(cx, 0), 0); /* a temporary password opens one page alone */
    change(cx, "UPDATE sessions SET waits_for = 0");
    cx->now += MINUTES(31);
    CHECK_INT(entering(cx, 0), 0);
}
