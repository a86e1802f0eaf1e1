/* reach_test.c - who sees and changes which part of the calendar. */
#include "app/calendar/appointment.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/calendar"
#define DAY ROOT "?date=2026-11-23&location="

TEST(personal_access_sees_the_own_column_and_no_others)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", DAY "l-riverside");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Mr Chen Wei") && has_text(page, "A. Aster"));
    CHECK(!has_text(page, "Brandt") && !has_text(page, "Lunch") && !has_text(page, "Cedar"));
    CHECK(!has_text(page, "Needs a practitioner") && !has_text(page, "Harbour St"));
    CHECK_INT(get(cx, "chen", ROOT "/a-anna").status, 200);
    page = get(cx, "chen", ROOT "/a-bert");
    CHECK_INT(page.status, 403);
    CHECK(!has_text(page, "Birch"));
    CHECK_INT(get(cx, "chen", ROOT "/a-open").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/a-zara").status, 404);
    CHECK_INT(get(cx, "chen", ROOT "/a-nobody").status, 404);
}

TEST(read_only_sees_the_calendar_without_a_button_and_changes_nothing)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", DAY "l-riverside");
    CHECK(has_text(page, "You have read-only access"));
    CHECK(!has_text(page, "New appointment") && !has_text(page, "/calendar/new"));
    page = get(cx, "chen", ROOT "/a-anna");
    CHECK(!has_text(page, "Move") && !has_text(page, "Cancel") && !has_text(page, "/state"));
    CHECK_INT(get(cx, "chen", ROOT "/new").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/a-anna/edit").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/a-anna/move").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/a-anna/cancel").status, 403);
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-chen", "label",
                   "Lunch", "minutes", "30", "date", "2026-11-24", "time", "12:00", NULL)
                  .status,
              403);
    CHECK_INT(
        post(cx, "chen", ROOT "/a-anna/state", "version", "1", "state", "arrived", NULL).status,
        403);
    CHECK_INT(post(cx, "chen", ROOT "/a-anna/cancel", "version", "1", "reason", "x", NULL).status,
              403);
    CHECK_INT(COUNT("SELECT count(*) FROM appointments WHERE version = 1"), 6);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north'"), 0);
}

TEST(who_may_edit_the_own_calendar_only_cannot_book_for_others)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-chen", "patient",
                   "q-anna", "minutes", "30", "date", "2026-11-24", "time", "12:00", NULL)
                  .status,
              303);
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-ben", "patient",
                   "q-anna", "minutes", "30", "date", "2026-11-24", "time", "12:00", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "", "patient",
                   "q-anna", "minutes", "30", "date", "2026-11-24", "time", "12:00", NULL)
                  .status,
              403);
    CHECK_INT(post(cx, "chen", ROOT "/a-anna/move", "version", "1", "date", "2026-11-23", "time",
                   "9:30", "practitioner", "u-ben", "location", "l-riverside", NULL)
                  .status,
              403); /* the own one, into another's column */
    CHECK_INT(post(cx, "chen", ROOT, "location", "l-riverside", "practitioner", "u-chen", "patient",
                   "q-bert", "minutes", "30", "date", "2026-11-24", "time", "14:00", NULL)
                  .status,
              422); /* for a patient out of reach, as for none */
    struct page page = get(cx, "chen", ROOT "/new");
    CHECK(has_text(page, "u-chen") && !has_text(page, "u-ben")
          && !has_text(page, "Needs a practitioner"));
}

TEST(location_restriction_shows_others_at_assigned_locations_only)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "gina", DAY "l-harbour"), "Birch"));
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id IN ('u-gina', 'u-ben');"
                 "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-harbour'");
    struct page page = get(cx, "gina", DAY "l-harbour");
    CHECK(!has_text(page, "Birch")
          && !has_text(page, "Harbour St")); /* it is Riverside that is shown */
    CHECK(has_text(page, "Lunch") && has_text(page, "Needs a practitioner"));
    CHECK_INT(get(cx, "gina", ROOT "/a-bert").status, 403);
    CHECK_INT(post(cx, "gina", ROOT "/a-bert/cancel", "version", "1", "reason", "x", NULL).status,
              403);
    CHECK_INT(post(cx, "gina", ROOT "/a-anna/move", "version", "1", "date", "2026-11-23", "time",
                   "9:30", "practitioner", "u-ben", "location", "l-harbour", NULL)
                  .status,
              403);
    CHECK(has_text(get(cx, "ben", DAY "l-harbour"), "Birch")); /* elsewhere, and the own one */
    CHECK_INT(get(cx, "ben", ROOT "/a-bert").status, 200);
}

TEST(without_an_assigned_location_there_is_no_calendar)
{
    practice_begin(cx);
    must_run(cx, "DELETE FROM assignments WHERE user_id IN ('u-gina', 'u-chen')");
    CHECK_INT(get(cx, "gina", ROOT).status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/a-anna").status, 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/"), "/g/north/calendar"));
}

TEST(hidden_names_show_the_pseudonym_and_nothing_that_was_written)
{
    static const char *const pages[] = { DAY "l-riverside",
                                         DAY "l-riverside&view=list",
                                         DAY "l-riverside&view=week&practitioner=u-chen",
                                         ROOT "/a-anna",
                                         ROOT "/a-anna/edit",
                                         ROOT "/a-anna/move",
                                         ROOT "/a-anna/cancel",
                                         ROOT "/new?patient=q-anna" };
    practice_begin(cx);
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina';"
                 "UPDATE appointments SET note = 'Anna is late' WHERE id = 'a-anna'");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "gina", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(!has_text(page, "Anna") && !has_text(page, "Aster") && !has_text(page, "5550"));
        if (i < 4) CHECK(has_text(page, "PX-048213"));
    }
    CHECK_INT(post(cx, "gina", ROOT "/a-anna", "version", "1", "date", "2026-11-23", "time", "9:30",
                   "practitioner", "u-chen", "location", "l-riverside", "type", "t-first",
                   "minutes", "45", "note", "", NULL)
                  .status,
              303);
    CHECK_INT(
        COUNT("SELECT count(*) FROM appointments WHERE id = 'a-anna' AND note = 'Anna is late'"
              " AND ends_at - starts_at = 2700000000"),
        1); /* and so it stays */
}

TEST(who_does_not_reach_the_patient_sees_that_the_time_is_booked_and_no_more)
{
    static const char *const pages[] = { DAY "l-riverside", DAY "l-riverside&view=list",
                                         ROOT "/a-anna", ROOT "/a-anna/edit" };
    practice_begin(cx);
    must_run(
        cx,
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-gina', 'q-anna', 0, 1, 'F');"
        "UPDATE appointments SET note = 'Anna is late' WHERE id = 'a-anna'");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "gina", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(!has_text(page, "Anna") && !has_text(page, "Aster") && !has_text(page, "1001"));
        CHECK(!has_text(page, "q-anna"));
        if (i < 2) CHECK(has_text(page, "Booked"));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-anna'"), 0);
    CHECK_INT(
        post(cx, "gina", ROOT "/a-anna/state", "version", "1", "state", "arrived", NULL).status,
        303); /* the column is the calendar's */
}

TEST(whoever_is_shown_in_the_calendar_is_recorded_and_a_refusal_too)
{
    practice_begin(cx);
    (void)get(cx, "gina", DAY "l-riverside");
    CHECK_INT(
        COUNT("SELECT count(*) FROM looks WHERE user_id = 'u-gina' AND route = '/g/:g/calendar'"),
        1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM looked_at WHERE how = 'listed' AND patient_id IN ('q-anna',"
              " 'q-cleo')"),
        2);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at"), 2);
    CHECK_INT(get(cx, "chen", ROOT "/a-bert").status, 403);
    CHECK_INT(
        COUNT("SELECT count(*) FROM looked_at WHERE how = 'denied' AND patient_id = 'q-bert'"), 1);
    struct page page =
        post(cx, "gina", ROOT "/new", "text", "aster", "location", "l-riverside", NULL);
    CHECK(has_text(page, "Anna Aster"));
    CHECK_INT(
        COUNT("SELECT count(*) FROM looked_at x JOIN looks l ON l.id = x.look_id WHERE"
              " l.route = '/g/:g/calendar/new' AND x.how = 'found' AND x.patient_id = 'q-anna'"),
        1);
}

TEST(another_group_has_no_calendar_here)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", "/g/south/calendar").status, 404);
    CHECK_INT(get(cx, "freya", ROOT "/a-zara").status, 404);
    CHECK_INT(post(cx, "freya", ROOT "/a-zara/cancel", "version", "1", "reason", "x", NULL).status,
              404);
    CHECK(!has_text(get(cx, "freya", ROOT "?date=2026-11-23&location=l-south"), "Bankside"));
    struct page page = get(cx, "zoe", "/g/south/calendar?date=2026-11-23");
    CHECK(has_text(page, "Z. Quokkason") && !has_text(page, "Aster"));
}

/* The names of a day stand beside its appointments. */
static bool names_agree(struct cx *cx)
{
    act_as(cx, "south", "zoe");
    enum status status = appointments_check(cx);
    return act_end(cx, OK) == OK && status == OK;
}

TEST(a_patient_who_is_renamed_or_merged_is_called_so_in_the_calendar)
{
    static const char *const wrong[] = {
        "UPDATE patients SET first_name = 'Hanna' WHERE id = 'q-anna'",
        "UPDATE appointments SET patient_listed = '' WHERE id = 'a-anna'",
    };
    practice_begin(cx);
    CHECK(names_agree(cx));
    CHECK(has_text(get(cx, "freya", DAY "l-harbour"), "Birch"));
    struct page page = post(cx, "freya", "/g/north/patients/q-bert", "version", "1", "first_name",
                            "Bert", "last_name", "Rowan", "locations", "l-harbour", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", DAY "l-harbour");
    CHECK(has_text(page, "B. Rowan") && !has_text(page, "Birch"));
    CHECK(names_agree(cx));
    page = post(cx, "freya", "/g/north/patients/q-anna/merge/q-bert", "version", "1",
                "other_version", "2", NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", DAY "l-harbour");
    CHECK(has_text(page, "A. Aster") && !has_text(page, "Rowan"));
    CHECK(names_agree(cx));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        practice_begin(cx);
        must_run(cx, wrong[i]);
        CHECK(!names_agree(cx));
    }
}
