/* invoicing.h - how a practice writes its invoices.
 *
 * Changing asks PRACTICE_EDIT and is announced; reading asks nothing.  What was
 * issued keeps what it says. */
#pragma once
#include "base/cx.h"

struct invoicing {
    const char *currency; /* "AUD": one with hundredths */
    const char *tax_name; /* "GST" */
    int64_t tax_rate;     /* of a new line, in hundredths of a percent */
    int64_t due_days;
    const char *business; /* "ABN 51 824 753 556", or "" */
    const char *pay_to;   /* lines about how to pay, or "" */
    int64_t version;
};
/* What stands for a practice that never changed anything: version 0. */
enum status invoicing_find(struct cx *, struct invoicing *out);

/* As typed. */
struct invoicing_draft {
    const char *currency, *tax_name, *tax_rate, *due_days, *business, *pay_to;
};
struct invoicing_draft invoicing_as_draft(struct cx *, const struct invoicing *);
/* INVALID at "currency", "tax_name", "tax_rate", "due_days".  CONFLICT "stale" unless
 * `version` is the stored one.  Nothing happens if nothing differs. */
enum status invoicing_update(struct cx *, const struct invoicing_draft *, int64_t version);
const char *const *invoicing_currencies(size_t *n);

/* What a practitioner's invoices of a location say; "" where the number on the
 * user's page is printed. */
struct provider_number {
    struct id user, location;
    const char *user_name, *location_name, *own, *number; /* own: the one on the user's page */
};
struct provider_numbers {
    size_t n;
    struct provider_number *at; /* active practitioners and their locations, by name */
};
enum status provider_numbers(struct cx *, struct provider_numbers *out);
/* Asks PRACTICE_EDIT.  NOT_FOUND for users and locations of other practices. */
enum status provider_number_set(struct cx *, struct id user, struct id location,
                                const char *number);
