/* invoice_test.c - invoices: who sees them, and what becomes of them. */
#include <string.h>

#include "app/invoices/invoice.h"
#include "tests/support/practice.h"

#define LIST "/g/north/invoices"
#define ANNA LIST "/v-anna"
#define BERT LIST "/v-bert"
#define CLEO LIST "/v-cleo"

static void set_user(struct cx *cx, const char *who, const char *what)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET %s WHERE id = 'u-%s'", what, who));
}

static const char *under(struct cx *cx, const char *where, const char *what)
{
    return arena_print(cx->mem, "%s/%s", where, what);
}

/* The version that stands in a form of this page. */
static const char *version(struct cx *cx, const char *who, const char *page)
{
    struct page form = get(cx, who, page);
    const char *at = strstr(form.body, "name=\"version\" value=\"");
    return at ? arena_copy(cx->mem, at + 22, strcspn(at + 22, "\"")) : "";
}

static int send(struct cx *cx, const char *who, const char *invoice, const char *what)
{
    return post(cx, who, under(cx, invoice, what), "version", version(cx, who, invoice), NULL)
        .status;
}

static struct page pay(struct cx *cx, const char *who, const char *invoice, const char *what,
                       const char *amount)
{
    const char *form = under(cx, invoice, what);
    return post(cx, who, form, "amount", amount, "way", "cash", "on_day", "", "note", "", "version",
                version(cx, who, form), NULL);
}

static const char *state(struct cx *cx, const char *id)
{
    struct table t;
    CHECK(db_run(cx, &t, SQL_GLOBAL("SELECT state FROM invoices WHERE id = $1"),
                 (struct value[]){ value_text(id) }, 1)
          == OK);
    return t.rows ? cell_text(&t, 0, "state") : "none";
}

/* --- who sees what -------------------------------------------------------------------- */

TEST(a_level_sees_the_own_invoices_others_or_none)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "chen", LIST), "invoices/v-anna")); /* Personal Access: the own ones */
    CHECK(!has_text(get(cx, "chen", LIST), "v-cleo"));
    CHECK(!has_text(get(cx, "chen", LIST), "v-bert"));
    CHECK_INT(get(cx, "chen", ANNA).status, 200);
    CHECK_INT(get(cx, "chen", CLEO).status, 403);
    CHECK(has_text(get(cx, "gina", LIST), "v-bert")); /* Office Access: everybody's */
    set_user(cx, "gina", "others = 'invoices:0'");
    CHECK_INT(get(cx, "gina", LIST).status, 403);
    CHECK_INT(get(cx, "gina", ANNA).status, 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/patients/q-anna"), "q-anna/invoices"));
    CHECK(has_text(get(cx, "ben", "/g/north/patients/q-anna"), "q-anna/invoices"));
}

TEST(location_restriction_shows_others_invoices_of_assigned_locations_only)
{
    practice_begin(cx);
    set_user(cx, "gina", "location_restriction = 1");
    CHECK(has_text(get(cx, "gina", LIST), "v-anna"));
    CHECK(!has_text(get(cx, "gina", LIST), "v-bert"));
    CHECK_INT(get(cx, "gina", BERT).status, 403);
    CHECK_INT(send(cx, "gina", BERT, "issue"), 403);
    CHECK_TEXT(state(cx, "v-bert"), "draft");
}

TEST(an_invoice_of_another_group_does_not_exist)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", LIST "/v-zara").status, 404);
    CHECK_INT(get(cx, "freya", LIST "/v-none").status, 404);
    CHECK_INT(pay(cx, "freya", LIST "/v-zara", "payment", "1").status, 404);
    CHECK_INT(send(cx, "freya", LIST "/v-zara", "issue"), 404);
    CHECK(!has_text(get(cx, "freya", LIST), "v-zara"));
    CHECK_INT(get(cx, "zoe", "/g/south/invoices/v-anna").status, 404);
}

TEST(where_names_are_hidden_no_page_names_the_patient_and_what_was_typed_stays_away)
{
    static const char *const pages[] = { LIST, ANNA, CLEO, "/g/north/patients/q-cleo/invoices",
                                         CLEO "/payment" };
    practice_begin(cx);
    set_user(cx, "gina", "hide_patient_names = 1");
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page page = get(cx, "gina", pages[i]);
        CHECK_INT(page.status, 200);
        CHECK(!has_text(page, "Anna") && !has_text(page, "Aster") && !has_text(page, "Cedar"));
        CHECK(!has_text(page, "Cleo"));
        if (failures) printf("  %s\n", pages[i]);
    }
    CHECK(has_text(get(cx, "gina", LIST), "PX-048213"));
    CHECK(has_text(get(cx, "gina", ANNA), "First visit")); /* the type, not the line */
    CHECK(has_text(get(cx, "gina", CLEO), "20.00"));
    CHECK_INT(get(cx, "gina", BERT "/edit").status, 403);
    CHECK(!has_text(get(cx, "gina", BERT), "Tape for Bert"));
    CHECK(has_text(get(cx, "gina", BERT), "Item 1"));
    CHECK_INT(post(cx, "gina", BERT, "description-1", "Mine", "price-1", "1", "version", "1", NULL)
                  .status,
              403);
    CHECK_INT(pay(cx, "gina", CLEO, "payment", "5").status, 303); /* the books go on */
}

TEST(who_does_not_reach_the_patient_sees_the_money_and_not_for_whom)
{
    practice_begin(cx);
    set_user(cx, "gina", "others = 'patients:0'");
    struct page page = get(cx, "gina", ANNA);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "180.00") && has_text(page, "A patient your access does not show"));
    CHECK(!has_text(page, "Aster") && !has_text(page, "PX-") && !has_text(page, "1001"));
    CHECK(!has_text(page, "q-anna"));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looked_at WHERE patient_id = 'q-anna'"), 0);
}

TEST(a_grant_for_a_patient_opens_no_books_and_what_was_taken_away_names_nobody)
{
    practice_begin(cx);
    must_run(cx, "INSERT INTO patient_grants (practice_id, user_id, patient_id, reach, since,"
                 " by_name) VALUES ('north', 'u-chen', 'q-cleo', 2, 1, ''),"
                 " ('north', 'u-gina', 'q-anna', 0, 1, '')");
    CHECK_INT(get(cx, "chen", CLEO).status, 403);
    CHECK(!has_text(get(cx, "chen", LIST), "v-cleo"));
    CHECK(!has_text(get(cx, "gina", LIST), "Aster"));
    CHECK(has_text(get(cx, "gina", LIST), "v-anna"));
}

TEST(opening_an_invoice_is_recorded_and_so_is_being_refused)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", ANNA).status, 200);
    CHECK_INT(
        COUNT("SELECT count(*) AS n FROM looked_at k JOIN looks l ON l.id = k.look_id"
              " WHERE k.patient_id = 'q-anna' AND k.how = 'opened' AND l.user_id = 'u-freya'"),
        1);
    CHECK_INT(get(cx, "chen", CLEO).status, 403);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looked_at WHERE patient_id = 'q-cleo'"
                    " AND how = 'denied'"),
              1);
}

TEST(read_only_looks_at_invoices_and_changes_none)
{
    practice_begin(cx);
    set_user(cx, "gina", "read_only = 1");
    struct page page = get(cx, "gina", CLEO);
    CHECK_INT(page.status, 200);
    CHECK(!has_text(page, "/payment\"") && !has_text(page, "/credit\""));
    CHECK_INT(get(cx, "gina", CLEO "/payment").status, 403);
    CHECK_INT(pay(cx, "gina", CLEO, "payment", "1").status, 403);
    CHECK_INT(send(cx, "gina", BERT, "issue"), 403);
    CHECK_INT(send(cx, "gina", BERT, "discard"), 403);
    CHECK(!has_text(get(cx, "gina", "/g/north/patients/q-anna/invoices"), "invoices/new"));
    CHECK_INT(get(cx, "gina", "/g/north/patients/q-anna/invoices/new").status, 403);
    CHECK_TEXT(state(cx, "v-bert"), "draft");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_entries"), 3);
}

TEST(a_deactivated_practitioners_invoices_stay_and_can_be_paid)
{
    practice_begin(cx);
    CHECK(has_text(get(cx, "freya", LIST), "Ms Kavya Rao"));
    CHECK_INT(pay(cx, "freya", CLEO, "payment", "75").status, 303);
    CHECK_TEXT(state(cx, "v-cleo"), "paid");
}

/* --- from an appointment to the money ---------------------------------------------------- */

static const char *make(struct cx *cx, const char *who, const char *patient,
                        const char *appointment)
{
    struct page page =
        post(cx, who, arena_print(cx->mem, "/g/north/patients/%s/invoices", patient),
             *appointment ? "appointments" : "x", appointment, "practitioner",
             *appointment ? "" : "u-ben", "location", *appointment ? "" : "l-harbour", NULL);
    CHECK_INT(page.status, 303);
    const char *at = page.location ? page.location : "";
    return arena_copy(cx->mem, at, strlen(at) - (strstr(at, "/edit") ? 5 : 0));
}

TEST(an_appointment_becomes_a_draft_at_its_fee_and_goes_on_no_other)
{
    practice_begin(cx);
    must_run(cx, "UPDATE appointments SET user_id = 'u-ben', type_id = 't-review'"
                 " WHERE id = 'a-open'");
    CHECK(has_text(get(cx, "ben", "/g/north/calendar/a-open"), "invoices/new?appointment=a-open"));
    CHECK(!has_text(get(cx, "chen", "/g/north/calendar/a-anna"), "invoices/new")); /* Read Only */
    struct page form = get(cx, "ben", "/g/north/patients/q-anna/invoices/new?appointment=a-open");
    CHECK(has_text(form, "value=\"a-open\" checked"));
    CHECK(has_text(form, "value=\"a-open\""));
    CHECK(!has_text(form, "value=\"a-anna\"")); /* on an invoice already */
    CHECK(!has_text(form, "value=\"a-bert\"")); /* another patient's */
    const char *draft = make(cx, "ben", "q-anna", "a-open");
    struct page page = get(cx, "ben", draft);
    CHECK(has_text(page, "Review, 23 Nov 2026") && has_text(page, "95.00"));
    CHECK(has_text(page, "Draft") && has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK_INT(
        post(cx, "ben", "/g/north/patients/q-anna/invoices", "appointments", "a-open", NULL).status,
        422);
    CHECK_INT(
        post(cx, "ben", "/g/north/patients/q-anna/invoices", "appointments", "a-zara", NULL).status,
        422);
    CHECK_INT(send(cx, "ben", draft, "discard"), 303);
    CHECK_INT(get(cx, "ben", draft).status, 404);
    (void)make(cx, "ben", "q-anna", "a-open"); /* free again */
}

TEST(lines_by_hand_add_up_with_the_tax_of_each)
{
    practice_begin(cx);
    const char *draft = make(cx, "ben", "q-bert", "");
    struct page page =
        post(cx, "ben", draft, "description-1", "Tape", "quantity-1", "3", "price-1", "33.35",
             "rate-1", "10", "description-3", "Letter <i>", "quantity-3", "", "price-3", "0.05",
             "rate-3", "10", "version", version(cx, "ben", under(cx, draft, "edit")), NULL);
    CHECK_INT(page.status, 303);
    page = get(cx, "ben", draft);
    CHECK(has_text(page, "100.05") && has_text(page, "100.10") && has_text(page, "10.02"));
    CHECK(has_text(page, "110.12") && has_text(page, "Letter &lt;i&gt;"));
}

TEST(what_is_wrong_with_a_line_is_said_there_and_what_was_typed_stays)
{
    practice_begin(cx);
    struct page page =
        post(cx, "ben", BERT, "description-1", "", "quantity-1", "0", "price-1", "9x", "rate-1",
             "200", "description-2", "Kept <words>", "price-2", "1", "version", "1", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Say what line 1 is for") && has_text(page, "how many in line 1"));
    CHECK(has_text(page, "an amount like 95") && has_text(page, "from 0 to 100"));
    CHECK(has_text(page, "Kept &lt;words&gt;") && has_text(page, "value=\"9x\""));
    CHECK(has_text(get(cx, "ben", BERT), "Tape for Bert"));
    CHECK_INT(
        post(cx, "ben", BERT, "description-1", "Mine", "price-1", "1", "version", "7", NULL).status,
        409);
    CHECK(has_text(get(cx, "ben", BERT), "Tape for Bert"));
}

TEST(issuing_gives_the_next_number_and_writes_down_what_is_printed)
{
    practice_begin(cx);
    must_run(cx, "UPDATE patients SET address = 'Birch Lane 2' WHERE id = 'q-bert';"
                 "INSERT INTO provider_numbers (practice_id, user_id, location_id, number)"
                 " VALUES ('north', 'u-ben', 'l-harbour', 'BEN-HARBOUR')");
    CHECK_INT(send(cx, "ben", BERT, "issue"), 303);
    struct page page = get(cx, "ben", BERT);
    CHECK(has_text(page, "Invoice 3 is issued.") && has_text(page, "BEN-HARBOUR"));
    CHECK(has_text(page, "ABN 51 824 753 556") && has_text(page, "Birch Lane 2"));
    CHECK(has_text(page, "21 Nov 2026") && has_text(page, "5 Dec 2026"));
    must_run(cx, "UPDATE patients SET address = 'Elsewhere' WHERE id = 'q-bert';"
                 "UPDATE users SET last_name = 'Changed' WHERE id = 'u-ben';"
                 "UPDATE provider_numbers SET number = 'LATER' WHERE user_id = 'u-ben';"
                 "UPDATE invoicing SET business = 'Other', pay_to = 'Other'");
    page = get(cx, "freya", BERT);
    CHECK(has_text(page, "Birch Lane 2") && has_text(page, "BEN-HARBOUR"));
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt") && !has_text(page, "Elsewhere"));
    CHECK(!has_text(page, "Other") && !has_text(page, "LATER"));
    CHECK_INT(COUNT("SELECT last_number FROM invoicing WHERE practice_id = 'north'"), 3);
    CHECK_INT(COUNT("SELECT last_number FROM invoicing WHERE practice_id = 'south'"), 1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.issued'"
                    " AND about_name = 'invoice 3 of patient 1002'"),
              1);
}

TEST(an_invoice_that_was_not_seen_as_it_is_or_comes_to_nothing_is_not_issued)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "ben", under(cx, BERT, "issue"), "version", "9", NULL).status, 409);
    const char *empty = make(cx, "ben", "q-bert", "");
    CHECK_INT(post(cx, "ben", under(cx, empty, "issue"), "version", "1", NULL).status, 422);
    CHECK_INT(COUNT("SELECT last_number FROM invoicing WHERE practice_id = 'north'"), 2);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.issued'"), 0);
}

TEST(what_is_issued_is_changed_by_no_page)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "freya", ANNA "/edit").status, 409);
    CHECK_INT(post(cx, "freya", ANNA, "description-1", "Mine", "price-1", "1", "version", "1", NULL)
                  .status,
              409);
    CHECK_INT(send(cx, "freya", ANNA, "discard"), 409);
    CHECK_INT(post(cx, "freya", ANNA "/issue", "version", "1", NULL).status, 409);
    CHECK(has_text(get(cx, "freya", ANNA), "First visit, about &lt;b&gt;Anna"));
    CHECK_INT(COUNT("SELECT number FROM invoices WHERE id = 'v-anna'"), 1);
}

TEST(what_is_issued_or_paid_is_changed_by_no_statement)
{
    static const char *const all[] = {
        "UPDATE invoices SET total_cents = 1, net_cents = 1 WHERE id = 'v-anna'",
        "UPDATE invoices SET number = 9 WHERE id = 'v-anna'",
        "UPDATE invoices SET patient_name = 'X' WHERE id = 'v-anna'",
        ("UPDATE invoices SET issued = 0, number = NULL, issued_at = NULL, state = 'draft'"
         " WHERE id = 'v-anna'"),
        "DELETE FROM invoice_lines WHERE invoice_id = 'v-anna'",
        "UPDATE invoice_lines SET description = 'X' WHERE invoice_id = 'v-anna'",
        "UPDATE invoice_lines SET issued = 0 WHERE invoice_id = 'v-anna'",
        "DELETE FROM invoices WHERE id = 'v-anna'",
        "UPDATE invoice_entries SET cents = 1 WHERE id = 'e-cleo'",
        "DELETE FROM invoice_entries WHERE id = 'e-cleo'",
        "UPDATE invoices SET paid_cents = -1 WHERE id = 'v-anna'",
        "UPDATE invoices SET paid_cents = total_cents + 1 WHERE id = 'v-anna'",
        "UPDATE invoices SET paid_cents = 10000, credited_cents = 9000 WHERE id = 'v-anna'",
        "UPDATE invoices SET number = 5 WHERE id = 'v-bert'",
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        CHECK(db_script(cx, all[i]) != OK);
        if (failures) printf("  %s\n", all[i]);
    }
    must_run(cx, "UPDATE invoice_lines SET description = 'Draft' WHERE invoice_id = 'v-bert'");
    must_run(cx, "INSERT INTO invoice_lines (practice_id, invoice_id, line, issued, description,"
                 " quantity, price_cents, tax_rate, net_cents, tax_cents)"
                 " VALUES ('north', 'v-anna', 2, 1, 'Slipped in', 1, 5, 0, 5, 0)");
    CHECK_INT(get(cx, "freya", ANNA).status, 500); /* and what does not add up is not shown */
}

TEST(payments_and_refunds_move_the_state_and_never_pass_what_there_is)
{
    practice_begin(cx);
    struct page page = pay(cx, "freya", ANNA, "payment", "180.01");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Only AUD 180.00 are left to pay") && has_text(page, "180.01"));
    CHECK_INT(pay(cx, "freya", ANNA, "payment", "0").status, 422);
    CHECK_INT(pay(cx, "freya", ANNA, "payment", "100").status, 303);
    CHECK_TEXT(state(cx, "v-anna"), "part_paid");
    page = pay(cx, "freya", ANNA, "refund", "100.01");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Only AUD 100.00 were paid"));
    CHECK_INT(pay(cx, "freya", ANNA, "payment", "80").status, 303);
    CHECK_TEXT(state(cx, "v-anna"), "paid");
    CHECK_INT(pay(cx, "freya", ANNA, "refund", "180").status, 303);
    CHECK_TEXT(state(cx, "v-anna"), "issued");
    CHECK_INT(pay(cx, "freya", ANNA, "refund", "0.01").status, 409); /* nothing is paid */
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_entries WHERE invoice_id = 'v-anna'"), 3);
    CHECK_INT(COUNT("SELECT sum(CASE WHEN kind = 'payment' THEN cents ELSE -cents END)"
                    " FROM invoice_entries WHERE invoice_id = 'v-anna'"),
              0);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.refunded'"
                    " AND note = 'AUD 180.00'"),
              1);
}

TEST(a_form_that_is_sent_twice_pays_once)
{
    practice_begin(cx);
    const char *once = version(cx, "freya", ANNA "/payment");
    for (int i = 0; i < 2; i++)
        CHECK_INT(post(cx, "freya", ANNA "/payment", "amount", "10", "way", "card", "on_day", "",
                       "note", "", "version", once, NULL)
                      .status,
                  i ? 409 : 303);
    CHECK_INT(COUNT("SELECT paid_cents FROM invoices WHERE id = 'v-anna'"), 1000);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_entries WHERE invoice_id = 'v-anna'"), 1);
}

TEST(a_payment_is_of_today_or_before_and_in_a_way_that_is_known)
{
    practice_begin(cx);
    const char *v = version(cx, "freya", ANNA "/payment");
    struct page page = post(cx, "freya", ANNA "/payment", "amount", "10", "way", "gold", "on_day",
                            "2026-11-30", "note", "Kept", "version", v, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose how it was paid") && has_text(page, "today or before"));
    CHECK(has_text(page, "value=\"Kept\""));
}

TEST(voiding_is_a_credit_and_frees_the_appointments)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", ANNA "/credit", "note", "", "version",
                            version(cx, "freya", ANNA "/credit"), NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter why it will not be paid"));
    page = post(cx, "freya", ANNA "/credit", "note", "Wrong patient", "version",
                version(cx, "freya", ANNA "/credit"), NULL);
    CHECK_INT(page.status, 303);
    CHECK_TEXT(state(cx, "v-anna"), "void");
    CHECK_INT(COUNT("SELECT number FROM invoices WHERE id = 'v-anna'"), 1);
    CHECK_INT(COUNT("SELECT cents FROM invoice_entries WHERE invoice_id = 'v-anna'"
                    " AND kind = 'credit'"),
              18000);
    CHECK_INT(pay(cx, "freya", ANNA, "payment", "1").status, 409);
    CHECK(has_text(get(cx, "freya", "/g/north/patients/q-anna/invoices/new"), "a-anna"));
}

TEST(what_is_left_of_a_part_paid_invoice_is_written_off)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", CLEO "/credit", "note", "Moved away", "version",
                   version(cx, "freya", CLEO "/credit"), NULL)
                  .status,
              303);
    CHECK_TEXT(state(cx, "v-cleo"), "written_off");
    CHECK_INT(pay(cx, "freya", CLEO, "refund", "20").status, 303); /* then that is open again */
    CHECK_TEXT(state(cx, "v-cleo"), "issued");
    CHECK_INT(COUNT("SELECT total_cents - paid_cents - credited_cents FROM invoices"
                    " WHERE id = 'v-cleo'"),
              2000);
}

/* --- lists and records -------------------------------------------------------------------- */

TEST(the_list_is_filtered_and_sums_what_it_shows)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", LIST "?show=overdue");
    CHECK(has_text(page, "v-cleo") && !has_text(page, "v-anna") && has_text(page, "Overdue"));
    CHECK(has_text(page, "75.00"));
    page = get(cx, "freya", LIST "?show=open");
    CHECK(has_text(page, "v-cleo") && has_text(page, "v-anna") && !has_text(page, "v-bert"));
    CHECK(has_text(page, "275.00") && has_text(page, "255.00")); /* asked for; still to pay */
    page = get(cx, "freya", LIST "?show=draft");
    CHECK(has_text(page, "v-bert") && !has_text(page, "v-anna"));
    page = get(cx, "freya", LIST "?practitioner=u-kavya");
    CHECK(has_text(page, "v-cleo") && !has_text(page, "v-anna"));
    page = get(cx, "freya", LIST "?location=l-harbour");
    CHECK(has_text(page, "v-bert") && !has_text(page, "v-anna"));
    CHECK(has_text(get(cx, "freya", LIST "?show=closed"), "No invoices match"));
    page = get(cx, "freya", "/g/north/patients/q-anna/invoices");
    CHECK(has_text(page, "v-anna") && !has_text(page, "v-cleo"));
}

TEST(invoices_follow_a_merged_record_and_keep_what_they_say)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", "/g/north/patients/q-bert/merge/q-anna", "version", "1",
                   "other_version", "1", NULL)
                  .status,
              303);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoices WHERE id = 'v-anna'"
                    " AND patient_id = 'q-bert'"),
              1);
    CHECK(has_text(get(cx, "freya", ANNA), "Anna Aster"));
}

TEST(only_full_access_says_how_invoices_are_written)
{
    practice_begin(cx);
    CHECK_INT(get(cx, "gina", "/g/north/settings/invoicing").status, 403);
    CHECK_INT(post(cx, "ben", "/g/north/settings/invoicing/number", "user", "u-ben", "location",
                   "l-harbour", "number", "X", NULL)
                  .status,
              403);
    const char *v = version(cx, "freya", "/g/north/settings/invoicing");
    struct page page = post(cx, "freya", "/g/north/settings/invoicing", "currency", "QQQ",
                            "tax_name", "", "tax_rate", "ten", "due_days", "999", "business", "B",
                            "pay_to", "", "version", v, NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a currency") && has_text(page, "value=\"ten\""));
    page =
        post(cx, "freya", "/g/north/settings/invoicing", "currency", "NZD", "tax_name", "GST",
             "tax_rate", "15", "due_days", "7", "business", "B", "pay_to", "", "version", v, NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT last_number FROM invoicing WHERE practice_id = 'north'"), 2);
    CHECK_INT(COUNT("SELECT tax_rate FROM invoicing WHERE practice_id = 'north'"), 1500);
    CHECK_INT(post(cx, "freya", "/g/north/settings/invoicing", "currency", "EUR", "tax_name", "GST",
                   "tax_rate", "15", "due_days", "7", "version", v, NULL)
                  .status,
              409);
    CHECK_INT(post(cx, "freya", "/g/north/settings/invoicing/number", "user", "u-ben", "location",
                   "l-harbour", "number", "BEN-2", NULL)
                  .status,
              303);
    CHECK_INT(post(cx, "freya", "/g/north/settings/invoicing/number", "user", "u-zoe", "location",
                   "l-south", "number", "X", NULL)
                  .status,
              404);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM provider_numbers WHERE number = 'BEN-2'"), 1);
}
