/* term.h - the first and the last day of somebody new: access for a while.
 *
 * Until the first day the user is there and not active, and cannot get in; at the end of the
 * last day the user is deactivated.  Both are plans (departures/plan.h) of whoever adds or
 * invited the user: they show, can be taken back, and are refused if by then that person may not
 * do it.  An invitation keeps its days until it is accepted, and is open no longer than the last.
 */
#pragma once
#include "app/users/user.h"

/* What was typed, "" or NULL for none, into the draft; faults at "first_day" and "last_day".  A
 * first day that is today is none.  Full Access has neither, since nobody is deactivated with it.
 */
void term_check(struct cx *, const char *first, const char *last, struct user_draft *);
/* What can be made of it so far, for a preview; no faults. */
void term_guess(struct cx *, const char *first, const char *last, struct user_draft *);

/* Plans both for a user who was just made, as the acting user. */
enum status term_begin(struct cx *, struct id user, const struct user_draft *);
