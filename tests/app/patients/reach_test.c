/* reach_test.c - who sees which patient, by level, settings, locations and grants. */
#include "app/patients/patient.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/patients"

static struct page edit(struct cx *cx, const char *who, const char *patient)
{
    return post(cx, who, arena_print(cx->mem, ROOT "/%s", patient), "version", "1", "first_name",
                "Changed", "last_name", "Name", "locations", "l-riverside", NULL);
}

TEST(personal_access_sees_the_own_patients_and_no_others)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", ROOT);
    CHECK(has_text(page, "Anna Aster"));
    CHECK(!has_text(page, "Bert") && !has_text(page, "Cleo"));
    CHECK_INT(get(cx, "chen", ROOT "/q-anna").status, 200);
    page = get(cx, "chen", ROOT "/q-bert");
    CHECK_INT(page.status, 403);
    CHECK(!has_text(page, "Bert") && !has_text(page, "Birch"));
    CHECK(has_text(post(cx, "chen", ROOT "/search", "text", "bert", NULL), "No patients match"));
    CHECK_INT(get(cx, "chen", ROOT "/q-nobody").status, 404);
    CHECK_INT(get(cx, "chen", ROOT "/q-zara").status, 404);
}

TEST(read_only_looks_at_everything_as_before_and_changes_nothing)
{
    static const char *const posts[] = { "",
                                         "/archive",
                                         "/restore",
                                         "/practitioners",
                                         "/practitioners/u-chen/end",
                                         "/merge/q-bert",
                                         "/grants" };
    practice_begin(cx);
    struct page page = get(cx, "chen", ROOT "/q-anna");
    CHECK(has_text(page, "You have read-only access"));
    CHECK(has_text(page, "03 5550 1001"));
    CHECK(!has_text(page, "/q-anna/edit") && !has_text(page, "Archive<"));
    CHECK(!has_text(get(cx, "chen", ROOT), "Add patient"));
    CHECK_INT(get(cx, "chen", ROOT "/new").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/q-anna/edit").status, 403);
    for (size_t i = 0; i < sizeof posts / sizeof *posts; i++)
        CHECK_INT(post(cx, "chen", arena_print(cx->mem, ROOT "/q-anna%s", posts[i]), "practitioner",
                       "u-chen", "user", "u-chen", "reach", "2", "version", "1", "last_name", "X",
                       "locations", "l-riverside", NULL)
                      .status,
                  403);
    CHECK_INT(post(cx, "chen", ROOT, "last_name", "X", "locations", "l-riverside", NULL).status,
              403);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE practice_id = 'north'"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE version = 1 AND practice_id = 'north'"),
              4);
}

TEST(location_restriction_keeps_to_the_assigned_locations_and_the_own_patients)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id IN ('u-gina', 'u-ben');"
                 "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-harbour'");
    CHECK(has_text(get(cx, "gina", ROOT), "Anna Aster"));
    CHECK(!has_text(get(cx, "gina", ROOT), "Bert"));
    CHECK_INT(get(cx, "gina", ROOT "/q-bert").status, 403);
    CHECK_INT(edit(cx, "gina", "q-bert").status, 403);
    CHECK(has_text(get(cx, "ben", ROOT), "Bert")); /* elsewhere, and the own one */
    CHECK(has_text(get(cx, "ben", ROOT), "Anna Aster"));
    struct page page =
        post(cx, "gina", ROOT, "last_name", "Elsewhere", "locations", "l-harbour", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose at least one of your own locations"));
    CHECK_INT(post(cx, "gina", ROOT, "last_name", "Here", "locations", "l-riverside", NULL).status,
              303);
}

TEST(whoever_changes_where_a_record_is_kept_goes_on_reaching_it)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-ben';"
                 "DELETE FROM assignments WHERE user_id = 'u-ben' AND location_id = 'l-harbour'");
    struct page page = post(cx, "ben", "/g/north/patients/q-anna", "version", "1", "first_name",
                            "Anna", "last_name", "Asterisk", "locations", "l-harbour", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Asterisk") && has_text(page, "id=\"locations-err\""));
    CHECK_INT(COUNT("SELECT count(*) FROM patient_locations WHERE patient_id = 'q-anna' AND"
                    " location_id = 'l-riverside'"),
              1);
}

TEST(without_an_assigned_location_there_are_no_records_not_even_granted_ones)
{
    practice_begin(cx);
    must_run(
        cx,
        "DELETE FROM assignments WHERE user_id IN ('u-gina', 'u-chen');"
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-gina', 'q-anna', 2, 1, 'F')");
    CHECK_INT(get(cx, "gina", ROOT).status, 403);
    CHECK_INT(get(cx, "gina", ROOT "/q-anna").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/q-anna").status, 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/"), "/g/north/patients"));
}

TEST(hidden_names_show_one_pseudonym_everywhere)
{
    static const char *const pages[] = { ROOT, ROOT "/q-anna", ROOT "?archived=1" };
    practice_begin(cx);
    must_run(cx, "UPDATE users SET hide_patient_names = 1, see_history = 1 WHERE id = 'u-gina'");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "gina", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(!has_text(page, "Anna") && !has_text(page, "Aster") && !has_text(page, "Cedar"));
        CHECK(!has_text(page, "1980") && !has_text(page, "5550"));
        CHECK(has_text(page, i == 2 ? "PX-048216" : "PX-048213"));
    }
    CHECK(has_text(post(cx, "gina", ROOT "/search", "text", "aster", NULL), "No patients match"));
    CHECK(
        has_text(post(cx, "gina", ROOT "/search", "text", "27 3 1980", NULL), "No patients match"));
    CHECK(
        has_text(post(cx, "gina", ROOT "/search", "text", "5550 1001", NULL), "No patients match"));
    CHECK(has_text(post(cx, "gina", ROOT "/search", "text", "px048213", NULL), "PX-048213"));
    CHECK(has_text(post(cx, "gina", ROOT "/search", "text", "1001", NULL), "PX-048213"));
    CHECK_INT(get(cx, "gina", ROOT "/q-anna/edit").status, 403);
    CHECK_INT(get(cx, "gina", ROOT "/new").status, 403);
    CHECK_INT(edit(cx, "gina", "q-anna").status, 403);
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/archive", NULL).status, 303);
    CHECK(!has_text(get(cx, "gina", "/g/north/settings/audit"), "Aster"));
}

TEST(a_grant_gives_one_patient_and_taking_it_away_takes_one_away)
{
    practice_begin(cx);
    struct page page =
        post(cx, "freya", ROOT "/q-bert/grants", "user", "u-chen", "reach", "2", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(get(cx, "chen", ROOT "/q-bert").status, 200);
    CHECK(has_text(get(cx, "chen", ROOT), "Bert"));
    CHECK_INT(get(cx, "chen", ROOT "/q-cleo").status, 403);
    CHECK_INT(get(cx, "chen", ROOT "/q-bert/edit").status, 403); /* read only all the same */
    page = post(cx, "freya", ROOT "/q-anna/grants", "user", "u-ben", "reach", "0", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(get(cx, "ben", ROOT "/q-anna").status, 403);
    CHECK(!has_text(get(cx, "ben", ROOT), "Anna Aster"));
    CHECK(has_text(get(cx, "ben", ROOT), "Bert"));
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/grants/u-ben/end", NULL).status, 303);
    CHECK_INT(get(cx, "ben", ROOT "/q-anna").status, 200);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.access_changed'"), 3);
}

TEST(a_grant_opens_the_door_where_the_level_gives_no_patients)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET others = 'patients:0' WHERE id = 'u-gina'");
    CHECK_INT(get(cx, "gina", ROOT).status, 403);
    CHECK_INT(post(cx, "freya", ROOT "/q-bert/grants", "user", "u-gina", "reach", "2", NULL).status,
              303);
    struct page page = get(cx, "gina", ROOT);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Bert") && !has_text(page, "Anna Aster")
          && !has_text(page, "Add patient"));
    CHECK_INT(get(cx, "gina", ROOT "/q-bert/edit").status, 200);
    CHECK_INT(edit(cx, "gina", "q-anna").status, 403);
}

TEST(only_full_access_gives_and_nobody_gives_himself_or_takes_from_full_access)
{
    static const char *const others[] = { "ben", "chen", "gina" };
    practice_begin(cx);
    for (size_t i = 0; i < 3; i++) {
        CHECK(!has_text(get(cx, others[i], ROOT "/q-anna"), "Access to this patient"));
        CHECK_INT(
            post(cx, others[i], ROOT "/q-anna/grants", "user", "u-ben", "reach", "2", NULL).status,
            403);
    }
    struct page page =
        post(cx, "freya", ROOT "/q-anna/grants", "user", "u-freya", "reach", "2", NULL);
    CHECK_INT(page.status, 422);
    page = post(cx, "freya", ROOT "/q-anna/grants", "user", "u-olga", "reach", "0", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "has Full Access, which reaches every patient"));
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/grants", "user", "u-zoe", "reach", "2", NULL).status,
              422);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_grants"), 0);
}

TEST(a_deactivated_practitioners_patients_stay_under_that_name)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "/q-cleo");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Ms Kavya Rao") && has_text(page, "Deactivated"));
    CHECK(has_text(get(cx, "ben", ROOT), "Ms Kavya Rao"));
    CHECK_INT(get(cx, "kavya", ROOT "/q-cleo").status, 403);
    page = post(cx, "freya", ROOT "/q-anna/practitioners", "practitioner", "u-kavya", NULL);
    CHECK_INT(page.status, 422); /* nobody new is given to somebody who left */
}

TEST(practitioners_of_a_patient_come_go_and_change_places)
{
    practice_begin(cx);
    CHECK_INT(
        post(cx, "ben", ROOT "/q-anna/practitioners", "practitioner", "u-olga", "main", "1", NULL)
            .status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_practitioners WHERE patient_id = 'q-anna' AND"
                    " main = 1 AND user_id = 'u-olga'"),
              1);
    CHECK_INT(get(cx, "chen", ROOT "/q-anna").status, 200); /* one of them still */
    CHECK_INT(post(cx, "ben", ROOT "/q-anna/practitioners/u-chen/end", NULL).status, 303);
    CHECK_INT(get(cx, "chen", ROOT "/q-anna").status, 403);
    CHECK_INT(post(cx, "ben", ROOT "/q-anna/practitioners/u-chen/end", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.care_begun'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.care_ended'"), 1);
}

TEST(who_gives_the_own_patient_away_is_led_back_to_the_list)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    struct page page = post(cx, "chen", ROOT "/q-anna/practitioners/u-chen/end", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, ROOT);
    CHECK_INT(get(cx, "chen", ROOT "/q-anna").status, 403);
}

TEST(full_access_sees_who_can_open_a_record_and_why)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "/q-anna");
    CHECK(has_text(page, "5 people can open this record"));
    CHECK(has_text(page, "<bdi>Freya Nilsson</bdi>: <span class=\"muted\">See and edit, Full Access"));
    CHECK(has_text(page, "<bdi>Chen Wei</bdi>: <span class=\"muted\">See, as one of the patient"));
    CHECK(!has_text(page, "<bdi>Kavya Rao</bdi>: <span"));
    CHECK(!has_text(get(cx, "ben", ROOT "/q-anna"), "can open this record"));
    page = get(cx, "freya", ROOT "/q-bert");
    CHECK(has_text(page, "4 people can open this record") && !has_text(page, "<bdi>Chen Wei</bdi>"));
    CHECK_INT(post(cx, "freya", ROOT "/q-bert/grants", "user", "u-chen", "reach", "2", NULL).status,
              303);
    CHECK_INT(post(cx, "freya", ROOT "/q-bert/grants", "user", "u-ben", "reach", "0", NULL).status,
              303);
    page = get(cx, "freya", ROOT "/q-bert");
    CHECK(has_text(page, "4 people can open this record"));
    CHECK(has_text(page, "<bdi>Chen Wei</bdi>: <span class=\"muted\">See, since it was given"));
    CHECK(has_text(page, "<option value=\"u-ben\">") && !has_text(page, "<option value=\"u-freya\">"));
}
