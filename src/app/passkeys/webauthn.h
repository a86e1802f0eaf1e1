/* webauthn.h - what an authenticator answers, verified.
 *
 * W3C Web Authentication Level 2: 7.1 (a new credential), 7.2 (an assertion) and 5.8.1.2 (the
 * client data, without a JSON parser).  Attestation is not asked for: whose hardware it is
 * matters to nobody here.  Keys and signatures are libfido2's work, which is opened when the
 * first answer comes; all binary values travel as base64url without padding.
 *
 * Pure: whether the challenge is open, and whose the key is, others know. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

/* COSE algorithms that are offered and taken. */
enum { WEBAUTHN_ES256 = -7, WEBAUTHN_EDDSA = -8, WEBAUTHN_RS256 = -257 };

/* Where this installation stands: of "https://linden.example" the id is "linden.example". */
struct webauthn_party {
    const char *origin, *id;
};
struct webauthn_party webauthn_party(struct arena *, const char *url);

struct webauthn_key {
    const char *credential, *public_key;
    int64_t algorithm, counter;
};
struct webauthn_answer {
    const char *challenge, *credential, *client, *data; /* client: the client data */
    const char *signature, *user;                       /* of an assertion */
    int64_t algorithm;                                  /* of a new credential */
};

/* A new credential, made by somebody whom the authenticator has verified. */
[[nodiscard]] bool webauthn_new(struct arena *, const struct webauthn_party *,
                                const struct webauthn_answer *, struct webauthn_key *out);
/* An assertion with this key.  `verified`: a finger or a PIN, and not only a touch. */
[[nodiscard]] bool webauthn_right(struct arena *, const struct webauthn_party *,
                                  const struct webauthn_key *, const struct webauthn_answer *,
                                  bool verified, int64_t *counter);

/* What the host must install, or NULL. */
const char *webauthn_missing(void);
