/* plan_test.c - deactivating and activating on a day that is to come. */
#include "tests/support/practice.h"

static const char BEN[] = "/g/north/settings/users/u-ben/deactivate";
static const char KAVYA[] = "/g/north/settings/users/u-kavya/activate";
static const char END[] = "/g/north/settings/users/u-ben/plans/deactivate/end";

#define DUE_OF(user, what) \
    COUNT("SELECT due_at FROM planned_changes WHERE user_id = '" user "' AND kind = '" what "'")
#define ACTIVE(user) COUNT("SELECT count(*) FROM users WHERE id = '" user "' AND status = 'active'")
#define PLANS \
    COUNT("SELECT count(*) FROM planned_changes WHERE practice_id = 'north' AND user_id = 'u-ben'")
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static struct page plan(struct cx *cx, const char *date, const char *time)
{
    return post(cx, "freya", BEN, "when", "date", "date", date, "time", time, "tell", "1", "note",
                "Moves to Perth", NULL);
}

static bool told(const struct outbox *out, const char *who, const char *subject)
{
    for (size_t i = 0; i < out->n; i++)
        if (strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject)) return true;
    return false;
}

TEST(a_user_is_deactivated_at_the_planned_moment_and_not_before)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = plan(cx, "2026-11-30", "17:30");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users/u-ben");
    int64_t due = DUE_OF("u-ben", "deactivate");
    work_all(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK(told(&out, "ben", "Your access to Northside Allied Health ends soon"));
    CHECK(strstr(out.at[0].text, "30 Nov 2026 at 17:30"));
    cx->now = due - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(out.n, 2); /* the day before: to both */
    CHECK(told(&out, "ben", "ends soon") && told(&out, "freya", "will be deactivated"));
    CHECK_INT(ACTIVE("u-ben"), 1);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 200);
    cx->now = due;
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 0);
    CHECK_INT(get(cx, "ben", "/g/north/").status, 403);
    CHECK_INT(PLANS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.deactivated' AND actor_id ="
                    " 'u-freya' AND via = 'job' AND note = 'Moves to Perth'"),
              1);
    CHECK(told(&out, "ben", "has ended"));
    CHECK(told(&out, "freya", "is deactivated"));
}

TEST(a_plan_that_is_put_off_waits_for_the_later_moment_and_happens_once)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-23", "9:00");
    int64_t first = DUE_OF("u-ben", "deactivate");
    plan(cx, "2026-11-24", "");
    int64_t second = DUE_OF("u-ben", "deactivate");
    CHECK_INT(second - first, HOURS(24 + 14) + MINUTES(59)); /* the last minute of the day */
    cx->now = first;
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 1);
    cx->now = second;
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 0);
    cx->now += MINUTES(1);
    sign_in_again(cx, "freya");
    post(cx, "freya", "/g/north/settings/users/u-ben/activate", NULL);
    cx->now += DAYS(30);
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 1);
    CHECK_INT(AUDITED("user.deactivated"), 1);
}

TEST(a_plan_is_taken_back_once_and_the_user_is_told)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-ben"),
                   "Will be deactivated on 30 Nov 2026 at 23:59. Planned by Freya Nilsson."));
    CHECK(
        has_text(get(cx, "olga", "/g/north/settings/users"), "Will be deactivated on 30 Nov 2026"));
    CHECK(
        has_text(get(cx, "olga", "/g/north/settings/users/departures"), "will be deactivated on"));
    work_all(cx, &out);
    CHECK_INT(post(cx, "olga", END, NULL).status, 303);
    CHECK_INT(post(cx, "olga", END, NULL).status, 303);
    CHECK_INT(AUDITED("user.plan_taken_back"), 1);
    work_all(cx, &out);
    CHECK(told(&out, "ben", "does not end"));
    cx->now += DAYS(30);
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(ACTIVE("u-ben"), 1);
    sign_in_again(cx, "olga");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-ben/plans/x/end", NULL).status, 404);
}

TEST(what_cannot_be_a_moment_is_said_and_nothing_is_planned)
{
    practice_begin(cx);
    CHECK_INT(plan(cx, "", "").status, 422);
    CHECK_INT(plan(cx, "soon", "").status, 422);
    CHECK_INT(plan(cx, "2026-11-20", "").status, 422);
    CHECK_INT(plan(cx, "2029-11-20", "").status, 422);
    struct page page = plan(cx, "2026-11-30", "late");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "value=\"2026-11-30\"") && has_text(page, "Moves to Perth"));
    /* nobody who enters a day means now */
    page = post(cx, "freya", BEN, "when", "now", "date", "2026-11-30", NULL);
    CHECK_INT(page.status, 422);
    CHECK_INT(post(cx, "freya", BEN, "date", "2026-11-30", NULL).status, 422);
    CHECK_INT(PLANS, 0);
    CHECK_INT(ACTIVE("u-ben"), 1);
}

TEST(full_access_and_oneself_cannot_be_planned_away)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/deactivate", "when", "date", "date",
                   "2026-11-30", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-freya/deactivate", "when", "date",
                   "date", "2026-11-30", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "gina", BEN, "when", "date", "date", "2026-11-30", NULL).status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE practice_id = 'north'"), 1);
}

TEST(who_has_got_full_access_by_then_stays_and_the_others_are_told)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    work_all(cx, &out);
    must_run(cx, "UPDATE users SET level = 'full' WHERE id = 'u-ben'");
    cx->now = DUE_OF("u-ben", "deactivate");
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 1);
    CHECK(told(&out, "olga", "was not deactivated") && told(&out, "freya", "was not deactivated"));
    CHECK_INT(AUDITED("user.plan_refused"), 1);
    CHECK_INT(AUDITED("user.deactivated"), 0);
    sign_in_again(cx, "olga");
    CHECK(has_text(get(cx, "olga", "/g/north/"), "Lower the access level first"));
    work_all(cx, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(post(cx, "olga", END, NULL).status, 303);
    CHECK(!has_text(get(cx, "olga", "/g/north/"), "Not deactivated"));
}

TEST(when_the_planner_goes_the_plan_is_refused_at_once_and_can_be_made_anew)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    work_all(cx, &out);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya/deactivate", NULL).status, 303);
    CHECK_INT(AUDITED("user.plan_refused"), 2); /* and kavya's */
    work_all(cx, &out);
    CHECK(told(&out, "olga", "was not deactivated"));
    CHECK(!told(&out, "freya", "was not"));
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-ben"),
                   "Freya Nilsson, who planned it, cannot do this any more."));
    CHECK_INT(post(cx, "olga", BEN, "when", "date", "date", "2026-12-01", NULL).status, 303);
    cx->now = DUE_OF("u-ben", "deactivate");
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-ben"), 0);
}

TEST(what_was_refused_is_refused_once_and_nothing_more_is_built_on_it)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    post(cx, "freya", KAVYA, "access", "before", "when", "date", "date", "2026-12-01", NULL);
    work_all(cx, &out);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya/deactivate", NULL).status, 303);
    work_all(cx, &out);
    /* Whose return was refused cannot be planned to leave after it. */
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-kavya/deactivate", "when", "date", "date",
                   "2026-12-11", NULL)
                  .status,
              409);
    cx->now = DUE_OF("u-kavya", "activate") + MINUTES(1);
    work_all(cx, &out);
    CHECK_INT(AUDITED("user.plan_refused"), 2);
    CHECK(!told(&out, "olga", "not"));
    sign_in_again(cx, "olga");
    CHECK_INT(post(cx, "olga", END, NULL).status, 303);
    work_all(cx, &out);
    CHECK(!told(&out, "ben", "does not end"));
}

TEST(deactivating_or_leaving_before_overtakes_the_plan)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    CHECK_INT(post(cx, "ben", "/g/north/leave", NULL).status, 303);
    CHECK_INT(PLANS, 0);
    cx->now += MINUTES(1);
    post(cx, "freya", "/g/north/settings/users/u-ben/activate", NULL);
    plan(cx, "2026-11-30", "");
    CHECK_INT(post(cx, "freya", BEN, NULL).status, 303);
    CHECK_INT(PLANS, 0);
    CHECK_INT(plan(cx, "2026-11-30", "").status, 409);
    cx->now += DAYS(30);
    work_all(cx, &out);
    CHECK_INT(AUDITED("user.deactivated"), 1);
}

TEST(days_are_those_of_the_practice_when_its_clock_is_put_forward_or_back)
{
    static const struct {
        const char *date, *time;
        int64_t due; /* seconds since 1970 */
    } all[] = {
        { "2027-03-27", "", 1806188340 },     /* 23:59 +01:00 */
        { "2027-03-28", "2:30", 1806197400 }, /* never comes: 3:30 +02:00 */
        { "2027-03-28", "", 1806271140 },     /* 23:59 +02:00: the day had 23 hours */
        { "2027-10-31", "2:30", 1824942600 }, /* comes twice: the first, +02:00 */
        { "2027-10-31", "", 1825023540 },     /* 23:59 +01:00 */
    };
    practice_begin(cx);
    must_run(cx, "UPDATE practices SET time_zone = 'Europe/Berlin' WHERE id = 'north'");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK_INT(plan(cx, all[i].date, all[i].time).status, 303);
        CHECK_INT(DUE_OF("u-ben", "deactivate"), SECONDS(all[i].due));
    }
}

TEST(somebody_comes_for_a_while_active_from_one_day_to_another)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = post(cx, "freya", KAVYA, "access", "before", "when", "date", "date",
                            "2026-12-01", "time", "8:00", "until", "2026-12-11", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(ACTIVE("u-kavya"), 0);
    cx->now = DUE_OF("u-kavya", "activate");
    int64_t end = DUE_OF("u-kavya", "deactivate");
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-kavya"), 1);
    CHECK_INT(DUE_OF("u-kavya", "deactivate"), end);
    cx->now = end;
    work_all(cx, &out);
    CHECK_INT(ACTIVE("u-kavya"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE user_id = 'u-kavya'"), 0);
    sign_in_again(cx, "freya");
    CHECK_INT(post(cx, "freya", KAVYA, "access", "before", "until", "2026-12-31", NULL).status,
              303);
    CHECK_INT(ACTIVE("u-kavya"), 1);
    CHECK(DUE_OF("u-kavya", "deactivate") > cx->now);
}

TEST(an_end_before_the_beginning_is_refused_and_nothing_is_planned)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", KAVYA, "access", "before", "when", "date", "date",
                            "2026-12-11", "until", "2026-12-01", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a day after the access begins"));
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE user_id = 'u-kavya'"
                    " AND due_at < 9000000000000000"),
              0);
    page = post(cx, "freya", KAVYA, "access", "again", "when", "date", "date", "2026-12-11", NULL);
    CHECK_INT(page.status, 422);
}
