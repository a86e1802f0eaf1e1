/* practice.h - the practice group: its name, its time zone, its rules. */
#pragma once
#include "base/cx.h"

struct practice {
    struct id id;
    const char *slug, *name, *time_zone;
    int64_t idle_minutes, adds_per_hour;
    bool paper_initials; /* printed calendars have initials in place of patients' names */
    int64_t created_at, version;
};

/* What its settings page changes. */
struct practice_draft {
    const char *name, *time_zone;
    int64_t idle_minutes;  /* 5 to 60 */
    int64_t adds_per_hour; /* 1 to 1000: users that can be added */
    bool paper_initials;
};

const char *practice_paper(struct cx *, bool initials); /* "Initials only" */

/* The one the actor is in. */
enum status practice_find(struct cx *, struct practice **out);

/* A new one, still without locations and users, under a slug made of its name
 * that nobody else has.  The actor is in it from now on.  INVALID with a
 * sentence at "name" or "time_zone"; asks nobody: only the host makes groups. */
enum status practice_create(struct cx *, const char *name, const char *time_zone,
                            struct practice **out);

/* Asks PRACTICE_EDIT and announces what differs.  INVALID with a sentence at
 * "name", "time_zone", "idle_minutes" or "adds_per_hour"; CONFLICT with reason "stale" unless
 * `version` is the stored one. */
enum status practice_update(struct cx *, const struct practice *, const struct practice_draft *,
                            int64_t version);
