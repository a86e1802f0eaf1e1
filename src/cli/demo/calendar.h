/* calendar.h - an invented fortnight around today, for `linden demo seed`. */
#pragma once
#include "base/cx.h"

/* Appointment types, working hours and appointments of the actor's group.  Asks
 * everything that a user would be asked, so the actor is an owner; cx->now is
 * moved back to `today` at the end. */
enum status demo_calendar(struct cx *, int64_t today);
