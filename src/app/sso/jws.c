/* jws.c - see jws.h */
#include "app/sso/jws.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/library.h"
#include "http/json_read.h"

const char *const jws_names[JWS_ALGORITHMS] = {
    [JWS_RS256] = "RS256",
    [JWS_PS256] = "PS256",
    [JWS_ES256] = "ES256",
    [JWS_EDDSA] = "EdDSA",
};

enum { HEADER_MEMBERS = 20, KEY_MEMBERS = 400, MODULUS_MOST = 1024, COORDINATE = 32 };

enum jws_algorithm jws_find(const char *name)
{
    enum jws_algorithm a = 0;
    while (a < JWS_ALGORITHMS && strcmp(jws_names[a], name) != 0) a++;
    return a;
}

/* --- the library ---------------------------------------------------------------------- */

#define CALLS(call)                                                                          \
    call(d2i_PUBKEY) call(EVP_PKEY_free) call(EVP_PKEY_get_bits) call(EVP_MD_CTX_new)        \
        call(EVP_MD_CTX_free) call(EVP_sha256) call(EVP_DigestVerifyInit)                    \
            call(EVP_DigestVerify) call(EVP_PKEY_CTX_set_rsa_padding)                        \
                call(EVP_PKEY_CTX_set_rsa_pss_saltlen) call(ERR_clear_error)
void ERR_clear_error(void);

static struct {
#define CALL(name) __typeof__(name) *name;
    CALLS(CALL)
#undef CALL
} f;
static bool loaded;

static void load(void)
{
    void *library = library_open("libcrypto.so.3");
    loaded = library != NULL;
#define CALL(name) loaded = library_find(library, #name, &f.name) && loaded;
    CALLS(CALL)
#undef CALL
}

static bool ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

const char *jws_missing(void)
{
    return ready() ? NULL : "libcrypto.so.3 cannot be opened; install the package libssl3";
}

/* --- pieces ---------------------------------------------------------------------------- */

struct blob {
    unsigned char *at;
    size_t n;
};

static bool read_blob(struct arena *mem, const char *text, size_t length, struct blob *out)
{
    const char *end;
    out->at = arena_alloc(mem, length + 1);
    return sodium_base642bin(out->at, length + 1, text, length, NULL, &out->n, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING)
               == 0
           && end == text + length;
}

struct key {
    const char *type, *curve, *n, *e, *x, *y; /* as they are written, or "" */
};

/* One after the other into a piece of DER. */
struct der {
    unsigned char at[MODULUS_MOST + 64];
    size_t n;
};

static void der_put(struct der *d, const void *bytes, size_t n)
{
    memcpy(d->at + d->n, bytes, n);
    d->n += n;
}

static void der_head(struct der *d, unsigned char tag, size_t n)
{
    unsigned char head[4] = { tag, (unsigned char)n };
    size_t size = 2;
    if (n > 127) head[1] = 0x81, head[2] = (unsigned char)n, size = 3;
    if (n > 255) head[1] = 0x82, head[2] = (unsigned char)(n >> 8), head[3] = (unsigned char)n, size = 4;
    der_put(d, head, size);
}

/* A number that is not below zero. */
static void der_number(struct der *d, const unsigned char *at, size_t n)
{
    while (n > 1 && *at == 0) at++, n--;
    bool high = n == 0 || *at > 127;
    der_head(d, 2, n + high);
    if (high) der_put(d, "", 1);
    der_put(d, at, n);
}

/* A SubjectPublicKeyInfo around the key itself. */
static EVP_PKEY *open_key(const unsigned char *algorithm, size_t algorithm_n, const struct der *key)
{
    struct der bits = { 0 }, all = { 0 };
    der_head(&bits, 3, key->n + 1);
    der_put(&bits, "", 1);
    der_put(&bits, key->at, key->n);
    der_head(&all, 0x30, algorithm_n + bits.n);
    der_put(&all, algorithm, algorithm_n);
    der_put(&all, bits.at, bits.n);
    const unsigned char *at = all.at;
    return f.d2i_PUBKEY(NULL, &at, (long)all.n);
}

static EVP_PKEY *open_rsa(struct arena *mem, const struct key *k)
{
    static const unsigned char rsa[] = { 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0 };
    struct blob n, e;
    struct der numbers = { 0 }, key = { 0 };
    if (!read_blob(mem, k->n, strlen(k->n), &n) || !read_blob(mem, k->e, strlen(k->e), &e)) return NULL;
    if (n.n < JWS_RSA_BITS / 8 || n.n > MODULUS_MOST - 64 || e.n < 1 || e.n > 8) return NULL;
    der_number(&numbers, n.at, n.n);
    der_number(&numbers, e.at, e.n);
    der_head(&key, 0x30, numbers.n);
    der_put(&key, numbers.at, numbers.n);
    EVP_PKEY *out = open_key(rsa, sizeof rsa, &key);
    if (!out || f.EVP_PKEY_get_bits(out) >= JWS_RSA_BITS) return out;
    f.EVP_PKEY_free(out);
    return NULL;
}

static EVP_PKEY *open_p256(struct arena *mem, const struct key *k)
{
    static const unsigned char p256[] = { 0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1,
                                          6,    8,  0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
    struct blob x, y;
    struct der key = { 0 };
    if (!read_blob(mem, k->x, strlen(k->x), &x) || !read_blob(mem, k->y, strlen(k->y), &y)) return NULL;
    if (x.n != COORDINATE || y.n != COORDINATE) return NULL;
    der_put(&key, "\4", 1);
    der_put(&key, x.at, x.n);
    der_put(&key, y.at, y.n);
    return open_key(p256, sizeof p256, &key);
}

/* --- one signature ----------------------------------------------------------------------- */

static bool digest_fits(EVP_PKEY *key, bool pss, const struct blob *signature, const char *said,
                        size_t n)
{
    EVP_MD_CTX *context = f.EVP_MD_CTX_new();
    EVP_PKEY_CTX *settings;
    bool right = context && f.EVP_DigestVerifyInit(context, &settings, f.EVP_sha256(), NULL, key) == 1;
    if (right && pss)
        right = f.EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
                && f.EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
    right = right
            && f.EVP_DigestVerify(context, signature->at, signature->n, (const unsigned char *)said, n) == 1;
    f.EVP_MD_CTX_free(context);
    f.ERR_clear_error();
    return right;
}

static bool rsa_fits(struct arena *mem, const struct key *k, bool pss, const struct blob *signature,
                     const char *said, size_t n)
{
    EVP_PKEY *key = ready() ? open_rsa(mem, k) : NULL;
    bool right = key && digest_fits(key, pss, signature, said, n);
    if (key) f.EVP_PKEY_free(key);
    return right;
}

/* In a token the two numbers stand side by side; libcrypto wants them as DER. */
static bool p256_fits(struct arena *mem, const struct key *k, const struct blob *signature,
                      const char *said, size_t n)
{
    struct der numbers = { 0 }, both = { 0 };
    if (signature->n != 2 * COORDINATE) return false;
    der_number(&numbers, signature->at, COORDINATE);
    der_number(&numbers, signature->at + COORDINATE, COORDINATE);
    der_head(&both, 0x30, numbers.n);
    der_put(&both, numbers.at, numbers.n);
    EVP_PKEY *key = ready() ? open_p256(mem, k) : NULL;
    bool right = key && digest_fits(key, false, &(struct blob){ both.at, both.n }, said, n);
    if (key) f.EVP_PKEY_free(key);
    return right;
}

static bool ed25519_fits(struct arena *mem, const struct key *k, const struct blob *signature,
                         const char *said, size_t n)
{
    struct blob x;
    return read_blob(mem, k->x, strlen(k->x), &x) && x.n == crypto_sign_PUBLICKEYBYTES
           && signature->n == crypto_sign_BYTES
           && crypto_sign_verify_detached(signature->at, (const unsigned char *)said, n, x.at) == 0;
}

static bool fits(struct arena *mem, enum jws_algorithm algorithm, const struct key *k,
                 const struct blob *signature, const char *said, size_t n)
{
    switch (algorithm) {
    case JWS_RS256: return rsa_fits(mem, k, false, signature, said, n);
    case JWS_PS256: return rsa_fits(mem, k, true, signature, said, n);
    case JWS_ES256: return p256_fits(mem, k, signature, said, n);
    case JWS_EDDSA: return ed25519_fits(mem, k, signature, said, n);
    case JWS_ALGORITHMS: break;
    }
    return false;
}

/* --- which key ------------------------------------------------------------------------------ */

static const char *member(const struct json_object *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->at[i].name, name) == 0)
            return o->at[i].kind == JSON_KIND_TEXT ? o->at[i].text : "";
    return "";
}

static bool has_member(const struct json_object *o, const char *name)
{
    for (size_t i = 0; i < o->n; i++)
        if (strcmp(o->at[i].name, name) == 0) return true;
    return false;
}

static bool suits(const struct json_object *o, enum jws_algorithm algorithm)
{
    static const char *const kinds[] = { "RSA", "RSA", "EC", "OKP" };
    static const char *const curves[] = { "", "", "P-256", "Ed25519" };
    if (strcmp(member(o, "kty"), kinds[algorithm]) != 0) return false;
    if (strcmp(member(o, "crv"), curves[algorithm]) != 0) return false;
    if (has_member(o, "use") && strcmp(member(o, "use"), "sig") != 0) return false;
    return !has_member(o, "alg") || strcmp(member(o, "alg"), jws_names[algorithm]) == 0;
}

/* The one with this name; without a name the only one there is. */
static enum jws_fault find_key(struct arena *mem, const char *keys, enum jws_algorithm algorithm,
                               const char *name, struct key *out)
{
    struct json_object *all = NEW_ARRAY(mem, struct json_object, JWS_KEYS);
    size_t n, found = 0;
    if (!json_read_objects(mem, keys, strlen(keys), "keys", KEY_MEMBERS, all, JWS_KEYS, &n))
        return JWS_UNKNOWN_KEY;
    for (size_t i = 0; i < n; i++) {
        if (!suits(&all[i], algorithm)) continue;
        if (name && strcmp(member(&all[i], "kid"), name) != 0) continue;
        found++;
        *out = (struct key){ .n = member(&all[i], "n"),
                             .e = member(&all[i], "e"),
                             .x = member(&all[i], "x"),
                             .y = member(&all[i], "y") };
    }
    return found == 1 ? JWS_FINE : JWS_UNKNOWN_KEY;
}

bool jws_keys_fit(struct arena *mem, const char *keys, enum jws_algorithm algorithm)
{
    struct json_object *all = NEW_ARRAY(mem, struct json_object, JWS_KEYS);
    size_t n;
    if (!json_read_objects(mem, keys, strlen(keys), "keys", KEY_MEMBERS, all, JWS_KEYS, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (suits(&all[i], algorithm)) return true;
    return false;
}

/* --- a token ---------------------------------------------------------------------------------- */

static bool read_header(struct arena *mem, const char *text, size_t n, struct json_object *out)
{
    struct blob bytes;
    return read_blob(mem, text, n, &bytes)
           && json_read_flat(mem, (const char *)bytes.at, bytes.n, HEADER_MEMBERS, &out->at, &out->n);
}

enum jws_fault jws_verify(struct arena *mem, const char *token, enum jws_algorithm algorithm,
                          const char *keys, struct jws *out)
{
    struct json_object header;
    struct blob payload, signature;
    struct key key;
    size_t length = strnlen(token, JWS_MOST + 1), first = strcspn(token, ".");
    if (length > JWS_MOST || !token[first] || algorithm >= JWS_ALGORITHMS) return JWS_NO_TOKEN;
    size_t second = first + 1 + strcspn(token + first + 1, ".");
    if (!token[second] || !read_header(mem, token, first, &header)) return JWS_NO_TOKEN;
    if (strcmp(member(&header, "alg"), jws_names[algorithm]) != 0) return JWS_ALGORITHM;
    if (has_member(&header, "crit") || has_member(&header, "b64")) return JWS_NO_TOKEN;
    if (!read_blob(mem, token + first + 1, second - first - 1, &payload)
        || !read_blob(mem, token + second + 1, length - second - 1, &signature))
        return JWS_NO_TOKEN;
    const char *name = has_member(&header, "kid") ? member(&header, "kid") : NULL;
    enum jws_fault fault = find_key(mem, keys, algorithm, name, &key);
    if (fault != JWS_FINE) return fault;
    if (!fits(mem, algorithm, &key, &signature, token, second)) return JWS_SIGNATURE;
    *out = (struct jws){ member(&header, "typ"), (const char *)payload.at, payload.n };
    return JWS_FINE;
}
