/* period.h - the months that a report is about. */
#pragma once
#include "base/cx.h"

enum { MOST_MONTHS = 12 };

struct period {
    const char *key; /* "12-months" */
    size_t n;
    const char *begin[MOST_MONTHS + 1]; /* the first day of each, and of the month behind */
};
/* By the clock of cx->zone.  A key that is none means the last twelve months,
 * this one among them. */
struct period period_of(struct cx *, const char *key);

/* What can be chosen, in order; NULL behind the last. */
const char *period_key(size_t i);
const char *period_label(struct cx *, size_t i); /* "Last 12 months" */

const char *month_words(struct cx *, const char *begin); /* "Mar 2026" */
const char *month_short(struct cx *, const char *begin); /* "Mar" */
