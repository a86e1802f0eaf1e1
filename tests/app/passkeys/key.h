/* key.h - an authenticator, for tests: it keeps Ed25519 keys and answers as the standard says,
 * from the standard's text and not from Linden's sources. */
#pragma once
#include "tests/app/second_step/app.h"

#include <sodium.h>

struct held_key {
    unsigned char public[32], secret[64], id[16];
    uint32_t counter;
    int flags; /* user present 1, verified 4 */
    const char *origin, *party;
    const char *credential, *user;
};

/* What stands in a form: each member can be changed on the way. */
struct answer {
    const char *challenge, *credential, *client, *data, *signature, *user, *algorithm;
};

static inline const char *b64(struct cx *cx, const void *at, size_t n)
{
    size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(cx->mem, room);
    return sodium_bin2base64(out, room, at, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static inline struct held_key new_key(struct cx *cx)
{
    struct held_key k = { .flags = 5, .origin = "http://linden.example", .party = "linden.example" };
    crypto_sign_keypair(k.public, k.secret);
    randombytes_buf(k.id, sizeof k.id);
    k.credential = b64(cx, k.id, sizeof k.id);
    return k;
}

static inline const char *client_data(struct cx *cx, const struct held_key *k, const char *type,
                                      const char *challenge)
{
    return arena_print(cx->mem,
                       "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}",
                       type, challenge, k->origin);
}

/* Hash of the party's id, flags, counter; and for a new key its id and its COSE form. */
static inline size_t data_of(const struct held_key *k, bool fresh, unsigned char *out)
{
    static const unsigned char cose[] = { 0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32 };
    crypto_hash_sha256(out, (const unsigned char *)k->party, strlen(k->party));
    out[32] = (unsigned char)(k->flags | (fresh ? 64 : 0));
    for (int i = 0; i < 4; i++) out[33 + i] = (unsigned char)(k->counter >> (24 - 8 * i));
    size_t n = 37;
    if (!fresh) return n;
    memset(out + n, 7, 16); /* of which make it is */
    n += 16;
    out[n++] = 0;
    out[n++] = sizeof k->id;
    memcpy(out + n, k->id, sizeof k->id);
    n += sizeof k->id;
    memcpy(out + n, cose, sizeof cose);
    n += sizeof cose;
    memcpy(out + n, k->public, 32);
    return n + 32;
}

static inline struct answer made_by(struct cx *cx, struct held_key *k, const char *challenge)
{
    unsigned char data[256];
    const char *client = client_data(cx, k, "webauthn.create", challenge);
    size_t n = data_of(k, true, data);
    return (struct answer){ .challenge = challenge,
                            .credential = k->credential,
                            .client = b64(cx, client, strlen(client)),
                            .data = b64(cx, data, n),
                            .signature = "",
                            .user = "",
                            .algorithm = "-8" };
}

static inline struct answer signed_by(struct cx *cx, struct held_key *k, const char *challenge)
{
    unsigned char data[64 + 32], signature[64];
    const char *client = client_data(cx, k, "webauthn.get", challenge);
    k->counter++;
    size_t n = data_of(k, false, data);
    crypto_hash_sha256(data + n, (const unsigned char *)client, strlen(client));
    crypto_sign_detached(signature, NULL, data, n + 32, k->secret);
    return (struct answer){ .challenge = challenge,
                            .credential = k->credential,
                            .client = b64(cx, client, strlen(client)),
                            .data = b64(cx, data, n),
                            .signature = b64(cx, signature, sizeof signature),
                            .user = k->user ? k->user : "",
                            .algorithm = "" };
}

#define ANSWER(a)                                                                                \
    "proof_challenge", (a).challenge, "proof_credential", (a).credential, "proof_client",        \
        (a).client, "proof_data", (a).data, "proof_signature", (a).signature, "proof_user",      \
        (a).user, "proof_algorithm", (a).algorithm

static inline const char *challenge_of(struct cx *cx, struct browser *b)
{
    struct page page = send_form(cx, b, "/passkeys/challenge", NULL);
    CHECK_INT(page.status, 200);
    return between(cx, page.body, "data-value=\"", "\"");
}

/* The page after "Add a passkey", from a session that has just signed in. */
static inline struct page begin_key(struct cx *cx, struct browser *b, const char *name)
{
    return send_form(cx, b, "/me/sign-in/passkeys", "name", name, "password", HERS, NULL);
}

static inline struct page add_key(struct cx *cx, struct browser *b, struct held_key *k, const char *name)
{
    struct page page = begin_key(cx, b, name);
    struct answer a = made_by(cx, k, between(cx, page.body, "data-value=\"", "\""));
    k->user = between(cx, page.body, "data-user=\"", "\"");
    return send_form(cx, b, "/me/sign-in/passkeys/new", "name", name, ANSWER(a), NULL);
}

/* Gina, signed in with b, has this key. */
static inline void with_key(struct cx *cx, struct browser *b, struct held_key *k)
{
    *k = new_key(cx);
    try_password(cx, b, GINA, HERS);
    CHECK_INT(add_key(cx, b, k, "My laptop").status, 200); /* with recovery codes */
    cx->now += MINUTES(1);
}

static inline struct page use_key(struct cx *cx, struct browser *b, struct held_key *k)
{
    open_page(cx, b, "/sign-in");
    struct answer a = signed_by(cx, k, challenge_of(cx, b));
    return send_form(cx, b, "/sign-in/passkey", ANSWER(a), NULL);
}
