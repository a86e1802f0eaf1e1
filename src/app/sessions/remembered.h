/* remembered.h - browsers in which a person is not asked for the second step for a while.
 *
 * After a code the person may say so; the browser gets a token of its own, of which the database
 * keeps the hash, good for this person alone and for REMEMBERED_DAYS.  Whether it may be said, and
 * is listened to, is for the person's practice groups to say (second_step/required.h).  A session
 * that begins so is one of the password alone: acts that ask who is there ask for the second step.
 *
 * It ends with the password, with any change of the second step, with "Sign out everywhere else"
 * and "Not you?", and when a group takes its leave back. */
#pragma once
#include "base/cx.h"

enum { REMEMBERED_DAYS = 30 };

struct remembered {
    struct id id;
    const char *agent;
    int64_t since, used_at, ends_at; /* used_at 0: not yet */
};
struct remembered_list {
    size_t n; /* the newest first */
    struct remembered *at;
};
enum status remembered_list(struct cx *, struct id person, struct remembered_list *out);

/* This browser, from now on.  *token goes into its cookie. */
enum status remembered_make(struct cx *, struct id person, const char **token);
/* Is it the token of a browser of this person?  `token` NULL: it is not. */
enum status remembered_look(struct cx *, struct id person, const char *token, bool *out);
enum status remembered_use(struct cx *, const char *token); /* notes that it was */

/* The acting person's own.  NOT_FOUND for those of others and for none. */
enum status own_remembered_end(struct cx *, struct id, struct remembered *out);

enum status remembered_end_all(struct cx *, struct id person);
/* Of all users of this practice group. */
enum status remembered_end_here(struct cx *);
