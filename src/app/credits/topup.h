/* topup.h - buying by itself, and telling that credits run out.
 *
 * Looked at in the transaction that spends, so that two who spend at once see
 * each other: there is one order of auto top-up at a time for an account, and no
 * more than the month's limit are asked for.  An order that is not paid in time
 * stops auto top-up. */
#pragma once
#include "base/cx.h"

enum { CREDITS_LOW = 20 };

/* After `spent` (0: the setting changed) from this payer's account.  With auto
 * top-up on: orders, if so few are left, and tells how to pay; at the limit it
 * says so once a month.  Without: tells once that few are left. */
enum status topup_look(struct cx *, struct id payer, int64_t spent);
/* A message was not sent for want of credits: tells it, at most once a day. */
enum status topup_empty(struct cx *, struct id payer);
/* Asked for by auto top-up since the month began, and not taken back. */
enum status topup_month(struct cx *, struct id user, int64_t *credits);
