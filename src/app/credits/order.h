/* order.h - buying credits.
 *
 * Asking for credits makes an order; when its money has come, the credits are in
 * the account, in the same transaction and once.  How the money comes is the
 * matter of a payment provider (provider.h).
 *
 * Asking and taking back asks CREDITS_EDIT about the account's user, reading
 * CREDITS_VIEW, saying that the money came CREDITS_CONFIRM; the host may say it
 * on the command line.  All of it is announced. */
#pragma once
#include "base/cx.h"

enum order_state { ORDER_ASKED, ORDER_PAID, ORDER_WITHDRAWN, ORDER_UNPAID };
struct order {
    struct id id, user; /* user none: for the group */
    enum order_state state;
    bool automatic;
    int64_t credits, cents;
    const char *currency; /* "" where credits have no price */
    const char *provider, *reference;
    int64_t asked_at, ended_at; /* ended_at 0: not yet */
    const char *asked_name, *ended_name;
    int64_t version;
};
struct orders {
    size_t n;
    struct order *at;
};

/* What so many cost here; "" if credits have no price. */
const char *credits_price(struct cx *, int64_t credits);
const char *order_price(struct cx *, const struct order *);

/* `id`: what the order will be called, so that a form sent twice is one order.
 * INVALID at "credits". */
enum status order_ask(struct cx *, struct id user, struct id id, const char *credits,
                      struct order *out);
/* An order of auto top-up.  Asks nothing. */
enum status order_automatic(struct cx *, struct id user, int64_t credits, struct order *out);
/* NOT_FOUND for orders of other practices and for ids that are none, alike. */
enum status order_find(struct cx *, struct id id, struct order *out);
enum status order_by_reference(struct cx *, const char *reference, struct order *out);
/* The newest first: all that wait, and as many others as make `most`. */
enum status order_list(struct cx *, struct id user, int64_t most, struct orders *out);
bool order_may_confirm(const struct cx *);

/* Twice is fine; CONFLICT for what was withdrawn.  What came too late is paid, too. */
enum status order_confirm(struct cx *, const struct order *);
/* Twice is fine; CONFLICT for what was paid. */
enum status order_withdraw(struct cx *, const struct order *);
/* All that wait for this user's own account.  Asks nothing. */
enum status orders_withdraw_for(struct cx *, struct id user);
/* It waited too long: asks nothing, and does nothing if it waits no more. */
enum status order_unpaid(struct cx *, const struct order *, bool *done);
