/* token_test.c - what a provider's token must say; with keys and tokens made here.  RSA and P-256,
 * and a provider that sends them: tests/cli/sso_test.mjs. */
#include "tests/test.h"

#include <sodium.h>
#include <string.h>

#include "app/sso/token.h"
#include "base/time.h"

#define NOW 1795000000
#define HEADER "{\"alg\":\"EdDSA\",\"kid\":\"one\"}"
#define TIMES "\"iat\":1795000000,\"exp\":1795000300"
#define WHO "\"iss\":\"https://i\",\"aud\":\"us\",\"sub\":\"s\""
#define CLAIMS "{" WHO "," TIMES ",\"nonce\":\"n\"}"
#define EVENT "\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}"

static unsigned char public_key[32], secret_key[64];

static const char *b64(struct cx *cx, const void *at, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(cx->mem, room);
    return sodium_bin2base64(out, room, at, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static const char *make(struct cx *cx, const char *header, const char *claims)
{
    unsigned char signature[64];
    const char *said = arena_print(cx->mem, "%s.%s", b64(cx, header, strlen(header)),
                                   b64(cx, claims, strlen(claims)));
    crypto_sign_detached(signature, NULL, (const unsigned char *)said, strlen(said), secret_key);
    return arena_print(cx->mem, "%s.%s", said, b64(cx, signature, sizeof signature));
}

static const char *keys(struct cx *cx, const char *more)
{
    return arena_print(cx->mem,
                       "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"one\","
                       "\"x\":\"%s\"%s},{\"kty\":\"RSA\",\"kid\":\"two\"}]}",
                       b64(cx, public_key, 32), more);
}

static enum token_fault read_at(struct cx *cx, const char *token, const char *set, int64_t now)
{
    struct claims claims;
    struct expected e = { "https://i", "us", set, JWS_EDDSA, "n", SECONDS(now) };
    return token_read(cx->mem, token, &e, &claims);
}

static enum token_fault fault(struct cx *cx, const char *header, const char *claims)
{
    return read_at(cx, make(cx, header, claims), keys(cx, ""), NOW);
}

TEST(a_token_is_for_us_from_the_provider_now_and_signed_as_agreed)
{
    crypto_sign_keypair(public_key, secret_key);
    CHECK_INT(fault(cx, HEADER, CLAIMS), TOKEN_FINE);
    CHECK_INT(fault(cx, "{\"alg\":\"EdDSA\"}", CLAIMS), TOKEN_FINE); /* there is only one it could be */
    CHECK_INT(fault(cx, "{\"alg\":\"EdDSA\",\"kid\":\"two\"}", CLAIMS), TOKEN_UNKNOWN_KEY);
    CHECK_INT(fault(cx, "{\"alg\":\"RS256\",\"kid\":\"one\"}", CLAIMS), TOKEN_ALGORITHM);
    CHECK_INT(fault(cx, "{\"alg\":\"none\"}", CLAIMS), TOKEN_ALGORITHM);
    CHECK_INT(fault(cx, "{\"kid\":\"one\"}", CLAIMS), TOKEN_ALGORITHM);
    CHECK_INT(fault(cx, "{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}", CLAIMS), TOKEN_NONE);
    CHECK_INT(fault(cx, "{\"alg\":\"EdDSA\",\"typ\":\"logout+jwt\"}", CLAIMS), TOKEN_KIND);
    CHECK_INT(fault(cx, HEADER, "{" WHO "," TIMES ",\"nonce\":\"m\"}"), TOKEN_NONCE);
    CHECK_INT(fault(cx, HEADER, "{" WHO "," TIMES "}"), TOKEN_NONCE);
    CHECK_INT(fault(cx, HEADER, "{\"iss\":\"https://j\",\"aud\":\"us\",\"sub\":\"s\"," TIMES "}"), TOKEN_ISSUER);
    CHECK_INT(fault(cx, HEADER, "{\"iss\":\"https://i\",\"aud\":\"them\",\"sub\":\"s\"," TIMES "}"), TOKEN_CLIENT);
    CHECK_INT(fault(cx, HEADER, "{\"iss\":\"https://i\",\"aud\":[\"us\"],\"sub\":\"s\"," TIMES ",\"nonce\":\"n\"}"), TOKEN_FINE);
    CHECK_INT(fault(cx, HEADER, "{\"iss\":\"https://i\",\"aud\":[],\"sub\":\"s\"," TIMES "}"), TOKEN_CLIENT);
    CHECK_INT(fault(cx, HEADER, "{\"iss\":\"https://i\",\"aud\":\"us\"," TIMES ",\"nonce\":\"n\"}"), TOKEN_SUBJECT);
    /* A key that is for something else, and none; a set that is none. */
    const char *token = make(cx, HEADER, CLAIMS);
    CHECK_INT(read_at(cx, token, keys(cx, ",\"use\":\"enc\""), NOW), TOKEN_UNKNOWN_KEY);
    CHECK_INT(read_at(cx, token, keys(cx, ",\"alg\":\"ES256\""), NOW), TOKEN_UNKNOWN_KEY);
    CHECK_INT(read_at(cx, token, keys(cx, ",\"use\":\"sig\",\"alg\":\"EdDSA\""), NOW), TOKEN_FINE);
    CHECK_INT(read_at(cx, token, "{\"keys\":[]}", NOW), TOKEN_UNKNOWN_KEY);
    CHECK_INT(read_at(cx, token, "<html>", NOW), TOKEN_UNKNOWN_KEY);
}

TEST(a_token_is_good_from_when_it_was_made_until_it_ends)
{
    crypto_sign_keypair(public_key, secret_key);
    const char *token = make(cx, HEADER, CLAIMS), *set = keys(cx, "");
    CHECK_INT(read_at(cx, token, set, NOW - TOKEN_SKEW), TOKEN_FINE);
    CHECK_INT(read_at(cx, token, set, NOW - TOKEN_SKEW - 1), TOKEN_EXPIRED);
    CHECK_INT(read_at(cx, token, set, NOW + 300 + TOKEN_SKEW - 1), TOKEN_FINE);
    CHECK_INT(read_at(cx, token, set, NOW + 300 + TOKEN_SKEW), TOKEN_EXPIRED);
    token = make(cx, HEADER, "{" WHO ",\"iat\":1795000000,\"exp\":1796000000,\"nonce\":\"n\"}");
    CHECK_INT(read_at(cx, token, set, NOW + TOKEN_AGE), TOKEN_FINE);
    CHECK_INT(read_at(cx, token, set, NOW + TOKEN_AGE + 1), TOKEN_EXPIRED); /* made long ago */
}

TEST(a_token_that_is_changed_anywhere_is_refused)
{
    crypto_sign_keypair(public_key, secret_key);
    char *token = arena_print(cx->mem, "%s", make(cx, HEADER, CLAIMS));
    const char *set = keys(cx, "");
    int64_t taken = 0, tried = 0;
    for (char *c = token; *c; c++) {
        const char was = *c;
        if (was == '.' || c[1] == '.' || !c[1]) continue; /* the last letters have bits to spare */
        *c = was == 'A' ? 'B' : 'A';
        taken += read_at(cx, token, set, NOW) == TOKEN_FINE;
        *c = was;
        tried++;
    }
    CHECK_INT(taken, 0);
    CHECK(tried > 200);
    for (size_t n = 0; n < strlen(token); n++)
        CHECK(read_at(cx, arena_copy(cx->mem, token, n), set, NOW) != TOKEN_FINE);
    CHECK_INT(read_at(cx, token, set, NOW), TOKEN_FINE);
}

TEST(signing_out_and_signing_in_are_not_taken_for_each_other)
{
    struct claims claims;
    crypto_sign_keypair(public_key, secret_key);
    struct expected e = { "https://i", "us", keys(cx, ""), JWS_EDDSA, NULL, SECONDS(NOW) };
    const char *out = make(cx, "{\"alg\":\"EdDSA\",\"typ\":\"logout+jwt\"}", "{" WHO "," TIMES ",\"jti\":\"1\"," EVENT "}");
    CHECK_INT(logout_read(cx->mem, out, &e, &claims), TOKEN_FINE);
    CHECK_TEXT(claims.subject, "s");
    CHECK_INT(read_at(cx, out, e.keys, NOW), TOKEN_KIND);
    CHECK_INT(fault(cx, HEADER, "{" WHO "," TIMES ",\"nonce\":\"n\"," EVENT "}"), TOKEN_KIND);
    const char *const wrong[] = { CLAIMS, "{" WHO "," TIMES ",\"jti\":\"1\",\"nonce\":\"n\"," EVENT "}",
                                  "{" WHO "," TIMES "," EVENT "}", "{" WHO "," TIMES ",\"jti\":\"1\",\"events\":{}}",
                                  "{" WHO "," TIMES ",\"jti\":\"1\",\"events\":[]}" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_INT(logout_read(cx->mem, make(cx, HEADER, wrong[i]), &e, &claims), TOKEN_KIND);
}
