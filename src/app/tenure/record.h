/* record.h - the record of a departure: who settled or waived what and when,
 * what stayed open, and who signed that off.
 *
 * It is written from the checklist as it stands.  Signing it off writes the whole
 * of it as one row of the audit log, which no one can change; it can be signed
 * again when more is settled.  Activating the user begins a new one. */
#pragma once
#include "app/audit/event.h"
#include "app/departures/checklist.h"

struct departure_record {
    struct checklist list;
    const char *note;    /* that was given when the access ended, or "" */
    bool left;           /* by himself */
    const char *version; /* of all that it says: goes with the form that signs it */
    struct changes now;  /* what signing would write */
    /* The last time it was signed off, or signed_by NULL. */
    const char *signed_by, *signed_note;
    int64_t signed_at;
    bool same; /* as it was then */
    struct changes then;
};

/* Of a deactivated user; times are those of the practice, by 24 hours.  Asks for
 * USERS_DEACTIVATE.  CONFLICT for active ones (reason "active"). */
enum status record_find(struct cx *, const struct user *, struct departure_record *out);

/* Asks for the same.  CONFLICT (reason "stale") if it says something else by now
 * than `version` did.  Twice is two rows: each says who. */
enum status record_sign(struct cx *, const struct user *, const char *version, const char *note);
