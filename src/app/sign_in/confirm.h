/* confirm.h - "Confirm it is you": the acting person types the own password again.
 *
 * In two steps, like choosing a password: confirm_check() verifies in the hash
 * lane, confirm_take() decides in the transaction.  Guesses count together with
 * those at the own password elsewhere.  Where a change weakens how somebody signs in,
 * the second step is asked for, too. */
#pragma once
#include "base/cx.h"

struct confirmation {
    struct id person;
    const char *before; /* the hash it was checked against, or NULL */
    bool typed, right;
};
/* Never fails for what was typed. */
enum status confirm_check(struct cx *, struct id person, const char *typed,
                          struct confirmation **out);
/* INVALID at the field for nothing, for another password, and for too many
 * guesses (then with the reason "slow"); CONFLICT if it was changed meanwhile. */
enum status confirm_take(struct cx *, const char *field, const struct confirmation *);

/* Who has a second step is asked for its code, too, unless they used a passkey on this device
 * in the last ten minutes. */
enum status confirm_needs_code(struct cx *, bool *needs);
/* After it: the code of the acting person's second step is used up; OK if none is needed.  INVALID
 * at the field for nothing, a wrong one, and too many guesses ("slow"). */
enum status confirm_second(struct cx *, const char *field, const char *typed);
enum status confirm_code(struct cx *, const char *field, const char *typed); /* in any case */
