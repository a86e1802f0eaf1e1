/* acting.h - jobs that do what a user set going. */
#pragma once
#include "base/cx.h"

/* From here on the user acts, in the practice at hand: with the rights of this
 * moment, and with times of the practice.  `since`: when the work was set going.
 * FORBIDDEN (reason "ended"): the user is deactivated, or the access was ended
 * after that; then everything is as before. */
enum status user_acts(struct cx *, struct id user, int64_t since);
