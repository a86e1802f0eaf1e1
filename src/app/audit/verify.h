/* verify.h - is the audit log what was once written?
 *
 * Every row's hash covers its fields and the hash before it; the head of each
 * chain is kept apart.  A changed, missing or moved row and a cut tail show.
 * Who can write the database could forge a whole chain, so heads are kept
 * elsewhere, too: the anchor, printed by the host and mailed every week. */
#pragma once
#include "base/cx.h"

struct audit_problem {
    const char *practice; /* its id; "" for the chain above the practices */
    const char *name;     /* of the practice, or its id if there is no such practice */
    int64_t seq;          /* the first row that is wrong, or that should be there */
    const char *what;     /* in a sentence */
};

struct audit_report {
    int64_t chains, rows;     /* looked at */
    size_t n;                 /* 0: all is well */
    struct audit_problem *at; /* the first one of each chain */
};

/* `anchor` is text that audit_anchor() printed earlier, or NULL.  INVALID with
 * a sentence for text that is no anchor.  Needs no practice; asks nobody. */
enum status audit_verify(struct cx *, const char *anchor, struct audit_report *out);

/* Head of each chain, one a line: practice, number of rows, hash; "-" is the
 * chain above the practices. */
enum status audit_anchor(struct cx *, const char **text);
/* The line of the actor's practice alone; NOT_FOUND if nothing was logged. */
enum status audit_anchor_own(struct cx *, const char **line);

/* From now on the Account Owners of the actor's practice get its anchor every
 * week.  Twice is fine: it begins once. */
enum status audit_anchor_begin(struct cx *);
