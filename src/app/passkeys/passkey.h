/* passkey.h - a person's passkeys: to sign in without a password, as the second step, and as
 * proof who is there.
 *
 * A key belongs to the address of this installation (setup's url): under another one it opens
 * nothing.  A challenge is good once, for ten minutes, for one device and one purpose.  A
 * signature counter that does not go up says that somebody has copied the key: it is refused.
 * With the first factor come recovery codes; every change tells the person by mail and ends
 * the other sessions (second_step.h).  Whoever acts has been confirmed before. */
#pragma once
#include "app/passkeys/webauthn.h"
#include "app/second_step/second_step.h"

enum { PASSKEYS_MOST = 20, PASSKEY_MINUTES = 10 };

struct passkey {
    struct id id;
    const char *name, *credential;
    int64_t added_at, used_at; /* 0: never since */
};
struct passkey_list {
    size_t n; /* the oldest first */
    struct passkey *at;
};
enum status passkey_list(struct cx *, struct id person, struct passkey_list *out);
enum status passkey_find(struct cx *, struct id, struct passkey *out); /* of the acting person */

/* owner: the session, or for signing in the hash of the visitor's cookie. */
enum passkey_use { PASSKEY_SIGN_IN, PASSKEY_SECOND, PASSKEY_CONFIRM, PASSKEY_ADD };
enum status passkey_challenge(struct cx *, enum passkey_use, const char *owner, const char **out);

/* Whose passkey answered; none if it did not, and then the challenge is used all the same
 * (cx_count()).  Signing in is open to anybody's; the others only to the acting person's. */
enum status passkey_take(struct cx *, enum passkey_use, const char *owner,
                         const struct webauthn_answer *, struct id *person);
/* The words for that. */
const char *passkey_wrong(struct cx *);

/* Before it is made: INVALID at "name", CONFLICT where no passkey can be checked. */
enum status passkey_name_check(struct cx *, const char *name);
/* INVALID at "name" for an answer that is not right.  With the first factor: codes. */
enum status passkey_add(struct cx *, const char *name, const struct webauthn_answer *,
                        struct recovery_codes *out);
/* CONFLICT for the last way to sign in of somebody who has no password. */
enum status passkey_remove(struct cx *, struct id);
