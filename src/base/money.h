/* money.h - sums of money.
 *
 * Kept as a whole number of the currency's smallest unit, hundredths in all
 * currencies that a practice can choose: nothing is ever a fraction of a cent,
 * and sums add up.  Rates of tax are hundredths of a percent: 1000 is 10 %. */
#pragma once
#include <stdint.h>

#include "base/mem.h"

enum { MONEY_MOST = 10000000, RATE_MOST = 10000 };

const char *money_words(struct arena *, int64_t cents); /* "95.00", "-1234.50" */
/* "95", "95.5", "95,50", "$95.00"; nothing typed is 0.  -1 for anything else, and
 * for more than MONEY_MOST. */
int64_t money_typed(const char *);
const char *rate_words(struct arena *, int64_t rate); /* "10", "12.5" */
/* "10", "12.5 %"; nothing typed is 0.  -1 for anything else, and for more than 100 %. */
int64_t rate_typed(const char *);

/* The tax on one line, rounded to the cent, half a cent upwards.  The tax of an
 * invoice is the sum of its lines' taxes.  That is the method statement of
 * A New Tax System (Goods and Services Tax) Act 1999 (Cth), s 9-90(2)(b), with an
 * accounting system of two decimal places; s 9-90(1) for a single line. */
int64_t money_tax(int64_t net_cents, int64_t rate);
/* The part of `cents` that `part` is of `whole`, half a cent upwards: the tax in a sum that is
 * not to be paid any more. */
int64_t money_share(int64_t cents, int64_t part, int64_t whole);
