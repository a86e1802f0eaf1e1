/* reports_test.c - figures of appointments, on the page and as a file. */
#include <string.h>

#include "app/reports/reports.h"
#include "tests/support/practice.h"

#define REPORTS "/g/north/reports"
#define THESE "?period=this-month"
#define DAY "1793000000000000" /* in October 2026 */

static enum status report(struct cx *cx, const char *key, struct pivot *out)
{
    struct report_filter filter = { .period = period_of(cx, key) };
    return report_appointments(cx, &filter, out);
}

static const int64_t *sum_of(struct cx *cx, const char *who, const char *key)
{
    static struct pivot r;
    act_as(cx, "north", who);
    enum status status = act_end(cx, report(cx, key, &r));
    CHECK_INT(status, OK);
    return r.sum;
}

static const int64_t *row(const struct pivot_rows *rows, const char *name)
{
    static const int64_t none[FIGURES];
    for (size_t i = 0; i < rows->n; i++)
        if (strcmp(rows->at[i].name, name) == 0) return rows->at[i].n;
    return none;
}

static void add(struct cx *cx, const char *id, const char *place, const char *user,
                const char *patient, const char *at, const char *state)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO appointments (practice_id, id, location_id, user_id,"
                             " patient_id, starts_at, ends_at, state, created_at) VALUES ('north',"
                             " '%s', '%s', '%s', '%s', %s, %s + 1, '%s', 1)",
                             id, place, user, patient, at, at, state));
}

TEST(appointments_are_counted_by_how_they_went)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET state = 'completed' WHERE id = 'a-anna'");
    must_run(cx, "UPDATE appointments SET state = 'did_not_attend' WHERE id = 'a-bert'");
    must_run(cx, "UPDATE appointments SET state = 'cancelled' WHERE id = 'a-cleo'");
    const int64_t *t = sum_of(cx, "olga", "this-month");
    CHECK_INT(t[FIGURE_COMPLETED], 1);
    CHECK_INT(t[FIGURE_MISSED], 1);
    CHECK_INT(t[FIGURE_CANCELLED], 1);
    CHECK_INT(t[FIGURE_OPEN], 1); /* of nobody's column; Lunch is no appointment */
    CHECK_INT(appointments_all(t), 3);
    CHECK_INT(appointments_missed(t), 500);
    CHECK_INT(appointments_missed((int64_t[FIGURES]){ [FIGURE_OPEN] = 9, [FIGURE_CANCELLED] = 3 }),
              -1);
    CHECK_INT(
        appointments_missed((int64_t[FIGURES]){ [FIGURE_COMPLETED] = 2, [FIGURE_MISSED] = 1 }),
        333);
}

TEST(figures_stand_beside_month_practitioner_and_location)
{
    struct pivot r;
    practice_begin(cx);
    add(cx, "a-old", "l-harbour", "u-kavya", "q-cleo", DAY, "completed");
    act_as(cx, "north", "freya");
    CHECK_INT(act_end(cx, report(cx, "12-months", &r)), OK);
    CHECK_INT(r.months.n, 12);
    CHECK_INT(appointments_all(row(&r.months, "Nov 2026")), 4);
    CHECK_INT(appointments_all(row(&r.months, "Oct 2026")), 1);
    CHECK_INT(appointments_all(row(&r.practitioners, "Ms Kavya Rao")), 2); /* she has left */
    CHECK_INT(appointments_all(row(&r.practitioners, "Needs a practitioner")), 1);
    CHECK_INT(appointments_all(row(&r.locations, "Harbour St")), 2);
    CHECK_INT(appointments_all(row(&r.locations, "Riverside")), 3);
    CHECK_INT(appointments_all(row(&r.locations, "Bankside")), 0);
    CHECK_INT(appointments_all(r.sum), 5);
    for (size_t i = 1; i < r.practitioners.n; i++)
        CHECK(strcmp(r.practitioners.at[i - 1].sort, r.practitioners.at[i].sort) <= 0);
}

TEST(what_is_filtered_is_what_is_counted)
{
    struct report_filter f;
    struct pivot r;
    practice_begin(cx);
    act_as(cx, "north", "olga");
    f = (struct report_filter){ .period = period_of(cx, "this-month"),
                                .practitioner = { "u-ben" } };
    CHECK_INT(report_appointments(cx, &f, &r), OK);
    CHECK_INT(appointments_all(r.sum), 1);
    CHECK_INT(appointments_all(row(&r.locations, "Riverside")), 0);
    CHECK_INT(r.cells_n, 1);
    CHECK(r.practitioners.n > 1); /* the others can still be chosen */
    f.location = (struct id){ "l-riverside" };
    CHECK_INT(report_appointments(cx, &f, &r), OK);
    CHECK_INT(appointments_all(r.sum), 0);
    f = (struct report_filter){ .period = f.period, .practitioner = { "u-zoe" } };
    CHECK_INT(report_appointments(cx, &f, &r), OK);
    CHECK(!id_some(r.practitioner));
    CHECK_INT(act_end(cx, OK), OK);
}

/* Melbourne is eleven hours ahead in November: 1 Nov 2026 begins at 13:00 UTC on 31 Oct. */
TEST(a_month_begins_by_the_clock_of_the_location)
{
    practice_begin(cx);
    take_invoices_away(cx);
    must_run(cx, "DELETE FROM appointments WHERE practice_id = 'north'");
    add(cx, "a-last", "l-riverside", "u-ben", "q-anna", "1793451599000000", "completed");
    CHECK_INT(sum_of(cx, "olga", "this-month")[FIGURE_COMPLETED], 0);
    CHECK_INT(sum_of(cx, "olga", "last-month")[FIGURE_COMPLETED], 1);
    add(cx, "a-first", "l-riverside", "u-ben", "q-anna", "1793451600000000", "completed");
    CHECK_INT(sum_of(cx, "olga", "this-month")[FIGURE_COMPLETED], 1);
    must_run(cx, "UPDATE locations SET time_zone = 'Europe/London' WHERE id = 'l-riverside'");
    CHECK_INT(sum_of(cx, "olga", "this-month")[FIGURE_COMPLETED], 0);
    CHECK_INT(sum_of(cx, "olga", "last-month")[FIGURE_COMPLETED], 2);
}

TEST(periods_are_whole_months)
{
    practice_begin(cx);
    CHECK_INT(period_of(cx, "this-month").n, 1);
    CHECK_TEXT(period_of(cx, "last-month").begin[0], "2026-10-01");
    CHECK_TEXT(period_of(cx, "last-month").begin[1], "2026-11-01");
    CHECK_INT(period_of(cx, "3-months").n, 3);
    CHECK_TEXT(period_of(cx, "3-months").begin[0], "2026-09-01");
    CHECK_TEXT(period_of(cx, "12-months").begin[0], "2025-12-01");
    CHECK_TEXT(period_of(cx, "this-year").begin[12], "2027-01-01");
    CHECK_TEXT(period_of(cx, "last-year").begin[0], "2025-01-01");
    CHECK_INT(period_of(cx, "last-year").n, 12);
    CHECK_TEXT(period_of(cx, "<b>").key, "12-months");
}

TEST(reports_are_for_full_access_and_those_who_were_given_them)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "ben", REPORTS).status, 403);
    CHECK_INT(get(cx, "gina", REPORTS "/appointments.csv").status, 403);
    must_run(cx, "UPDATE users SET see_reports = 1 WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", REPORTS THESE);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "4 appointments"));
    CHECK(!has_text(page, "Anna") && !has_text(page, "Zoe"));
    CHECK_INT(get(cx, "zoe", REPORTS).status, 404);
    CHECK_INT(get(cx, "kavya", REPORTS).status, 403);
}

TEST(a_location_restriction_restricts_the_figures)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET see_reports = 1, location_restriction = 1 WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", REPORTS THESE);
    CHECK(has_text(page, "3 appointments"));
    CHECK(!has_text(page, "Harbour St"));
    page = get(cx, "gina", REPORTS THESE "&location=l-harbour");
    CHECK(has_text(page, "3 appointments")); /* not one that could be chosen */
    CHECK(!strstr(get(cx, "gina", REPORTS "/appointments.csv").body, "Harbour"));
    must_run(cx, "DELETE FROM assignments WHERE user_id = 'u-gina'");
    must_run(cx, "UPDATE users SET locations = '' WHERE id = 'u-gina'");
    CHECK_INT(get(cx, "gina", REPORTS).status, 403);
}

TEST(the_file_is_for_spreadsheets_and_runs_nothing_there)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET last_name = '=HYPERLINK(1)', title = '', first_name = ''"
                 " WHERE id = 'u-ben'");
    must_run(cx, "UPDATE locations SET name = 'Hill, \"upper\"' WHERE id = 'l-harbour'");
    struct page page = get(cx, "olga", REPORTS "/appointments.csv" THESE);
    CHECK_INT(page.status, 200);
    CHECK(strncmp(page.body, "Month,Practitioner,Location,Appointments,", 41) == 0);
    CHECK(
        strstr(page.body, "\r\n2026-11,\"'=HYPERLINK(1)\",\"Hill, \"\"upper\"\"\",1,0,0,1,0\r\n"));
    CHECK(strstr(page.body, "2026-11,Mr Chen Wei,Riverside,1,0,0,1,0\r\n"));
    CHECK(!strstr(page.body, "Anna"));
}

TEST(a_page_without_figures_says_so)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "olga", REPORTS "?period=last-month"), "No appointments of patients"));
    struct page page = get(cx, "olga", REPORTS THESE "&practitioner=u-ben&location=l-riverside");
    CHECK(has_text(page, "Nothing fits these choices"));
    CHECK(!has_text(page, "Download as CSV"));
    page = get(cx, "olga", REPORTS THESE);
    CHECK(has_text(page, "The most were in Nov 2026") && has_text(page, "<svg class=\"chart\""));
}
