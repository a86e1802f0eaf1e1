/* second_rule.h - what a practice group asks of people without a second step.
 *
 * Pure: stored rows in, what holds at this moment out.  A group's rule binds for that group
 * alone.  Nobody is shut out in the middle of their work: a session that was there before
 * the second step was required goes on for SECOND_GRACE_HOURS, and each that signs in later
 * finds the group closed until it is set up (decision 43). */
#pragma once
#include "access/access.h"
#include "db/db.h"

enum { SECOND_GRACE_HOURS = 4 };

struct second_rule {
    bool asked;
    int64_t some_from; /* of who has Full Access or reads clinical notes; 0: not */
    int64_t all_from;  /* of everybody; 0: not */
};
/* Of a row of practices, and of users, in the SELECT list of whoever joins the two. */
#define SECOND_RULE_COLUMNS "g.second_asked, g.second_some_from, g.second_all_from"
struct second_rule second_rule_stored(const struct table *, size_t row);
bool second_rule_any(const struct second_rule *);

/* Full Access, or clinical notes of anybody by level and boxes; wherever they work. */
bool second_concerns(const struct access *);

/* From when on it is required of a user with this access, who was concerned by a change of
 * access at `since` (users.second_since); 0: never. */
int64_t second_required_from(const struct second_rule *, const struct access *, int64_t since);

enum second_state {
    SECOND_FREE,   /* nothing is asked */
    SECOND_ASKED,  /* asked for */
    SECOND_COMING, /* required from `at` on */
    SECOND_GRACE,  /* required since; this session goes on until `at` */
    SECOND_CLOSED, /* required since `at`: not without */
};
/* For a user without a second step, in a session that signed in then. */
enum second_state second_state(const struct second_rule *, int64_t required_from, int64_t now,
                               int64_t signed_in_at, int64_t *at);
