/* webauthn.c - see webauthn.h */
#include "app/passkeys/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/library.h"

enum {
    HASH = crypto_hash_sha256_BYTES,
    FLAGS_AT = HASH,
    LEAST_DATA = HASH + 1 + 4, /* hash of the party's id, flags, counter */
    PRESENT = 1,
    VERIFIED = 4,
    ATTESTED = 64,
    MOST = 4096
};

/* --- the library ---------------------------------------------------------------------- */

#define CALLS(call)                                                                                \
    call(fido_init) call(fido_cred_new) call(fido_cred_free) call(fido_cred_set_type)              \
        call(fido_cred_set_authdata_raw) call(fido_cred_id_ptr) call(fido_cred_id_len)             \
            call(fido_cred_pubkey_ptr) call(fido_cred_pubkey_len) call(fido_cred_sigcount)         \
                call(fido_assert_new) call(fido_assert_free) call(fido_assert_set_count)           \
                    call(fido_assert_set_rp) call(fido_assert_set_clientdata_hash)                 \
                        call(fido_assert_set_authdata_raw) call(fido_assert_set_sig)               \
                            call(fido_assert_set_up) call(fido_assert_set_uv)                      \
                                call(fido_assert_verify) call(fido_assert_sigcount)                \
                                    call(es256_pk_new) call(es256_pk_free) call(es256_pk_from_ptr) \
                                        call(rs256_pk_new) call(rs256_pk_free)                     \
                                            call(rs256_pk_from_ptr) call(eddsa_pk_new)             \
                                                call(eddsa_pk_free) call(eddsa_pk_from_ptr)

static struct {
#define CALL(name) __typeof__(name) *name;
    CALLS(CALL)
#undef CALL
} f;
static bool loaded;

static void load(void)
{
    void *library = library_open("libfido2.so.1");
    loaded = library != NULL;
#define CALL(name) loaded = library_find(library, #name, &f.name) && loaded;
    CALLS(CALL)
#undef CALL
    if (loaded) f.fido_init(0);
}

static bool ready(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

const char *webauthn_missing(void)
{
    return ready() ? NULL : "libfido2.so.1 cannot be opened; install the package libfido2-1";
}

/* --- pieces ---------------------------------------------------------------------------- */

struct webauthn_party webauthn_party(struct arena *mem, const char *url)
{
    const char *host = strstr(url, "://");
    bool secure = strncmp(url, "https:", 6) == 0;
    host = host ? host + 3 : url;
    size_t n = strcspn(host, ":/"), port = strcspn(host + n, "/");
    const char *usual = secure ? ":443" : ":80"; /* which browsers leave out */
    if (port == strlen(usual) && strncmp(host + n, usual, port) == 0) port = 0;
    return (struct webauthn_party){
        .origin = arena_copy(mem, url, (size_t)(host - url) + n + port),
        .id = arena_copy(mem, host, n),
    };
}

struct blob {
    unsigned char *at;
    size_t n;
};

static bool read_blob(struct arena *mem, const char *text, struct blob *out)
{
    size_t length = strnlen(text, MOST + 1);
    const char *end;
    if (length == 0 || length > MOST) return false;
    out->at = arena_alloc(mem, length);
    return sodium_base642bin(out->at, length, text, length, NULL, &out->n, &end,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING)
               == 0
           && end == text + length;
}

static const char *written(struct arena *mem, const unsigned char *at, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(mem, room);
    return sodium_bin2base64(out, room, at, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Clients write these members first and in this order, and escape nothing that could stand
 * in a challenge or an origin (5.8.1.1). */
static bool client_fits(struct arena *mem, const struct webauthn_party *party, const char *type,
                        const char *challenge, const struct blob *client)
{
    static const char cross[] = ",\"crossOrigin\":", no[] = "false";
    const char *begins = arena_print(mem, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"",
                                     type, challenge, party->origin);
    size_t n = strlen(begins);
    if (client->n <= n || memcmp(client->at, begins, n) != 0) return false;
    const char *rest = (const char *)client->at + n;
    size_t left = client->n - n;
    if (*rest == '}') return left == 1;
    if (*rest != ',') return false;
    if (left < sizeof cross - 1 || memcmp(rest, cross, sizeof cross - 1) != 0) return true;
    rest += sizeof cross - 1;
    left -= sizeof cross - 1;
    return left > sizeof no - 1 && memcmp(rest, no, sizeof no - 1) == 0
           && strchr("},", rest[sizeof no - 1]);
}

static bool data_fits(const struct webauthn_party *party, const struct blob *data, int flags)
{
    unsigned char hash[HASH];
    if (data->n < LEAST_DATA) return false;
    crypto_hash_sha256(hash, (const unsigned char *)party->id, strlen(party->id));
    return memcmp(data->at, hash, HASH) == 0 && (data->at[FLAGS_AT] & flags) == flags;
}

/* The key as the library has it, to be given back to its own free function. */
static void *key_open(int64_t algorithm, const struct blob *key)
{
    switch (algorithm) {
    case WEBAUTHN_ES256: {
        es256_pk_t *pk = f.es256_pk_new();
        if (pk && f.es256_pk_from_ptr(pk, key->at, key->n) != FIDO_OK) f.es256_pk_free(&pk);
        return pk;
    }
    case WEBAUTHN_EDDSA: {
        eddsa_pk_t *pk = f.eddsa_pk_new();
        if (pk && f.eddsa_pk_from_ptr(pk, key->at, key->n) != FIDO_OK) f.eddsa_pk_free(&pk);
        return pk;
    }
    case WEBAUTHN_RS256: {
        rs256_pk_t *pk = f.rs256_pk_new();
        if (pk && f.rs256_pk_from_ptr(pk, key->at, key->n) != FIDO_OK) f.rs256_pk_free(&pk);
        return pk;
    }
    default: return NULL;
    }
}

static void key_close(int64_t algorithm, void *key)
{
    es256_pk_t *es256 = key;
    eddsa_pk_t *eddsa = key;
    rs256_pk_t *rs256 = key;
    if (algorithm == WEBAUTHN_ES256) f.es256_pk_free(&es256);
    if (algorithm == WEBAUTHN_EDDSA) f.eddsa_pk_free(&eddsa);
    if (algorithm == WEBAUTHN_RS256) f.rs256_pk_free(&rs256);
}

/* --- a new one -------------------------------------------------------------------------- */

static bool is_taken(int64_t algorithm)
{
    return algorithm == WEBAUTHN_ES256 || algorithm == WEBAUTHN_EDDSA
           || algorithm == WEBAUTHN_RS256;
}

static bool read_new(struct arena *mem, fido_cred_t *cred, const struct webauthn_answer *a,
                     const struct blob *id, const struct blob *data, struct webauthn_key *out)
{
    if (f.fido_cred_set_type(cred, (int)a->algorithm) != FIDO_OK) return false;
    if (f.fido_cred_set_authdata_raw(cred, data->at, data->n) != FIDO_OK) return false;
    if (f.fido_cred_id_len(cred) != id->n || id->n > 1023) return false;
    if (memcmp(f.fido_cred_id_ptr(cred), id->at, id->n) != 0) return false;
    struct blob key = { .n = f.fido_cred_pubkey_len(cred) };
    key.at = arena_alloc(mem, key.n + 1);
    memcpy(key.at, f.fido_cred_pubkey_ptr(cred), key.n);
    void *opened = key_open(a->algorithm, &key);
    if (!opened) return false;
    key_close(a->algorithm, opened);
    *out = (struct webauthn_key){ .credential = written(mem, id->at, id->n),
                                  .public_key = written(mem, key.at, key.n),
                                  .algorithm = a->algorithm,
                                  .counter = f.fido_cred_sigcount(cred) };
    return true;
}

bool webauthn_new(struct arena *mem, const struct webauthn_party *party,
                  const struct webauthn_answer *a, struct webauthn_key *out)
{
    struct blob id, client, data;
    if (!ready() || !is_taken(a->algorithm)) return false;
    if (!read_blob(mem, a->credential, &id) || !read_blob(mem, a->client, &client)
        || !read_blob(mem, a->data, &data))
        return false;
    if (!client_fits(mem, party, "webauthn.create", a->challenge, &client)) return false;
    if (!data_fits(party, &data, PRESENT | VERIFIED | ATTESTED)) return false;
    fido_cred_t *cred = f.fido_cred_new();
    bool right = cred && read_new(mem, cred, a, &id, &data, out);
    f.fido_cred_free(&cred);
    return right;
}

/* --- an assertion ------------------------------------------------------------------------ */

static bool signed_by(fido_assert_t *assert, const struct webauthn_party *party,
                      const unsigned char hash[HASH], const struct blob *data,
                      const struct blob *signature, int64_t algorithm, const void *key)
{
    return f.fido_assert_set_count(assert, 1) == FIDO_OK
           && f.fido_assert_set_rp(assert, party->id) == FIDO_OK
           && f.fido_assert_set_clientdata_hash(assert, hash, HASH) == FIDO_OK
           && f.fido_assert_set_authdata_raw(assert, 0, data->at, data->n) == FIDO_OK
           && f.fido_assert_set_sig(assert, 0, signature->at, signature->n) == FIDO_OK
           && f.fido_assert_set_up(assert, FIDO_OPT_TRUE) == FIDO_OK
           && f.fido_assert_verify(assert, 0, (int)algorithm, key) == FIDO_OK;
}

bool webauthn_right(struct arena *mem, const struct webauthn_party *party,
                    const struct webauthn_key *key, const struct webauthn_answer *a, bool verified,
                    int64_t *counter)
{
    struct blob client, data, signature, public_key;
    unsigned char hash[HASH];
    if (!ready() || strcmp(a->credential, key->credential) != 0) return false;
    if (!read_blob(mem, a->client, &client) || !read_blob(mem, a->data, &data)
        || !read_blob(mem, a->signature, &signature)
        || !read_blob(mem, key->public_key, &public_key))
        return false;
    if (!client_fits(mem, party, "webauthn.get", a->challenge, &client)) return false;
    if (!data_fits(party, &data, verified ? PRESENT | VERIFIED : PRESENT)) return false;
    crypto_hash_sha256(hash, client.at, client.n);
    void *opened = key_open(key->algorithm, &public_key);
    if (!opened) return false;
    fido_assert_t *assert = f.fido_assert_new();
    bool right = assert &&signed_by(assert, party, hash, &data, &signature, key->algorithm, opened);
    if (right) *counter = f.fido_assert_sigcount(assert, 0);
    f.fido_assert_free(&assert);
    key_close(key->algorithm, opened);
    return right;
}
