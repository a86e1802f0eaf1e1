/* jws.h - signed tokens (JSON Web Signature, compact form), verified with a provider's keys.
 *
 * The algorithm is the one that was agreed on and never the token's own choice: a token that
 * names another one is refused before any key is looked at, so "none" and anything with a shared
 * secret are.  The key is the one that the token names, of the kind that the algorithm needs, and
 * not meant for anything else.  Ed25519 is libsodium's work, the rest libcrypto's, which is opened
 * when the first token comes.  Pure: who signed says nothing of what is said; see token.h. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

enum jws_algorithm { JWS_RS256, JWS_PS256, JWS_ES256, JWS_EDDSA, JWS_ALGORITHMS };
extern const char *const jws_names[JWS_ALGORITHMS]; /* "RS256" ... */
enum jws_algorithm jws_find(const char *name);      /* JWS_ALGORITHMS: none of them */

enum { JWS_MOST = 32768, JWS_KEYS = 40, JWS_RSA_BITS = 2048 };

enum jws_fault {
    JWS_FINE,
    JWS_NO_TOKEN,    /* it is none, or asks for what is not understood */
    JWS_ALGORITHM,   /* another one than agreed */
    JWS_UNKNOWN_KEY, /* none of these: the set may be an old one */
    JWS_SIGNATURE,
};

struct jws {
    const char *type; /* "JWT", or what else it calls itself; "" */
    const char *payload;
    size_t length;
};

/* `keys`: a JSON Web Key Set.  *out stands if it is JWS_FINE. */
[[nodiscard]] enum jws_fault jws_verify(struct arena *, const char *token, enum jws_algorithm,
                                        const char *keys, struct jws *out);
/* Is it a set, with a key for this algorithm in it? */
bool jws_keys_fit(struct arena *, const char *keys, enum jws_algorithm);

/* What the host must install, or NULL. */
const char *jws_missing(void);
