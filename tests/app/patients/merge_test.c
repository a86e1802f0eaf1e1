/* merge_test.c - two records of one person become one. */
#include "app/patients/words.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/patients"

static struct page merge(struct cx *cx, const char *who, const char *into, const char *from,
                         const char *version)
{
    return post(cx, who, arena_print(cx->mem, ROOT "/%s/merge/%s", into, from), "version", "1",
                "other_version", version, NULL);
}

TEST(a_merged_record_stays_leads_on_and_gives_what_the_other_lacks)
{
    practice_begin(cx);
    must_run(
        cx,
        "UPDATE patients SET birth_date = '', phone = '' WHERE id = 'q-anna';"
        "UPDATE patients SET email = 'b@x.example' WHERE id = 'q-bert';"
        "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since, by_name) VALUES ('north', 'u-gina', 'q-bert', 0, 1, 'F'),"
        " ('north', 'u-gina', 'q-anna', 2, 1, 'F')");
    CHECK(has_text(get(cx, "freya", ROOT "/q-anna/merge/q-bert"), "b@x.example"));
    struct page page = merge(cx, "freya", "q-anna", "q-bert", "1");
    CHECK_INT(page.status, 303);
    page = get(cx, "freya", ROOT "/q-anna");
    CHECK(has_text(page, "Patient 1002 is merged into this record."));
    CHECK(has_text(page, "Anna Aster") && has_text(page, "1 Dec 1975"));
    CHECK(has_text(page, "03 5550 1002") && has_text(page, "b@x.example"));
    CHECK(has_text(page, "Mr Chen Wei") && has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(page, "Riverside") && has_text(page, "Harbour St"));
    CHECK(has_text(page, "These records were merged into this one"));
    page = get(cx, "freya", ROOT "/q-bert");
    CHECK(has_text(page, "Merged into another record") && has_text(page, "Open that record"));
    page = post(cx, "freya", ROOT "/q-bert", "version", "2", "last_name", "Birchwood", "locations",
                "l-harbour", NULL); /* begun before */
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Birchwood") && has_text(page, "Change that one instead."));
    CHECK(!has_text(get(cx, "freya", ROOT), "Bert"));
    CHECK(!has_text(get(cx, "freya", ROOT "?location=l-harbour"), "Bert"));
    CHECK_INT(COUNT("SELECT count(*) FROM patient_locations WHERE patient_id = 'q-bert' AND"
                    " state = 'merged'"),
              1);
    act_as(cx, "south", "zoe");
    CHECK(words_check(cx) == OK);
    CHECK(act_end(cx, OK) == OK);
    CHECK_INT(get(cx, "gina", ROOT "/q-anna").status, 403); /* what takes away, wins */
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 4);
    CHECK_INT(COUNT("SELECT count(*) FROM patient_practitioners WHERE patient_id = 'q-anna' AND"
                    " main = 1"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind IN ('patient.merged',"
                    " 'patient.merged_away')"),
              2);
}

TEST(what_the_merged_record_was_found_by_finds_the_one_that_stays)
{
    static const char *const texts[] = { "birch", "1002", "5550 1002", "1 dec 1975", "px-048214" };
    practice_begin(cx);
    CHECK_INT(merge(cx, "freya", "q-anna", "q-bert", "1").status, 303);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct page page = post(cx, "freya", ROOT "/search", "text", texts[i], NULL);
        if (!has_text(page, "Anna Aster")) printf("  not by %s\n", texts[i]);
        CHECK(has_text(page, "Anna Aster") && !has_text(page, "Bert"));
    }
    CHECK_INT(merge(cx, "freya", "q-cleo", "q-anna", "2").status, 303);
    CHECK(has_text(post(cx, "freya", ROOT "/search", "text", "birch", NULL), "Cleo"));
    CHECK(has_text(get(cx, "freya", ROOT "/q-bert"), "patients/q-cleo\""));
}

TEST(only_two_live_records_that_one_may_edit_are_merged)
{
    practice_begin(cx);
    CHECK_INT(merge(cx, "freya", "q-anna", "q-anna", "1").status, 422);
    CHECK_INT(merge(cx, "freya", "q-anna", "q-zara", "1").status, 404);
    CHECK_INT(merge(cx, "freya", "q-anna", "q-bert", "7").status, 409);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    CHECK_INT(merge(cx, "chen", "q-anna", "q-bert", "1").status, 403);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-bert', 1, 1, 'F')");
    CHECK_INT(merge(cx, "chen", "q-anna", "q-bert", "1").status, 403); /* sees the other one only */
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE state = 'merged'"), 0);
    CHECK_INT(merge(cx, "freya", "q-anna", "q-bert", "1").status, 303);
    CHECK_INT(
        post(cx, "freya", ROOT "/q-cleo/merge/q-bert", "version", "1", "other_version", "2", NULL)
            .status,
        422);
    CHECK_INT(post(cx, "freya", ROOT "/q-bert/archive", NULL).status, 409);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE state = 'merged'"), 1);
}

TEST(the_other_record_is_chosen_by_its_number_or_from_those_that_look_alike)
{
    practice_begin(cx);
    must_run(cx,
             "UPDATE patients SET birth_date = '1975-12-01' WHERE id = 'q-anna';"
             "UPDATE patients SET last_name = 'Aster', names = 'aster bert' WHERE id = 'q-bert'");
    CHECK(has_text(get(cx, "freya", ROOT "/q-anna/merge"), "/q-anna/merge/q-bert"));
    struct page page = post(cx, "freya", ROOT "/q-anna/merge", "number", " 1003 ", NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(page.location, ROOT "/q-anna/merge/q-cleo");
    page = post(cx, "freya", ROOT "/q-anna/merge", "number", "77", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter the number of a patient you may see")
          && has_text(page, "value=\"77\""));
}
