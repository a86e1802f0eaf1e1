/* departure.h - a user's way out of a practice group, and back.
 *
 * Out: the user's place in the group ends on every device with the commit,
 * because every request asks whether the user is active and whether the
 * session began after access ended (web/visit.h).  Nothing the user made goes
 * away.  Back: the same user with the same history; no old session revives.
 *
 * Nobody with Full Access can go before the level is lowered, and an Account
 * Owner lowers only himself while another one remains, so a practice group
 * never loses its last. */
#pragma once
#include "app/users/user.h"

/* On how many devices the user is signed in and may enter the group. */
enum status user_devices(struct cx *, const struct user *, int64_t *out);

/* Asks for USERS_DEACTIVATE.  FORBIDDEN for oneself and for Full Access, with
 * cx->reason "self" and "full"; CONFLICT for users who are deactivated already
 * (reason "already") or were changed since this version (reason "stale").
 * Withdraws the invitations the user sent and those for the user's email.
 * `note` may be "".  *ended: sessions that lost their place. */
enum status user_deactivate(struct cx *, const struct user *, bool notify, const char *note,
                            int64_t *ended);

/* The acting user deactivates himself; everybody with Full Access is told.
 * CONFLICT with Full Access (reason "full", or "last" where nobody else could
 * take over). */
enum status user_leave(struct cx *, int64_t *ended);

/* Asks for USERS_ACTIVATE; with the access as before, or (`access`) another.
 * FORBIDDEN if that is more than the actor has got.  Tells the user.  An
 * active user stays as he is. */
enum status user_activate(struct cx *, const struct user *, const struct access *access);
/* What to begin with where access is chosen again: the lowest level of the
 * user's role type, to look only. */
struct access access_least(const struct user *);

/* Sets Read Only Access, or lifts it; nothing else changes, and the user is told.  Asks for
 * USERS_EDIT.  FORBIDDEN with Full Access (reason "full"), and for lifting what the actor
 * could not give; CONFLICT for who is deactivated (reason "already").  Twice is once. */
enum status user_read_only(struct cx *, const struct user *, bool on);

/* Ends the user's place in the group on all devices, and nothing else; he may
 * sign in again.  Asks for USERS_EDIT. */
enum status user_end_sessions(struct cx *, const struct user *, int64_t *ended);
