/* credits.h - credits of the demo's clinic. */
#pragma once
#include "base/cx.h"

/* Bought and spent since the clinic began, with auto top-up; and own ones of the
 * user of this email.  Moves cx->now and puts it back. */
enum status demo_credits(struct cx *, int64_t today, const char *own_email);
