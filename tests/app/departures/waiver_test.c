/* waiver_test.c - lines of the checklist that may stay as they are, for a reason. */
#include "tests/support/practice.h"

#include "app/departures/checklist.h"

static const char PAGE[] = "/g/north/settings/users/u-ben/deactivate";
static const char LINES[] = "/g/north/settings/users/u-ben/checklist/";

/* ben has an appointment to come, and nothing else that is open. */
static struct page waive(struct cx *cx, const char *who, const char *line, const char *reason)
{
    return post(cx, who, arena_print(cx->mem, "%s%s/waiver", LINES, line),
                (const char *)arena_print(cx->mem, "reason-%s", line), reason, NULL);
}

static struct page undo(struct cx *cx, const char *line)
{
    return post(cx, "freya", arena_print(cx->mem, "%s%s/undo", LINES, line), NULL);
}

TEST(a_line_is_waived_with_a_reason_and_the_list_says_who_when_and_why)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", PAGE), "1 item is still open."));
    struct page page = waive(cx, "freya", "appointments", "His <sister> takes them");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, PAGE);
    page = get(cx, "olga", PAGE);
    CHECK(has_text(page, "Waived by Freya Nilsson on 21 Nov 2026 at 21:00: "
                         "His &lt;sister&gt; takes them"));
    CHECK(has_text(page, "Nothing is left to settle."));
    CHECK(has_text(page, "8 of 8 settled, 1 of them waived"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_waived'"
                    " AND about_id = 'u-ben' AND actor_id = 'u-freya'"
                    " AND note = 'His <sister> takes them'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE user_id = 'u-ben'"), 2);
}

TEST(without_a_reason_nothing_is_waived_and_what_was_typed_stays)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", arena_print(cx->mem, "%sappointments/waiver", LINES),
                            "reason-appointments", " ", "note", "He moves to Perth", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Say why it may stay as it is"));
    CHECK(has_text(page, "href=\"#reason-appointments\""));
    CHECK(has_text(page, "<details class=\"waive\" open>"));
    CHECK(has_text(page, "He moves to Perth"));
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_waived'"), 0);
}

TEST(a_waiver_is_taken_back_once_and_the_line_is_open_again)
{
    practice_begin(cx);
    waive(cx, "freya", "appointments", "Later");
    CHECK_INT(undo(cx, "appointments").status, 303);
    CHECK(has_text(get(cx, "freya", PAGE), "1 item is still open."));
    CHECK_INT(undo(cx, "appointments").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_undone'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 0);
}

TEST(the_first_reason_stays_and_lines_that_are_not_open_cannot_be_waived)
{
    practice_begin(cx);
    waive(cx, "freya", "appointments", "First");
    CHECK_INT(waive(cx, "olga", "appointments", "Second").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist WHERE reason = 'First'"), 1);
    CHECK_INT(waive(cx, "freya", "devices", "x").status, 303);
    CHECK_INT(waive(cx, "freya", "export", "x").status, 303);
    CHECK_INT(waive(cx, "freya", "invitations", "x").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 1);
    CHECK_INT(waive(cx, "freya", "nothing-like-it", "x").status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.checklist_waived'"), 1);
}

TEST(settling_takes_the_place_of_a_waiver_and_its_undo_leads_to_open)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
    waive(cx, "freya", "reminders", "He comes back");
    CHECK_INT(post(cx, "olga", arena_print(cx->mem, "%sreminders", LINES), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist WHERE waived = 0 AND reason = ''"
                    " AND settled_name = 'Olga Okafor'"),
              1);
    undo(cx, "reminders");
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 1);
    CHECK(has_text(get(cx, "freya", PAGE), "2 items are still open."));
}

TEST(settle_everything_leaves_waived_lines_alone)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n,"
                 " email_unit) VALUES ('north', 'rs-ben', 'u-ben', 1, 3, 'hours')");
    waive(cx, "freya", "reminders", "He comes back");
    CHECK_INT(post(cx, "olga", arena_print(cx->mem, "%severything", LINES), NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM reminder_settings WHERE user_id = 'u-ben'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist WHERE waived = 1"), 1);
}

TEST(what_is_waived_is_off_the_home_page_and_can_be_taken_back_after_deactivating)
{
    practice_begin(cx);
    post(cx, "freya", PAGE, NULL);
    CHECK(has_text(get(cx, "olga", "/g/north/"), "1 thing is left to settle for Ben"));
    waive(cx, "freya", "appointments", "The clinic calls them");
    CHECK(!has_text(get(cx, "olga", "/g/north/"), "left to settle for Ben"));
    undo(cx, "appointments");
    CHECK(has_text(get(cx, "olga", "/g/north/"), "1 thing is left to settle for Ben"));
}

TEST(who_may_not_deactivate_waives_nothing)
{
    practice_begin(cx);
    CHECK_INT(waive(cx, "gina", "appointments", "x").status, 403);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/checklist/appointments/waiver",
                   "reason-appointments", "x", NULL)
                  .status,
              403);
    CHECK_INT(COUNT("SELECT count(*) FROM checklist"), 0);
}
