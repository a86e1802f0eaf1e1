/* came_in.h - what a practice group sees of when a user signed in (app/sessions/activity.h).
 *
 * Sign-ins are those that were used in this group, at their first use here: of others nobody here
 * learns that there were any.  Failed tries belong to no group.  They are looked at from the user's
 * first day here, and an hour of fewer than ACTIVITY_BURST is left out: those are slips of the
 * finger, made wherever somebody was at work. */
#pragma once
#include "app/sessions/activity.h"

/* Asks USERS_EDIT about the user.  Of who is not active here any more no failed tries are looked
 * at. */
enum status came_in_find(struct cx *, struct id user, struct activity *out);
