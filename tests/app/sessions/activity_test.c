/* activity_test.c - when somebody signed in, and when it failed. */
#include "tests/app/sso/arrive.h"

#include "app/people/membership.h"
#include "app/sessions/activity.h"
#include "base/time.h"

static const char GINA[] = "gina@north.example", HERS[] = "correct-horse-battery-gina";

static struct activity activity_of(struct cx *cx, const char *person)
{
    struct activity a = { 0 };
    CHECK(db_begin(cx, false) == OK);
    CHECK(membership_zone(cx, id_of(person)) == OK);
    CHECK(activity_find(cx, id_of(person), &a) == OK);
    CHECK(db_commit(cx) == OK);
    return a;
}

static void try_times(struct cx *cx, const char *password, int times)
{
    for (int i = 0; i < times; i++) {
        struct browser b = BROWSER("198.51.100.7");
        (void)try_password(cx, &b, GINA, password);
    }
}

/* It is Saturday, 21 Nov 2026 at 21:00 in Melbourne. */
TEST(sign_ins_are_counted_by_the_weekday_and_hour_of_the_persons_clock)
{
    practice_begin(cx);
    try_times(cx, HERS, 3);
    cx->now += MINUTES(59);
    try_times(cx, HERS, 1);
    cx->now += MINUTES(1);
    try_times(cx, "not it at all", 2);
    cx->now += HOURS(2); /* Sunday */
    try_times(cx, HERS, 1);
    struct activity a = activity_of(cx, "p-gina");
    CHECK_INT(a.right[5][21], 4);
    CHECK_INT(a.wrong[5][22], 2);
    CHECK_INT(a.right[6][0], 1);
    CHECK_INT(a.signed_in, 5);
    CHECK_INT(a.failed, 2);
    CHECK_INT(a.tallest, 4);
    CHECK(a.busy_day == 5 && a.busy_hour == 21 && a.burst_day == -1);
    CHECK_INT(activity_of(cx, "p-ben").signed_in + activity_of(cx, "p-ben").failed, 0);
    /* Four weeks, and no longer. */
    cx->now += DAYS(28) - HOURS(1);
    CHECK_INT(activity_of(cx, "p-gina").signed_in, 1);
    CHECK_INT(activity_of(cx, "p-gina").failed, 0);
}

TEST(the_page_shows_a_picture_with_a_sentence_and_a_table_of_the_same)
{
    practice_begin(cx);
    try_times(cx, HERS, 2);
    cx->now += HOURS(1);
    try_times(cx, "not it at all", 4);
    struct page page = get(cx, "gina", "/me/devices");
    CHECK(has_text(page, "you signed in 2 times. 4 tries failed. Most often on Saturday after"
                         " 21:00."));
    CHECK(has_text(page, "<th scope=\"row\">Saturday, 21:00</th><td class=\"num\">2</td>"
                         "<td class=\"num\">0</td>"));
    CHECK(has_text(page, "<th scope=\"row\">Saturday, 22:00</th><td class=\"num\">0</td>"
                         "<td class=\"num\">4</td>"));
    CHECK(has_text(page, "class=\"h4\"") && !has_text(page, "<rect class=\"bad\""));
    try_times(cx, "not it at all", 1);
    page = get(cx, "gina", "/me/devices");
    CHECK(has_text(page, "<rect class=\"bad\""));
    CHECK(has_text(page, "On Saturday after 22:00, 5 tries failed"));
    CHECK(!has_text(get(cx, "gina", "/me"), "Sign-in activity"));
    page = get(cx, "ben", "/me/devices");
    CHECK(has_text(page, "Nothing was recorded in the last 4 weeks."));
}

TEST(sign_ins_through_a_groups_provider_are_in_the_own_picture_and_in_nobody_elses)
{
    practice_begin(cx);
    try_times(cx, HERS, 1);
    cx->now += HOURS(1);
    for (int i = 0; i < 3; i++) {
        struct browser b = BROWSER("198.51.100.7");
        CHECK(arrive(cx, &b, "sub-gina", cx->now) == ARRIVED);
    }
    struct browser b = BROWSER("198.51.100.7");
    CHECK(arrive(cx, &b, "sub-kavya", cx->now) == ARRIVED_DEACTIVATED);
    struct activity a = activity_of(cx, "p-gina");
    CHECK_INT(a.right[5][21], 1);
    CHECK_INT(a.right[5][22], 3);
    CHECK_INT(a.signed_in, 4);
    CHECK(a.failed == 0 && a.tallest == 3 && a.busy_hour == 22);
    CHECK_INT(activity_of(cx, "p-kavya").signed_in, 0);
    CHECK_INT(activity_of(cx, "p-olga").signed_in, 0);
    cx->now += DAYS(28);
    CHECK_INT(activity_of(cx, "p-gina").signed_in, 0);
}
