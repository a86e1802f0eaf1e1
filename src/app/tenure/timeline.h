/* timeline.h - a user's access since the first day, out of the audit log. */
#pragma once
#include "app/audit/event.h"
#include "app/users/user.h"

/* One change of access: added or joined, another level or setting, out, back. */
struct timeline_step {
    int64_t at;
    const char *kind, *by, *note;
    struct changes changes;
};
/* How it was between two of them. */
struct timeline_span {
    int64_t from, to;
    const char *level; /* in words */
    bool active;
    int shade; /* 1 to 4: from the least level of the role type to Full Access; 0: deactivated */
};
struct timeline {
    size_t steps_n, spans_n;
    struct timeline_step *steps; /* the first one first */
    struct timeline_span *spans;
};

enum { TIMELINE_MOST = 500 }; /* changes that are read, the last ones */

/* Asks for HISTORY_VIEW.  What the log does not know (a level of a time before it)
 * is taken to be as it was at the first change that names it. */
enum status timeline_find(struct cx *, const struct user *, struct timeline *out);
