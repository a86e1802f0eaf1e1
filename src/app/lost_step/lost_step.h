/* lost_step.h - somebody has lost the second step, codes and all, and the practice group knows
 * them.
 *
 * One user with Full Access asks and says why, another one agrees, and neither is whom it is about:
 * then that person can sign in with the password alone, once, within LOST_USE_HOURS, and what was
 * lost is gone from their sign-in.  They are told by mail at every turn, and refuse it from their
 * own page.  It is worth nothing any more when one of the two has lost Full Access.
 *
 * A group speaks for itself.  Whoever works in several is let in when each of them has agreed; what
 * one has said, another does not learn.  Joining a further group then takes the mailbox: the
 * address counts as not confirmed (decision 49). */
#pragma once
#include "base/cx.h"

enum { LOST_ASK_HOURS = 72, LOST_USE_HOURS = 24 };

struct lost_step {
    struct id id, user;
    const char *reason, *asked_name, *agreed_name;
    int64_t asked_at, agreed_at, ends_at; /* agreed_at 0: not yet */
    bool own;                             /* the actor has asked */
    bool mine;                            /* it is about the actor */
};

/* --- the group's side: all ask USERS_EDIT --------------------------------------------------- */

/* Open, about this user; NULL if there is none. */
enum status lost_step_find(struct cx *, struct id user, struct lost_step **out);
/* INVALID at "reason" without one; CONFLICT "self", "none" (there is no second step), "another" (it
 * was asked already), and "alone" where nobody is there to agree.  Announced. */
enum status lost_step_ask(struct cx *, struct id user, const char *reason);
/* CONFLICT "moved" if it is not open any more, or whoever asked has no Full Access by now; "self"
 * for that one and for whom it is about.  Announced. */
enum status lost_step_agree(struct cx *, struct id user);
/* By anybody with Full Access; twice is fine.  Announced. */
enum status lost_step_withdraw(struct cx *, struct id user);

/* For letters, which ask nothing: any of them. */
enum status lost_step_read(struct cx *, struct id, struct lost_step **out, const char **over);

/* --- the person's side ----------------------------------------------------------------------- */

struct lost_group {
    struct id practice, id; /* id none: nothing is open there */
    const char *name, *zone, *asked_name, *agreed_name;
    bool agreed; /* and both still have Full Access */
    int64_t ends_at;
};
struct lost_groups {
    size_t n, open;        /* the person's groups; and in how many something is open */
    struct lost_group *at; /* by name */
    bool all;              /* each of them has agreed */
};
enum status lost_step_groups(struct cx *, struct id person, struct lost_groups *out);

/* The acting person, who has signed in, wants none of it.  NOT_FOUND for others'. */
enum status lost_step_refuse(struct cx *, struct id);
/* The acting session waits for a code, and goes on without: second_step_remove().  CONFLICT unless
 * all groups have agreed. */
enum status lost_step_use(struct cx *);
