/* later_change_test.c - a change of access on a day that is to come. */
#include "tests/app/staff/adding.h"

/* Chen's form as it stands, as the review sends it; fields before win. */
#define CHEN                                                                                     \
    "title", "Mr", "first_name", "Chen", "last_name", "Wei", "role_type", "practitioner",        \
        "profession", "physiotherapist", "registration_number", "PHY0001234567", "level",        \
        "personal", "boxes_for", "practitioner.personal", "see_reminders", "1", "see_locations", \
        "1", "see_practice", "1", "locations", "l-riverside", "reviewed", "1"
#define LATER(who, id, date, ...)                                                             \
    post(cx, who, USERS "/" id, __VA_ARGS__ __VA_OPT__(, ) "when", "date", "date", date, CHEN, \
         "version", "1", NULL)
#define CLINICAL "read_only", "1", "level", "clinical"
#define END USERS "/u-chen/plans/access/end"

#define DUE(user) \
    COUNT("SELECT due_at FROM planned_changes WHERE user_id = '" user "' AND kind = 'access'")
#define PLANS COUNT("SELECT count(*) FROM planned_changes WHERE kind = 'access'")
#define IS(user, what) COUNT("SELECT count(*) FROM users WHERE id = '" user "' AND " what)
#define AUDITED(kind) COUNT("SELECT count(*) FROM audit WHERE kind = '" kind "'")

static size_t told(const struct outbox *out, const char *who, const char *subject)
{
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++)
        n += strstr(out->at[i].to, who) && strstr(out->at[i].subject, subject);
    return n;
}

TEST(access_changes_with_the_day_and_not_before)
{
    struct outbox out;
    practice_begin(cx);
    struct page page = LATER("freya", "u-chen", "2026-11-30", CLINICAL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, USERS "/u-chen");
    CHECK(IS("u-chen", "level = 'personal' AND version = 1"));
    page = get(cx, "freya", USERS "/u-chen");
    CHECK(has_text(page, "Access changes on 30 Nov 2026 at 0:00."));
    CHECK(has_text(page, "Access level: Clinical Access. Can then see others"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.planned' AND changes LIKE"
                    " '%Personal Access%Clinical Access%'"),
              1);
    int64_t due = DUE("u-chen");
    work_all(cx, &out);
    CHECK_INT(told(&out, "chen", "will change"), 1);
    cx->now = due - SECONDS(1);
    work_all(cx, &out);
    CHECK_INT(told(&out, "chen", "will change"), 1); /* the day before, to both */
    CHECK_INT(told(&out, "freya", "will change"), 1);
    CHECK(IS("u-chen", "level = 'personal'"));
    cx->now = due;
    work_all(cx, &out);
    CHECK(IS("u-chen", "level = 'clinical' AND read_only = 1"));
    CHECK_INT(PLANS, 0);
    CHECK_INT(told(&out, "freya", "is changed"), 1);
    CHECK_INT(told(&out, "chen", "access"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.access_changed' AND actor_id ="
                    " 'u-freya' AND via = 'job' AND changes LIKE '%Clinical Access%'"),
              1);
    CHECK_INT(AUDITED("user.plan_refused"), 0);
}

TEST(what_is_changed_by_hand_in_the_meantime_stays)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(LATER("freya", "u-chen", "2026-11-30", CLINICAL, "locations", "l-harbour",
                    "see_practice", "")
                  .status,
              303);
    CHECK_INT(post(cx, "olga", USERS "/u-chen", "last_name", "Wells", "see_history", "1", CHEN,
                   "version", "1", NULL)
                  .status,
              303);
    CHECK(IS("u-chen", "last_name = 'Wells' AND read_only = 0 AND see_history = 1"));
    CHECK_INT(PLANS, 1);
    cx->now = DUE("u-chen");
    work_all(cx, &out);
    CHECK(IS("u-chen", "level = 'clinical' AND read_only = 0 AND see_history = 1"));
    CHECK(IS("u-chen", "last_name = 'Wells' AND locations LIKE '%l-harbour%'"));
    CHECK(!IS("u-chen", "locations = 'l-riverside'"));
}

TEST(a_change_of_access_is_taken_back_and_put_off)
{
    struct outbox out;
    practice_begin(cx);
    LATER("freya", "u-chen", "2026-11-25", CLINICAL);
    int64_t first = DUE("u-chen");
    LATER("freya", "u-chen", "2026-11-26", "read_only", "1", "level", "contact");
    CHECK_INT(PLANS, 1);
    cx->now = first;
    work_all(cx, &out);
    CHECK(IS("u-chen", "level = 'personal'"));
    sign_in_again(cx, "freya");
    CHECK_INT(post(cx, "freya", END, NULL).status, 303);
    CHECK_INT(post(cx, "freya", END, NULL).status, 303);
    CHECK_INT(AUDITED("user.plan_taken_back"), 1);
    cx->now += DAYS(2);
    work_all(cx, &out);
    CHECK_INT(told(&out, "chen", "stays as it is"), 1);
    CHECK(IS("u-chen", "level = 'personal' AND version = 1"));
    sign_in_again(cx, "freya");
    LATER("freya", "u-chen", "2026-11-30", CLINICAL);
    CHECK_INT(PLANS, 1);
    CHECK_INT(post(cx, "freya", USERS "/u-chen/deactivate", NULL).status, 303);
    CHECK_INT(PLANS, 0);
}

TEST(who_lost_full_access_changes_nobody_on_a_day)
{
    struct outbox out;
    practice_begin(cx);
    LATER("freya", "u-chen", "2026-11-30", CLINICAL);
    must_run(cx, "UPDATE users SET level = 'office' WHERE id = 'u-freya'");
    cx->now = DUE("u-chen");
    work_all(cx, &out);
    CHECK(IS("u-chen", "level = 'personal'"));
    CHECK_INT(PLANS, 1);
    CHECK_INT(AUDITED("user.plan_refused"), 1);
    CHECK_INT(told(&out, "olga", "was not changed"), 1);
    sign_in_again(cx, "olga");
    CHECK(has_text(get(cx, "olga", USERS "/u-chen"), "Access not changed on 30 Nov 2026"));
    CHECK_INT(AUDITED("user.access_changed"), 0);
}

/* Rule 3: there are two when it is planned, and one by that day. */
TEST(the_last_with_full_access_keeps_it_on_the_day)
{
    struct outbox out;
    practice_begin(cx);
    struct page page =
        LATER("freya", "u-freya", "2026-11-30", "title", "", "first_name", "Freya", "last_name",
              "Nilsson", "role_type", "administrator", "level", "office", "boxes_for",
              "administrator.full", "all_locations", "1", "profession", "", "registration_number",
              "");
    CHECK_INT(page.status, 303);
    must_run(cx, "UPDATE users SET level = 'clinical', owner = 0 WHERE practice_id = 'north' AND"
                 " id = 'u-olga'");
    cx->now = DUE("u-freya");
    work_all(cx, &out);
    CHECK(IS("u-freya", "level = 'full'"));
    CHECK_INT(AUDITED("user.plan_refused"), 1);
    CHECK_INT(told(&out, "freya", "was not changed"), 1);
    sign_in_again(cx, "freya");
    CHECK(has_text(get(cx, "freya", USERS "/u-freya"), "at least one person with Full Access"));
}

/* Lowering oneself must not take the plan itself for one of somebody without rights. */
TEST(somebody_with_full_access_can_lower_himself_on_a_day)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(LATER("freya", "u-freya", "2026-11-30", "title", "", "first_name", "Freya",
                    "last_name", "Nilsson", "role_type", "administrator", "level", "office",
                    "boxes_for", "administrator.full", "all_locations", "1", "profession", "",
                    "registration_number", "")
                  .status,
              303);
    cx->now = DUE("u-freya");
    work_all(cx, &out);
    CHECK(IS("u-freya", "level = 'office'"));
    CHECK_INT(PLANS, 0);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'user.plan_refused' AND about_id ="
                    " 'u-freya'"),
              0);
}

TEST(who_got_another_role_type_is_not_changed)
{
    struct outbox out;
    practice_begin(cx);
    LATER("freya", "u-chen", "2026-11-30", CLINICAL);
    must_run(cx, "UPDATE users SET role_type = 'administrator', level = 'office' WHERE id ="
                 " 'u-chen'");
    cx->now = DUE("u-chen");
    work_all(cx, &out);
    CHECK(IS("u-chen", "level = 'office'"));
    CHECK_INT(told(&out, "olga", "was not changed"), 1);
}

TEST(the_review_comes_back_with_a_day_that_is_none)
{
    practice_begin(cx);
    struct page page = LATER("freya", "u-chen", "", CLINICAL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter the day") && has_text(page, "Review changes to Chen Wei"));
    CHECK(has_text(page, "name=\"level\" value=\"clinical\""));
    page = LATER("freya", "u-chen", "2026-11-01", CLINICAL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a moment that is yet to come"));
    CHECK(has_text(page, "value=\"2026-11-01\""));
    CHECK_INT(LATER("freya", "u-chen", "2026-11-30", CLINICAL, "when", "now").status, 422);
    page = LATER("freya", "u-chen", "2026-11-30", CLINICAL, "last_name", "Wells");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "cannot wait for a day: Last name"));
    CHECK_INT(LATER("freya", "u-chen", "2026-11-30", "read_only", "1", "level", "office",
                    "role_type", "administrator")
                  .status,
              422);
    CHECK_INT(LATER("gina", "u-chen", "2026-11-30", CLINICAL).status, 403);
    CHECK_INT(PLANS, 0);
    CHECK(IS("u-chen", "level = 'personal' AND version = 1"));
    /* From the action on, the review begins with the day. */
    CHECK(has_text(get(cx, "freya", USERS "/u-chen"), "Change access on a date"));
    page = post(cx, "freya", USERS "/u-chen/review", CLINICAL, "then", "date", CHEN, "version",
                "1", NULL);
    CHECK(has_text(page, "data-shows=\"date\" checked"));
}
