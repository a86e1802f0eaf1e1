/* schedule_test.c - what can be booked, and when people work. */
#include "app/schedule/hours.h"
#include "tests/support/practice.h"

#define TYPES "/g/north/settings/appointment-types"
#define WORK "/g/north/calendar/hours"

static struct page hours(struct cx *cx, const char *who, const char *location, const char *user,
                         const char *day, const char *text)
{
    return post(cx, who, WORK, "location", location, "practitioner", user, day, text, NULL);
}

TEST(types_are_added_changed_and_retired_by_those_who_may_change_the_practice)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", TYPES, "name", "Phone call", "minutes", "15", "fee", "$45.5", NULL)
                  .status,
              303);
    CHECK_INT(
        COUNT("SELECT fee_cents FROM appointment_types WHERE name = 'Phone call' AND minutes = 15"),
        4550);
    struct page page =
        post(cx, "freya", TYPES, "name", "phone CALL", "minutes", "4", "fee", "much", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is an appointment type called Phone call already"));
    CHECK(has_text(page, "from 5 to 720") && has_text(page, "Enter an amount like 95"));
    CHECK_INT(post(cx, "freya", TYPES "/t-review", "version", "1", "name", "Review", "minutes",
                   "30", "fee", "95.00", "retired", "1", NULL)
                  .status,
              303);
    CHECK(!has_text(get(cx, "freya", "/g/north/calendar/new"), "t-review"));
    CHECK(has_text(get(cx, "freya", "/g/north/calendar/a-cleo"), "Review")); /* it keeps its own */
    CHECK_INT(
        post(cx, "freya", TYPES "/t-review", "version", "1", "name", "Other", "minutes", "30", NULL)
            .status,
        409);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind LIKE 'appointment_type%'"), 2);
    CHECK_INT(get(cx, "ben", TYPES).status, 403);
    CHECK_INT(post(cx, "ben", TYPES, "name", "X", "minutes", "15", NULL).status, 403);
    CHECK_INT(get(cx, "freya", TYPES "/t-south").status, 404);
}

TEST(working_hours_are_typed_freely_and_replace_what_was)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", WORK "?location=l-riverside&practitioner=u-ben");
    CHECK(has_text(page, "8:00 to 12:00, 13:00 to 17:00"));
    const char *mark = strstr(page.body, "name=\"version\" value=\"");
    CHECK(mark != NULL);
    if (!mark) return;
    mark += strlen("name=\"version\" value=\"");
    const char *version = arena_copy(cx->mem, mark, strcspn(mark, "\""));
    page = post(cx, "freya", WORK, "location", "l-riverside", "practitioner", "u-ben", "version",
                version, "day1", "13-17:30; 8am-12", "day3", "0900 to 24:00", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours WHERE user_id = 'u-ben'"), 3);
    CHECK_INT(COUNT("SELECT to_minute FROM working_hours WHERE user_id = 'u-ben' AND weekday = 3"),
              1440);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'working_hours.changed' AND about_id ="
                    " 'u-ben'"),
              1);
    page = post(cx, "freya", WORK, "location", "l-riverside", "practitioner", "u-ben", "version",
                version, "day1", "9-10", NULL);
    CHECK_INT(page.status, 409); /* filled from what was there before */
    page = hours(cx, "freya", "l-riverside", "u-chen", "day1", "12 to 8");
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours WHERE user_id = 'u-chen'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours WHERE practice_id = 'south'"), 1);
}

TEST(who_may_edit_a_column_may_say_its_hours_and_nobody_else)
{
    practice_begin(cx);
    CHECK_INT(hours(cx, "chen", "l-riverside", "u-chen", "day1", "9-10").status,
              403); /* reads only */
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(hours(cx, "chen", "l-riverside", "u-ben", "day1", "9-10").status, 403);
    CHECK_INT(hours(cx, "freya", "l-south", "u-zoe", "day1", "9-10").status, 403);
    CHECK(!has_text(get(cx, "chen", WORK), "Brandt"));
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'");
    act_as(cx, "north", "gina"); /* Office Access at Riverside: the gate, whatever page asks */
    struct week_draft week = { { "", "9-10", "", "", "", "", "" } };
    CHECK(hours_set(cx, id_of("l-harbour"), id_of("u-ben"), "Ben", &week) == FORBIDDEN);
    CHECK(hours_set(cx, id_of("l-riverside"), id_of("u-ben"), "Ben", &week) == OK);
    (void)!act_end(cx, FORBIDDEN);
    CHECK_INT(COUNT("SELECT count(*) FROM working_hours"), 4);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'working_hours.changed'"), 0);
}
