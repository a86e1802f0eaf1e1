/* own_test.c - my user page and the list of practice groups. */
#include "tests/app/sign_in/browser.h"

#include "base/time.h"

static const char OWN[] = "quiet rivers carry paper boats";

TEST(my_page_shows_groups_sign_in_devices_and_preferences)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", "/me");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "<h1>My user page</h1>"));
    CHECK(has_text(page, "Your sign-in, devices and practice groups. Only you see this page."));
    const char *texts[] = { "Practice groups",         "Signing in",
                            "Devices and sessions",    "Preferences",
                            "Northside Allied Health", "Practitioner, Full Access",
                            "Southbank Clinic",        "Practitioner, Personal Access",
                            "href=\"/g/north/\"",      "href=\"/g/south/leave\"",
                            "olga@north.example",      "Firefox on Linux" };
    for (size_t i = 0; i + 1 < sizeof texts / sizeof *texts; i++)
        if (!has_text(page, texts[i])) CHECK_TEXT("missing", texts[i]);
    CHECK(has_text(get(cx, "chen", "/me"), "Read only"));
    CHECK(has_text(get(cx, "kavya", "/me"), "You are not a user of any practice group."));
}

TEST(each_section_has_its_own_address)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "gina", "/me/sign-in"), "Current password"));
    CHECK(has_text(get(cx, "gina", "/me/devices"), "This device"));
    CHECK(has_text(get(cx, "gina", "/me/preferences"), "Keyboard shortcuts"));
    CHECK(!has_text(get(cx, "gina", "/me/preferences"), "This device"));
    const char *paths[] = { "/me", "/me/sign-in", "/me/devices", "/me/preferences", "/groups" };
    for (size_t i = 0; i < 5; i++) CHECK_INT(get(cx, "", paths[i]).status, 303);
}

TEST(preferences_are_kept_and_change_the_page)
{
    practice_begin(cx);
    CHECK(goes_to(post(cx, "gina", "/me/preferences", "theme", "dark", "density", "compact",
                       "clock", "12", "tips", "1", NULL),
                  "/me/preferences"));
    struct page page = get(cx, "gina", "/me/preferences");
    CHECK(has_text(page, "Your preferences are saved."));
    CHECK(has_text(page, "data-theme=\"dark\""));
    CHECK(has_text(page, "data-density=\"compact\""));
    CHECK(has_text(page, "data-shortcuts=\"off\""));
    CHECK(has_text(page, "value=\"12\" selected"));
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE theme = 'dark'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.preferences_changed'"), 1);
    /* The same again is no change, and what is no choice changes nothing. */
    post(cx, "gina", "/me/preferences", "theme", "dark", "density", "compact", "clock", "12",
         "tips", "1", NULL);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.preferences_changed'"), 1);
    CHECK_INT(post(cx, "gina", "/me/preferences", "theme", "pink\"", "density", "compact", "clock",
                   "12", NULL)
                  .status,
              422);
    CHECK_INT(COUNT("SELECT count(*) FROM people WHERE theme = 'dark' AND onboarding_mails = 1"),
              1);
}

TEST(changing_the_password_needs_the_current_one)
{
    practice_begin(cx);
    struct page page = post(cx, "gina", "/me/sign-in/password", "current_password", "not it at all",
                            "new_password", OWN, "new_password_again", OWN, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "The current password is not right"));
    CHECK(!has_text(page, OWN));
    page = post(cx, "gina", "/me/sign-in/password", "current_password", "", "new_password", "",
                "new_password_again", "", NULL);
    CHECK(has_text(page, "Enter your current password"));
    CHECK(has_text(page, "Enter a new password"));
    page = post(cx, "gina", "/me/sign-in/password", "current_password",
                "correct-horse-battery-gina", "new_password", "correct-horse-battery-gina",
                "new_password_again", "correct-horse-battery-gina", NULL);
    CHECK(has_text(page, "different from the current one"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.password_changed'"), 0);
    CHECK_INT(COUNT("SELECT n FROM tries WHERE what = 'own password'"), 1);
}

TEST(a_changed_password_ends_the_other_devices_and_is_told)
{
    practice_begin(cx);
    struct browser phone = BROWSER("203.0.113.9"), again = BROWSER("203.0.113.9");
    struct outbox mails;
    CHECK(
        goes_to(try_password(cx, &phone, "gina@north.example", "correct-horse-battery-gina"), "/"));
    CHECK(goes_to(post(cx, "gina", "/me/sign-in/password", "current_password",
                       "correct-horse-battery-gina", "new_password", OWN, "new_password_again", OWN,
                       NULL),
                  "/me/sign-in"));
    CHECK(has_text(get(cx, "gina", "/me/sign-in"), "You were signed out on all other devices."));
    CHECK_INT(open_page(cx, &phone, "/me").status, 303);
    CHECK_INT(try_password(cx, &again, "gina@north.example", "correct-horse-battery-gina").status,
              422);
    CHECK(goes_to(try_password(cx, &again, "gina@north.example", OWN), "/"));
    work_others(cx, &mails);
    CHECK_INT(mails.n, 1);
    CHECK_TEXT(mails.at[0].subject, "Your password was changed");
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'person.password_changed'"), 1);
}

TEST(guessing_at_the_current_password_is_slowed_down)
{
    practice_begin(cx);
    for (int i = 0; i < 5; i++)
        CHECK_INT(post(cx, "gina", "/me/sign-in/password", "current_password", "not it at all",
                       "new_password", OWN, "new_password_again", OWN, NULL)
                      .status,
                  422);
    struct page page =
        post(cx, "gina", "/me/sign-in/password", "current_password", "correct-horse-battery-gina",
             "new_password", OWN, "new_password_again", OWN, NULL);
    CHECK_INT(page.status, 429);
    CHECK(has_text(page, "Too many tries. Wait 1 minute"));
    cx->now += MINUTES(1);
    CHECK_INT(post(cx, "gina", "/me/sign-in/password", "current_password",
                   "correct-horse-battery-gina", "new_password", OWN, "new_password_again", OWN,
                   NULL)
                  .status,
              303);
}

TEST(groups_are_cards_with_access_and_last_use)
{
    practice_begin(cx);
    change(cx, arena_print(cx->mem,
                           "UPDATE users SET seen_at = %lld WHERE id = 'u-olga'"
                           " AND practice_id = 'south'",
                           (long long)(cx->now - DAYS(2))));
    struct page page = get(cx, "olga", "/groups");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Northside Allied Health"));
    CHECK(has_text(page, "Practitioner, Personal Access"));
    CHECK(has_text(page, "2 days ago"));
    CHECK(has_text(page, "Never used"));
    CHECK(has_text(get(cx, "kavya", "/groups"), "You are not a user of any practice group."));
    CHECK(!has_text(get(cx, "gina", "/groups"), "Southbank"));
}
