/* order_test.c - buying credits, own credits, and auto top-up. */
#include "app/credits/ledger.h"
#include "app/credits/order.h"
#include "app/credits/setting.h"
#include "app/credits/topup.h"
#include "base/setup.h"
#include "tests/support/practice.h"

#define CREDITS "/g/north/credits"
static const struct id group = { "" };

static int64_t balance(struct cx *cx, const char *account)
{
    struct table t;
    CHECK(db_run(cx, &t,
                 SQL_GLOBAL("SELECT balance FROM credit_accounts WHERE practice_id = 'north'"
                            " AND id = $1"),
                 VALUES(account), 1)
          == OK);
    return table_number(&t);
}

/* The price is the installation's. */
static void priced(struct cx *cx)
{
    struct setup *setup = NEW(cx->mem, struct setup);
    *setup = *cx->setup;
    setup->credit_cents = 12;
    setup->credit_currency = "AUD";
    setup->credit_pay_to = "BSB 123-456, account 789";
    cx->setup = setup;
}

static const char ORDER_ID[] = "01kb0000000000000000000000";

TEST(credits_that_were_asked_for_can_be_used_once_the_money_is_confirmed)
{
    practice_begin(cx);
    priced(cx);
    CHECK(has_text(get(cx, "gina", CREDITS "/buy"), "One credit costs AUD 0.12"));
    const char *form[] = { "order", ORDER_ID, "credits", "250" };
    for (int i = 0; i < 2; i++) { /* the form was sent twice */
        struct page page =
            post(cx, "gina", CREDITS "/buy", form[0], form[1], form[2], form[3], NULL);
        CHECK_INT(page.status, 303);
        CHECK(strstr(page.location, ORDER_ID));
    }
    CHECK_INT(COUNT("SELECT count(*) FROM credit_orders WHERE account_id = 'group'"
                    " AND state = 'asked' AND credits = 250 AND cents = 3000"),
              1);
    struct page page = get(cx, "gina", arena_print(cx->mem, CREDITS "/orders/%s", ORDER_ID));
    CHECK(has_text(page, "Transfer AUD 30.00 with the reference LN-"));
    CHECK(has_text(page, "BSB 123-456, account 789"));
    CHECK(!has_text(page, "The money came"));
    const char *confirm = arena_print(cx->mem, CREDITS "/orders/%s/confirmation", ORDER_ID);
    CHECK_INT(post(cx, "gina", confirm, NULL).status, 403);
    CHECK_INT(balance(cx, "group"), 99);
    CHECK(has_text(get(cx, "freya", arena_print(cx->mem, CREDITS "/orders/%s", ORDER_ID)),
                   "The money came"));
    CHECK_INT(post(cx, "freya", confirm, NULL).status, 303);
    CHECK_INT(post(cx, "olga", confirm, NULL).status, 303); /* again: nothing more comes */
    CHECK_INT(balance(cx, "group"), 349);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'credits.paid'"), 1);
    CHECK_INT(
        post(cx, "gina", arena_print(cx->mem, CREDITS "/orders/%s/withdrawal", ORDER_ID), NULL)
            .status,
        409);
    struct outbox out;
    work_all(cx, &out);
    CHECK_INT(out.n, 2); /* freya and olga */
    CHECK_TEXT(out.at[0].subject, "Bought 250 credits");
    CHECK(strstr(out.at[0].text, "It holds 349 now"));
}

TEST(what_was_taken_back_is_not_paid_and_numbers_are_checked)
{
    practice_begin(cx);
    CHECK_INT(
        post(cx, "gina", CREDITS "/buy", "order", ORDER_ID, "credits", "12 or so", NULL).status,
        422);
    CHECK_INT(post(cx, "gina", CREDITS "/buy", "order", ORDER_ID, "credits", "0", NULL).status,
              422);
    struct page page =
        post(cx, "gina", CREDITS "/buy", "order", ORDER_ID, "credits", "100001", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "100001") && has_text(page, "Enter a whole number from 1 to 100000"));
    CHECK_INT(post(cx, "gina", CREDITS "/buy", "order", ORDER_ID, "credits", "10", NULL).status,
              303);
    const char *path = arena_print(cx->mem, CREDITS "/orders/%s", ORDER_ID);
    CHECK_INT(post(cx, "gina", arena_print(cx->mem, "%s/withdrawal", path), NULL).status, 303);
    page = post(cx, "freya", arena_print(cx->mem, "%s/confirmation", path), NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "This was taken back meanwhile"));
    CHECK_INT(balance(cx, "group"), 99);
}

TEST(the_host_confirms_by_reference)
{
    struct order o;
    practice_begin(cx);
    CHECK(db_begin(cx, true) == OK);
    cx->actor = (struct actor){ .practice = id_of("north"), .job = true, .name = "Command line" };
    CHECK(order_by_reference(cx, "LN-QUOKKA", &o) == NOT_FOUND); /* another practice's */
    CHECK(order_by_reference(cx, "LN-CHEN", &o) == OK);
    CHECK(order_confirm(cx, &o) == OK);
    CHECK(db_commit(cx) == OK);
    CHECK_INT(balance(cx, "u-chen"), 50);
}

TEST(who_sees_only_their_own_credits_sees_no_others)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    struct page page = get(cx, "chen", CREDITS);
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Mr Chen Wei") && !has_text(page, "Group balance"));
    CHECK(!has_text(page, "Brandt"));
    CHECK_INT(get(cx, "chen", CREDITS "/users/u-ben").status, 403);
    CHECK_INT(get(cx, "chen", CREDITS "/moves.csv").status, 403);
    CHECK_INT(get(cx, "chen", CREDITS "/buy").status, 403);
    CHECK_INT(get(cx, "chen", CREDITS "/orders/o-paid").status, 403);
    CHECK_INT(get(cx, "chen", CREDITS "/orders/o-chen").status, 200);
    CHECK_INT(post(cx, "chen", CREDITS "/users/u-chen/buy", "order", ORDER_ID, "credits", "5", NULL)
                  .status,
              303);
    page = get(cx, "freya", CREDITS "/users/u-chen");
    CHECK(has_text(page, "Own balance") && has_text(page, "LN-CHEN"));
    page = get(cx, "freya", CREDITS);
    CHECK(has_text(page, "Group balance") && has_text(page, "99 credits"));
    CHECK(has_text(page, "Brandt") && !has_text(page, "LN-CHEN"));
}

TEST(the_file_holds_every_move)
{
    practice_begin(cx);
    struct page page = get(cx, "gina", CREDITS "/moves.csv");
    CHECK_INT(page.status, 200);
    CHECK(has_text(page, "Time,What,Reference,By,Added,Taken,Balance\r\n"));
    CHECK(has_text(page, ",Text message,,Linden,,1,99\r\n"));
    CHECK(has_text(page, ",Bought,LN-PAID,Freya Nilsson,100,,100\r\n"));
}

TEST(own_credits_begin_and_end_and_what_is_left_goes_to_the_group)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", CREDITS "/users/u-ben/buy", "order", ORDER_ID, "credits", "5", NULL)
                  .status,
              409);
    CHECK_INT(post(cx, "ben", CREDITS "/users/u-ben/beginning", NULL).status, 303);
    CHECK_INT(post(cx, "ben", CREDITS "/users/u-ben/beginning", NULL).status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'credits.own_begun'"), 1);
    CHECK_INT(
        post(cx, "ben", CREDITS "/users/u-ben/buy", "order", ORDER_ID, "credits", "5", NULL).status,
        303);
    act_as(cx, "north", "freya");
    CHECK(act_end(cx, credits_add(cx, id_of("u-ben"), 8, "o", group, "")) == OK);
    CHECK(has_text(get(cx, "ben", CREDITS "/users/u-ben"),
                   "The 8 credits that are left go to the group"));
    CHECK_INT(post(cx, "ben", CREDITS "/users/u-ben/end", NULL).status, 303);
    CHECK_INT(balance(cx, "u-ben"), 0);
    CHECK_INT(balance(cx, "group"), 107);
    CHECK_INT(COUNT("SELECT count(*) FROM credit_orders WHERE account_id = 'u-ben'"
                    " AND state = 'withdrawn'"),
              1);
    CHECK_INT(post(cx, "ben", CREDITS "/users/u-ben/end", NULL).status, 303);
    CHECK_INT(balance(cx, "group"), 107);
    CHECK_INT(post(cx, "ben", CREDITS "/users/u-gina/beginning", NULL).status, 404);
    CHECK_INT(post(cx, "freya", CREDITS "/users/u-kavya/beginning", NULL).status, 409);
}

/* --- auto top-up ------------------------------------------------------------------- */

static void spend(struct cx *cx, int64_t n, const char *once)
{
    act_as(cx, "north", "freya");
    CHECK(credits_spend(cx, group, n, once, group) == OK);
    CHECK(act_end(cx, topup_look(cx, group, n)) == OK);
}

static struct page set(struct cx *cx, const char *who, const char *buy, const char *most,
                       const char *version)
{
    return post(cx, who, CREDITS "/top-up", "auto_on", "1", "auto_below", "90", "auto_buy", buy,
                "auto_most", most, "version", version, NULL);
}

static int64_t waiting(struct cx *cx)
{
    return COUNT("SELECT count(*) FROM credit_orders WHERE account_id = 'group' AND automatic = 1"
                 " AND state = 'asked'");
}

TEST(auto_top_up_asks_once_tells_how_to_pay_and_keeps_to_the_limit)
{
    struct outbox out;
    practice_begin(cx);
    priced(cx);
    CHECK_INT(set(cx, "gina", "40", "100", "1").status, 303);
    CHECK_INT(waiting(cx), 0); /* 99 are left */
    spend(cx, 9, "a");
    CHECK_INT(waiting(cx), 1);
    spend(cx, 1, "b"); /* one waits already */
    CHECK_INT(waiting(cx), 1);
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    CHECK_TEXT(out.at[0].subject, "Please pay for 40 credits");
    CHECK(strstr(out.at[0].text, "Transfer AUD 4.80 with the"));
    for (int i = 0; i < 2; i++) {
        must_run(cx, "UPDATE credit_orders SET state = 'paid', ended_at = 1 WHERE automatic = 1");
        spend(cx, 1, arena_print(cx->mem, "c %d", i));
        CHECK_INT(waiting(cx), i == 0); /* 40 and 40, and 40 more are too many */
    }
    spend(cx, 1, "d");
    work_all(cx, &out);
    CHECK_INT(out.n, 4); /* how to pay for the second, and once that the limit is reached */
    CHECK(has_text(get(cx, "gina", CREDITS), "80 of 100 asked for this month."));
    cx->now += DAYS(12); /* December */
    spend(cx, 1, "e");
    CHECK_INT(waiting(cx), 1);
}

TEST(what_is_not_paid_in_time_stops_auto_top_up_and_is_told)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(set(cx, "gina", "40", "100", "1").status, 303);
    spend(cx, 20, "a");
    CHECK_INT(waiting(cx), 1);
    cx->now += DAYS(14) - 1;
    work_all(cx, &out);
    CHECK_INT(waiting(cx), 1);
    cx->now += 1;
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    CHECK_TEXT(out.at[0].subject, "Credits were not paid for, and auto top-up is off");
    CHECK_INT(waiting(cx), 0);
    sign_in_again(cx, "gina");
    CHECK(has_text(get(cx, "gina", CREDITS), "was not paid for in time"));
    spend(cx, 1, "b");
    CHECK_INT(waiting(cx), 0);
    /* Late money is money. */
    struct order o;
    act_as(cx, "north", "freya");
    struct table t;
    CHECK(db_select(cx, &t,
                    SQL("SELECT id FROM credit_orders WHERE practice_id = $1 AND automatic = 1"))
          == OK);
    CHECK(order_find(cx, cell_id(&t, 0, "id"), &o) == OK);
    CHECK(act_end(cx, order_confirm(cx, &o)) == OK);
    CHECK_INT(balance(cx, "group"), 118);
}

TEST(a_paid_order_is_not_unpaid_later)
{
    struct outbox out;
    practice_begin(cx);
    CHECK_INT(set(cx, "gina", "40", "100", "1").status, 303);
    spend(cx, 20, "a");
    must_run(cx, "UPDATE credit_orders SET state = 'paid', ended_at = 1 WHERE automatic = 1");
    cx->now += DAYS(15);
    work_all(cx, &out);
    CHECK_INT(COUNT("SELECT auto_on FROM credit_settings WHERE id = 'cs-group'"), 1);
}

TEST(settings_of_auto_top_up_are_checked_and_two_who_change_them_meet)
{
    practice_begin(cx);
    struct page page = set(cx, "gina", "40", "39", "1");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter at least as many as are bought at once"));
    CHECK_INT(set(cx, "gina", "x", "39", "1").status, 422);
    CHECK_INT(set(cx, "gina", "40", "80", "1").status, 303);
    page = set(cx, "freya", "50", "90", "1");
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "Buys 40 when 90 or fewer are left, at most 80 a month"));
    CHECK_INT(set(cx, "chen", "40", "80", "2").status, 403);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'credits.topup_changed'"), 1);
}

TEST(who_leaves_buys_nothing_more)
{
    practice_begin(cx);
    must_run(cx, "UPDATE credit_settings SET auto_on = 1 WHERE id = 'cs-chen'");
    struct page page = get(cx, "freya", "/g/north/settings/users/u-chen/deactivate");
    CHECK(has_text(page, "Buys 50 when 5 or fewer are left"));
    CHECK_INT(
        post(cx, "freya", "/g/north/settings/users/u-chen/deactivate", "version", "1", NULL).status,
        303);
    CHECK_INT(COUNT("SELECT count(*) FROM credit_settings WHERE id = 'cs-chen' AND auto_on = 0"
                    " AND stopped = 'left'"),
              1);
    CHECK_INT(
        COUNT("SELECT count(*) FROM credit_orders WHERE id = 'o-chen' AND state = 'withdrawn'"), 1);
    CHECK_INT(COUNT("SELECT auto_on FROM credit_settings WHERE id = 'cs-zoe'"), 1);
    CHECK(
        has_text(get(cx, "freya", CREDITS "/users/u-chen"), "Off since the user was deactivated"));
}

TEST(a_line_of_the_checklist_turns_auto_top_up_off_and_on_again)
{
    practice_begin(cx);
    must_run(cx, "UPDATE credit_settings SET auto_on = 1 WHERE id = 'cs-chen'");
    const char *line = "/g/north/settings/users/u-chen/checklist/top-up";
    CHECK_INT(post(cx, "freya", line, NULL).status, 303);
    CHECK_INT(COUNT("SELECT auto_on FROM credit_settings WHERE id = 'cs-chen'"), 0);
    CHECK_INT(post(cx, "freya", arena_print(cx->mem, "%s/undo", line), NULL).status, 303);
    CHECK_INT(COUNT("SELECT auto_on FROM credit_settings WHERE id = 'cs-chen'"), 1);
}

TEST(few_credits_are_told_once_and_none_once_a_day)
{
    struct outbox out;
    practice_begin(cx);
    spend(cx, 79, "a"); /* 20 are left */
    spend(cx, 1, "b");
    work_all(cx, &out);
    CHECK_INT(out.n, 2);
    CHECK_TEXT(out.at[0].subject, "19 credits left"); /* as it is when it is written */
    for (int hour = 0; hour <= 24; hour += 8) {
        cx->now = TEST_NOW + HOURS(hour);
        act_as(cx, "north", "freya");
        CHECK(act_end(cx, topup_empty(cx, group)) == OK);
    }
    work_all(cx, &out);
    CHECK_INT(out.n, 4);
    CHECK_TEXT(out.at[0].subject, "No credits left at Northside Allied Health");
}

/* Points of the picture: 8 to a day behind now (524), and 168 from 0 up to 200 credits. */
TEST(the_picture_goes_on_like_the_last_30_days_down_to_nothing_or_to_its_edge)
{
    static const char SAYS[] = "Dotted: if it goes on like in the last 30 days.";
    practice_begin(cx);
    struct page page = get(cx, "freya", CREDITS);
    CHECK(has_text(page, "<svg class=\"chart\""));
    CHECK(!has_text(page, SAYS) && !has_text(page, "ln dots")); /* nothing was spent lately */
    spend(cx, 3, "a");
    page = get(cx, "freya", CREDITS); /* 96 are left, a tenth of one goes a day: beyond the edge */
    CHECK(has_text(page, "<polyline class=\"ln dots\" points=\"524,100 612,101\"/>"));
    CHECK(has_text(page, SAYS));
    spend(cx, 81, "b");
    page = get(cx, "freya", CREDITS); /* 15, and 2.8 a day: five days */
    CHECK(has_text(page, "<polyline class=\"ln dots\" points=\"524,168 564,180\"/>"));
    cx->now += DAYS(31);
    sign_in_again(cx, "freya");
    CHECK(!has_text(get(cx, "freya", CREDITS), "ln dots")); /* that is long ago */
    spend(cx, 15, "c");
    CHECK(!has_text(get(cx, "freya", CREDITS), "ln dots")); /* nothing is left to go */
}
