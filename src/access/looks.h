/* looks.h - who looked at which patient, and who was refused.
 *
 * Handlers and the domain note in the context what a request shows of patients
 * (cx_show()); whoever owns the answer has it written here, and committed,
 * before the answer leaves.  A look is one request of one user, or of whoever was
 * mailed a link, which is nobody's; below it stand
 * the patients and how they were met: opened, listed, found, exported, or denied.
 *
 * A list is written as one row, and each of its patients gets a row later, when
 * many lists are moved at once (looks_move): fifty rows at fifty places would be
 * most of what a list costs.  What is read here is read from both. */
#pragma once
#include "base/cx.h"

/* Writes cx->shown.  `route` is the pattern of the route, `reference` the code
 * of the request.  `move`: now and then, when it was a list: looks_move() should
 * run in the background. */
enum status looks_write(struct cx *, const char *route, const char *reference, bool *move);

/* Moves lists of the actor's practice, the oldest first, for some 20 ms;
 * `left`: there may be more.  Nothing is lost or twice: it is one transaction. */
enum status looks_move(struct cx *, bool *left);

/* What one user did with a patient on one day, in one way. */
struct look {
    const char *who, *how;
    int64_t times, at; /* how often, and when last */
};
struct looks {
    size_t n;
    struct look *at;
};
/* The last ones at this patient, the newest first.  Days are those of cx->zone. */
enum status looks_at(struct cx *, struct id patient, size_t most, struct looks *out);
/* The patients that the actor opened last, the newest first; `out` has room for `most`. */
enum status looks_recent(struct cx *, int64_t most, struct id *out, size_t *n);
