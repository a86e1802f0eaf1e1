/* record_test.c - the record of a departure, and what is left to settle. */
#include "tests/support/practice.h"

static const char BEN[] = "/g/north/settings/users/u-ben/";
static const char RECORD[] = "/g/north/settings/users/u-ben/record";

static const char *of_ben(struct cx *cx, const char *what)
{
    return arena_print(cx->mem, "%s%s", BEN, what);
}

/* The version of what the page says, as its form carries it. */
static const char *version_in(struct cx *cx, struct page page)
{
    const char *at = strstr(page.body, "name=\"version\" value=\"");
    if (!at) return "";
    at += strlen("name=\"version\" value=\"");
    return arena_copy(cx->mem, at, strcspn(at, "\""));
}

static void go(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
    post(cx, "olga", of_ben(cx, "checklist/reminders"), NULL);
    cx->now += MINUTES(5);
    post(cx, "freya", of_ben(cx, "deactivate"), "note", "Moves to <Perth>", NULL);
}

TEST(the_record_says_who_settled_what_and_when_and_what_is_open)
{
    go(cx);
    struct page page = get(cx, "freya", RECORD);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Record of the departure of Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "Ended on 21 Nov 2026 at 21:05 by Freya Nilsson"));
    CHECK(has_text(page, "Moves to &lt;Perth&gt;"));
    CHECK(has_text(page, "Olga Okafor, 21 Nov 2026 at 21:00"));
    CHECK(has_text(page, "1 line is still open."));
    CHECK(has_text(page, "Nobody has signed it off yet."));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.departure_signed'"), 0);
}

TEST(signing_off_writes_the_whole_into_the_audit_log_which_shows_it)
{
    go(cx);
    const char *version = version_in(cx, get(cx, "freya", RECORD));
    cx->now += MINUTES(5);
    struct page page = post(cx, "freya", RECORD, "version", version, "note", "Seen", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, RECORD);
    page = get(cx, "olga", RECORD);
    CHECK(has_text(page, "Signed off by Freya Nilsson on 21 Nov 2026 at 21:10."));
    CHECK(has_text(page, "It still stands as it was signed."));
    CHECK(!has_text(page, ">Sign off again<"));
    page = get(cx, "olga", "/g/north/settings/audit?action=user.departure_signed");
    CHECK(has_text(page, "Signed off the departure of"));
    CHECK(has_text(page, "Removed by Olga Okafor on 21 Nov 2026 at 21:00"));
    CHECK(has_text(page, "Open: "));
    CHECK(has_text(page, "Seen"));
}

TEST(what_changed_since_is_said_and_can_be_signed_again)
{
    go(cx);
    post(cx, "freya", RECORD, "version", version_in(cx, get(cx, "freya", RECORD)), NULL);
    post(cx, "olga", of_ben(cx, "checklist/appointments/waiver"), "reason-appointments",
         "The desk calls them", NULL);
    struct page page = get(cx, "olga", RECORD);
    CHECK(has_text(page, "It stands differently now"));
    CHECK(has_text(page, "Nothing is left open."));
    CHECK(has_text(page, "The desk calls them"));
    CHECK_INT(post(cx, "olga", RECORD, "version", version_in(cx, page), NULL).status, 303);
    CHECK(has_text(get(cx, "freya", RECORD), "Signed off by Olga Okafor"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.departure_signed'"), 2);
}

TEST(nobody_signs_what_somebody_else_changed_meanwhile)
{
    go(cx);
    const char *version = version_in(cx, get(cx, "freya", RECORD));
    post(cx, "olga", of_ben(cx, "checklist/appointments/waiver"), "reason-appointments", "x", NULL);
    struct page page = post(cx, "freya", RECORD, "version", version, "note", "Seen", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "It changed while you were looking at it."));
    CHECK(has_text(page, "value=\"Seen\""));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.departure_signed'"), 0);
}

TEST(who_reads_by_another_clock_finds_the_same_record)
{
    go(cx);
    must_run(cx, "UPDATE people SET clock = '12' WHERE id = 'p-olga'");
    const char *version = version_in(cx, get(cx, "freya", RECORD));
    CHECK_TEXT(version_in(cx, get(cx, "olga", RECORD)), version);
    CHECK_INT(post(cx, "olga", RECORD, "version", version, NULL).status, 303);
}

TEST(an_active_user_has_no_record_and_who_comes_back_begins_a_new_one)
{
    go(cx);
    const char *version = version_in(cx, get(cx, "freya", RECORD));
    post(cx, "freya", RECORD, "version", version, NULL);
    cx->now += MINUTES(1);
    post(cx, "freya", of_ben(cx, "activate"), NULL);
    CHECK_INT(get(cx, "freya", RECORD).status, 303);
    CHECK_TEXT(post(cx, "freya", RECORD, "version", version, NULL).location,
               "/g/north/settings/users/u-ben/deactivate");
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.departure_signed'"), 1);
    cx->now += MINUTES(1);
    post(cx, "freya", of_ben(cx, "deactivate"), NULL);
    struct page page = get(cx, "freya", RECORD);
    CHECK(has_text(page, "Nobody has signed it off yet."));
    CHECK(!has_text(page, "Olga Okafor, "));
}

TEST(who_left_by_himself_has_a_record_that_says_so)
{
    practice_begin(cx);
    post(cx, "ben", "/g/north/leave", NULL);
    CHECK(has_text(get(cx, "freya", RECORD), "Ended on 21 Nov 2026 at 21:00, left by themselves"));
}

TEST(what_is_left_stands_on_the_users_page_and_in_one_list_until_it_is_settled_or_waived)
{
    practice_begin(cx);
    post(cx, "freya", of_ben(cx, "deactivate"), NULL);
    struct page page = get(cx, "olga", "/g/north/settings/users/u-ben");
    CHECK(has_text(page, "Left to settle"));
    CHECK(has_text(page, "Future appointments"));
    page = get(cx, "olga", "/g/north/settings/users/departures");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "Future appointments"));
    CHECK(has_text(page, "Kavya Rao"));
    post(cx, "freya", of_ben(cx, "checklist/appointments/waiver"), "reason-appointments", "x",
         NULL);
    page = get(cx, "olga", "/g/north/settings/users/departures");
    CHECK(!has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-ben"), "Nothing is left to settle."));
    CHECK_INT(get(cx, "gina", "/g/north/settings/users/departures").status, 403);
    CHECK_INT(get(cx, "gina", RECORD).status, 403);
}
