/* time_test.c - how moments read. */
#include "base/time.h"
#include "tests/test.h"

TEST(moments_read_in_the_zone_of_the_context)
{
    cx->zone = "Australia/Melbourne";
    int64_t at = TEST_NOW - HOURS(11) - MINUTES(29); /* 20 Nov 22:31 UTC */
    CHECK_TEXT(time_day(cx, at), "21 Nov 2026");
    CHECK_TEXT(time_weekday_day(cx, at), "Sat 21 Nov 2026");
    CHECK_TEXT(time_moment(cx, at), "21 Nov 2026 at 9:31");
    CHECK_TEXT(time_moment_there(cx, at), "21 Nov 2026 at 9:31 (Melbourne)");
    cx->clock_12 = true;
    CHECK_TEXT(time_moment(cx, at), "21 Nov 2026 at 9:31 am");
    CHECK_TEXT(time_clock(cx, at + HOURS(12)), "9:31 pm");
    CHECK_TEXT(time_clock(cx, at + HOURS(2) + MINUTES(30)), "12:01 pm");
    CHECK_TEXT(time_clock(cx, at + HOURS(14) + MINUTES(34)), "12:05 am");
    cx->zone = "No/Where";
    cx->clock_12 = false;
    CHECK_TEXT(time_moment(cx, at), "20 Nov 2026 at 22:31");
    cx->zone = NULL;
    CHECK_TEXT(time_clock(cx, TEST_NOW), "10:00");
}

TEST(the_past_is_told_in_days_of_the_calendar)
{
    CHECK_TEXT(time_ago(cx, TEST_NOW), "Today, 10:00");
    CHECK_TEXT(time_ago(cx, TEST_NOW - MINUTES(48)), "Today, 9:12");
    CHECK_TEXT(time_ago(cx, TEST_NOW - HOURS(10)), "Today, 0:00");
    CHECK_TEXT(time_ago(cx, TEST_NOW - HOURS(10) - 1), "Yesterday, 23:59");
    CHECK_TEXT(time_ago(cx, TEST_NOW - HOURS(15) - MINUTES(40)), "Yesterday, 18:20");
    CHECK_TEXT(time_ago(cx, TEST_NOW - DAYS(2)), "2 days ago");
    CHECK_TEXT(time_ago(cx, TEST_NOW - DAYS(6)), "6 days ago");
    CHECK_TEXT(time_ago(cx, TEST_NOW - DAYS(7)), "14 Nov");
    CHECK_TEXT(time_ago(cx, TEST_NOW - DAYS(330)), "26 Dec 2025");
    CHECK_TEXT(time_ago(cx, TEST_NOW + MINUTES(1)), "Today, 10:01"); /* a clock that is ahead */
    CHECK_TEXT(time_ago(cx, TEST_NOW + DAYS(1)), "22 Nov");
}

TEST(what_is_left_is_rounded)
{
    CHECK_TEXT(time_left(cx, TEST_NOW + DAYS(7) - SECONDS(2)), "in 7 days");
    CHECK_TEXT(time_left(cx, TEST_NOW + DAYS(5)), "in 5 days");
    CHECK_TEXT(time_left(cx, TEST_NOW + DAYS(1)), "in 1 day");
    CHECK_TEXT(time_left(cx, TEST_NOW + HOURS(23)), "in 23 hours");
    CHECK_TEXT(time_left(cx, TEST_NOW + HOURS(3)), "in 3 hours");
    CHECK_TEXT(time_left(cx, TEST_NOW + HOURS(1)), "in 1 hour");
    CHECK_TEXT(time_left(cx, TEST_NOW + MINUTES(59)), "in 59 minutes");
    CHECK_TEXT(time_left(cx, TEST_NOW + SECONDS(50)), "in 1 minute");
    CHECK_TEXT(time_left(cx, TEST_NOW + SECONDS(20)), "now");
    CHECK_TEXT(time_left(cx, TEST_NOW - DAYS(3)), "now");
}

TEST(the_clock_of_the_database_is_followed_whatever_the_machine_says)
{
    int64_t asked = clock_steady(), ours = clock_now();
    clock_follow(ours + MINUTES(10), asked);
    int64_t off = clock_now() - ours - MINUTES(10);
    CHECK(off >= 0 && off < SECONDS(5));
    int64_t before = clock_now();
    clock_follow(before + 1000, clock_steady()); /* little */
    CHECK(clock_now() - before < SECONDS(5) && clock_now() >= before);
    clock_follow(before + HOURS(1),
                 clock_steady() - SECONDS(30)); /* the answer was long on its way */
    CHECK(clock_now() - before < SECONDS(5));
    clock_follow(ours, clock_steady()); /* back, as when another server takes over */
    CHECK(clock_now() - ours < SECONDS(5));
}

TEST(machines_read_utc)
{
    CHECK_TEXT(time_iso(cx->mem, TEST_NOW), "2026-11-21T10:00:00Z");
    CHECK_TEXT(time_iso(cx->mem, TEST_NOW + 123456), "2026-11-21T10:00:00.123456Z");
    CHECK_TEXT(time_iso(cx->mem, -1), "1969-12-31T23:59:59.999999Z");
    CHECK_TEXT(time_iso(cx->mem, 0), "1970-01-01T00:00:00Z");
}

TEST(three_ways_of_saying_a_moment_agree_with_the_single_ones)
{
    cx->zone = "Australia/Melbourne";
    for (int64_t at = TEST_NOW - DAYS(400); at < TEST_NOW + DAYS(2); at += HOURS(7) + 123456) {
        struct time_words words = time_words(cx, at);
        CHECK_TEXT(words.machine, time_iso(cx->mem, at / SECONDS(1) * SECONDS(1)));
        CHECK_TEXT(words.whole, time_moment(cx, at));
        CHECK_TEXT(words.ago, time_ago(cx, at));
    }
    CHECK_TEXT(time_words(cx, TEST_NOW + 123456).machine, "2026-11-21T10:00:00Z");
}

TEST(a_zone_is_called_by_its_city)
{
    CHECK_TEXT(time_zone_city(cx->mem, "Australia/Melbourne"), "Melbourne");
    CHECK_TEXT(time_zone_city(cx->mem, "America/St_Johns"), "St Johns");
    CHECK_TEXT(time_zone_city(cx->mem, "America/Argentina/Buenos_Aires"), "Buenos Aires");
    CHECK_TEXT(time_zone_city(cx->mem, "UTC"), "UTC");
}

TEST(the_clock_is_in_this_century)
{
    int64_t a = clock_now(), b = clock_now();
    CHECK(a > SECONDS(1700000000) && a < SECONDS(INT64_C(5000000000)));
    CHECK(b >= a && b - a < MINUTES(1));
}
