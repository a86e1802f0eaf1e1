/* required.h - which practice groups ask a person without a second step to set one up.
 *
 * Rules are those of access/second_rule.h. */
#pragma once
#include "access/second_rule.h"
#include "base/cx.h"

struct second_asking {
    const char *name, *zone; /* of the group */
    enum second_state state; /* never SECOND_FREE */
    int64_t at;
    bool remembers; /* the group allows remembered browsers */
};
struct second_askings {
    size_t n;
    struct second_asking *at; /* by the group's name */
    size_t closed;            /* how many of them do not open without */
};
/* For a session that signed in then.  None once there is a second step. */
enum status second_askings(struct cx *, struct id person, int64_t signed_in_at,
                           struct second_askings *out);

/* May this person's browsers be remembered (sessions/remembered.h)?  Every group that requires the
 * second step of them by now allows it; whoever has it of their own will decides alone. */
enum status second_remember_allowed(struct cx *, struct id person, bool *allowed);

/* The last of it is about to go: CONFLICT with the group's name where one requires it by now, or
 * within a minute. */
enum status second_step_spare(struct cx *, struct id person);
