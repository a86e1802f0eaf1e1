/* policy.h - what a practice group asks of those who sign in: the second step.
 *
 * Off, asked for, or required from a day on, with or without remembered browsers: of who has Full
 * Access or reads clinical notes, or of everybody (access/second_rule.h says of whom and when).
 * Whoever lacks it then is told by email when it is decided, SECOND_NOTICE_DAYS before, and on the
 * day. */
#pragma once
#include "access/second_rule.h"
#include "base/cx.h"

enum { SECOND_NOTICE_DAYS = 3, SECOND_DAYS_USUAL = 14, SECOND_DAYS_MOST = 365 };

struct second_policy {
    struct second_rule rule;
    bool remember; /* browsers of those of whom it is required may be remembered for 30 days */
    struct id practice;
    const char *name; /* of the group */
    int64_t users;    /* active ones */
    int64_t version;
};
enum status second_policy_find(struct cx *, struct second_policy *out);

/* "off", "asked", "some" or "all": what the form calls it. */
const char *second_choice(const struct second_rule *);
/* The day it is required from, as a date in cx->zone; "" where it is not. */
const char *second_day(struct cx *, const struct second_rule *);
const char *second_rule_words(struct cx *, const struct second_rule *);

/* Active users without a second step, by last name.  Asks nothing: the page does. */
struct lacking {
    struct id user;
    const char *name;
    struct access access;
    int64_t since;  /* users.second_since */
    bool concerned; /* Full Access, or reads clinical notes */
};
struct lacking_list {
    size_t n, concerned;
    struct lacking *at;
};
enum status second_lacking(struct cx *, struct lacking_list *out);

/* Asks USERS_EDIT, announces it and tells those for whom a day is new; how many in `told`.
 * INVALID at "rule" for none of the four, and where the acting person has no second step
 * and wants to require one; at "from" for no day, one that is over, or one more than
 * SECOND_DAYS_MOST ahead.  From today on is from this moment on.  CONFLICT unless `version`
 * is the stored one.  Where it is not allowed, no browser of a user is remembered any more.  The
 * same once more changes nothing. */
struct second_wish {
    const char *rule, *from;
    bool remember;
    int64_t version;
};
enum status second_policy_save(struct cx *, const struct second_wish *, int64_t *told);
