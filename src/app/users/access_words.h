/* access_words.h - what access means, in sentences.
 *
 * Everything here is said of access_reach(), the reach that is enforced, so a
 * sentence and a refusal cannot disagree. */
#pragma once
#include "app/audit/event.h"
#include "app/users/user.h"

enum { ACCESS_LINES = 7 };

struct access_line {
    enum { LINE_CAN, LINE_CANNOT, LINE_MIND } kind;
    const char *text;
};
struct access_lines {
    size_t n;
    struct access_line at[ACCESS_LINES];
};
/* "See and edit own patients, calendar and clinical notes", "Not: add or change
 * users", most important first.  `draft` needs access and locations only. */
void access_lines(struct cx *, const struct user_draft *, struct access_lines *out);

/* For letters and invitations, without a full stop: "see and edit your own
 * patients and calendar; see others' clinical notes". */
const char *access_sentence(struct cx *, const struct user_draft *);

/* What others' records come within reach, or go out of it: "see and edit
 * others' clinical notes"; "" if none do. */
const char *access_gained(struct cx *, const struct user_draft *before,
                          const struct user_draft *after);
const char *access_lost(struct cx *, const struct user_draft *before,
                        const struct user_draft *after);

/* "A", "A and B", "A, B and C". */
const char *words_joined(struct cx *, const char *const *, size_t n);

/* "Riverside and Harbour St", "all locations", "no locations". */
const char *draft_locations(struct cx *, const struct user_draft *);

/* "From 1 Dec 2026 until the end of 14 Dec 2026.", by the clock of the zone; "" for access at once
 * and until somebody ends it. */
const char *draft_term(struct cx *, const char *zone, const struct user_draft *);

/* Notes every difference in words, for the review, the audit log and letters. */
void draft_changes(struct cx *, const struct user_draft *before, const struct user_draft *after,
                   struct changes *out);
/* The same of somebody new: what the user is to be. */
void draft_described(struct cx *, const struct user_draft *, struct changes *out);
/* Of it the first and the last day, if there are. */
void draft_described_term(struct cx *, const struct user_draft *, struct changes *out);
/* Are there changes that need a review: more than name, title, profession and
 * registration number? */
bool draft_changes_access(struct cx *, const struct user_draft *before,
                          const struct user_draft *after);
