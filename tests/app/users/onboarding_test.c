/* onboarding_test.c - a user's first week, with a clock that moves. */
#include "tests/support/practice.h"

#include "app/users/onboarding.h"

static void begin(struct cx *cx)
{
    practice_begin(cx);
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, onboarding_begin(cx, id_of("u-ben"))) == OK);
}

static void run(struct cx *cx, const struct sql *sql)
{
    act_as(cx, "north", "olga");
    CHECK(act_end(cx, db_run(cx, &(struct table){ 0 }, sql, NULL, 0)) == OK);
}
#define RUN(text) run(cx, SQL_GLOBAL(text))

static struct outbox day(struct cx *cx, int n)
{
    struct outbox out;
    cx->now = TEST_NOW + DAYS(n);
    work_all(cx, &out);
    return out;
}

TEST(nothing_is_written_before_the_first_day_is_over)
{
    begin(cx);
    struct outbox out = day(cx, 0);
    CHECK_INT(out.n, 0);
    cx->now = TEST_NOW + DAYS(1) - 1;
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
}

TEST(a_week_brings_details_way_and_devices)
{
    begin(cx);
    sign_in_again(cx, "ben");
    struct outbox out = day(cx, 1);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Check your details");
    CHECK(strstr(out.at[0].to, "ben@north.example"));
    CHECK(strstr(out.at[0].text, "http://linden.example/me"));
    CHECK(strstr(out.at[0].text, "Freya Nilsson"));
    CHECK_INT(day(cx, 2).n, 0);
    out = day(cx, 3);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Find your way");
    CHECK(strstr(out.at[0].text, "http://linden.example/g/north/help"));
    cx->now = TEST_NOW + DAYS(7) - MINUTES(1);
    sign_in_again(cx, "ben");
    out = day(cx, 7);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].subject, "Your devices");
    CHECK(strstr(out.at[0].text, "http://linden.example/me/devices"));
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
    CHECK_INT(day(cx, 30).n, 0);
}

TEST(each_comes_only_if_there_is_something_to_do)
{
    begin(cx);
    RUN("UPDATE users SET details_checked_at = 1, guide_hidden = 1 WHERE id = 'u-ben'");
    CHECK_INT(day(cx, 1).n, 0);
    CHECK_INT(day(cx, 3).n, 0);
    CHECK_INT(day(cx, 7).n, 0); /* has never signed in: there are no devices to look at */
    CHECK_INT(COUNT("SELECT count(*) FROM jobs"), 0);
}

TEST(whoever_signed_in_often_knows_the_way)
{
    begin(cx);
    for (int i = 0; i < 3; i++) sign_in_again(cx, "ben");
    CHECK_INT(day(cx, 1).n, 1);
    CHECK_INT(day(cx, 3).n, 0);
}

TEST(a_deactivated_user_hears_nothing_more)
{
    begin(cx);
    CHECK_INT(day(cx, 1).n, 1);
    post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", NULL);
    CHECK_INT(day(cx, 3).n, 0);
    CHECK_INT(day(cx, 7).n, 0);
}

TEST(the_link_to_stop_them_changes_nothing_when_opened_and_stops_them_when_pressed)
{
    begin(cx);
    struct outbox out = day(cx, 1);
    const char *link = sent_link(cx, &out.at[0], "http://linden.example/unsubscribe/");
    CHECK_INT(strlen(link), strlen("http://linden.example/unsubscribe/") + 43);
    const char *path = link + strlen("http://linden.example");
    CHECK_INT(get(cx, "", path).status, 200);
    CHECK_INT(COUNT("SELECT onboarding_mails FROM people WHERE id = 'p-ben'"), 1);
    CHECK(post(cx, "", path, NULL).status < 400);
    CHECK_INT(COUNT("SELECT onboarding_mails FROM people WHERE id = 'p-ben'"), 0);
    CHECK_INT(day(cx, 3).n, 0);
    CHECK_INT(day(cx, 7).n, 0);
}

TEST(whoever_never_signed_in_is_told_how)
{
    begin(cx);
    struct outbox out = day(cx, 1);
    CHECK(strstr(out.at[0].text, "You have not signed in yet."));
    CHECK(strstr(out.at[0].text, "ben@north.example"));
}
