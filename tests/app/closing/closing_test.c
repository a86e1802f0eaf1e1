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
    must_run(cx, "DELETE FROM planned_changes WHERE user_id = 'u-kavya' AND kind = 'activate'");
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
    must_run(cx, "INSERT INTO planned_changes (practice_id, user_id, kind, due_at, tell, planned_at,"
                 " planned_by, planned_name) VALUES ('north', 'u-kavya', 'activate',"
                 " 9000000000000000, 1, 1, 'u-freya', 'Freya Nilsson')");
    CHECK(has_text(get(cx, "freya", CLOSING), "Kavya Rao")); /* is to come back, and to be booked */
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

/* --- waiving, taking back, the record ---------------------------------------------------- */

static struct page waive(struct cx *cx, const char *who, const char *line, const char *reason)
{
    return post(cx, who, arena_print(cx->mem, CLOSING "/%s/waiver", line),
                (const char *)arena_print(cx->mem, "reason-%s", line), reason, NULL);
}

static struct page take_back(struct cx *cx, const char *who, const char *line)
{
    return post(cx, who, arena_print(cx->mem, CLOSING "/%s/undo", line), NULL);
}

TEST(a_line_of_a_closing_is_waived_with_a_reason_and_taken_back)
{
    begin(cx);
    struct page page = waive(cx, "freya", "people", " ");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Say why it may stay as it is"));
    CHECK(has_text(page, "href=\"#reason-people\""));
    CHECK(has_text(page, "<details class=\"waive\" open>"));
    CHECK_INT(COUNT("SELECT count(*) FROM closings WHERE location_id = 'l-riverside'"), 0);
    CHECK_INT(waive(cx, "freya", "people", "They <all> go").status, 303);
    page = get(cx, "olga", CLOSING);
    CHECK(has_text(page, "Waived by Freya Nilsson on 21 Nov 2026 at 21:00: They &lt;all&gt; go"));
    CHECK(has_text(page, "1 of 6 settled, 1 of them waived"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'location.closing_waived' AND about_id"
                    " = 'l-riverside' AND actor_id = 'u-freya' AND note = 'They <all> go'"),
              1);
    CHECK_INT(waive(cx, "olga", "people", "Twice").status, 303); /* stays as it is */
    CHECK_INT(AUDITED("location.closing_waived"), 1);
    CHECK_INT(take_back(cx, "olga", "people").status, 303);
    CHECK_INT(take_back(cx, "olga", "people").status, 303);
    CHECK_INT(AUDITED("location.closing_undone"), 1);
    CHECK(has_text(get(cx, "olga", CLOSING), "0 of 6 settled"));
    /* what has nothing to do is not waived, and a waiver is no more than its line */
    must_run(cx, "UPDATE users SET all_locations = 1 WHERE id IN ('u-chen', 'u-gina')");
    CHECK_INT(waive(cx, "freya", "people", "Why not").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM closings WHERE location_id = 'l-riverside'"), 0);
    CHECK_INT(waive(cx, "freya", "x", "Why not").status, 404);
    CHECK_INT(waive(cx, "gina", "hours", "Why not").status, 403);
    /* who may change locations decides about no lines of other areas */
    must_run(cx, "UPDATE users SET others = 'locations:2 calendar:1' WHERE id = 'u-gina'");
    CHECK_INT(waive(cx, "gina", "invitations", "Why not").status, 403);
    CHECK_INT(waive(cx, "gina", "hours", "Why not").status, 403);
    CHECK_INT(waive(cx, "gina", "rooms", "Why not").status, 303);
}

TEST(what_was_settled_is_set_again_where_nobody_has_changed_it_since)
{
    static const char *const all[] = { "booking", "hours", "invitations", "rooms" };
    struct outbox out;
    begin(cx);
    int64_t hours = COUNT("SELECT sum(from_minute * to_minute * (weekday + 1)) FROM working_hours"
                          " WHERE location_id = 'l-riverside'");
    int64_t rooms = COUNT("SELECT count(*) FROM rooms WHERE location_id = 'l-riverside' AND"
                          " archived = 0");
    int64_t south = SOUTH;
    for (size_t i = 0; i < 4; i++) CHECK_INT(settle(cx, "freya", all[i]).status, 303);
    struct page page = get(cx, "olga", CLOSING);
    CHECK(has_text(page, "Settled by Freya Nilsson on 21 Nov 2026 at 21:00."));
    CHECK(has_text(page, "4 of 6 settled"));
    CHECK_INT(AUDITED("location.closing_settled"), 4);
    CHECK_INT(take_back(cx, "gina", "hours").status, 403);
    for (size_t i = 0; i < 4; i++) CHECK_INT(take_back(cx, "olga", all[i]).status, 303);
    CHECK(has_text(get(cx, "olga", CLOSING), "0 of 6 settled"));
    CHECK_INT(COUNT("SELECT sum(from_minute * to_minute * (weekday + 1)) FROM working_hours"
                    " WHERE location_id = 'l-riverside'"),
              hours);
    CHECK_INT(COUNT("SELECT count(*) FROM rooms WHERE location_id = 'l-riverside' AND archived ="
                    " 0"),
              rooms);
    CHECK_INT(COUNT("SELECT count(*) FROM booking_profiles WHERE id = 'bp-ben' AND visible ="
                    " 'hidden'"),
              0);
    CHECK_INT(COUNT("SELECT count(*) FROM invitations WHERE id = 'i-ivy' AND state = 'pending' AND"
                    " inviter_id = 'u-olga'"),
              1);
    CHECK_INT(AUDITED("location.closing_undone"), 4);
    for (size_t i = 0; i < 4; i++) CHECK_INT(take_back(cx, "olga", all[i]).status, 303);
    CHECK_INT(AUDITED("location.closing_undone"), 4);
    work_all(cx, &out);
    /* hours that somebody entered anew stay */
    settle(cx, "freya", "hours");
    must_run(cx, "INSERT INTO working_hours (practice_id, location_id, user_id, weekday,"
                 " from_minute, to_minute) VALUES ('north', 'l-riverside', 'u-ben', 1, 600, 660)");
    CHECK_INT(take_back(cx, "olga", "hours").status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours WHERE location_id = 'l-riverside' AND"
                    " user_id = 'u-ben' AND from_minute = 600 AND to_minute = 660"),
              1);
    CHECK_INT(SOUTH, south);
}

static const char *version_in(struct cx *cx, struct page page)
{
    const char *at = strstr(page.body, "name=\"version\" value=\"");
    if (!at) return "none";
    at += strlen("name=\"version\" value=\"");
    return arena_copy(cx->mem, at, strcspn(at, "\""));
}

TEST(the_record_of_a_closing_says_how_each_line_stands_and_is_signed_as_it_was_read)
{
    begin(cx);
    settle(cx, "freya", "rooms");
    waive(cx, "freya", "people", "They go too");
    struct page page = get(cx, "olga", CLOSING "/record");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Record of the closing of Riverside"));
    CHECK(has_text(page, "They go too") && has_text(page, "Freya Nilsson, 21 Nov 2026 at 21:00"));
    CHECK(has_text(page, "4 lines are still open.") && has_text(page, "Nobody has signed it off"));
    CHECK(has_text(page, "Chen Wei")); /* whom a line is about */
    const char *seen = version_in(cx, page);
    settle(cx, "freya", "hours");
    page = post(cx, "olga", CLOSING "/record", "version", seen, "note", "Looked <through>", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "It changed while you were looking at it"));
    CHECK(has_text(page, "value=\"Looked &lt;through&gt;\""));
    CHECK_INT(AUDITED("location.closing_signed"), 0);
    page = post(cx, "olga", CLOSING "/record", "version", version_in(cx, page), "note",
                "Looked <through>", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'location.closing_signed' AND about_id"
                    " = 'l-riverside' AND actor_id = 'u-olga' AND note = 'Looked <through>' AND"
                    " changes LIKE '%Gina Papas, Chen Wei.%They go too%' AND changes LIKE '%3 lines%'"),
              1);
    page = get(cx, "freya", CLOSING "/record");
    CHECK(has_text(page, "Signed off by Olga") && has_text(page, "It still stands as it was"));
    take_back(cx, "freya", "people");
    CHECK(has_text(get(cx, "freya", CLOSING "/record"), "It stands differently now"));
    /* half a record would be none */
    must_run(cx, "UPDATE users SET others = 'locations:2 calendar:1' WHERE id = 'u-gina'");
    CHECK_INT(get(cx, "gina", CLOSING "/record").status, 403);
    CHECK(!has_text(get(cx, "gina", CLOSING), "/closing/record"));
    CHECK_INT(get(cx, "freya", "/g/north/settings/locations/l-south/closing/record").status, 404);
}
