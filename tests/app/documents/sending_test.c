/* sending_test.c - invoices by mail: who sends them, what is written, what the link opens. */
#include <string.h>

#include "base/secret.h"
#include "tests/support/pdf.h"
#include "tests/support/practice.h"
#include "work/queue.h"

#define LIST "/g/north/invoices"
#define ANNA LIST "/v-anna"
#define CLEO LIST "/v-cleo"
#define ADDRESS "aster@home.example"

static void set_user(struct cx *cx, const char *who, const char *what)
{
    must_run(cx, arena_print(cx->mem, "UPDATE users SET %s WHERE id = 'u-%s'", what, who));
}

static void begin(struct cx *cx)
{
    practice_begin(cx);
    must_run(cx, "UPDATE patients SET email = '" ADDRESS "' WHERE id = 'q-anna'");
}

static struct page send(struct cx *cx, const char *who, const char *invoice, const char *address)
{
    return post(cx, who, arena_print(cx->mem, "%s/mail", invoice), "address", address, NULL);
}

/* Sends it, and answers the path of the link in the mail. */
static const char *sent_path(struct cx *cx, struct outbox *out)
{
    CHECK_INT(send(cx, "freya", ANNA, ADDRESS).status, 303);
    work_all(cx, out);
    const char *link = out->n ? sent_link(cx, &out->at[out->n - 1], "http") : "";
    const char *path = strstr(link, "/invoices/");
    CHECK(path != NULL);
    return path ? path : "/invoices/none";
}

static bool over(struct page page)
{
    return page.status == 410 && has_text(page, "This link opens nothing any more")
           && !has_text(page, "Anna") && !has_text(page, "180");
}

TEST(an_invoice_goes_to_its_patient_with_an_audit_row_and_without_what_the_mail_need_not_say)
{
    struct outbox out;
    begin(cx);
    struct page form = get(cx, "freya", ANNA "/mail");
    CHECK(has_text(form, ADDRESS) && has_text(form, "21 Dec 2026"));
    (void)sent_path(cx, &out);
    CHECK_INT(out.n, 1);
    CHECK_TEXT(out.at[0].to, "<" ADDRESS ">");
    CHECK_TEXT(out.at[0].subject, "Invoice 1 from Northside Allied Health");
    static const char *const never[] = { "Anna", "Aster", "180", "visit", "Chen", "1001", "AUD" };
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        CHECK(!strstr(out.at[0].text, never[i]));
    CHECK(strstr(out.at[0].text, "21 Dec 2026") != NULL);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.sent'"
                    " AND about_name = 'invoice 1 of patient 1001' AND note = ''"),
              1);
    struct page page = get(cx, "freya", ANNA);
    CHECK(has_text(page, ADDRESS) && has_text(page, "Link open until"));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_sendings WHERE invoice_id = 'v-anna'"
                    " AND state = 'sent' AND ended_at IS NULL"),
              1);
    CHECK_INT(COUNT("SELECT total_cents FROM invoices WHERE id = 'v-anna'"), 18000);
    CHECK_INT(COUNT("SELECT version FROM invoices WHERE id = 'v-anna'"), 1);
}

TEST(the_link_shows_the_invoice_and_its_pdf_and_changes_nothing_but_the_record_of_looks)
{
    struct outbox out;
    begin(cx);
    const char *path = sent_path(cx, &out);
    int64_t rows = COUNT("SELECT count(*) AS n FROM audit");
    struct page page = get(cx, "", path);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Invoice 1") && has_text(page, "Anna Aster"));
    CHECK(has_text(page, "AUD 180.00") && has_text(page, "Northside Allied Health"));
    page = get(cx, "", arena_print(cx->mem, "%s/pdf", path));
    CHECK_INT(page.status, 200);
    const char *text = pdf_text(cx, page.body, page.length);
    CHECK(strstr(text, "Anna Aster") && strstr(text, "CHEN-RIVER"));
    CHECK_TEXT(page.disposition, "attachment; filename=\"invoice-1.pdf\"");
    CHECK_INT(COUNT("SELECT count(*) AS n FROM looks l JOIN looked_at k ON k.look_id = l.id"
                    " WHERE l.user_id IS NULL AND l.user_name = 'Link in a mail'"
                    " AND k.patient_id = 'q-anna' AND k.how = 'opened'"
                    " AND l.practice_id = 'north'"),
              2);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit"), rows);
    CHECK(has_text(get(cx, "olga", "/g/north/patients/q-anna"), "Link in a mail"));
    CHECK_INT(get(cx, "chen", path).status, 200); /* whoever is signed in, too */
    CHECK_INT(get(cx, "zoe", path).status, 200);
}

TEST(a_link_that_expired_was_withdrawn_replaced_or_never_was_is_one_and_the_same_page)
{
    struct outbox out;
    begin(cx);
    struct page never = get(cx, "", "/invoices/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    CHECK(over(never));
    CHECK_TEXT(get(cx, "", "/invoices/none").body, never.body);
    const char *first = sent_path(cx, &out);
    CHECK_INT(get(cx, "", first).status, 200);
    const char *second = sent_path(cx, &out);
    CHECK(strcmp(first, second) != 0);
    CHECK_TEXT(get(cx, "", first).body, never.body); /* replaced */
    CHECK(over(get(cx, "", arena_print(cx->mem, "%s/pdf", first))));
    CHECK_INT(get(cx, "", second).status, 200);
    CHECK_INT(post(cx, "freya", ANNA "/mail/end", NULL).status, 303);
    CHECK_TEXT(get(cx, "", second).body, never.body);                 /* withdrawn */
    CHECK_INT(post(cx, "freya", ANNA "/mail/end", NULL).status, 303); /* twice is once */
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.link_ended'"), 1);
    const char *third = sent_path(cx, &out);
    cx->now += DAYS(30) - MINUTES(1);
    CHECK_INT(get(cx, "", third).status, 200);
    cx->now += MINUTES(1);
    CHECK_TEXT(get(cx, "", third).body, never.body); /* expired */
    CHECK(over(get(cx, "", arena_print(cx->mem, "%s/pdf", third))));
}

TEST(who_may_not_change_invoices_or_does_not_know_the_name_sends_nothing)
{
    begin(cx);
    CHECK_INT(get(cx, "", ANNA "/mail").status, 303);
    set_user(cx, "gina", "read_only = 1");
    CHECK(!has_text(get(cx, "gina", ANNA), "/mail"));
    CHECK_INT(get(cx, "gina", ANNA "/mail").status, 403);
    CHECK_INT(send(cx, "gina", ANNA, ADDRESS).status, 403);
    set_user(cx, "gina", "read_only = 0, hide_patient_names = 1");
    CHECK(!has_text(get(cx, "gina", ANNA), "/mail\""));
    CHECK_INT(get(cx, "gina", ANNA "/mail").status, 403);
    CHECK_INT(send(cx, "gina", ANNA, ADDRESS).status, 403);
    CHECK(!has_text(get(cx, "gina", CLEO), "cedar@home.example"));
    CHECK(has_text(get(cx, "gina", CLEO), "The patient’s address"));
    set_user(cx, "gina", "hide_patient_names = 0, others = 'patients:0'");
    CHECK_INT(send(cx, "gina", ANNA, ADDRESS).status, 403);
    CHECK_INT(send(cx, "freya", LIST "/v-zara", "quokka@home.example").status, 404);
    CHECK_INT(send(cx, "chen", CLEO, "cedar@home.example").status, 403);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_sendings WHERE practice_id = 'north'"), 1);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM jobs WHERE kind = 'mail.invoice'"), 0);
}

TEST(what_cannot_be_sent_says_why_and_sends_nothing)
{
    begin(cx);
    struct page page = get(cx, "freya", CLEO "/mail");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "has no email address") && has_text(page, "patients/q-cleo"));
    page = send(cx, "freya", CLEO, "cedar@home.example");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "has no email address"));
    CHECK_INT(get(cx, "freya", LIST "/v-bert/mail").status, 409); /* a draft */
    CHECK_INT(send(cx, "freya", LIST "/v-bert", ADDRESS).status, 409);
    page = send(cx, "freya", ANNA, "before@home.example"); /* not what the page said */
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "address changed meanwhile") && has_text(page, ADDRESS));
    CHECK_INT(COUNT("SELECT count(*) AS n FROM jobs WHERE kind = 'mail.invoice'"), 0);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM audit WHERE kind = 'invoice.sent'"), 0);
}

TEST(five_mails_a_day_of_one_invoice_are_enough)
{
    begin(cx);
    for (int i = 0; i < 5; i++) CHECK_INT(send(cx, "freya", ANNA, ADDRESS).status, 303);
    struct page page = send(cx, "freya", ANNA, ADDRESS);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "sent five times today"));
    struct outbox out;
    work_all(cx, &out);
    CHECK_INT(out.n, 1); /* those before were taken back */
    cx->now += DAYS(1) + MINUTES(1);
    sign_in_again(cx, "freya");
    CHECK_INT(send(cx, "freya", ANNA, ADDRESS).status, 303);
}

TEST(a_link_that_is_opened_very_often_waits_an_hour)
{
    struct outbox out;
    begin(cx);
    const char *path = sent_path(cx, &out);
    for (int i = 0; i < 60; i++) CHECK_INT(get(cx, "", path).status, 200);
    struct page page = get(cx, "", path);
    CHECK_INT(page.status, 429);
    CHECK(!has_text(page, "Anna"));
    CHECK_INT(get(cx, "", arena_print(cx->mem, "%s/pdf", path)).status, 429);
    CHECK_INT(get(cx, "freya", ANNA).status, 200);
    cx->now += HOURS(1) + 1;
    CHECK_INT(get(cx, "", path).status, 200);
}

TEST(no_table_holds_the_token_and_a_letter_that_is_written_again_opens_the_same)
{
    struct outbox out;
    begin(cx);
    const char *path = sent_path(cx, &out), *token = path + strlen("/invoices/");
    char hash[SECRET_SIZE];
    CHECK(secret_shape(token));
    secret_hash(token, hash);
    CHECK_INT(COUNT("SELECT count(*) AS n FROM invoice_links WHERE practice_id = 'north'"), 2);
    struct table t;
    CHECK_INT(db_run(cx, &t,
                     SQL_GLOBAL("SELECT count(*) AS n FROM invoice_links"
                                " WHERE token_hash = $1"),
                     (struct value[]){ value_text(hash) }, 1),
              OK);
    CHECK_INT(table_number(&t), 1);
}

TEST(what_the_mail_server_refused_stands_on_the_invoice)
{
    begin(cx);
    CHECK_INT(send(cx, "freya", ANNA, ADDRESS).status, 303);
    struct table t;
    CHECK_INT(db_run(cx, &t,
                     SQL_GLOBAL("SELECT id FROM invoice_sendings WHERE invoice_id = 'v-anna'"),
                     NULL, 0),
              OK);
    struct job job = { .practice = id_of("north"),
                       .kind = "mail.invoice",
                       .about = cell_id(&t, 0, "id") };
    act_as(cx, "north", "freya");
    CHECK_INT(act_end(cx, letter_outcome(cx, &job, "550 no such user")), OK);
    struct page page = get(cx, "freya", ANNA);
    CHECK(has_text(page, "Not delivered") && has_text(page, "550 no such user"));
}
