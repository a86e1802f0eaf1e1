/* provider.h - a practice group's own provider for signing in (OpenID Connect).
 *
 * Full Access sets it up: where it is, what it calls this program, and the secret between the two,
 * which is sealed (seal.h).  What the provider says of itself and its keys is asked when it is set
 * up (ask.h) and kept, so that a sign-in asks only for its token, and for keys when one is
 * unknown: once in PROVIDER_KEYS_REST at the most.  Its users are connected to issuer and
 * subject, so another issuer is another provider, at which nobody is connected.
 * Whoever has come in through it is out when it is taken away or becomes another one. */
#pragma once
#include "app/sso/jws.h"
#include "base/cx.h"
#include "base/time.h"

enum { PROVIDER_SECRET = 200, PROVIDER_KEYS_MOST = 65536 };
#define PROVIDER_KEYS_REST SECONDS(15)

struct provider {
    struct id id;
    const char *name, *issuer, *client;
    enum jws_algorithm algorithm;
    const char *authorize_url, *token_url, *keys_url;
    bool says_issuer, by_post;
    const char *keys;
    int64_t keys_at, changed_at;
};

/* Of the actor's practice; NULL if it has none.  Asks nothing. */
enum status provider_find(struct cx *, struct provider **out);
/* Of a group by its address, for who is not signed in: cx acts in it as nobody.  NOT_FOUND for
 * no such group, and for one without a provider. */
struct sso_group {
    const char *slug, *name;
};
enum status provider_enter(struct cx *, const char *slug, struct sso_group *, struct provider **out);
/* Zero-terminated.  False without the key it is sealed with. */
[[nodiscard]] bool provider_secret(struct cx *, const struct provider *, char out[PROVIDER_SECRET]);
enum status provider_connected(struct cx *, int64_t *users); /* how many */
/* Its keys, as they were just asked for; "" if none came: it is not asked again at once either. */
enum status provider_keys(struct cx *, const struct provider *, const char *keys);

struct provider_draft {
    const char *name, *issuer, *client;
    const char *secret;    /* "": as it is */
    const char *algorithm; /* "RS256" ... */
};
struct found_provider; /* ask.h */
/* What can be known without asking; INVALID at "issuer" and so on.  Asks INTEGRATIONS_EDIT. */
enum status provider_check(struct cx *, const struct provider_draft *);
/* CONFLICT with the reason "key" if the installation has no key to seal with. */
enum status provider_save(struct cx *, const struct provider_draft *, const struct found_provider *);
/* Everybody signs in with what is their own again.  Twice is NOT_FOUND. */
enum status provider_remove(struct cx *, int64_t *ended);
