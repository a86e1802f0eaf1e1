/* new_password.h - a person chooses a password.
 *
 * In two steps, because hashing is slow.  new_password_check() runs in the hash
 * lane and finds out everything; it never fails for what was typed.  The
 * functions after it run in the transaction: they say what was wrong with
 * which field ("current_password", "new_password", "new_password_again"), or
 * save.  In between nothing may have changed, or they answer CONFLICT.
 *
 * A temporary password cannot be kept as one's own. */
#pragma once
#include "app/sessions/tries.h"
#include "base/cx.h"

/* Guesses at the own password from one session. */
extern const struct tries_rule own_password_tries;

struct typed_password {
    const char *current; /* NULL where it is not asked for */
    const char *password, *again;
};

struct new_password {
    struct id person;
    const char *before;  /* the hash the person had when this was checked, or NULL */
    const char *hash;    /* of the new one; NULL if it is not good enough */
    bool guessed, right; /* a current password was typed; it was the one */
    const char *current_fault, *fault, *again_fault; /* words, or NULL */
};

enum status new_password_check(struct cx *, struct id person, const struct typed_password *,
                               struct new_password **out);

/* The same for somebody who has no sign-in yet.  `words`: what a stranger would
 * try first, names and the address. */
enum status first_password_check(struct cx *, const char *const *words, size_t n,
                                 const struct typed_password *, struct new_password **out);

/* Notes the faults; INVALID if there are any. */
enum status new_password_faults(struct cx *, const struct new_password *);

/* The acting person takes the place of the temporary password.  Ends every
 * session; *token is that of a new one, which may go everywhere. */
enum status own_password_choose(struct cx *, const struct new_password *, const char **token);

/* The acting person changes the own password and knows the current one.  Ends
 * all other sessions.  Wrong guesses at the current one are slowed down. */
enum status own_password_change(struct cx *, const struct new_password *);
