/* booking.h - two practitioners who can be booked online, for `linden demo seed`. */
#pragma once
#include "base/cx.h"

/* All locations where the first one works, the second one only for patients; after
 * demo_calendar().  Asks everything that a user would be asked. */
enum status demo_booking(struct cx *, const char *first_email, const char *second_email);
