/* location_test.c - the places of a practice group. */
#include "app/locations/location.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/settings/locations"

static struct page add(struct cx *cx, const char *who, const char *name, const char *zone)
{
    return post(cx, who, ROOT, "name", name, "address", "7 Hill Rd", "time_zone", zone, "phone",
                "03 9000 0000", "hours", "Mon to Fri 8:00 to 18:00\r\nSat 9:00 to 12:00\r\n", NULL);
}

TEST(full_access_adds_a_location_and_everybody_sees_it)
{
    practice_begin(cx);
    struct page page = add(cx, "freya", "  Hill  Top ", "Australia/Perth");
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, ROOT);
    page = get(cx, "freya", ROOT);
    CHECK(has_text(page, "Hill Top is added."));
    page = get(cx, "gina", ROOT);
    CHECK(has_text(page, "Hill Top"));
    CHECK(has_text(page, "7 Hill Rd"));
    CHECK(has_text(page, "Australia/Perth"));
    CHECK(has_text(page, "<div>Sat 9:00 to 12:00</div>"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'location.added' AND about_name ="
                    " 'Hill Top' AND practice_id = 'north'"),
              1);
}

TEST(the_cards_name_who_works_there)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT);
    CHECK(has_text(page, "Dr Olga Okafor")); /* all locations */
    CHECK(has_text(page, "Mr Chen Wei"));
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(!has_text(page, "Kavya")); /* deactivated */
    CHECK(!has_text(page, "Zoe"));
    page = get(cx, "freya", ROOT "/l-harbour");
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(!has_text(page, "Chen Wei"));
}

TEST(a_location_needs_a_name_of_its_own_and_a_zone)
{
    practice_begin(cx);
    struct page page = add(cx, "freya", "", "Australia/Perth");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter a name"));
    CHECK(has_text(page, "There is a problem"));
    CHECK(has_text(page, "7 Hill Rd")); /* kept */
    page = add(cx, "freya", "RIVERSIDE", "Australia/Perth");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There is a location called Riverside already"));
    CHECK(has_text(page, "value=\"RIVERSIDE\""));
    page = add(cx, "freya", "Hill", "Atlantis/Poseidonis");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a time zone from the list"));
    page = add(cx, "freya", "Hill", "../../etc/passwd");
    CHECK_INT(page.status, 422);
    page = add(cx, "freya", "Hi\x07ll", "Australia/Perth");
    CHECK_INT(page.status, 422);
    CHECK_INT(COUNT("SELECT count(*) FROM locations"), 3);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north'"), 0);
}

TEST(open_hours_are_plain_lines)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", ROOT, "name", "Hill", "time_zone", "UTC", "hours",
                            "Mon\nTue \xe2\x80\xae evil", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter the open hours in plain lines"));
}

TEST(a_location_is_changed_with_before_and_after)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", ROOT "/l-riverside", "version", "1", "name", "Riverside",
                            "time_zone", "Australia/Sydney", "phone", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(
        COUNT("SELECT count(*) FROM audit WHERE kind = 'location.changed' AND changes ="
              " '[{\"field\":\"Time zone\",\"before\":\"Australia/Melbourne\",\"after\":"
              "\"Australia/Sydney\"},{\"field\":\"Phone\",\"before\":\"\",\"after\":\"1\"}]'"),
        1);
    page = post(cx, "freya", ROOT "/l-riverside", "version", "2", "name", "Riverside", "time_zone",
                "Australia/Sydney", "phone", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'location.changed'"), 1);
}

TEST(who_saves_a_stale_location_sees_both_versions)
{
    practice_begin(cx);
    (void)post(cx, "freya", ROOT "/l-riverside", "version", "1", "name", "Riverside", "time_zone",
               "Australia/Sydney", "phone", "111", "hours", "Mon\r\nTue", NULL);
    struct page page =
        post(cx, "olga", ROOT "/l-riverside", "version", "1", "name", "Riverside", "time_zone",
             "Australia/Sydney", "phone", "222", "hours", "Mon\r\nTue", NULL);
    CHECK_INT(page.status, 409);
    CHECK(!has_text(page, "keep_hours")); /* the same on both sides */
    CHECK(has_text(page, "name=\"keep_phone\" value=\"saved\""));
    CHECK(has_text(page, "Freya Nilsson changed this"));
    CHECK(has_text(page, "111"));
    CHECK(has_text(page, "value=\"222\""));
    CHECK(has_text(page, "name=\"version\" value=\"2\""));
    CHECK_INT(COUNT("SELECT count(*) FROM locations WHERE phone = '111'"), 1);
    page = post(cx, "olga", ROOT "/l-riverside", "version", "2", "name", "Riverside", "time_zone",
                "Australia/Sydney", "phone", "222", NULL);
    CHECK_INT(page.status, 303);
    page = post(cx, "olga", ROOT "/l-riverside", "version", "3", "keep_phone", "saved", "name",
                "Riverbank", "time_zone", "Australia/Sydney", "phone", "333", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM locations WHERE name = 'Riverbank' AND phone = '222'"),
              1);
    page = post(cx, "olga", ROOT "/l-riverside", "version", "2x", "name", "Other", "time_zone",
                "Australia/Sydney", NULL);
    CHECK_INT(page.status, 409);
}

TEST(others_read_locations_as_text)
{
    practice_begin(cx);
    const char *const readers[] = { "ben", "chen", "gina" };
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        struct page page = get(cx, readers[i], ROOT "/l-riverside");
        CHECK_INT(page.status, 200);
        CHECK(has_text(page, "Riverside"));
        CHECK(!has_text(page, "name=\"time_zone\""));
        CHECK(!has_text(get(cx, readers[i], ROOT), "Add location"));
        CHECK_INT(get(cx, readers[i], ROOT "/new").status, 403);
        CHECK_INT(add(cx, readers[i], "Mine", "UTC").status, 403);
        page = post(cx, readers[i], ROOT "/l-riverside", "version", "1", "name", "Mine",
                    "time_zone", "UTC", NULL);
        CHECK_INT(page.status, 403);
    }
    CHECK_INT(COUNT("SELECT count(*) FROM locations WHERE name = 'Mine'"), 0);
}

TEST(locations_of_other_groups_do_not_exist)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "zoe", ROOT).status, 404);
    CHECK_INT(add(cx, "zoe", "Mine", "UTC").status, 404);
    CHECK_INT(get(cx, "freya", ROOT "/l-south").status, 404);
    CHECK_INT(get(cx, "freya", ROOT "/nonsense").status, 404);
    CHECK_INT(get(cx, "freya", ROOT "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").status,
              404);
    CHECK_INT(
        post(cx, "freya", ROOT "/l-south", "version", "1", "name", "Mine", "time_zone", "UTC", NULL)
            .status,
        404);
    CHECK(!has_text(get(cx, "freya", ROOT), "Bankside"));
    /* the name of another group's location is free */
    CHECK_INT(add(cx, "freya", "Bankside", "UTC").status, 303);
}

TEST(visitors_are_sent_to_sign_in_before_any_location)
{
    practice_begin(cx);
    struct page page = get(cx, NULL, ROOT);
    CHECK_INT(page.status, 303);
    CHECK(page.location && strncmp(page.location, "/sign-in", 8) == 0);
}
