/* secret.h - tokens, and passwords as they are stored.
 *
 * A token is 256 random bits as 43 letters (base64url).  Only its hash is
 * stored: a token is too random to be guessed, so a plain hash is enough,
 * unlike for a password. */
#pragma once
#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

enum { SECRET_SIZE = 44, PASSWORD_HASH_SIZE = crypto_pwhash_STRBYTES };

/* What a key of the API begins with, so that people, and tools that look for secrets, know one. */
#define API_KEY_PREFIX "lnd_"

void secret_token(char out[SECRET_SIZE]);
void secret_hash(const char *text, char out[SECRET_SIZE]); /* BLAKE2b-256 */

/* A second token out of a first, one for each label: whoever sees it learns
 * nothing of the first.  For form tokens out of the session's. */
void secret_derive(char out[SECRET_SIZE], const char *token, const char *label);

/* Does it look like a token?  Spares the database what cannot be there. */
bool secret_shape(const char *text);

/* What one Argon2id hash costs.  Both are read from the stored hash when a
 * password is checked, so raising them locks nobody out. */
struct password_cost {
    size_t memory; /* bytes */
    unsigned passes;
};
#define PASSWORD_COST ((struct password_cost){ .memory = 19 * 1024 * 1024, .passes = 2 })

/* Takes tens of milliseconds and `memory` bytes: run it in the hash lane.
 * Give it password_normal().  False without memory. */
bool password_hash(char out[PASSWORD_HASH_SIZE], const char *password, struct password_cost);
bool password_verify(const char *hash, const char *password); /* false for a hash that is none */
bool password_needs_rehash(const char *hash, struct password_cost);

void secret_wipe(void *, size_t n); /* survives the optimiser */
