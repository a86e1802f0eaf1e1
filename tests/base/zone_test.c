/* zone_test.c - wall clocks around the days on which they change. */
#include "base/zone.h"
#include "base/time.h"
#include "tests/test.h"

#include <pthread.h>
#include <time.h>

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    return zone_at(
        zone_find("UTC"),
        (struct civil){ .year = year, .month = month, .day = day, .hour = hour, .minute = minute });
}

/* "2026-10-04 03:00 +11:00 AEDT" */
static const char *shown(struct cx *cx, const char *name, int64_t at)
{
    const struct zone *zone = zone_find(name);
    if (!zone) return "(no zone)";
    const char *letters;
    struct civil c = zone_local(zone, at);
    int minutes = abs(c.offset) / 60;
    CHECK_INT(zone_offset(zone, at, &letters), c.offset);
    return arena_print(cx->mem, "%04d-%02d-%02d %02d:%02d %c%02d:%02d %s", c.year, c.month, c.day,
                       c.hour, c.minute, c.offset < 0 ? '-' : '+', minutes / 60, minutes % 60,
                       letters);
}

TEST(sydney_jumps_from_two_to_three_in_october)
{
    int64_t jump = utc(2026, 10, 3, 16, 0);
    CHECK_TEXT(shown(cx, "Australia/Sydney", jump - 1), "2026-10-04 01:59 +10:00 AEST");
    CHECK_TEXT(shown(cx, "Australia/Sydney", jump), "2026-10-04 03:00 +11:00 AEDT");
    const struct zone *sydney = zone_find("Australia/Sydney");
    /* Half past two is never shown: it becomes half past three. */
    CHECK_INT(
        zone_at(sydney,
                (struct civil){ .year = 2026, .month = 10, .day = 4, .hour = 2, .minute = 30 }),
        jump + MINUTES(30));
    CHECK_INT(
        zone_at(sydney,
                (struct civil){ .year = 2026, .month = 10, .day = 4, .hour = 1, .minute = 59 }),
        jump - MINUTES(1));
    CHECK_INT(zone_at(sydney, (struct civil){ .year = 2026, .month = 10, .day = 4, .hour = 3 }),
              jump);
}

TEST(an_hour_that_comes_twice_means_the_first)
{
    const struct zone *london = zone_find("Europe/London");
    int64_t back = utc(2026, 10, 25, 1, 0);
    CHECK_TEXT(shown(cx, "Europe/London", back - 1), "2026-10-25 01:59 +01:00 BST");
    CHECK_TEXT(shown(cx, "Europe/London", back), "2026-10-25 01:00 +00:00 GMT");
    CHECK_INT(
        zone_at(london,
                (struct civil){ .year = 2026, .month = 10, .day = 25, .hour = 1, .minute = 30 }),
        back - MINUTES(30));
    CHECK_INT(zone_at(london, (struct civil){ .year = 2026, .month = 10, .day = 25, .hour = 2 }),
              back + HOURS(1));
}

TEST(lord_howe_changes_by_half_an_hour)
{
    int64_t jump = utc(2026, 10, 3, 15, 30);
    CHECK_TEXT(shown(cx, "Australia/Lord_Howe", jump - 1), "2026-10-04 01:59 +10:30 +1030");
    CHECK_TEXT(shown(cx, "Australia/Lord_Howe", jump), "2026-10-04 02:30 +11:00 +11");
    CHECK_INT(
        zone_at(zone_find("Australia/Lord_Howe"),
                (struct civil){ .year = 2026, .month = 10, .day = 4, .hour = 2, .minute = 10 }),
        jump + MINUTES(10));
}

TEST(offsets_need_not_be_whole_hours)
{
    CHECK_TEXT(shown(cx, "Asia/Kolkata", TEST_NOW), "2026-11-21 15:30 +05:30 IST");
    CHECK_TEXT(shown(cx, "Asia/Kathmandu", TEST_NOW), "2026-11-21 15:45 +05:45 +0545");
    CHECK_TEXT(shown(cx, "America/St_Johns", TEST_NOW), "2026-11-21 06:30 -03:30 NST");
    CHECK_TEXT(shown(cx, "America/St_Johns", utc(2026, 7, 1, 12, 0)),
               "2026-07-01 09:30 -02:30 NDT");
    CHECK_TEXT(shown(cx, "UTC", TEST_NOW), "2026-11-21 10:00 +00:00 UTC");
}

TEST(far_years_follow_the_rule_at_the_end_of_the_file)
{
    CHECK_TEXT(shown(cx, "Australia/Sydney", utc(2040, 1, 1, 0, 0)),
               "2040-01-01 11:00 +11:00 AEDT");
    CHECK_TEXT(shown(cx, "Australia/Sydney", utc(2040, 10, 6, 16, 0) - 1),
               "2040-10-07 01:59 +10:00 AEST");
    CHECK_TEXT(shown(cx, "Australia/Sydney", utc(2040, 10, 6, 16, 0)),
               "2040-10-07 03:00 +11:00 AEDT");
    CHECK_TEXT(shown(cx, "Europe/London", utc(2040, 3, 25, 1, 0) - 1),
               "2040-03-25 00:59 +00:00 GMT");
    CHECK_TEXT(shown(cx, "Europe/London", utc(2040, 3, 25, 1, 0)), "2040-03-25 02:00 +01:00 BST");
    CHECK_TEXT(shown(cx, "Europe/Dublin", utc(2040, 1, 10, 12, 0)),
               "2040-01-10 12:00 +00:00 GMT"); /* winter is the exception there */
    CHECK_TEXT(shown(cx, "Europe/Dublin", utc(2040, 7, 10, 12, 0)), "2040-07-10 13:00 +01:00 IST");
    CHECK_TEXT(shown(cx, "Asia/Kolkata", utc(2040, 7, 10, 12, 0)), "2040-07-10 17:30 +05:30 IST");
    CHECK_TEXT(shown(cx, "America/Sao_Paulo", utc(2040, 1, 10, 12, 0)),
               "2040-01-10 09:00 -03:00 -03");
}

TEST(what_lies_before_the_first_change_has_an_answer)
{
    CHECK_TEXT(shown(cx, "Europe/London", utc(1800, 1, 1, 12, 0)), "1800-01-01 11:58 -00:01 LMT");
    CHECK_TEXT(shown(cx, "Europe/London", utc(1970, 1, 1, 0, 0)), "1970-01-01 01:00 +01:00 BST");
}

TEST(a_day_that_was_skipped_leads_to_the_next_one)
{
    /* Samoa went to bed on the 29th of December 2011 and got up on the 31st. */
    CHECK_TEXT(shown(cx, "Pacific/Apia", utc(2011, 12, 30, 10, 0) - 1),
               "2011-12-29 23:59 -10:00 -10");
    CHECK_TEXT(shown(cx, "Pacific/Apia", utc(2011, 12, 30, 10, 0)), "2011-12-31 00:00 +14:00 +14");
    CHECK_TEXT(shown(cx, "Pacific/Apia",
                     zone_at(zone_find("Pacific/Apia"),
                             (struct civil){ .year = 2011, .month = 12, .day = 30, .hour = 12 })),
               "2011-12-31 12:00 +14:00 +14");
}

TEST(days_begin_at_midnight_or_where_it_is_skipped_soon_after)
{
    const struct zone *sydney = zone_find("Australia/Sydney"), *cairo = zone_find("Africa/Cairo");
    CHECK_INT(day_start(sydney, TEST_NOW), utc(2026, 11, 20, 13, 0));
    CHECK_INT(day_start(sydney, utc(2026, 10, 4, 10, 0)),
              utc(2026, 10, 3, 14, 0)); /* still the old offset */
    CHECK_INT(day_start(sydney, day_start(sydney, TEST_NOW)), day_start(sydney, TEST_NOW));
    /* Cairo jumps at midnight on the last Friday of April. */
    CHECK_TEXT(shown(cx, "Africa/Cairo", day_start(cairo, utc(2026, 4, 24, 12, 0))),
               "2026-04-24 01:00 +03:00 EEST");
    CHECK_INT(day_start(cairo, utc(2026, 4, 24, 12, 0)), utc(2026, 4, 23, 22, 0));
}

TEST(a_day_may_have_twenty_three_or_twenty_five_hours)
{
    const struct zone *sydney = zone_find("Australia/Sydney");
    int64_t nine =
        zone_at(sydney, (struct civil){ .year = 2026, .month = 10, .day = 3, .hour = 9 });
    CHECK_INT(day_add(sydney, nine, 1) - nine, HOURS(23));
    CHECK_INT(day_add(sydney, nine, 1 + 365) - day_add(sydney, nine, 1), HOURS(24) * 365);
    CHECK_INT(day_add(sydney, nine, -1) - nine, -HOURS(24));
    CHECK_INT(day_add(sydney, nine + 5, 1) % 10, 5);
    int64_t autumn =
        zone_at(sydney, (struct civil){ .year = 2026, .month = 4, .day = 4, .hour = 9 });
    CHECK_INT(day_add(sydney, autumn, 1) - autumn, HOURS(25));
    CHECK_TEXT(shown(cx, "Australia/Sydney", day_add(sydney, utc(2028, 1, 31, 0, 0), 29)),
               "2028-02-29 11:00 +11:00 AEDT");
    CHECK_INT(day_count(sydney, utc(2026, 11, 20, 12, 59), utc(2026, 11, 20, 13, 0)), 1);
    CHECK_INT(day_count(sydney, TEST_NOW, TEST_NOW - DAYS(3)), -3);
}

TEST(names_that_are_no_zones_find_nothing)
{
    static const char *const bad[] = {
        "",
        "/",
        "/etc/passwd",
        "../../../etc/passwd",
        "Australia/../UTC",
        "Australia",
        "Australia/",
        "Australia//Sydney",
        "zone.tab",
        "tzdata.zi",
        "leapseconds",
        "right/UTC",
        "posix/UTC",
        "localtime",
        "posixrules",
        "Nowhere/Atlantis",
        "UTC\n",
        "Europe/London ",
        "europe/london;",
        "Australia/Sydney/Australia/Sydney/Australia/Sydney/Australia/Sydney"
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (zone_find(bad[i])) CHECK_TEXT(bad[i], "to be refused");
    CHECK(!zone_find(NULL));
    CHECK(zone_find("Asia/Calcutta") != NULL); /* old names are still names */
    CHECK_TEXT(zone_name(zone_find("Etc/GMT+10")), "Etc/GMT+10");
}

TEST(the_list_holds_zones_that_can_be_found)
{
    size_t n, oslo = 0;
    const char *const *names = zone_names(&n);
    CHECK(n > 300);
    CHECK(!names[n]);
    CHECK_TEXT(names[n - 1], "UTC");
    for (size_t i = 0; i < n; i++) {
        if (!zone_find(names[i])) CHECK_TEXT(names[i], "to be found");
        if (i + 2 < n) CHECK(strcmp(names[i], names[i + 1]) < 0);
        oslo += strcmp(names[i], "Europe/Oslo") == 0;
    }
    CHECK_INT(oslo, 1);
}

/* The C library reads the same files; the two must agree. */
TEST(every_zone_agrees_with_the_c_library_over_a_century)
{
    size_t n, differ = 0;
    const char *const *names = zone_names(&n);
    const char *tz = getenv("TZ") ? arena_print(cx->mem, "%s", getenv("TZ")) : NULL;
    for (size_t i = 0; i < n; i += 7) {
        setenv("TZ", names[i], 1);
        tzset();
        const struct zone *zone = zone_find(names[i]);
        for (int64_t at = -SECONDS(1000000000); at < SECONDS(INT64_C(3200000000));
             at += HOURS(97)) {
            time_t seconds = at / SECONDS(1);
            struct tm tm;
            localtime_r(&seconds, &tm);
            struct civil c = zone_local(zone, at);
            if (c.offset != tm.tm_gmtoff || c.hour != tm.tm_hour || c.minute != tm.tm_min
                || c.day != tm.tm_mday || c.weekday != tm.tm_wday || c.year != tm.tm_year + 1900) {
                if (!differ++) printf("  %s at %lld\n", names[i], (long long)seconds);
            }
            if (zone_at(zone, c) != at && zone_at(zone, c) - at < -HOURS(3)) differ++;
        }
    }
    if (tz)
        setenv("TZ", tz, 1);
    else
        unsetenv("TZ");
    tzset();
    CHECK_INT(differ, 0);
}

static void *look_around(void *out)
{
    size_t n;
    const char *const *names = zone_names(&n);
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += zone_offset(zone_find(names[i]), TEST_NOW, NULL);
    *(int64_t *)out = sum;
    return NULL;
}

TEST(any_thread_may_ask_for_a_zone)
{
    pthread_t thread[4];
    int64_t sum[4];
    for (int i = 0; i < 4; i++) CHECK(pthread_create(&thread[i], NULL, look_around, &sum[i]) == 0);
    for (int i = 0; i < 4; i++) pthread_join(thread[i], NULL);
    CHECK(sum[0] == sum[1] && sum[1] == sum[2] && sum[2] == sum[3]);
    CHECK(zone_find("Europe/Paris") == zone_find("Europe/Paris"));
}

TEST(bytes_that_are_no_zone_file_are_refused)
{
    unsigned char bytes[1024] = "TZif2";
    CHECK(!zone_parse("", 0));
    CHECK(!zone_parse(bytes, sizeof bytes)); /* no kinds */
    memset(bytes + 20, 0xff, 24);
    CHECK(!zone_parse(bytes, sizeof bytes));
}
