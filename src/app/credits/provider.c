/* provider.c - see provider.h */
#include "app/credits/provider.h"

#include <string.h>

#include "base/setup.h"
#include "base/time.h"

#include "app/credits/credits.text.h"

static const char *bank_label(struct cx *cx)
{
    return SAY(bank_label);
}

static const char *bank_how(struct cx *cx, const struct order *o)
{
    const char *to = cx->setup->credit_pay_to, *price = order_price(cx, o);
    if (!*price) return SAY(bank_free, o->reference);
    return to && *to ? SAY(bank_how, price, o->reference, to)
                     : SAY(bank_how_nowhere, price, o->reference);
}

const struct payment_provider payment_bank = {
    .key = "bank",
    .label = bank_label,
    .how = bank_how,
    .patience = DAYS(14),
};

static const struct payment_provider *const all[] = { &payment_bank, NULL };

const struct payment_provider *payment_provider(const char *key)
{
    for (const struct payment_provider *const *p = all; *p; p++)
        if (strcmp((*p)->key, key) == 0) return *p;
    return all[0];
}
