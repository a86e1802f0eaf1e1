/* closing_test.c - the list of a location that closes. */
#include "tests/support/practice.h"

#define CLOSING "/g/north/settings/locations/l-riverside/closing"
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north' AND kind = '" kind "'")
#define SOUTH                                                                                     \
    COUNT("SELECT (SELECT count(*) FROM working_hours WHERE practice_id = 'south')"              \
          " + (SELECT count(*) FROM rooms WHERE practice_id = 'south' AND archived = 0)"         \
          " + (SELECT count(*) FROM invitations WHERE practice_id = 'south' AND state = 'pending')")

/* At Riverside: chen, gina (and kavya, who is gone) work nowhere else. */
static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, ONLINE_ON);
    must_run(cx, "INSERT INTO invitations (practice_id, id, email, email_key, first_name, last_name,"
                 " find_key, role_type, level, locations, inviter_id, inviter_name, created_at,"
                 " sent_at, expires_at) VALUES ('north', 'i-ivy', 'ivy@x.example', 'ivy@x.example',"
                 " 'Ivy', 'Invited', 'ivy', 'administrator', 'office', 'l-riverside', 'u-freya',"
                 " 'Freya Nilsson', 1, 1, 9000000000000000), ('north', 'i-una', 'una@x.example',"
                 " 'una@x.example', 'Una', 'Invited', 'una', 'administrator', 'office',"
                 " 'l-harbour l-riverside', 'u-freya', 'Freya Nilsson', 1, 1, 9000000000000000),"
                 " ('north', 'i-old', 'old@x.example', 'old@x.example', 'Odd', 'Invited', 'odd',"
                 " 'administrator', 'office', 'l-riverside', 'u-freya', 'Freya Nilsson', 1, 1, 2);");
}

static struct page settle(struct cx *cx, const char *who, const char *line)
{
    return post(cx, who, arena_print(cx->mem, CLOSING "/%s", line), NULL);
}

TEST(the_list_says_what_still_leads_to_the_location_and_only_that)
{
    begin(cx);
    struct page page = get(cx, "freya", CLOSING);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Before Riverside closes"));
    CHECK(has_text(page, "3 appointments of patients, the next on 23 Nov 2026 at 9:30"));
    CHECK(has_text(page, "location=l-riverside&amp;date=2026-11-23"));
    CHECK(has_text(page, "Chen Wei") && has_text(page, "Gina Papas"));
    CHECK(!has_text(page, "Kavya Rao")); /* gone */
    CHECK(has_text(page, "Ivy Invited"));
    CHECK(!has_text(page, "Una Invited")); /* leads to another one, too */
    CHECK(!has_text(page, "Odd Invited")); /* is over */
    CHECK(has_text(page, "0 of 6 settled"));
    CHECK(has_text(get(cx, "freya", "/g/north/settings/locations/l-riverside"), CLOSING));
}

TEST(each_button_does_what_the_pages_of_its_area_do)
{
    begin(cx);
    int64_t south = SOUTH;
    CHECK_INT(settle(cx, "freya", "booking").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-ben' AND visible = 'hidden'"
                    " AND books = 'none'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-harbour' AND books = 'known'"),
              1);
    CHECK_INT(AUDITED("booking.changed"), 1);
    CHECK_INT(settle(cx, "freya", "hours").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours WHERE location_id = 'l-riverside'"), 0);
    CHECK_INT(AUDITED("working_hours.changed"), 1);
    CHECK_INT(settle(cx, "freya", "invitations").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-ivy' AND state = 'withdrawn'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-una' AND state = 'pending'"), 1);
    CHECK_INT(settle(cx, "freya", "rooms").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE location_id = 'l-riverside' AND archived = 0"), 0);
    CHECK(has_text(get(cx, "freya", CLOSING), "4 of 6 settled"));
    CHECK_INT(settle(cx, "freya", "rooms").status, 303); /* twice is once */
    CHECK_INT(settle(cx, "freya", "hours").status, 303);
    CHECK_INT(AUDITED("working_hours.changed"), 1);
    CHECK_INT(SOUTH, south);
}

TEST(what_is_settled_elsewhere_is_settled_here)
{
    begin(cx);
    must_run(cx, "UPDATE appointments SET state = 'cancelled' WHERE location_id = 'l-riverside'");
    must_run(cx, "UPDATE users SET all_locations = 1 WHERE id IN ('u-chen', 'u-gina')");
    struct page page = get(cx, "freya", CLOSING);
    CHECK(has_text(page, "2 of 6 settled"));
    CHECK(has_text(page, "None are booked.") && has_text(page, "assigned to another location, too"));
}

TEST(whoever_may_not_change_locations_sees_no_list_and_settles_nothing)
{
    begin(cx);
    CHECK_INT(get(cx, "gina", CLOSING).status, 403);
    CHECK_INT(settle(cx, "gina", "hours").status, 403);
    CHECK_INT(settle(cx, "ben", "rooms").status, 403);
    CHECK_INT(settle(cx, "freya", "people").status, 404); /* no button */
    CHECK_INT(settle(cx, "freya", "x").status, 404);
    CHECK_INT(get(cx, "freya", "/g/north/settings/locations/l-south/closing").status, 404);
    CHECK(COUNT("SELECT count(*) FROM working_hours WHERE location_id = 'l-riverside'") > 0);
}

/* Who may change locations and nothing else gets no further than that. */
TEST(a_line_is_for_whoever_has_its_permission)
{
    begin(cx);
    must_run(cx, "UPDATE users SET others = 'locations:2 calendar:1' WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", CLOSING);
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "Ivy Invited") && !has_text(page, "Remove the hours"));
    CHECK_INT(settle(cx, "gina", "invitations").status, 403);
    CHECK_INT(settle(cx, "gina", "rooms").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-ivy' AND state = 'pending'"), 1);
}
