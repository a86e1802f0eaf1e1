/* income_test.c - what was invoiced and paid, by month, practitioner and location. */
#include <string.h>

#include "app/reports/reports.h"
#include "tests/support/practice.h"

#define INCOME "/g/north/reports/income"

static void invoice(struct cx *cx, const char *id, int number, const char *user, const char *place,
                    const char *day, int cents, const char *currency)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO invoices (practice_id, id, number, issued, state,"
                             " patient_id, user_id, location_id, currency, issued_on, issued_at,"
                             " net_cents, tax_cents, total_cents, created_at) VALUES ('north',"
                             " '%s', %d, 1, 'issued', 'q-anna', '%s', '%s', '%s', '%s', 1, %d, %d,"
                             " %d, 1)",
                             id, number, user, place, currency, day, cents, cents / 10,
                             cents + cents / 10));
}

static void entry(struct cx *cx, const char *id, const char *of, const char *kind, const char *day,
                  int cents)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO invoice_entries (practice_id, id, invoice_id, kind,"
                             " cents, way, on_day, at, by_id, by_name, number) VALUES ('north', '%s',"
                             " '%s', '%s', %d, '', '%s', 1, 'u-olga', 'Olga', %s)",
                             id, of, kind, cents, day,
                             strcmp(kind, "payment") == 0 ? "NULL" : id + strlen("e-")));
}

/* ben 100.00 in October, paid in November, some of it back; kavya 50.00 in November. */
static void some_business(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE invoicing SET currency = 'NZD' WHERE practice_id = 'north'");
    invoice(cx, "i-oct", 9001, "u-ben", "l-harbour", "2026-10-31", 10000, "NZD");
    invoice(cx, "i-nov", 9002, "u-kavya", "l-riverside", "2026-11-01", 5000, "NZD");
    invoice(cx, "i-eur", 9003, "u-ben", "l-harbour", "2026-11-02", 7700, "EUR");
    entry(cx, "e-1", "i-oct", "payment", "2026-11-03", 11000);
    entry(cx, "e-2", "i-oct", "refund", "2026-11-04", 1000);
    entry(cx, "e-3", "i-nov", "credit", "2026-11-05", 5500);
    entry(cx, "e-4", "i-eur", "payment", "2026-11-05", 99);
}

static const int64_t *row(const struct pivot_rows *rows, const char *name)
{
    static const int64_t none[FIGURES];
    for (size_t i = 0; i < rows->n; i++)
        if (strcmp(rows->at[i].name, name) == 0) return rows->at[i].n;
    return none;
}

TEST(money_counts_on_its_own_day_and_for_the_practitioner_of_the_invoice)
{
    some_business(cx);
    struct pivot p;
    struct report_filter filter = { .period = period_of(cx, "3-months") };
    act_as(cx, "north", "olga");
    CHECK_INT(act_end(cx, report_income(cx, &filter, "NZD", &p)), OK);
    CHECK_INT(row(&p.months, "Oct 2026")[FIGURE_INVOICED], 11000);
    CHECK_INT(row(&p.months, "Oct 2026")[FIGURE_RECEIVED], 0);
    CHECK_INT(row(&p.months, "Nov 2026")[FIGURE_INVOICED], 5500);
    CHECK_INT(row(&p.months, "Nov 2026")[FIGURE_TAX], 500);
    CHECK_INT(row(&p.months, "Nov 2026")[FIGURE_RECEIVED], 11000);
    CHECK_INT(row(&p.practitioners, "Ms Kavya Rao")[FIGURE_CREDITED], 5500);
    CHECK_INT(row(&p.locations, "Harbour St")[FIGURE_REFUNDED], 1000);
    CHECK_INT(income_kept(p.sum), 10000);
    filter.location = (struct id){ "l-riverside" };
    act_as(cx, "north", "olga");
    CHECK_INT(act_end(cx, report_income(cx, &filter, "NZD", &p)), OK);
    CHECK_INT(p.sum[FIGURE_INVOICED], 5500);
    CHECK_INT(income_kept(p.sum), 0);
}

TEST(income_shows_on_its_page_and_in_its_file)
{
    some_business(cx);
    struct page page = get(cx, "olga", INCOME "?period=this-month");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "NZD 55.00 invoiced, 100.00 received less refunds"));
    CHECK(has_text(page, "Ms Kavya Rao") && !has_text(page, "Anna"));
    page = get(cx, "olga", INCOME ".csv?period=this-month");
    CHECK(strstr(page.body, ",NZD,0.00,0.00,110.00,10.00,100.00,0.00\r\n"));
    CHECK(strstr(page.body,
                 "2026-11,Ms Kavya Rao,Riverside,NZD,55.00,5.00,0.00,0.00,0.00,55.00\r\n"));
    CHECK(has_text(get(cx, "olga", INCOME "?period=last-year"), "Nothing was invoiced or paid"));
}

TEST(income_is_for_those_who_may_see_reports_and_at_their_locations)
{
    some_business(cx);
    CHECK_INT(get(cx, "ben", INCOME).status, 403);
    CHECK_INT(get(cx, "zoe", INCOME).status, 404);
    must_run(cx, "UPDATE users SET see_reports = 1, location_restriction = 1 WHERE id = 'u-gina'");
    struct page page = get(cx, "gina", INCOME "?period=3-months");
    CHECK(has_text(page, "NZD 55.00 invoiced, 0.00 received less refunds"));
    CHECK(!has_text(page, "Harbour St"));
    CHECK(!strstr(get(cx, "gina", INCOME ".csv?period=3-months").body, "Harbour"));
}
