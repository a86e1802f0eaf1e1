/* tell.h - how the audit log speaks of invoices; for the sources of this folder.
 *
 * It says which invoice of which patient by their numbers, and how much money, and
 * nothing of what was done. */
#pragma once
#include "app/audit/event.h"
#include "app/invoices/invoice.h"

/* `number` 0: a draft.  `note` may be NULL. */
enum status invoice_tell(struct cx *, enum event, struct id invoice, int64_t number,
                         int64_t patient, const char *note);
const char *invoice_sum(struct cx *, const struct invoice *, int64_t cents); /* "AUD 95.00" */
