/* settings_test.c - the practice group's details and sign-in rules. */
#include "tests/support/practice.h"

#define PAGE_ "/g/north/settings/group"

static struct page save(struct cx *cx, const char *who, const char *version, const char *name,
                        const char *idle, const char *adds)
{
    return post(cx, who, PAGE_, "version", version, "name", name, "time_zone", "Europe/Oslo",
                "idle_minutes", idle, "adds_per_hour", adds, NULL);
}

TEST(full_access_changes_the_practice_group)
{
    practice_begin(cx);
    struct page page = save(cx, "freya", "1", "Northside & Sons", "10", "50");
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", PAGE_);
    CHECK(has_text(page, "value=\"Northside &amp; Sons\""));
    CHECK(has_text(page, "name=\"idle_minutes\""));
    CHECK(has_text(page, "Sign out after … minutes without activity"));
    CHECK(has_text(page, "Users that can be added in an hour"));
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE id = 'north' AND idle_minutes = 10 AND"
                    " adds_per_hour = 50 AND time_zone = 'Europe/Oslo' AND version = 2"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north' AND kind ="
                    " 'practice.changed' AND changes LIKE '%30 minutes%10 minutes%'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE id = 'south' AND version = 1"), 1);
}

TEST(saving_what_is_there_confirms_it_and_announces_nothing)
{
    practice_begin(cx);
    struct page page =
        post(cx, "freya", PAGE_, "version", "1", "name", "Northside Allied Health", "time_zone",
             "Australia/Melbourne", "idle_minutes", "30", "adds_per_hour", "200", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT version FROM practices WHERE id = 'north'"), 2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'practice.changed'"), 0);
}

TEST(names_on_paper_are_a_setting_of_the_group)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "gina", PAGE_), "<dt>Patients in printed calendars</dt><dd>Names</dd>"));
    struct page page = post(cx, "freya", PAGE_, "version", "1", "name", "Northside Allied Health",
                            "time_zone", "Australia/Melbourne", "idle_minutes", "30",
                            "adds_per_hour", "200", "paper_initials", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE paper_initials = 1 AND id = 'north'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE paper_initials = 1"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north' AND kind ="
                    " 'practice.changed' AND changes LIKE '%Names%Initials only%'"),
              1);
    CHECK(has_text(get(cx, "gina", PAGE_), "<dd>Initials only</dd>"));
    page = save(cx, "olga", "1", "Second", "30", "200");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "name=\"keep_paper_initials\""));
    page = post(cx, "olga", PAGE_, "version", "2", "name", "Second", "time_zone",
                "Australia/Melbourne", "idle_minutes", "30", "adds_per_hour", "200",
                "keep_paper_initials", "saved", NULL);
    CHECK_INT(page.status, 303);
}

TEST(numbers_of_a_practice_group_have_limits)
{
    static const char *const idle[] = { "4", "61", "", "x", "-5", "9999999999", "5.5" };
    static const char *const adds[] = { "0", "1001", "", "many" };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        struct page page = save(cx, "freya", "1", "Kept Name", idle[i], "200");
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "value=\"Kept Name\""));
        CHECK(has_text(page, "id=\"idle_minutes-err\""));
    }
    for (size_t i = 0; i < sizeof adds / sizeof *adds; i++) {
        struct page page = save(cx, "freya", "1", "Kept Name", "30", adds[i]);
        CHECK_INT(page.status, 422);
        CHECK(has_text(page, "id=\"adds_per_hour-err\""));
    }
    CHECK_INT(save(cx, "freya", "1", "", "30", "200").status, 422);
    CHECK_INT(COUNT("SELECT version FROM practices WHERE id = 'north'"), 1);
}

TEST(a_stale_practice_group_shows_both_versions)
{
    practice_begin(cx);
    CHECK_INT(save(cx, "freya", "1", "First", "30", "200").status, 303);
    struct page page = save(cx, "olga", "1", "Second", "30", "200");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Freya Nilsson changed this"));
    CHECK(has_text(page, "value=\"Second\""));
    CHECK(has_text(page, ">First<"));
    CHECK(has_text(page, "name=\"keep_name\" value=\"saved\""));
    CHECK(!has_text(page, "keep_idle_minutes"));
    CHECK(has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(save(cx, "olga", "2", "Second", "30", "200").status, 303);
}

TEST(others_read_the_practice_group_as_text)
{
    practice_begin(cx);
    struct page page = get(cx, "gina", PAGE_);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Northside Allied Health"));
    CHECK(!has_text(page, "name=\"idle_minutes\""));
    CHECK_INT(save(cx, "gina", "1", "Mine", "30", "200").status, 403);
    CHECK_INT(save(cx, "chen", "1", "Mine", "30", "200").status, 403);
    CHECK_INT(get(cx, "zoe", PAGE_).status, 404);
    CHECK_INT(save(cx, "zoe", "1", "Mine", "30", "200").status, 404);
    CHECK_INT(COUNT("SELECT count(*) FROM practices WHERE name = 'Mine'"), 0);
}
