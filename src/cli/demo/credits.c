/* credits.c - see credits.h */
#include "cli/demo/credits.h"

#include "app/credits/ledger.h"
#include "app/credits/order.h"
#include "app/credits/setting.h"
#include "app/credits/topup.h"
#include "app/users/user.h"
#include "base/time.h"

enum { BEGUN = 38 };
static const struct id group = { "" };

static enum status buy(struct cx *cx, struct id user, const char *credits)
{
    struct order order;
    TRY(order_ask(cx, user, id_new(cx->now), credits, &order));
    cx->now += HOURS(3);
    return order_confirm(cx, &order);
}

/* What auto top-up asked for the day before has been paid. */
static enum status pay(struct cx *cx)
{
    struct orders all;
    TRY(order_list(cx, group, 1, &all));
    return all.n && all.at[0].state == ORDER_ASKED ? order_confirm(cx, &all.at[0]) : OK;
}

/* Few at weekends. */
static enum status spend(struct cx *cx, int day)
{
    int64_t n = day % 7 < 2 ? 1 : 2 + day * 7 % 5;
    struct actor before = cx->actor;
    cx->actor =
        (struct actor){ .practice = before.practice, .job = true, .via = "job", .name = "Linden" };
    enum status status = credits_spend(cx, group, n, arena_print(cx->mem, "demo %d", day), group);
    if (status == OK) status = topup_look(cx, group, n);
    cx->actor = before;
    return status;
}

enum status demo_credits(struct cx *cx, int64_t today, const char *own_email)
{
    int64_t now = cx->now;
    struct user *own;
    cx->now = today - DAYS(BEGUN);
    TRY(buy(cx, group, "90"));
    TRY(topup_save(cx, group, &(struct topup_draft){ true, "30", "100", "300" }, 0));
    TRY(user_by_email(cx, own_email, &own));
    TRY(credit_own_begin(cx, own->id));
    TRY(buy(cx, own->id, "12"));
    TRY(topup_save(cx, own->id, &(struct topup_draft){ true, "5", "20", "60" }, 1));
    for (int day = BEGUN - 1; day > 0; day--) {
        cx->now = today - DAYS(day);
        TRY(pay(cx));
        TRY(spend(cx, day));
    }
    cx->now = now;
    return OK;
}
