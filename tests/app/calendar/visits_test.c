/* visits_test.c - the appointments of one patient, as a part of the record. */
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
