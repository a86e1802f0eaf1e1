/* text_test.c - reminders by text message, through a real gateway. */
#include <sys/stat.h>

#include "app/credits/ledger.h"
#include "app/reminders/reminder.h"
#include "app/reminders/text.h"
#include "base/secret.h"
#include "base/setup.h"
#include "tests/support/folder.h"
#include "tests/support/kannel.h"
#include "tests/support/practice.h"

static const int64_t ANNA = INT64_C(1795386600000000); /* Mon 23 Nov 9:30 in Melbourne */
static struct kannel kannel;

/* Text messages only, a day before; Anna's has a phone. */
static void begin(struct cx *cx, const char *phone)
{
    practice_begin(cx);
    struct setup *setup = NEW(cx->mem, struct setup);
    *setup = *cx->setup;
    setup->sms = kannel.where;
    setup->sms_auth = kannel.auth;
    setup->data = kannel.folder;
    cx->setup = setup;
    must_run(cx, "UPDATE reminder_settings SET email_on = 0, text_on = 1 WHERE id = 'rs-group';"
                 "UPDATE patients SET phone = '', other_phone = '';"
                 "UPDATE appointments SET user_id = 'u-ben' WHERE id = 'a-anna'");
    must_run(cx,
             arena_print(cx->mem, "UPDATE patients SET phone = '%s' WHERE id = 'q-anna'", phone));
}

static void look(struct cx *cx, int64_t at)
{
    struct outbox out;
    cx->now = at;
    cx->actor = (struct actor){ .job = true };
    must_run(cx, "DELETE FROM jobs WHERE kind = 'reminders.look'");
    CHECK(db_begin(cx, true) == OK && reminders_begin(cx) == OK && db_commit(cx) == OK);
    work_all(cx, &out);
}

/* Nobody listens there. */
static void nowhere(struct cx *cx, const char *phone)
{
    kannel = (struct kannel){ .folder = folder_new(cx), .where = "kannel:http://127.0.0.1:1" };
    kannel.auth = arena_print(cx->mem, "%s/auth", kannel.folder);
    FILE *out = fopen(kannel.auth, "w");
    CHECK(out && fputs("linden:quiet-harbour", out) >= 0 && fclose(out) == 0
          && chmod(kannel.auth, 0600) == 0);
    begin(cx, phone);
}

static int64_t rows(struct cx *cx, const char *state)
{
    struct table t;
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna'"
                            " AND channel = 'text' AND state = $1 AND newest = 1"),
                 VALUES(state), 1)
          == OK);
    return table_number(&t);
}

static int64_t group(struct cx *cx)
{
    return COUNT(
        "SELECT balance FROM credit_accounts WHERE practice_id = 'north' AND id = 'group'");
}

TEST(a_reminder_by_text_message_leaves_through_the_gateway_and_costs_a_credit)
{
    kannel_begin(cx, &kannel);
    begin(cx, "0455 500 100");
    must_run(cx, "UPDATE locations SET phone = '03 5550 0100' WHERE id = 'l-riverside'");
    look(cx, ANNA - DAYS(1) - 1);
    CHECK_INT(group(cx), 99);
    look(cx, ANNA - DAYS(1));
    CHECK_INT(rows(cx, "sent"), 1);
    CHECK_INT(group(cx), 98);
    const char *got = kannel_got(cx, &kannel, 1);
    CHECK(strstr(got, "+61455500100 text Northside Allied Health: your appointment is on"
                      " Mon 23 Nov 2026 at 9:30, Riverside. If you cannot come, please call"
                      " 03 5550 0100."));
    CHECK(!strstr(got, "Anna") && !strstr(got, "Aster") && !strstr(got, "Brandt")
          && !strstr(got, "First visit"));
    look(cx, ANNA - HOURS(1)); /* once */
    CHECK_INT(group(cx), 98);
    struct page page = get(cx, "olga", "/g/north/settings/reminders/sent");
    CHECK(has_text(page, "Text message") && has_text(page, "Anna Aster"));
    CHECK(has_text(get(cx, "olga", "/g/north/credits"), "/g/north/calendar/a-anna"));
    kannel_end(&kannel);
}

static int64_t says(struct cx *cx, const char *state)
{
    const char *page = get(cx, "olga", "/g/north/settings/reminders/sent").body;
    int64_t n = 0;
    const char *tag = arena_print(cx->mem, "\">%s</span>", state);
    for (const char *at = page; (at = strstr(at, tag)); at++) n++;
    return n;
}

TEST(the_gateway_says_that_a_phone_has_it_and_the_list_says_so)
{
    kannel_begin(cx, &kannel);
    begin(cx, "0455 500 100");
    ((struct setup *)cx->setup)->url = kannel.ear;
    look(cx, ANNA - DAYS(1));
    sign_in_again(cx, "olga");
    CHECK_INT(rows(cx, "sent"), 1);
    CHECK_INT(says(cx, "Sent"), 1);
    const char *told = kannel_told(cx, &kannel);
    CHECK(strncmp(told, "/text-messages/", 15) == 0 && strstr(told, "?said=1"));
    CHECK(!strstr(told, "a-anna") && !strstr(told, "500100") && !strstr(told, "north"));
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE report IS NOT NULL"), 0);
    struct page page = get(cx, NULL, told);
    CHECK_INT(page.status, 200);
    CHECK_TEXT(page.body, "");
    CHECK_INT(says(cx, "Delivered"), 1);
    CHECK_INT(says(cx, "Sent"), 0);
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE report = 'delivered'"
                    " AND reported_at IS NOT NULL"),
              1);
    CHECK_INT(group(cx), 98);
    kannel_end(&kannel);
}

/* As text_reminder() makes it when a message leaves. */
static const char *report_address(struct cx *cx, const char *reminder)
{
    static const char token[] = "tHe-wAy-of-a-report-is-forty-three-letters0";
    char hash[SECRET_SIZE];
    struct table t;
    secret_hash(token, hash);
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("UPDATE reminders SET report_hash = $2 WHERE id = $1 RETURNING id"),
                 VALUES(reminder, (const char *)hash), 2)
              == OK
          && t.rows == 1);
    return arena_print(cx->mem, "/text-messages/%s", token);
}

static struct page said(struct cx *cx, const char *address, int what)
{
    return get(cx, NULL, arena_print(cx->mem, "%s?said=%d", address, what));
}

/* Sent, in the eyes of the program; nobody listens. */
static const char *sent_one(struct cx *cx)
{
    struct table t;
    look(cx, ANNA - DAYS(1));
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("UPDATE reminders SET state = 'sent' WHERE appointment_id = 'a-anna'"
                            " AND channel = 'text' RETURNING id"),
                 NULL, 0)
              == OK
          && t.rows == 1);
    sign_in_again(cx, "olga");
    return report_address(cx, cell_text(&t, 0, "id"));
}

TEST(what_no_phone_took_is_said_and_a_phone_that_comes_later_has_it)
{
    nowhere(cx, "0455 500 100");
    const char *address = sent_one(cx);
    CHECK_INT(said(cx, address, 8).status, 200); /* the network has it: not asked for */
    CHECK_INT(says(cx, "Sent"), 1);
    CHECK_INT(said(cx, address, 2).status, 200);
    CHECK_INT(says(cx, "Not delivered"), 1);
    CHECK(has_text(get(cx, "olga", "/g/north/settings/reminders/sent"), "No phone took it"));
    CHECK_INT(group(cx), 98); /* sent it was */
    CHECK_INT(said(cx, address, 1).status, 200);
    CHECK_INT(says(cx, "Delivered"), 1);
    said(cx, address, 2);
    said(cx, address, 16);
    CHECK_INT(says(cx, "Delivered"), 1);
    CHECK_INT(group(cx), 98);
    folder_remove(kannel.folder);
}

TEST(what_the_network_refused_was_not_sent_and_its_credit_comes_back_once)
{
    nowhere(cx, "0455 500 100");
    const char *address = sent_one(cx);
    CHECK_INT(said(cx, address, 16).status, 200);
    CHECK_INT(rows(cx, "failed"), 1);
    CHECK_INT(group(cx), 99);
    CHECK(has_text(get(cx, "olga", "/g/north/settings/reminders/sent"),
                   "The mobile network refused it"));
    said(cx, address, 16);
    said(cx, address, 1);
    CHECK_INT(rows(cx, "failed"), 1);
    CHECK_INT(group(cx), 99);
    folder_remove(kannel.folder);
}

TEST(a_report_without_the_address_that_left_with_the_message_changes_nothing)
{
    nowhere(cx, "0455 500 100");
    sent_one(cx);
    CHECK_INT(said(cx, "/text-messages/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1).status,
              404);
    CHECK_INT(said(cx, "/text-messages/x", 1).status, 404);
    CHECK_INT(post(cx, NULL, "/text-messages/x", NULL).status, 405);
    CHECK_INT(says(cx, "Sent"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE report IS NOT NULL"), 0);
    folder_remove(kannel.folder);
}

TEST(what_the_gateway_refuses_is_given_back_and_a_wrong_password_is_tried_again)
{
    kannel_begin(cx, &kannel);
    begin(cx, "+61 499 500 100"); /* refused by number */
    look(cx, ANNA - DAYS(1));
    CHECK_INT(rows(cx, "failed"), 1);
    CHECK_INT(group(cx), 99);
    CHECK(has_text(get(cx, "olga", "/g/north/credits"), "Given back: a text message was not sent"));
    begin(cx, "0455 500 100");
    const char *wrong = arena_print(cx->mem, "%s/wrong", kannel.folder);
    FILE *out = fopen(wrong, "w");
    CHECK(out && fputs("linden:not-the-password", out) >= 0 && fclose(out) == 0
          && chmod(wrong, 0600) == 0);
    ((struct setup *)cx->setup)->sms_auth = wrong;
    look(cx, ANNA - DAYS(1));
    CHECK_INT(rows(cx, "waiting"), 1);
    CHECK_INT(group(cx), 98);
    CHECK_INT(COUNT("SELECT count(*) FROM jobs WHERE kind = 'text.reminder'"
                    " AND last_problem LIKE '403%' AND last_problem NOT LIKE '%password%'"
                    " AND attempts_left = 7"),
              1);
    ((struct setup *)cx->setup)->sms_auth = kannel.auth;
    look(cx, ANNA - DAYS(1) + MINUTES(2));
    CHECK_INT(rows(cx, "sent"), 1);
    CHECK_INT(group(cx), 98);
    CHECK(strstr(kannel_got(cx, &kannel, 1), "+61455500100"));
    kannel_end(&kannel);
}

TEST(what_no_gateway_takes_is_given_up_and_the_credit_comes_back)
{
    struct outbox out;
    nowhere(cx, "0455 500 100");
    look(cx, ANNA - DAYS(1));
    CHECK_INT(rows(cx, "waiting"), 1);
    CHECK_INT(group(cx), 98);
    for (int i = 0; i < 7; i++) {
        cx->now += HOURS(3);
        work_all(cx, &out);
    }
    CHECK_INT(rows(cx, "failed"), 1);
    CHECK_INT(group(cx), 99);
    folder_remove(kannel.folder);
}

TEST(what_moved_before_it_left_is_given_back_and_paid_anew)
{
    struct outbox out;
    nowhere(cx, "0455 500 100");
    look(cx, ANNA - DAYS(1));
    CHECK_INT(group(cx), 98);
    must_run(cx, "UPDATE appointments SET starts_at = starts_at + 86400000000,"
                 " ends_at = ends_at + 86400000000 WHERE id = 'a-anna'");
    cx->now += MINUTES(10);
    work_all(cx, &out);
    CHECK_INT(rows(cx, "skipped"), 1);
    CHECK_INT(group(cx), 99);
    look(cx, ANNA);
    CHECK_INT(rows(cx, "waiting"), 1);
    CHECK_INT(group(cx), 98);
    folder_remove(kannel.folder);
}

TEST(without_credits_none_is_sent_and_it_is_told_and_sent_once_there_are_some)
{
    struct outbox out;
    nowhere(cx, "0455 500 100");
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, credits_spend(cx, id_of(""), 99, "all", id_of(""))) == OK);
    cx->now = ANNA - DAYS(1);
    cx->actor = (struct actor){ .job = true };
    CHECK(db_begin(cx, true) == OK && reminders_begin(cx) == OK && db_commit(cx) == OK);
    work_all(cx, &out);
    CHECK_INT(rows(cx, "skipped"), 1);
    CHECK_INT(out.n, 2);
    CHECK_TEXT(out.at[0].subject, "No credits left at Northside Allied Health");
    sign_in_again(cx, "olga");
    CHECK(has_text(get(cx, "olga", "/g/north/settings/reminders/sent"),
                   "There were not enough credits"));
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, credits_add(cx, id_of(""), 10, "more", id_of(""), "")) == OK);
    look(cx, ANNA - HOURS(20));
    CHECK_INT(rows(cx, "waiting"), 1);
    CHECK_INT(group(cx), 9);
    folder_remove(kannel.folder);
}

TEST(who_has_credits_of_their_own_pays_for_their_own_appointments)
{
    nowhere(cx, "0455 500 100");
    must_run(cx, "UPDATE appointments SET user_id = 'u-chen' WHERE id = 'a-anna'");
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, credits_add(cx, id_of("u-chen"), 3, "more", id_of(""), "")) == OK);
    look(cx, ANNA - HOURS(20));
    CHECK_INT(group(cx), 99);
    CHECK_INT(COUNT("SELECT balance FROM credit_accounts WHERE id = 'u-chen'"), 2);
    folder_remove(kannel.folder);
}

TEST(without_a_gateway_or_a_number_the_list_says_so)
{
    nowhere(cx, "call me maybe");
    look(cx, ANNA - HOURS(20));
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna'"
                    " AND why = 'no_number'"),
              1);
    must_run(cx, "UPDATE patients SET phone = '0455 500 100' WHERE id = 'q-anna'");
    ((struct setup *)cx->setup)->sms = NULL;
    look(cx, ANNA - HOURS(19));
    CHECK_INT(COUNT("SELECT count(*) FROM reminders WHERE appointment_id = 'a-anna'"
                    " AND why = 'no_gateway'"),
              1);
    CHECK_INT(group(cx), 99);
    folder_remove(kannel.folder);
}

TEST(a_number_without_a_country_is_one_of_the_locations)
{
    static const char *const all[][3] = {
        { "0455 500 100", "Australia/Melbourne", "+61455500100" },
        { "(03) 5550-0100", "Australia/Lord_Howe", "+61355500100" },
        { "07700 900123", "Europe/London", "+447700900123" },
        { "+44 7700 900123", "Australia/Melbourne", "+447700900123" },
        { "0044 7700 900123", "Australia/Melbourne", "+447700900123" },
        { "202-555-0143", "America/New_York", "+12025550143" },
        { "06 1234 5678", "Europe/Rome", "+390612345678" },
        { "347 123 4567", "Europe/Rome", "+393471234567" },
        { "0455 500 100", "America/Sao_Paulo", "" }, /* not in the table */
        { "0455 500 100 (mum)", "Australia/Melbourne", "" },
        { "12", "Australia/Melbourne", "" },
        { "", "Australia/Melbourne", "" },
        { "04+55500100", "Australia/Melbourne", "" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        CHECK_TEXT(text_number_of(cx, all[i][0], all[i][1]), all[i][2]);
}
