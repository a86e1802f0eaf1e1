/* export.h - a person takes along what they recorded in a practice group.
 *
 * Own are: the patients the person looks after or has met, the notes they wrote,
 * the appointments in their column and their invoices.  A job puts them into one
 * archive, each through the domain and with the rights of that moment, a few in a
 * transaction; what those rights do not reach stays out, and the archive says how
 * many and why.  Whose records they are is noted as ever: each patient's history
 * says that the record was exported.
 *
 * It takes EXPORT_OWN: Full Access has it, others for 30 days once somebody with
 * Full Access allows it, or for as long as their access settings say.  Both asking
 * for an archive and asking for its link take a fresh proof (step_up/).  The link
 * works once, for a quarter of an hour.  The archive is kept for a day, or an
 * hour after it was taken, and ends at once with the permission, the access, or
 * the user.
 *
 * Unless the permission may outlive the access: then an archive that is whole is kept
 * for as long as the permission lasts, and who was deactivated takes it from their own
 * pages (left.h).  What was not whole by then is never made. */
#pragma once
#include "app/users/user.h"
#include "db/db.h"

enum {
    EXPORT_PERMIT_DAYS = 30,
    EXPORT_LINK_MINUTES = 15,
    EXPORT_KEPT_HOURS = 24, /* if it is not taken */
};

/* --- the permission, by who has Full Access ----------------------------------- */

/* Until when; 0: not for a time (access settings may say so for good).  `outlives`: what is whole
 * may be taken after the access has ended, too.  `waits`: there is something to take, or just was.
 */
struct export_permit {
    int64_t until;
    bool outlives, waits;
};
enum status export_permit_find(struct cx *, struct id user, struct export_permit *out);
/* For 30 days from now; ask USERS_EDIT about the user.  Once more: from now on anew. */
enum status export_permit_give(struct cx *, const struct user *);
/* Ends the permission, and what was made with it. */
enum status export_permit_end(struct cx *, const struct user *);
/* Whether it outlives the access.  Asks the same; given for 30 days if it was not for a time. */
enum status export_permit_outlive(struct cx *, const struct user *, bool on);
/* For as long as the access settings say, as before it was given for a time. */
enum status export_permit_for_good(struct cx *, const struct user *);

/* --- one's own -------------------------------------------------------------------- */

enum export_scope { EXPORT_OF_OWN, EXPORT_OF_PRACTICE, EXPORT_SCOPES };
enum export_state {
    EXPORT_ASKED,
    EXPORT_RUNNING,
    EXPORT_READY,
    EXPORT_TAKEN,
    EXPORT_ENDED,
    EXPORT_STATES
};
struct export
{
    struct id id, user; /* user: who asked for it */
    enum export_scope scope;
    enum export_state state;
    int64_t done, of; /* records */
    int64_t bytes;    /* of the archive, once it is whole */
    int64_t created_at, touched_at;
    const char *by_name, *reason, *agreed_name; /* of a practice's */
    int64_t listed;                             /* kinds of records that are listed */
    const char *listed_to;
};
/* The actor's newest; NULL if there is none. */
enum status export_own(struct cx *, struct export **out);
/* Begins a new one; an older one ends.  Asks EXPORT_OWN.
 * Announced. */
enum status export_create(struct cx *);
/* Until when this one is kept, which is ready. */
int64_t export_kept_until(const struct export *, const struct export_permit *);
/* A link to the actor's one of this scope that is ready, instead of any before.  CONFLICT if none
 * is. */
enum status export_link(struct cx *, enum export_scope, const char **token);
/* Uses it up: from here on export_read() gives the bytes.  NOT_FOUND for a link that is
 * over, was used or never was.  Announced, and everybody with Full Access is told. */
enum status export_take(struct cx *, enum export_scope, const char *token, struct export **out);
/* Of the actor's own that was taken; NOT_FOUND once it has ended. */
enum status export_read(struct cx *, struct id, int64_t at, struct bytes *out);
/* Ends it by hand.  Twice is fine. */
enum status export_end_own(struct cx *);
