/* journal_test.c - invoices and payments for a bookkeeper's program; what hledger makes of them
 * is tested in tests/cli/accounting_test.mjs. */
#include <string.h>

#include "app/reports/journal.h"
#include "tests/support/practice.h"

#define JOURNAL "/g/north/reports/accounting"

static void invoice(struct cx *cx, const char *id, int number, const char *patient,
                    const char *place, const char *day)
{
    must_run(
        cx,
        arena_print(
            cx->mem,
            "INSERT INTO invoices (practice_id, id, number, issued, state,"
            " patient_id, user_id, location_id, currency, tax_name, issued_on,"
            " issued_at, practitioner_name, location_name, net_cents, tax_cents,"
            " total_cents, created_at) VALUES ('north', '%s', %d, 1, 'issued',"
            " '%s', 'u-ben', '%s', 'AUD', 'GST', '%s', 1, 'Ben <b>; x: y, z\n2026-01-01 Evil', '%s',"
                             " 10000, 1000, 11000, 1)",
            id, number, patient, place, day, place));
}

static void entry(struct cx *cx, const char *id, const char *kind, int cents, const char *number)
{
    must_run(cx, arena_print(cx->mem,
                             "INSERT INTO invoice_entries (practice_id, id, invoice_id, kind,"
                             " cents, way, on_day, at, by_id, by_name, number) VALUES ('north',"
                             " '%s', 'i-1', '%s', %d, '%s', '2026-10-05', 1, 'u-olga', 'Olga', %s)",
                             id, kind, cents, *kind == 'c' ? "" : "card", number));
}

static void some_business(struct cx *cx)
{
    practice_begin(cx);
    take_invoices_away(cx);
    invoice(cx, "i-1", 9001, "q-bert", "l-harbour", "2026-10-01");
    invoice(cx, "i-2", 9002, "q-anna", "l-riverside", "2026-10-31");
    entry(cx, "e-1", "payment", 5000, "NULL");
    entry(cx, "e-2", "refund", 1000, "901");
    entry(cx, "e-3", "credit", 7001, "902");
}

static struct page october(struct cx *cx, const char *who, const char *names)
{
    return post(cx, who, JOURNAL, "from", "2026-10-01", "until", "2026-10-31", names, "1", NULL);
}

TEST(a_journal_has_an_entry_for_each_invoice_payment_refund_and_credit)
{
    some_business(cx);
    struct page page = october(cx, "olga", "-");
    CHECK_INT(page.status, 200);
    CHECK_TEXT(page.disposition, "attachment; filename=\"2026-10-01-2026-10-31.journal\"");
    CHECK_INT(page.length, strlen(page.body));
    CHECK(has_text(page, "\n2026-10-01 Invoice 9001\n    ; kind: invoice\n    ; invoice: 9001\n"
                         "    ; practitioner: Ben b x y z 2026-01-01 Evil\n"
                         "    ; location: l-harbour\n    ; tax: GST\n"
                         "    assets:receivable             AUD 110.00\n"
                         "    income:services               AUD -100.00\n"
                         "    liabilities:tax               AUD -10.00\n"));
    CHECK(has_text(page, "2026-10-05 Payment for invoice 9001\n"));
    CHECK(has_text(page, "    assets:received:card          AUD 50.00\n"
                         "    assets:receivable             AUD -50.00\n"));
    CHECK(has_text(page, "2026-10-05 Refund 901 of invoice 9001\n"));
    CHECK(has_text(page, "    assets:receivable             AUD 10.00\n"
                         "    assets:received:card          AUD -10.00\n"));
    CHECK(has_text(page, "2026-10-05 Credit 902 of invoice 9001\n"));
    CHECK(has_text(page, "    income:credited               AUD 63.65\n"
                         "    liabilities:tax               AUD 6.36\n"
                         "    assets:receivable             AUD -70.01\n"));
    CHECK(has_text(page, "2026-10-31 Invoice 9002\n"));
    CHECK(!has_text(page, "patient:") && !has_text(page, "Bert") && !has_text(page, "Anna"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'accounting.downloaded'"
                    " AND about_name = '1 Oct 2026 to 31 Oct 2026'"
                    " AND note = '5 entries, without patients'' names'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE how = 'exported'"), 0);
    page = post(cx, "olga", JOURNAL, "from", "1 Oct 2026", "until", "2026-10-04", NULL);
    CHECK(has_text(page, "Invoice 9001") && !has_text(page, "Payment"));
}

TEST(a_journal_names_patients_when_asked_to_and_as_they_are_seen)
{
    some_business(cx);
    CHECK(has_text(october(cx, "olga", "names"), "    ; patient: Bert O'Birch-Łuczak\n"));
    CHECK_INT(COUNT("SELECT count(*) FROM looked_at WHERE how = 'exported'"
                    " AND patient_id IN ('q-bert', 'q-anna')"),
              2);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'accounting.downloaded'"
                    " AND note = '5 entries, with patients'' names'"),
              1);
    must_run(cx, "UPDATE users SET see_reports = 1, hide_patient_names = 1 WHERE id = 'u-gina'");
    struct page page = october(cx, "gina", "names");
    CHECK(has_text(page, "    ; patient: PX-") && !has_text(page, "Birch"));
    must_run(cx, "UPDATE users SET hide_patient_names = 0 WHERE id = 'u-gina';"
                 "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-gina', 'q-anna', 0, 1, '')");
    page = october(cx, "gina", "names");
    CHECK(has_text(page, "Invoice 9002") && !has_text(page, "Anna"));
    CHECK(has_text(page, "; patient: Bert"));
}

TEST(a_journal_is_for_who_sees_reports_and_others_invoices_at_their_locations)
{
    some_business(cx);
    CHECK_INT(october(cx, "ben", "-").status, 403);
    CHECK_INT(october(cx, "zoe", "-").status, 404);
    must_run(cx, "UPDATE users SET see_reports = 1 WHERE id IN ('u-gina', 'u-chen')");
    must_run(cx, "UPDATE users SET location_restriction = 1 WHERE id = 'u-gina'");
    CHECK(has_text(get(cx, "chen", JOURNAL), "does not reach others&#39; invoices"));
    CHECK_INT(october(cx, "chen", "-").status, 403);
    CHECK(has_text(get(cx, "gina", JOURNAL), "of your locations"));
    struct page page = october(cx, "gina", "-");
    CHECK(has_text(page, "Invoice 9002") && !has_text(page, "9001"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'accounting.downloaded'"
                    " AND note LIKE '1 entry,%'"),
              1);
}

TEST(days_of_a_journal_are_understood_or_said_to_be_wrong)
{
    some_business(cx);
    struct page page = post(cx, "olga", JOURNAL, "from", "soon", "until", "", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a day.") && has_text(page, "value=\"soon\""));
    page = post(cx, "olga", JOURNAL, "from", "2026-10-02", "until", "2026-10-01", NULL);
    CHECK(has_text(page, "This day is before the first one."));
    page = post(cx, "olga", JOURNAL, "from", "2025-10-02", "until", "2026-10-03", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose at most 366 days."));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'accounting.downloaded'"), 0);
    page = post(cx, "olga", JOURNAL, "from", "2025-10-02", "until", "2026-10-02", NULL);
    CHECK_INT(page.status, 200);
}

/* More than two rounds of the database, in order and each once. */
TEST(a_long_journal_is_whole_and_one_that_is_too_long_is_refused)
{
    practice_begin(cx);
    take_invoices_away(cx);
    for (int i = 0; i < 600; i++)
        invoice(cx, arena_print(cx->mem, "i-%04d", 1000 - i), 1000 + i, "q-anna", "l-riverside",
                "2026-10-07");
    struct page page = october(cx, "olga", "names");
    CHECK_INT(page.status, 200);
    CHECK_INT(page.length, strlen(page.body));
    size_t n = 0;
    const char *at = page.body;
    for (int i = 599; i >= 0 && at; i--, n++)
        at = strstr(at, arena_print(cx->mem, "\n2026-10-07 Invoice %d\n", 1000 + i));
    CHECK_INT(n, 600);
    CHECK(at != NULL);
}
