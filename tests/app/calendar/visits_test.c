/* visits_test.c - the appointments of one patient, as a part of the record. */
#include "app/patients/patient.h"
#include "tests/support/practice.h"

#define RECORD "/g/north/patients/q-anna"
#define PAGE_OF_IT RECORD "/appointments"

TEST(a_record_says_what_is_booked_and_what_was)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
                 " type_id, starts_at, ends_at, state, created_at) VALUES"
                 " ('north', 'a-long', 'l-harbour', 'u-kavya', 'q-anna', 't-review',"
                 "  1700000000000000, 1700001800000000, 'did_not_attend', 1),"
                 " ('north', 'a-gone', 'l-riverside', 'u-ben', 'q-anna', 't-review',"
                 "  1800000000000000, 1800001800000000, 'cancelled', 1)");
    CHECK(has_text(get(cx, "freya", RECORD), PAGE_OF_IT));
    struct page page = get(cx, "freya", PAGE_OF_IT);
    CHECK_INT(page.status, 200);
    const char *later = strstr(page.body, "Today and later"), *before = strstr(page.body, "Before");
    const char *anna = strstr(page.body, "calendar/a-anna\""), *open = strstr(page.body, "a-open");
    const char *gone = strstr(page.body, "a-gone"), *old = strstr(page.body, "a-long");
    CHECK(later && anna && open && gone && before && old);
    CHECK(later < anna && anna < open && open < gone && gone < before && before < old);
    CHECK(has_text(page, "Mon 23 Nov 2026") && has_text(page, "9:30 to 10:30"));
    CHECK(has_text(page, "First visit") && has_text(page, "Did not attend"));
    CHECK(has_text(page, "Needs a practitioner") && has_text(page, "Ms Kavya Rao"));
    CHECK(has_text(page, "calendar/new?patient=q-anna"));
    CHECK(!has_text(page, "a-bert") && !has_text(page, "a-cleo") && !has_text(page, "Older"));
    page = get(cx, "freya", "/g/north/patients/q-dora/appointments");
    CHECK(has_text(page, "No appointments") && !has_text(page, "calendar/new?patient=q-dora"));
}

TEST(of_a_patients_appointments_each_sees_what_the_calendar_shows_them)
{
    practice_begin(cx);
    struct page page = get(cx, "chen", PAGE_OF_IT); /* Personal Access, Read Only */
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "a-anna\"") && !has_text(page, "a-open"));
    CHECK(!has_text(page, "calendar/new"));
    CHECK_INT(get(cx, "chen", "/g/north/patients/q-bert/appointments").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE patient_id = 'q-bert'"
                    " AND how = 'denied'"),
              1);
    CHECK_INT(get(cx, "freya", "/g/north/patients/q-zara/appointments").status, 404);
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    page = get(cx, "gina", PAGE_OF_IT);
    CHECK(has_text(page, "PX-048213") && has_text(page, "a-anna\""));
    CHECK(!has_text(page, "Aster") && !has_text(page, "Anna"));
    must_run(cx, "UPDATE users SET others = 'calendar:0', role_type = 'practitioner',"
                 " level = 'contact', hide_patient_names = 0 WHERE id = 'u-gina'");
    page = get(cx, "gina", PAGE_OF_IT);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "No appointments") && !has_text(page, "a-anna\""));
}

TEST(a_long_history_comes_page_by_page_and_each_appointment_once)
{
    practice_begin(cx);
    for (int i = 0; i < 120; i++) /* three at the same time, each time */
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO appointments (practice_id, id, location_id, user_id,"
                                 " patient_id, starts_at, ends_at, state, created_at) VALUES"
                                 " ('north', 'a-x%03d', 'l-riverside', 'u-ben', 'q-anna',"
                                 "  %d000000, %d600000, 'completed', 1)",
                                 i, 1700000000 + i / 3 * 3600, 1700000000 + i / 3 * 3600));
    int seen[120] = { 0 }, pages = 0;
    for (const char *path = PAGE_OF_IT; path && pages < 9; pages++) {
        struct page page = get(cx, "freya", path);
        CHECK_INT(page.status, 200);
        for (const char *at = page.body; (at = strstr(at, "calendar/a-x")); at++)
            seen[strtol(at + 12, NULL, 10)]++;
        const char *next = strstr(page.body, "/appointments?after=");
        path = next ? arena_print(cx->mem, RECORD "%.*s", (int)strcspn(next, "\""), next) : NULL;
    }
    CHECK_INT(pages, 3);
    for (int i = 0; i < 120; i++) CHECK_INT(seen[i], 1);
}

/* Anna was at Harbour St once, where it was the day before. */
static void anna_came(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE locations SET time_zone = 'Europe/London' WHERE id = 'l-harbour'");
    must_run(cx, "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id,"
                 " starts_at, ends_at, state, created_at) VALUES"
                 " ('north', 'a-long', 'l-harbour', 'u-kavya', 'q-anna',"
                 "  1700000000000000, 1700001800000000, 'completed', 1),"
                 " ('north', 'a-gone', 'l-riverside', 'u-ben', 'q-anna',"
                 "  1760000000000000, 1760001800000000, 'cancelled', 1),"
                 " ('north', 'a-off', 'l-riverside', 'u-ben', 'q-anna',"
                 "  1795300000000000, 1795300900000000, 'cancelled', 1)");
}

static const char *row_of(struct cx *cx, struct page page, const char *name)
{
    const char *row = strstr(page.body, "<tbody>"), *at = row ? strstr(row, name) : NULL;
    const char *end = at ? strstr(at, "</tr>") : NULL;
    return end ? arena_copy(cx->mem, at, (size_t)(end - at)) : "";
}

TEST(the_list_of_patients_says_who_comes_when_as_far_as_the_calendar_shows_it)
{
    anna_came(cx);
    struct page page = get(cx, "freya", "/g/north/patients");
    CHECK(has_text(page, ">Next appointment<") && has_text(page, ">Last appointment<"));
    const char *anna = row_of(cx, page, "Anna Aster"), *next = strstr(anna, "23 Nov 2026");
    CHECK(next && strstr(next, "14 Nov 2023"));
    CHECK(strstr(row_of(cx, page, "Bert"), "22 Nov 2026")); /* 23:00 at Harbour St */
    page = post(cx, "freya", "/g/north/patients/search", "text", "aster", NULL);
    CHECK(strstr(row_of(cx, page, "Anna Aster"), "14 Nov 2023"));
    anna = row_of(cx, get(cx, "chen", "/g/north/patients"), "Anna Aster"); /* own column only */
    CHECK(strstr(anna, "23 Nov 2026") && !strstr(anna, "2023"));
    for (int i = 0; i < PATIENT_VISITS; i++) /* of many it is not said */
        must_run(cx,
                 arena_print(cx->mem,
                             "INSERT INTO patients (practice_id, id, number, pseudonym, last_name,"
                             " names, created_at) VALUES ('north', 'q-n%d', %d, %d, 'Many',"
                             " 'many', 1)",
                             i, 7000 + i, 7000 + i));
    CHECK(!has_text(get(cx, "freya", "/g/north/patients"), ">Next appointment<"));
    must_run(cx, "DELETE FROM patients WHERE last_name = 'Many'");
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    page = get(cx, "gina", "/g/north/patients");
    CHECK(strstr(row_of(cx, page, "PX-048213"), "14 Nov 2023") && !has_text(page, "Aster"));
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'"); /* Riverside */
    anna = row_of(cx, get(cx, "gina", "/g/north/patients"), "PX-048213");
    CHECK(strstr(anna, "23 Nov 2026") && !strstr(anna, "2023"));
}
