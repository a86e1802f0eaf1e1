/* topup.c - see topup.h */
#include "app/credits/topup.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/credits/credits_mail.h"
#include "app/credits/ledger.h"
#include "app/credits/order.h"
#include "app/credits/provider.h"
#include "app/credits/setting.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

/* The first of the month, by the practice's clock. */
static enum status month_begin(struct cx *cx, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT time_zone FROM practices WHERE id = $1")));
    const char *before = cx->zone;
    cx->zone = t.rows ? cell_text(&t, 0, "time_zone") : before;
    *out = date_start(cx, arena_print(cx->mem, "%.7s-01", date_today(cx)));
    cx->zone = before;
    return OK;
}

enum status topup_month(struct cx *cx, struct id user, int64_t *credits)
{
    struct table t;
    int64_t since;
    TRY(month_begin(cx, &since));
    TRY(db_select(cx, &t,
                  SQL("SELECT CAST(COALESCE(SUM(credits), 0) AS BIGINT) FROM credit_orders"
                      " WHERE practice_id = $1 AND account_id = COALESCE(CAST($2 AS TEXT), 'group')"
                      " AND asked_at >= $3 AND automatic = 1 AND state IN ('asked', 'paid')"),
                  user, since));
    *credits = table_number(&t);
    return OK;
}

static enum status waits(struct cx *cx, struct id user, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT 1 AS one FROM credit_orders WHERE practice_id = $1"
                      " AND account_id = COALESCE(CAST($2 AS TEXT), 'group')"
                      " AND automatic = 1 AND state = 'asked'"),
                  user));
    *out = t.rows > 0;
    return OK;
}

static enum status at_the_limit(struct cx *cx, struct id user)
{
    int64_t since, changed;
    TRY(month_begin(cx, &since));
    TRY(db_change(cx, &changed,
                  SQL("UPDATE credit_accounts SET limit_told_at = $3 WHERE practice_id = $1"
                      " AND id = COALESCE(CAST($2 AS TEXT), 'group') AND limit_told_at < $4"),
                  user, cx->now, since));
    return changed ? credits_tell(cx, user, CREDITS_TELL_LIMIT, (struct id){ 0 }) : OK;
}

static enum status buy(struct cx *cx, struct id user, const struct topup *t)
{
    bool waiting;
    int64_t month;
    struct order order;
    TRY(waits(cx, user, &waiting));
    if (waiting) return OK;
    TRY(topup_month(cx, user, &month));
    if (month + t->buy > t->most) return at_the_limit(cx, user);
    TRY(order_automatic(cx, user, t->buy, &order));
    TRY(enqueue_at(cx, JOB_credits_patience, order.id, "",
                   cx->now + payment_provider(order.provider)->patience));
    return credits_tell(cx, user, CREDITS_TELL_ASKED, order.id);
}

enum status topup_look(struct cx *cx, struct id payer, int64_t spent)
{
    struct credit_setting s;
    struct credit_account account;
    TRY(credit_setting_of(cx, payer, &s));
    TRY(credit_account_of(cx, payer, &account));
    int64_t left = account.balance;
    if (s.topup.on) return left <= s.topup.below ? buy(cx, payer, &s.topup) : OK;
    bool low = left <= CREDITS_LOW && left + spent > CREDITS_LOW;
    return low ? credits_tell(cx, payer, CREDITS_TELL_LOW, (struct id){ 0 }) : OK;
}

enum status topup_empty(struct cx *cx, struct id payer)
{
    int64_t changed;
    const char *account = id_some(payer) ? payer.text : "group";
    TRY(db_exec(cx,
                SQL("INSERT INTO credit_accounts (practice_id, id, user_id) VALUES ($1, $2, $3)"
                    " ON CONFLICT (practice_id, id) DO NOTHING"),
                account, payer));
    TRY(db_change(cx, &changed,
                  SQL("UPDATE credit_accounts SET empty_told_at = $3"
                      " WHERE practice_id = $1 AND id = $2 AND empty_told_at <= $4"),
                  account, cx->now, cx->now - DAYS(1)));
    TRY(topup_look(cx, payer, 0));
    return changed ? credits_tell(cx, payer, CREDITS_TELL_EMPTY, (struct id){ 0 }) : OK;
}

/* The money of an order did not come in time. */
enum status credits_patience(struct cx *cx, const struct job *job)
{
    struct order order;
    bool done;
    TRY(order_find(cx, job->about, &order));
    TRY(order_unpaid(cx, &order, &done));
    if (!done) return OK;
    TRY(topup_stop(cx, order.user, "unpaid", &done));
    return credits_tell(cx, order.user, CREDITS_TELL_UNPAID, order.id);
}

/* A reaction: who leaves buys nothing more.  The group's goes on. */
enum status credits_follow_leaving(struct cx *cx, struct id user)
{
    bool done;
    TRY(topup_stop(cx, user, "left", &done));
    return orders_withdraw_for(cx, user);
}
