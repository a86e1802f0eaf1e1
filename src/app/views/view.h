/* view.h - looking at the practice group as another user sees it.
 *
 * Full Access views as a user below it, with a reason and the own password, for
 * a quarter of an hour on one device.  web/visit.c takes the reach of the viewed
 * at every request, no more than the viewer's own, and only to look; whoever
 * loses Full Access, or views as somebody who is deactivated or gets it, is
 * themselves with the next request.  Drafts, private notes, requests and other
 * things of the viewed alone stay theirs.  Looks and the audit log name the
 * viewer; the viewed is told by mail. */
#pragma once
#include "app/users/user.h"

enum { VIEW_MINUTES = 15 };

/* Asks USERS_EDIT about the user.  INVALID at "reason"; CONFLICT for who cannot be viewed, and for
 * viewers who do not see everything themselves (Location Restriction).  Takes the place of another
 * view on this device. */
enum status view_begin(struct cx *, const struct user *, const char *reason);
/* Why the actor cannot view as this user, in words; or NULL. */
enum status view_refusal(struct cx *, const struct user *, const char **out);
/* By the viewer, on the way out; none: nothing happens. */
enum status view_end(struct cx *, struct id view);
