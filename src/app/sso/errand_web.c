/* errand_web.c - see errand_view.h */
#include "app/sso/errand_view.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "app/sso/ask.h"
#include "base/secret.h"
#include "base/setup.h"
#include "base/text.h"
#include "http/form.h"
#include "web/web.h"

static const char *derived(struct cx *cx, const char *token, const char *what, const char *said)
{
    char *out = arena_alloc(cx->mem, SECRET_SIZE);
    secret_derive(out, token, ARENA_JOIN(cx->mem, "single sign-on ", what, " ", said));
    return out;
}

static const char *signature(struct cx *cx, const struct provider *p, const char *token,
                             const char *said)
{
    return derived(cx, token, "state", ARENA_JOIN(cx->mem, p->id.text, " ", p->issuer, " ", said));
}

static void fill(struct cx *cx, const char *token, const char *said, struct errand *e)
{
    e->nonce = derived(cx, token, "nonce", said);
    e->verifier = derived(cx, token, "verifier", said);
}

struct errand errand_begin(struct cx *cx, const struct provider *p, enum errand_purpose purpose,
                           const char *token)
{
    char random[SECRET_SIZE];
    struct errand e = { .purpose = purpose, .begun = cx->now };
    secret_token(random);
    const char *said =
        arena_print(cx->mem, "%c%lld.%s", (char)purpose, (long long)cx->now, random);
    e.state = ARENA_JOIN(cx->mem, said, ".", signature(cx, p, token, said));
    fill(cx, token, said, &e);
    return e;
}

bool errand_read(struct cx *cx, const struct provider *p, const char *token, const char *state,
                 struct errand *out)
{
    size_t n = strnlen(state, 200);
    if (!token || n == 200 || n < SECRET_SIZE || state[n - SECRET_SIZE] != '.') return false;
    const char *said = arena_copy(cx->mem, state, n - SECRET_SIZE);
    if (!text_same_constant_time(state + n - SECRET_SIZE + 1, signature(cx, p, token, said)))
        return false;
    *out = (struct errand){ .purpose = (enum errand_purpose)said[0],
                            .begun = strtoll(said + 1, NULL, 10),
                            .state = state };
    fill(cx, token, said, out);
    return out->begun > cx->now - MINUTES(ERRAND_MINUTES);
}

const char *errand_key(struct cx *cx, const char *token)
{
    return derived(cx, token, "begin", "");
}

/* --- cookies ---------------------------------------------------------------------------------- */

enum { DOOR_SECONDS = 365 * 24 * 3600 };

static const char *cookie(struct cx *cx, const char *name, const char *value, int seconds)
{
    return arena_print(cx->mem, "%s=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s", name, value,
                       seconds, cx->setup->secure ? "; Secure" : "");
}

const char *errand_next_cookie(struct cx *cx, const char *next)
{
    bool some = *next && url_is_inside(next);
    return cookie(cx, "linden-next", some ? percent_encoded(cx->mem, next) : "",
                  some ? ERRAND_MINUTES * 60 : 0);
}

const char *errand_next(struct cx *cx, const struct request *rq)
{
    const char *value = cookie_text(cx, rq, "linden-next"), *out;
    return value && percent_decode(cx->mem, value, strlen(value), &out) ? out : "";
}

const char *errand_door_cookie(struct cx *cx, const char *slug)
{
    return cookie(cx, "linden-door", slug, DOOR_SECONDS);
}

const char *errand_door(struct cx *cx, const struct request *rq)
{
    const char *slug = cookie_text(cx, rq, "linden-door");
    return slug ? slug : "";
}

const char *errand_back(struct cx *cx, const char *slug)
{
    return url_whole(cx, url_in(cx, slug, ROUTE_sso_back_show));
}

static const char *challenge_of(struct cx *cx, const char *verifier)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    size_t room = sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(cx->mem, room);
    crypto_hash_sha256(hash, (const unsigned char *)verifier, strlen(verifier));
    return sodium_bin2base64(out, room, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *errand_way(struct cx *cx, const struct provider *p, const struct errand *e,
                       const char *slug)
{
    struct arena *mem = cx->mem;
    return ARENA_JOIN(mem, p->authorize_url, strchr(p->authorize_url, '?') ? "&" : "?",
                      "response_type=code&scope=openid&client_id=", percent_encoded(mem, p->client),
                      "&redirect_uri=", percent_encoded(mem, errand_back(cx, slug)),
                      "&state=", e->state, "&nonce=", e->nonce,
                      "&code_challenge_method=S256&code_challenge=", challenge_of(cx, e->verifier),
                      e->purpose == ERRAND_CONFIRM ? "&prompt=login&max_age=0" : "");
}
