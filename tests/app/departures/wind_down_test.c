/* wind_down_test.c - Read Only for some days before somebody is deactivated, or instead. */
#include "tests/support/practice.h"

static const char BEN[] = "/g/north/settings/users/u-ben/deactivate";
static const char END_LOOK[] = "/g/north/settings/users/u-ben/plans/read_only/end";
static const char END_GOING[] = "/g/north/settings/users/u-ben/plans/deactivate/end";

#define READ_ONLY COUNT("SELECT read_only FROM users WHERE id = 'u-ben'")
#define ACTIVE COUNT("SELECT count(*) FROM users WHERE id = 'u-ben' AND status = 'active'")
#define DUE_OF(what) \
    COUNT("SELECT due_at FROM planned_changes WHERE user_id = 'u-ben' AND kind = '" what "'")
#define PLANS COUNT("SELECT count(*) FROM planned_changes WHERE user_id = 'u-ben'")
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static struct page plan(struct cx *cx, const char *date, const char *days)
{
    return post(cx, "freya", BEN, "when", "read_only", "date", date, "days", days, "tell", "1",
                "note", "Moves to Perth", NULL);
}

static size_t told(const struct outbox *out, const char *who, const char *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        n += strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject);
    return n;
}

static struct page ben_writes(struct cx *cx)
{
    sign_in_again(cx, "ben");
    return post(cx, "ben", "/g/north/patients/q-bert/notes", "title", "T", "text", "X", NULL);
}

TEST(read_only_begins_with_the_day_and_ends_with_the_last_of_the_days)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = plan(cx, "2026-11-30", "14");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, "/g/north/settings/users/u-ben");
    page = get(cx, "freya", "/g/north/settings/users/u-ben");
    CHECK(has_text(page, "Will be Read Only from 30 Nov 2026 at 0:00"));
    CHECK(has_text(page, "Will be deactivated on 13 Dec 2026 at 23:59"));
    int64_t from = DUE_OF("read_only"), until = DUE_OF("deactivate");
    CHECK_INT(until - from, DAYS(14) - MINUTES(1));
    work_all(cx, &out);
    CHECK_INT(told(&out, "ben", "will be Read Only"), 1);
    CHECK_INT(told(&out, "ben", "ends soon"), 1);
    cx->now = from - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ben", "will be Read Only"), 1); /* the day before, to both */
    CHECK_INT(told(&out, "freya", "Ben <b>Brandt will be Read Only"), 1);
    CHECK_INT(READ_ONLY, 0);
    CHECK_INT(ben_writes(cx).status, 303);
    cx->now = from;
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 1);
    CHECK_INT(ACTIVE, 1);
    CHECK_INT(told(&out, "freya", "is Read Only"), 1);
    CHECK_INT(told(&out, "ben", "access"), 1);
    CHECK_INT(ben_writes(cx).status, 403);
    CHECK_INT(get(cx, "ben", "/g/north/patients/q-bert").status, 200);
    sign_in_again(cx, "freya");
    CHECK(has_text(get(cx, "freya", "/g/north/settings/users/u-ben"),
                   "Read Only since 30 Nov 2026 at 0:00"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed' AND actor_id ="
                    " 'u-freya' AND via = 'job'"),
              1);
    cx->now = until - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "freya", "will be deactivated"), 1);
    CHECK_INT(ACTIVE, 1);
    cx->now = until;
    work_all(cx, &out);
    CHECK_INT(ACTIVE, 0);
    CHECK_INT(PLANS, 0);
}

TEST(read_only_may_be_all_and_is_lifted_by_taking_it_back)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(plan(cx, "2026-11-30", "").status, 303);
    CHECK_INT(PLANS, 1);
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 1);
    cx->now += DAYS(200);
    work_all(cx, &out);
    CHECK_INT(ACTIVE, 1);
    CHECK_INT(PLANS, 1);
    sign_in_again(cx, "olga");
    CHECK_INT(post(cx, "olga", END_LOOK, NULL).status, 303);
    CHECK_INT(READ_ONLY, 0);
    CHECK_INT(PLANS, 0);
    CHECK_INT(post(cx, "olga", END_LOOK, NULL).status, 303);
    CHECK_INT(AUDITED("user.plan_taken_back"), 1);
    CHECK_INT(AUDITED("user.access_changed"), 2);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ben", "access"), 1);
    CHECK_INT(ben_writes(cx).status, 303);
}

/* Planned twice for one moment: two jobs find it, and the second leaves it alone. */
TEST(read_only_begins_once_and_can_be_taken_back_afterwards)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    plan(cx, "2026-11-30", "");
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    CHECK_INT(AUDITED("user.access_changed"), 1);
    CHECK_INT(PLANS, 1);
}

TEST(each_of_the_two_is_taken_back_by_itself)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "7");
    work_all(cx, &out);
    CHECK_INT(post(cx, "olga", END_LOOK, NULL).status, 303);
    CHECK_INT(PLANS, 1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "ben", "stays as it is"), 1);
    int64_t until = DUE_OF("deactivate");
    cx->now = until - DAYS(2);
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 0);
    sign_in_again(cx, "olga");
    CHECK_INT(post(cx, "olga", END_GOING, NULL).status, 303);
    cx->now = until;
    work_all(cx, &out);
    CHECK_INT(ACTIVE, 1);
}

TEST(today_means_now)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(plan(cx, "2026-11-21", "1").status, 303);
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 1);
    CHECK_INT(ACTIVE, 1);
    cx->now = DUE_OF("deactivate"); /* one day is today */
    CHECK(cx->now < TEST_NOW + DAYS(1));
    work_all(cx, &out);
    CHECK_INT(ACTIVE, 0);
}

/* Lifted on the user's page: nothing is left to take back. */
TEST(who_lifts_read_only_by_hand_ends_the_plan_and_not_the_deactivation)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "14");
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    sign_in_again(cx, "freya");
    const char *version = arena_number(cx->mem, COUNT("SELECT version FROM users WHERE id = 'u-ben'"));
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-ben", "role_type", "practitioner", "level",
                   "clinical", "boxes_for", "practitioner.clinical", "first_name", "Ben <b>",
                   "last_name", "Brandt", "profession", "physiotherapist", "registration_number",
                   "PHY0001234567", "see_notes", "1", "locations", "l-riverside", "locations",
                   "l-harbour", "version", version, "reviewed", "1", NULL)
                  .status,
              303);
    CHECK_INT(READ_ONLY, 0);
    CHECK_INT(PLANS, 1);
    CHECK(DUE_OF("deactivate") > 0);
    CHECK_INT(post(cx, "freya", END_LOOK, NULL).status, 303);
    CHECK_INT(AUDITED("user.plan_taken_back"), 0);
}

/* Set by hand before: the plan has nothing to do, and taking back would lift what it did not set. */
TEST(who_is_read_only_by_then_stays_it_and_the_plan_is_gone)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    must_run(cx, "UPDATE users SET read_only = 1 WHERE id = 'u-ben'");
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 1);
    CHECK_INT(PLANS, 0);
    CHECK_INT(AUDITED("user.access_changed"), 0);
}

TEST(whoever_planned_it_and_has_no_full_access_any_more_leaves_it_refused)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    CHECK_INT(READ_ONLY, 0);
    CHECK_INT(told(&out, "olga", "is not Read Only"), 1);
    sign_in_again(cx, "olga");
    CHECK(has_text(get(cx, "olga", "/g/north/settings/users/u-ben"), "Not Read Only on 30 Nov 2026"));
}

TEST(who_planned_read_only_that_holds_may_lose_full_access_and_it_holds)
{
    struct outbox out;
    practice_begin(cx);
    plan(cx, "2026-11-30", "");
    cx->now = DUE_OF("read_only");
    work_all(cx, &out);
    sign_in_again(cx, "olga");
    const char *version =
        arena_number(cx->mem, COUNT("SELECT version FROM users WHERE id = 'u-freya'"));
    CHECK_INT(post(cx, "olga", "/g/north/settings/users/u-freya", "role_type", "administrator",
                   "level", "office", "boxes_for", "administrator.office", "first_name", "Freya",
                   "last_name", "Nilsson", "all_locations", "1", "version", version, "reviewed", "1",
                   NULL)
                  .status,
              303);
    CHECK_INT(READ_ONLY, 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.plan_refused'"
                    " AND about_id = 'u-ben'"),
              0);
}

TEST(full_access_read_only_already_and_days_that_are_none_are_refused)
{
    practice_begin(cx);
    CHECK_INT(plan(cx, "", "14").status, 422);
    CHECK_INT(plan(cx, "2026-11-20", "14").status, 422);
    CHECK_INT(plan(cx, "2026-11-30", "0").status, 422);
    CHECK_INT(plan(cx, "2026-11-30", "181").status, 422);
    struct page page = plan(cx, "2026-11-30", "some");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "value=\"some\"") && has_text(page, "Moves to Perth"));
    CHECK(has_text(page, "Enter a number of days from 1 to 180"));
    CHECK_INT(post(cx, "freya", BEN, "when", "now", "days", "14", NULL).status, 422);
    CHECK_INT(post(cx, "freya", BEN, "when", "date", "date", "2026-11-30", "days", "14", NULL).status,
              422);
    CHECK_INT(PLANS, 0);
    CHECK_INT(ACTIVE, 1);
    CHECK_INT(post(cx, "freya", "/g/north/settings/users/u-olga/deactivate", "when", "read_only",
                   "date", "2026-11-30", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "gina", BEN, "when", "read_only", "date", "2026-11-30", NULL).status, 403);
    /* chen has it already: the choice is not offered */
    static const char CHEN[] = "/g/north/settings/users/u-chen/deactivate";
    CHECK(!has_text(get(cx, "freya", CHEN), "Read Only first"));
    CHECK_INT(post(cx, "freya", CHEN, "when", "read_only", "date", "2026-11-30", NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM planned_changes WHERE kind = 'read_only'"), 0);
}
