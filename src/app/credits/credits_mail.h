/* credits_mail.h - who is told about credits, and of what. */
#pragma once
#include "base/cx.h"

enum credits_told {
    CREDITS_TELL_PAID,   /* an order's credits are in the account */
    CREDITS_TELL_ASKED,  /* auto top-up asked for an order: how to pay it */
    CREDITS_TELL_UNPAID, /* an order was not paid in time, and auto top-up is off */
    CREDITS_TELL_LIMIT,  /* auto top-up may ask for no more this month */
    CREDITS_TELL_LOW,    /* few are left, and auto top-up is off */
    CREDITS_TELL_EMPTY,  /* a message was not sent for want of credits */
};
/* Puts a letter to everybody who should know into the queue: the user whose own
 * account it is; for the group's (user none), and for one whose user is gone,
 * everybody with Full Access.  `order`: or none. */
enum status credits_tell(struct cx *, struct id user, enum credits_told, struct id order);
