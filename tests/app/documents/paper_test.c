/* paper_test.c - invoices as PDF files: who gets them, and what they say. */
#include <string.h>

#include "tests/support/pdf.h"
#include "tests/support/practice.h"

#define LIST "/g/north/invoices"
#define ANNA LIST "/v-anna"
#define CLEO LIST "/v-cleo"

static void set_user(struct cx *cx, const char *who, const char *what)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET %s WHERE id = 'u-%s'", what, who));
}

/* What the PDF behind this address says; "" if there is none. */
static const char *pdf(struct cx *cx, const char *who, const char *path, struct page *out)
{
    *out = get(cx, who, path);
    if (out->status != 200) return "";
    CHECK_TEXT(out->type, "application/pdf");
    return pdf_text(cx, out->body, out->length);
}

static bool says(const char *text, const char *what)
{
    return strstr(text, what) != NULL;
}

static const char *version(struct cx *cx, const char *page)
{
    struct page form = get(cx, "freya", page);
    const char *at = strstr(form.body, "name=\"version\" value=\"");
    return at ? arena_copy(cx->mem, at + 22, strcspn(at + 22, "\"")) : "";
}

static int credit(struct cx *cx, const char *invoice)
{
    const char *form = arena_print(cx->mem, "%s/credit", invoice);
    return post(cx, "freya", form, "note", "Wrong patient", "version", version(cx, form), NULL)
        .status;
}

static int refund(struct cx *cx, const char *invoice, const char *amount)
{
    const char *form = arena_print(cx->mem, "%s/refund", invoice);
    return post(cx, "freya", form, "amount", amount, "way", "cash", "on_day", "", "note", "Secret",
                "version", version(cx, form), NULL)
        .status;
}

TEST(the_pdf_says_who_asks_whom_for_how_much_and_what_was_paid)
{
    struct page page;
    practice_begin(cx);
    const char *text = pdf(cx, "freya", CLEO "/pdf", &page);
    CHECK_INT(page.status, 200);
    CHECK(says(text, "Invoice 2") && says(text, "Northside Allied Health"));
    CHECK(says(text, "Riverside") && says(text, "Ms Kavya Rao"));
    CHECK(says(text, "Registration number PHY0001234567"));
    CHECK(says(text, "Cleo <i>Cedar") && says(text, "Patient 1003"));
    CHECK(says(text, "Issued 20 Oct 2026") && says(text, "Due 3 Nov 2026"));
    CHECK(says(text, "Review") && says(text, "AUD 95.00"));
    CHECK(says(text, "Payment, Card") && says(text, "20.00") && says(text, "AUD 75.00"));
    CHECK(!says(text, "Paid by Cleo")
          && !says(text, "Freya")); /* notes and names of the practice */
    CHECK_INT(pdf_sheets(text), 1);
}

TEST(the_number_is_that_of_the_location_or_else_the_users_own)
{
    struct page page;
    practice_begin(cx);
    CHECK(says(pdf(cx, "freya", ANNA "/pdf", &page), "CHEN-RIVER"));
    must_run(cx, "UPDATE users SET registration_number = 'BEN-OWN' WHERE id = 'u-ben'");
    CHECK_INT(post(cx, "freya", LIST "/v-bert/issue", "version", "1", NULL).status, 303);
    CHECK(says(pdf(cx, "freya", LIST "/v-bert/pdf", &page), "Registration number BEN-OWN"));
}

TEST(the_pdf_is_for_whoever_sees_the_invoice_and_nobody_else)
{
    struct page page;
    practice_begin(cx);
    (void)pdf(cx, "chen", ANNA "/pdf", &page);
    CHECK_INT(page.status, 200);
    (void)pdf(cx, "chen", CLEO "/pdf", &page);
    CHECK_INT(page.status, 403);
    (void)pdf(cx, "", ANNA "/pdf", &page);
    CHECK_INT(page.status, 303);
    CHECK_INT(get(cx, "freya", LIST "/v-zara/pdf").status, 404);
    CHECK_INT(get(cx, "freya", LIST "/v-none/pdf").status, 404);
    set_user(cx, "gina", "read_only = 1");
    CHECK(has_text(get(cx, "gina", ANNA), ANNA "/pdf"));
    CHECK_INT(get(cx, "gina", ANNA "/pdf").status, 200);
    set_user(cx, "gina", "read_only = 0, location_restriction = 1");
    must_run(cx, "UPDATE invoices SET state = 'issued' WHERE id = 'v-anna'");
    CHECK_INT(get(cx, "gina", ANNA "/pdf").status, 200);
    set_user(cx, "gina", "others = 'invoices:0'");
    CHECK_INT(get(cx, "gina", ANNA "/pdf").status, 403);
}

TEST(opening_a_pdf_is_recorded_as_a_look)
{
    struct page page;
    practice_begin(cx);
    (void)pdf(cx, "freya", ANNA "/pdf", &page);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looked_at k JOIN looks l ON l.id = k.look_id"
                    " WHERE k.patient_id = 'q-anna' AND k.how = 'opened'"
                    " AND l.user_id = 'u-freya' AND l.route = '/g/:g/invoices/:id/pdf'"),
              1);
    (void)pdf(cx, "chen", CLEO "/pdf", &page);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looked_at WHERE patient_id = 'q-cleo'"
                    " AND how = 'denied'"),
              1);
}

TEST(where_names_are_hidden_pdf_and_file_name_hold_the_pseudonym)
{
    struct page page;
    practice_begin(cx);
    set_user(cx, "gina", "hide_patient_names = 1");
    const char *text = pdf(cx, "gina", CLEO "/pdf", &page);
    CHECK(says(text, "PX-") && !says(text, "Cleo") && !says(text, "Cedar"));
    CHECK(says(page.disposition, "invoice-2-PX-") && says(text, "Review"));
    text = pdf(cx, "gina", ANNA "/pdf", &page);
    CHECK(says(text, "First visit") && !says(text, "about"));
    CHECK_TEXT(page.disposition, "attachment; filename=\"invoice-1-PX-048213.pdf\"");
    (void)pdf(cx, "freya", ANNA "/pdf", &page);
    CHECK_TEXT(page.disposition, "attachment; filename=\"invoice-1.pdf\"");
    set_user(cx, "gina", "hide_patient_names = 0, others = 'patients:0'");
    text = pdf(cx, "gina", ANNA "/pdf", &page);
    CHECK(!says(text, "Aster") && !says(text, "1001") && says(text, "A patient your"));
    CHECK_TEXT(page.disposition, "attachment; filename=\"invoice-1.pdf\"");
}

TEST(a_draft_is_no_document)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", LIST "/v-bert/pdf").status, 409);
    CHECK(!has_text(get(cx, "freya", LIST "/v-bert"), "/pdf"));
}

TEST(refunds_and_credits_have_numbers_without_gaps_and_documents_of_their_own)
{
    struct page page;
    practice_begin(cx);
    CHECK_INT(refund(cx, CLEO, "20.01"), 422); /* takes no number */
    CHECK_INT(refund(cx, CLEO, "5"), 303);
    CHECK_INT(credit(cx, ANNA), 303);
    CHECK_INT(COUNT("SELECT last_note FROM invoicing WHERE practice_id = 'north'"), 2);
    CHECK_INT(COUNT("SELECT last_note FROM invoicing WHERE practice_id = 'south'"), 1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_entries WHERE kind = 'payment'"
                    " AND number IS NOT NULL"),
              0);
    CHECK(has_text(get(cx, "freya", CLEO), "Refund 1, Cash"));
    CHECK(has_text(get(cx, "freya", CLEO), CLEO "/notes/1/pdf"));
    const char *text = pdf(cx, "freya", CLEO "/notes/1/pdf", &page);
    CHECK(says(text, "Refund 1") && says(text, "AUD 5.00") && says(text, "invoice 2 of 20 Oct"));
    CHECK(!says(text, "Secret"));
    CHECK_TEXT(page.disposition, "attachment; filename=\"refund-1.pdf\"");
    text = pdf(cx, "freya", ANNA "/notes/2/pdf", &page);
    CHECK(says(text, "Credit note 2") && says(text, "AUD 180.00") && says(text, "Anna Aster"));
    CHECK(!says(text, "Wrong patient"));
    CHECK(says(pdf(cx, "freya", ANNA "/pdf", &page), "Void"));
    CHECK(says(pdf(cx, "freya", ANNA "/pdf", &page), "credit note 2"));
    CHECK_INT(get(cx, "freya", ANNA "/notes/1/pdf").status, 404); /* another invoice's */
    CHECK_INT(get(cx, "freya", ANNA "/notes/0/pdf").status, 404);
    CHECK_INT(get(cx, "freya", ANNA "/notes/x/pdf").status, 404);
    CHECK_INT(get(cx, "chen", CLEO "/notes/1/pdf").status, 403);
}

TEST(a_credit_note_says_how_much_tax_is_in_it)
{
    struct page page;
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", LIST "/v-bert/issue", "version", "1", NULL).status, 303);
    CHECK_INT(credit(cx, LIST "/v-bert"), 303);
    const char *text = pdf(cx, "freya", LIST "/v-bert/notes/1/pdf", &page);
    CHECK(says(text, "AUD 104.50") && says(text, "GST in it") && says(text, "9.50"));
}

TEST(no_statement_changes_the_number_of_a_note)
{
    practice_begin(cx);
    CHECK_INT(credit(cx, ANNA), 303);
    CHECK(db_script(cx, "UPDATE invoice_entries SET number = 7 WHERE kind = 'credit'") != OK);
    CHECK(db_script(cx, "UPDATE invoice_entries SET number = 7 WHERE kind = 'payment'") != OK);
}

TEST(many_payments_go_on_on_more_sheets)
{
    struct page page;
    practice_begin(cx);
    for (int i = 0; i < 80; i++)
        must_run(cx, arena_print(cx->mem,
                                 "INSERT INTO invoice_entries (practice_id, id, invoice_id, kind,"
                                 " cents, way, on_day, at, by_id, by_name) VALUES ('north',"
                                 " 'e-%d', 'v-anna', 'payment', %d, 'cash', '2026-11-20', 1,"
                                 " 'u-freya', 'Freya')",
                                 i, 1000 + i));
    const char *text = pdf(cx, "freya", ANNA "/pdf", &page);
    CHECK(pdf_sheets(text) >= 2);
    CHECK(says(text, "10.00") && says(text, "10.79"));
    CHECK(says(text, "Page 2 of "));
}
