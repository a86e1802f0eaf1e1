/* timeline_test.c - a user's access over time, on the page of the activity. */
#include "tests/support/practice.h"

#include "app/tenure/timeline.h"

static const char BEN[] = "/g/north/settings/users/u-ben";

static void lower(struct cx *cx, const char *version)
{
    CHECK_INT(post(cx, "freya", BEN, "version", version, "reviewed", "1", "title", "", "first_name",
                   "Ben", "last_name", "<b>Brandt", "role_type", "practitioner", "profession",
                   "physiotherapist", "registration_number", "PHY0001234567", "level", "personal",
                   "boxes_for", "practitioner.personal", "all_locations", "1", NULL)
                  .status,
              303);
}

static const char *version_of(struct cx *cx)
{
    return arena_number(cx->mem, COUNT("SELECT version FROM users WHERE id = 'u-ben'"));
}

static struct timeline timeline_of(struct cx *cx, const char *id)
{
    struct timeline t = { 0 };
    struct user *u;
    act_as(cx, "north", "olga");
    CHECK(user_find(cx, id_of(id), &u) == OK);
    CHECK(timeline_find(cx, u, &t) == OK);
    (void)!act_end(cx, OK);
    return t;
}

TEST(each_change_of_level_and_status_is_a_piece_with_who_and_why)
{
    practice_begin(cx);
    int64_t begin = cx->now;
    cx->now += MINUTES(10);
    lower(cx, version_of(cx));
    cx->now += MINUTES(10);
    post(cx, "freya", "/g/north/settings/users/u-ben/deactivate", "note", "On <leave>", NULL);
    cx->now += MINUTES(5);
    post(cx, "olga", "/g/north/settings/users/u-ben/activate", NULL);
    cx->now += MINUTES(1);
    struct timeline t = timeline_of(cx, "u-ben");
    CHECK_INT(t.steps_n, 3);
    CHECK_INT(t.spans_n, 4);
    CHECK_TEXT(t.spans[0].level, "Clinical Access");
    CHECK_INT(t.spans[0].shade, 3);
    CHECK_INT(t.spans[0].to, begin + MINUTES(10));
    CHECK_TEXT(t.spans[1].level, "Personal Access");
    CHECK_INT(t.spans[1].shade, 1);
    CHECK(t.spans[1].active && !t.spans[2].active && t.spans[3].active);
    CHECK_INT(t.spans[2].shade, 0);
    CHECK_INT(t.spans[2].to - t.spans[2].from, MINUTES(5));
    CHECK_TEXT(t.spans[3].level, "Personal Access");
    CHECK_INT(t.spans[3].to, cx->now);
    for (size_t i = 1; i < t.spans_n; i++) CHECK_INT(t.spans[i].from, t.spans[i - 1].to);
    struct page page = get(cx, "olga", "/g/north/settings/users/u-ben/activity");
    CHECK(has_text(page, "Access over time"));
    CHECK(has_text(page, "Personal Access since 21 Nov 2026. 3 changes of level or status since"));
    CHECK(has_text(page, "On &lt;leave&gt;"));
    CHECK(!has_text(get(cx, "olga", "/g/north/settings/users/u-ben/activity?by=1"),
                    "Access over time"));
}

TEST(a_user_who_never_changed_is_one_piece_since_the_first_day)
{
    practice_begin(cx);
    struct timeline t = timeline_of(cx, "u-chen");
    CHECK_INT(t.steps_n, 0);
    CHECK_INT(t.spans_n, 1);
    CHECK_TEXT(t.spans[0].level, "Personal Access");
    CHECK_INT(t.spans[0].from, COUNT("SELECT created_at FROM users WHERE id = 'u-chen'"));
}

TEST(who_may_not_read_the_history_sees_no_timeline)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", "/g/north/settings/users/u-ben/activity").status,
              get(cx, "freya", "/g/north/settings/audit").status);
    struct timeline t;
    struct user *u;
    act_as(cx, "north", "gina");
    CHECK(user_find(cx, id_of("u-ben"), &u) == OK);
    CHECK(timeline_find(cx, u, &t) == FORBIDDEN);
    (void)!act_end(cx, FORBIDDEN);
}
