/* invoices.h - invoices of the demo's clinic. */
#pragma once
#include "base/cx.h"

/* Made by the actor of appointments that are over: paid, partly paid, overdue, void,
 * and drafts.  Moves cx->now and puts it back. */
enum status demo_invoices(struct cx *, int64_t today);
