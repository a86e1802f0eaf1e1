/* closing_record.h - the record of a location that closes: who settled or waived what and when,
 * what is open, and who signed that off; as app/tenure/record.h is of a user who went.
 *
 * It is written from the list as it stands.  Signing it off writes the whole of it as one row
 * of the audit log; it can be signed again when more is settled. */
#pragma once
#include "app/audit/event.h"
#include "app/closing/closing.h"

struct closing_record {
    struct closing list;
    struct changes now;  /* what signing would write */
    const char *version; /* of all that it says: goes with the form that signs it */
    /* The last time it was signed off, or signed_by NULL. */
    const char *signed_by, *signed_note;
    int64_t signed_at;
    bool same; /* as it was then */
};

/* Asks for LOCATIONS_EDIT, and for what each line takes: half a record would be none.  Times are
 * the practice's, by 24 hours. */
enum status closing_record(struct cx *, const struct location *, struct closing_record *out);

/* Asks for the same.  CONFLICT (reason "stale") if it says something else by now than `version`
 * did.  Twice is two rows: each says who. */
enum status closing_record_sign(struct cx *, const struct location *, const char *version,
                                const char *note);
