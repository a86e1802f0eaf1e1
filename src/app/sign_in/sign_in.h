/* sign_in.h - from an email and a password to a session.
 *
 * One message for every failure, and the same work for unknown addresses, so
 * that neither words nor time tell who has a sign-in.  Failures slow down the
 * next tries: per account and address together, and, far later, per address
 * and per account.  The last two do not bind people where they have signed in
 * before, and in a browser that they have signed in with its own failures alone
 * count, so a stranger cannot lock anybody out, at the next desk neither. */
#pragma once
#include "access/waiting.h"
#include "base/cx.h"

/* What the hash lane found out about a typed pair. */
struct sign_in_proof {
    const char *email_key; /* as typed if it is no address */
    const char *hash;      /* the stored hash it was checked against, or NULL */
    const char *rehashed;  /* a hash with today's cost, if the stored one was cheaper */
    bool right;
    const char *remembered; /* the token of a browser that is (sessions/remembered.h), or NULL */
    bool unchecked;         /* nobody looked: whoever asks must wait first */
};

/* Slow; needs no transaction that writes.  Never fails for wrong input. */
enum status sign_in_check(struct cx *, const char *email, const char *password,
                          struct sign_in_proof **out);

/* INVALID on field "email" with the one message, or (cx->reason "slow") with how
 * long to wait.  A session that was open in this browser ends.  *token goes into the cookie.  With
 * a second step (second_step.h) the session waits for its code, unless this browser is remembered;
 * else with a temporary password for an own one.  After 72 hours a temporary password opens
 * nothing. */
enum status sign_in(struct cx *, const struct sign_in_proof *, const char **token,
                    enum waits_for *);

/* May the acting person have this browser remembered? */
enum status sign_in_may_remember(struct cx *, bool *may);

/* The acting session, which waits for a code, becomes another one that does not; with a
 * temporary password that waits for an own one.  INVALID on field "code", with the reason
 * "slow" if it must wait.  Wrong codes count as passwords do: per person and address, or the
 * person's own browser, together, and, far later and not where known, per person. */
struct second_try {
    const char *typed;
    bool remember; /* this browser, if that may be and it is an app's code */
};
/* *remembered: for the cookie, or NULL. */
enum status sign_in_second(struct cx *, const struct second_try *, const char **token,
                           const char **remembered, enum waits_for *);

/* The same two for whoever showed a passkey of this person (passkeys/passkey.h), which is both
 * steps; the second one ends the acting session, too. */
enum status sign_in_passkey(struct cx *, struct id person, const char **token, enum waits_for *);
enum status sign_in_second_passkey(struct cx *, const char **token, enum waits_for *);

/* The same for whom all groups let in without (lost_step/lost_step.h). */
enum status sign_in_without(struct cx *, const char **token, enum waits_for *);

/* Forgets the failures of this address (of the net) with this account, when its
 * person has shown in another way who is there. */
enum status sign_in_forget(struct cx *, const char *email_key);
const char *wait_words(struct cx *, int64_t wait); /* "2 minutes", rounded up */

/* Ends the acting session; twice is fine. */
enum status sign_out(struct cx *);

/* The hash of a new password, for prepare functions; NULL for "". */
enum status new_password_hash(struct cx *, const char *password, const char **hash);
