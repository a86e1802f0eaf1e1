/* seal.c - see seal.h */
#include "app/second_step/seal.h"

#include <sodium.h>
#include <string.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    MOST = 256, /* bytes of a secret */
    VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};
_Static_assert(SEAL_KEY == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "the key of the cipher");

const char *seal(struct arena *mem, const unsigned char key[SEAL_KEY], const char *owner,
                 const void *secret, size_t n)
{
    unsigned char *all = arena_alloc(mem, NONCE + n + TAG);
    randombytes_buf(all, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        all + NONCE, NULL, secret, n, (const unsigned char *)owner, strlen(owner), NULL, all, key);
    size_t size = sodium_base64_encoded_len(NONCE + n + TAG, VARIANT);
    char *out = arena_alloc(mem, size);
    return sodium_bin2base64(out, size, all, NONCE + n + TAG, VARIANT);
}

bool seal_open(const unsigned char key[SEAL_KEY], const char *owner, const char *sealed, void *out,
               size_t n)
{
    unsigned char all[NONCE + MOST + TAG];
    size_t length;
    const char *end;
    memset(out, 0, n);
    if (n > MOST
        || sodium_base642bin(all, sizeof all, sealed, strlen(sealed), NULL, &length, &end, VARIANT)
        || *end || length != NONCE + n + TAG)
        return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, all + NONCE, n + TAG,
                                                      (const unsigned char *)owner, strlen(owner),
                                                      all, key)
           == 0;
}
