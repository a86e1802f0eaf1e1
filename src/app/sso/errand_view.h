/* errand_view.h - what a browser carries to a provider and back.
 *
 * Nothing of it is stored: the state holds what it is for and since when, signed under the token in
 * the browser's cookie, and the nonce and the PKCE verifier are made out of both.  So a state is
 * good in the browser that it was made for, at this provider, for ERRAND_MINUTES; and once, as what
 * came back is used up (challenge_once()). */
#pragma once
#include "app/sso/provider.h"
#include "web/web.h"

enum { ERRAND_MINUTES = 10 };
enum errand_purpose { ERRAND_SIGN_IN = 's', ERRAND_CONNECT = 'c', ERRAND_CONFIRM = 'p' };

struct errand {
    enum errand_purpose purpose;
    int64_t begun;
    const char *state, *nonce, *verifier;
};

/* token: of the cookie, see struct visit. */
struct errand errand_begin(struct cx *, const struct provider *, enum errand_purpose,
                           const char *token);
[[nodiscard]] bool errand_read(struct cx *, const struct provider *, const char *token,
                               const char *state, struct errand *out);

/* What a link to begin carries, so that no other site's link does. */
const char *errand_key(struct cx *, const char *token);

/* Where somebody was going, kept in a cookie meanwhile; "": nowhere in particular. */
const char *errand_next_cookie(struct cx *, const char *next);
const char *errand_next(struct cx *, const struct request *);
/* Through which group's door this browser came last, "" for none. */
const char *errand_door_cookie(struct cx *, const char *slug);
const char *errand_door(struct cx *, const struct request *);

/* Where the browser goes with it, and comes back to. */
const char *errand_way(struct cx *, const struct provider *, const struct errand *, const char *slug);
const char *errand_back(struct cx *, const char *slug);
