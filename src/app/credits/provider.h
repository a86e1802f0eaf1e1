/* provider.h - how money for credits comes.
 *
 * A provider says how an order is paid, and how long that may take; that money
 * came is reported with order_confirm(), as often as one likes.  The first one is
 * the bank: a person sees the transfer with the order's reference on the account,
 * and says so. */
#pragma once
#include "app/credits/order.h"

struct payment_provider {
    const char *key; /* in the database; never renamed */
    const char *(*label)(struct cx *);
    /* What is to be done, in words, for the page of the order and for letters. */
    const char *(*how)(struct cx *, const struct order *);
    /* How long an order of auto top-up waits for its money, in microseconds. */
    int64_t patience;
};
extern const struct payment_provider payment_bank;

/* Never NULL: what is stored has a provider. */
const struct payment_provider *payment_provider(const char *key);
