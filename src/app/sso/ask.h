/* ask.h - what is asked of a provider's machine.  All of these wait for it: not in a transaction. */
#pragma once
#include "app/sso/provider.h"

/* What a provider says of itself (OpenID Connect Discovery 1.0), and its keys. */
enum found_fault {
    FOUND_UNASKED,
    FOUND,
    FOUND_NOTHING,      /* no answer, or none that is understood; see `said` */
    FOUND_OTHER_ISSUER, /* it says that it is somebody else */
    FOUND_NO_CODE,      /* no authorization code with PKCE */
    FOUND_NO_ALGORITHM, /* tokens are not signed like that */
    FOUND_NO_SECRET,    /* it takes a client's secret in no way that we know */
    FOUND_NO_ADDRESS,   /* an address that is not called */
    FOUND_NO_KEYS,
};
struct found_provider {
    enum found_fault fault;
    const char *said; /* what was in the way, for people */
    const char *issuer, *algorithm;
    const char *authorize_url, *token_url, *keys_url, *keys;
    bool says_issuer, by_post;
};
struct found_provider provider_ask(struct arena *, const char *issuer, const char *algorithm,
                                   bool anywhere);

/* The key set, or NULL. */
const char *keys_ask(struct arena *, const char *url, bool anywhere);

/* The ID token for a code, or NULL; *said: what was in the way. */
struct code_question {
    const char *url, *client, *secret, *code, *verifier, *back;
    bool by_post, anywhere;
};
const char *code_ask(struct arena *, const struct code_question *, const char **said);

/* For queries and forms. */
const char *percent_encoded(struct arena *, const char *);
