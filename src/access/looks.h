/* looks.h - who looked at which patient, and who was refused.
 *
 * Handlers and the domain note in the context what a request shows of patients
 * (cx_show()); whoever owns the answer has it written here, and committed,
 * before the answer leaves.  A look is one request of one user; below it stand
 * the patients and how they were met: opened, listed, found, or denied. */
#pragma once
#include "base/cx.h"

/* Writes cx->shown.  `route` is the pattern of the route, `reference` the code
 * of the request. */
enum status looks_write(struct cx *, const char *route, const char *reference);

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
