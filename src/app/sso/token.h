/* token.h - what a provider's tokens say, and whether it is said to us, here and now.
 *
 * OpenID Connect Core 1.0, 3.1.3.7 (an ID token) and Back-Channel Logout 1.0, 2.6 (a logout
 * token).  Pure, and complete: every fault has a name, which the audit log shows. */
#pragma once
#include <stdint.h>

#include "app/sso/jws.h"

/* In the order of checking. */
enum token_fault {
    TOKEN_FINE,
    TOKEN_NONE,        /* it is none */
    TOKEN_ALGORITHM,   /* signed with another algorithm than agreed */
    TOKEN_UNKNOWN_KEY, /* by a key that the provider does not publish */
    TOKEN_SIGNATURE,
    TOKEN_KIND,    /* of another kind: for logging out, or not for that */
    TOKEN_ISSUER,  /* of another provider */
    TOKEN_CLIENT,  /* for another program */
    TOKEN_EXPIRED, /* or not valid yet, or made long ago */
    TOKEN_NONCE,   /* for another sign-in */
    TOKEN_SUBJECT, /* without a subject, or with one that cannot be */
};

enum { SUBJECT_MOST = 255, TOKEN_SKEW = 60, TOKEN_AGE = 600 /* seconds */ };

struct expected {
    const char *issuer, *client, *keys;
    enum jws_algorithm algorithm;
    const char *nonce; /* of an ID token */
    int64_t now;       /* microseconds */
};
struct claims {
    const char *subject; /* of a logout token "" if it names only a session */
    const char *session; /* what the provider calls it, or "" */
    const char *once;    /* of a logout token: its id */
    int64_t signed_in_at; /* when the person last showed the provider who they are; 0: not said */
};

[[nodiscard]] enum token_fault token_read(struct arena *, const char *token, const struct expected *,
                                          struct claims *out);
[[nodiscard]] enum token_fault logout_read(struct arena *, const char *token,
                                           const struct expected *, struct claims *out);
