/* secret.c - see secret.h; sodium_init() has run before any of it. */
#include "base/secret.h"

#include <string.h>

enum { BYTES = 32 };

static void written(char out[SECRET_SIZE], const unsigned char bytes[BYTES])
{
    sodium_bin2base64(out, SECRET_SIZE, bytes, BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void secret_token(char out[SECRET_SIZE])
{
    unsigned char bytes[BYTES];
    randombytes_buf(bytes, sizeof bytes);
    written(out, bytes);
    sodium_memzero(bytes, sizeof bytes);
}

void secret_hash(const char *text, char out[SECRET_SIZE])
{
    unsigned char bytes[BYTES];
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)text, strlen(text), NULL, 0);
    written(out, bytes);
}

void secret_derive(char out[SECRET_SIZE], const char *token, const char *label)
{
    /* The token's own hash is the key: a key has 64 bytes at most, a token
     * might one day have more. */
    unsigned char key[BYTES], bytes[BYTES];
    crypto_generichash(key, sizeof key, (const unsigned char *)token, strlen(token),
                       (const unsigned char *)"linden derived key", 18);
    crypto_generichash(bytes, sizeof bytes, (const unsigned char *)label, strlen(label), key,
                       sizeof key);
    written(out, bytes);
    sodium_memzero(key, sizeof key);
}

bool secret_shape(const char *text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return text && strnlen(text, SECRET_SIZE) == SECRET_SIZE - 1
           && strspn(text, letters) == SECRET_SIZE - 1;
}

bool password_hash(char out[PASSWORD_HASH_SIZE], const char *password, struct password_cost cost)
{
    return crypto_pwhash_str_alg(out, password, strlen(password), cost.passes, cost.memory,
                                 crypto_pwhash_ALG_ARGON2ID13)
           == 0;
}

bool password_verify(const char *hash, const char *password)
{
    char whole[PASSWORD_HASH_SIZE] = { 0 }; /* the library reads this many bytes */
    size_t n = strlen(hash);
    if (n >= sizeof whole) return false;
    memcpy(whole, hash, n);
    return crypto_pwhash_str_verify(whole, password, strlen(password)) == 0;
}

bool password_needs_rehash(const char *hash, struct password_cost cost)
{
    char whole[PASSWORD_HASH_SIZE] = { 0 };
    size_t n = strlen(hash);
    if (n >= sizeof whole) return true;
    memcpy(whole, hash, n);
    return crypto_pwhash_str_needs_rehash(whole, cost.passes, cost.memory) != 0;
}

void secret_wipe(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}
