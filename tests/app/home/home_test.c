/* home_test.c - the first page of a practice group. */
#include "app/audit/event.h"
#include "tests/support/practice.h"

#define HOME "/g/north/"

static void run(struct cx *cx, const char *sql)
{
    CHECK(db_begin(cx, true) == OK);
    CHECK(db_script(cx, sql) == OK);
    CHECK(db_commit(cx) == OK);
}

TEST(the_greeting_follows_the_clock_of_the_practice)
{
    practice_begin(cx);
    /* 10:00 in UTC is 21:00 in Melbourne and 10:00 in London */
    struct page page = get(cx, "olga", HOME);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Good evening, Olga"));
    CHECK(has_text(page, "Sat 21 Nov 2026"));
    CHECK(has_text(get(cx, "olga", "/g/south/"), "Good morning, Olga"));
    cx->now += INT64_C(4) * 3600 * 1000000;
    sign_in_again(cx, "olga");
    page = get(cx, "olga", HOME); /* one at night, tomorrow */
    CHECK(has_text(page, "Good evening, Olga"));
    CHECK(has_text(page, "Sun 22 Nov 2026"));
    CHECK(has_text(get(cx, "olga", "/g/south/"), "Good afternoon, Olga"));
    run(cx, "UPDATE users SET first_name = '', last_name = 'Okafor' WHERE id = 'u-olga'");
    CHECK(has_text(get(cx, "olga", HOME), "Good evening, Okafor"));
}

TEST(the_owners_list_follows_the_data)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", HOME);
    CHECK(has_text(page, "Set up Northside Allied Health"));
    CHECK(has_text(page, "Confirm your practice details"));
    CHECK(has_text(page, "Add your first location"));
    CHECK(has_text(page, "Add the people you work with"));
    CHECK(has_text(page, "2 of 3 done")); /* nobody has confirmed the details */
    CHECK(has_text(page, "Harbour St, Riverside"));
    CHECK_INT(post(cx, "olga", "/g/north/settings/group", "version", "1", "name",
                   "Northside Allied Health", "time_zone", "Australia/Melbourne", "idle_minutes",
                   "30", "adds_per_hour", "200", NULL)
                  .status,
              303);
    CHECK(!has_text(get(cx, "olga", HOME), "Confirm your practice details")); /* finished */
    take_invoices_away(cx);
    run(cx,
        "DELETE FROM closings; DELETE FROM assignments; DELETE FROM patient_locations; DELETE FROM reminders;"
        " DELETE FROM waiter_links; DELETE FROM waiters; DELETE FROM booking_links; DELETE FROM bookings; DELETE FROM booking_types;"
        " DELETE FROM booking_profiles; DELETE FROM handover_rows; DELETE FROM handovers;"
        " DELETE FROM appointments; DELETE FROM working_hours; DELETE FROM rooms;"
        " DELETE FROM locations WHERE practice_id = 'north'");
    page = get(cx, "olga", HOME);
    CHECK(has_text(page, "2 of 3 done"));
    CHECK(has_text(page, "Add location"));
}

TEST(practitioners_and_administrators_have_lists_of_their_own)
{
    practice_begin(cx);
    struct page page = get(cx, "ben", HOME);
    CHECK(has_text(page, "Check your details"));
    CHECK(has_text(page, "See where you work"));
    CHECK(has_text(page, "Harbour St, Riverside"));
    CHECK(has_text(page, "Confirm your email address"));
    CHECK(has_text(page, "2 of 3 done"));
    page = get(cx, "gina", HOME);
    CHECK(has_text(page, "1 of 2 done"));
    CHECK(!has_text(page, "See where you work"));
    CHECK(!has_text(page, "Set up Northside"));
    CHECK_INT(post(cx, "gina", "/g/north/guide", "details", "right", NULL).status, 303);
    CHECK(!has_text(get(cx, "gina", HOME), "Check your details")); /* finished */
    CHECK_INT(COUNT("SELECT count(*) FROM users WHERE details_checked_at IS NOT NULL"), 1);
    page = get(cx, "chen", HOME);
    CHECK(has_text(page, "Mr Chen Wei, Physiotherapist. Wrong? Tell somebody with Full Access."));
    CHECK(has_text(page, "They are right"));
}

TEST(the_list_can_be_hidden_and_comes_back_from_help)
{
    practice_begin(cx);
    CHECK(!has_text(get(cx, "ben", "/g/north/help"), "Show the set-up list again"));
    struct page page = post(cx, "ben", "/g/north/guide", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, HOME);
    CHECK(!has_text(get(cx, "ben", HOME), "Check your details"));
    CHECK(has_text(get(cx, "gina", HOME), "Check your details")); /* only his own */
    CHECK(has_text(get(cx, "ben", "/g/north/help"), "Show the set-up list again"));
    CHECK_INT(post(cx, "ben", "/g/north/guide", "show", "again", NULL).status, 303);
    CHECK(has_text(get(cx, "ben", HOME), "Check your details"));
    CHECK_INT(post(cx, "chen", "/g/north/guide", NULL).status,
              303); /* Read Only, but his own wish */
    CHECK(!has_text(get(cx, "chen", HOME), "Check your details"));
    CHECK_INT(post(cx, "zoe", "/g/north/guide", NULL).status, 404);
}

static const char INVITATIONS[] =
    "INSERT INTO invitations (practice_id, id, email, email_key, first_name, last_name, find_key,"
    " role_type, level, inviter_id, inviter_name, created_at, sent_at, expires_at, mail_problem)"
    " VALUES ('north', 'i-1', 'i@x.example', 'i@x.example', 'Ingrid', 'Haaland', '',"
    " 'practitioner', 'personal', 'u-olga', 'Olga', 1, 1, 1795255200000000 + 86400000000, ''),"
    " ('north', 'i-2', 'j@x.example', 'j@x.example', 'José', 'Ferreira', '', 'practitioner',"
    " 'personal', 'u-olga', 'Olga', 1, 1, 1795255200000000 + 518400000000, 'No such mailbox'),"
    " ('north', 'i-3', 'k@x.example', 'k@x.example', 'Long', 'Gone', '', 'practitioner',"
    " 'personal', 'u-olga', 'Olga', 1, 1, 5, ''),"
    " ('south', 'i-4', 'l@x.example', 'l@x.example', 'South', 'Secret', '', 'practitioner',"
    " 'personal', 'u-zoe', 'Zoe', 1, 1, 1795255200000000 + 86400000000, 'x');"
    "UPDATE users SET mail_problem = 'refused' WHERE id = 'u-gina'";

TEST(full_access_users_see_what_needs_attention)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", HOME), "Nothing needs your attention."));
    run(cx, INVITATIONS);
    struct page page = get(cx, "freya", HOME);
    CHECK(has_text(page, "The invitation for Ingrid Haaland ends in"));
    CHECK(has_text(page, "The invitation for José Ferreira could not be delivered."));
    CHECK(!has_text(page, "The invitation for José Ferreira ends"));
    CHECK(has_text(page, "An email to Gina Papas could not be delivered."));
    CHECK(!has_text(page, "Long Gone"));
    CHECK(!has_text(page, "South Secret"));
    CHECK(!has_text(get(cx, "ben", HOME), "Ingrid"));
}

TEST(a_top_up_that_went_off_by_itself_is_told_until_somebody_turns_it_on)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM credit_settings WHERE practice_id = 'north' AND user_id IS NULL;"
                 "INSERT INTO credit_settings (practice_id, id, auto_on, auto_below, auto_buy,"
                 " auto_most, provider, stopped) VALUES ('north', 'cs-group', 0, 30, 100, 300,"
                 " 'transfer', 'unpaid')");
    struct page page = get(cx, "freya", HOME);
    CHECK(has_text(page, "Off, because what it asked for was not paid for in time."));
    CHECK(has_text(page, "href=\"/g/north/credits\">Look"));
    CHECK(!has_text(get(cx, "ben", HOME), "not paid for in time"));
    must_run(cx, "UPDATE credit_settings SET auto_on = 1, stopped = '' WHERE id = 'cs-group'");
    CHECK(!has_text(get(cx, "freya", HOME), "not paid for in time"));
}

TEST(others_read_what_they_may_do)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", HOME);
    CHECK(has_text(page, "What you can do here"));
    CHECK(has_text(page, "Practitioner, Personal Access"));
    CHECK(has_text(page, "Riverside"));
    CHECK(has_text(page, "/g/north/help/access-levels"));
    CHECK(!has_text(page, "Needs attention"));
    CHECK(!has_text(get(cx, "freya", HOME), "What you can do here"));
}

TEST(the_index_of_settings_lists_what_may_be_opened)
{
    practice_begin(cx);
    struct page page = get(cx, "olga", "/g/north/settings/");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Who changed what, and when."));
    page = get(cx, "gina", "/g/north/settings/");
    CHECK(has_text(page, "/g/north/settings/locations"));
    CHECK(!has_text(page, "Who changed what, and when."));
    CHECK(!has_text(page, "href=\"/g/north/settings/audit\""));
    CHECK_INT(get(cx, "zoe", "/g/north/settings/").status, 404);
    CHECK_INT(get(cx, "zoe", HOME).status, 404);
}
