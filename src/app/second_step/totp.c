/* totp.c - see totp.h; the library of our other secrets has no SHA-1, so it stands here. */
#include "app/second_step/totp.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 20 };

static uint32_t turned(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

/* One block of FIPS 180-4, section 6.1.2. */
static void sha1_block(uint32_t h[5], const unsigned char block[BLOCK])
{
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16
               | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = turned(a, 5) + f + e + w[i];
        e = d, d = c, c = turned(b, 30), b = a, a = next;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    sodium_memzero(w, sizeof w);
}

/* Of one whole block and a short text after it: all that an HMAC needs. */
static void sha1_after(const unsigned char block[BLOCK], const unsigned char *text, size_t n,
                       unsigned char out[DIGEST])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    unsigned char last[BLOCK] = { 0 };
    size_t bits = (BLOCK + n) * 8;
    memcpy(last, text, n);
    last[n] = 0x80;
    last[BLOCK - 2] = (unsigned char)(bits >> 8);
    last[BLOCK - 1] = (unsigned char)bits;
    sha1_block(h, block);
    sha1_block(h, last);
    for (int i = 0; i < DIGEST; i++) out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* RFC 2104. */
static void hmac_sha1(const struct totp_secret *secret, const unsigned char text[8],
                      unsigned char out[DIGEST])
{
    unsigned char inner[BLOCK], outer[BLOCK];
    memset(inner, 0x36, sizeof inner);
    memset(outer, 0x5c, sizeof outer);
    for (int i = 0; i < TOTP_SECRET; i++) {
        inner[i] ^= secret->bytes[i];
        outer[i] ^= secret->bytes[i];
    }
    sha1_after(inner, text, 8, out);
    sha1_after(outer, out, DIGEST, out);
    sodium_memzero(inner, sizeof inner);
    sodium_memzero(outer, sizeof outer);
}

void totp_secret_new(struct totp_secret *out)
{
    randombytes_buf(out->bytes, sizeof out->bytes);
}

int64_t totp_step(int64_t now)
{
    return now / 1000000 / 30;
}

void totp_code(const struct totp_secret *secret, int64_t step, char out[7])
{
    unsigned char counter[8], digest[DIGEST];
    for (int i = 0; i < 8; i++) counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    hmac_sha1(secret, counter, digest);
    const unsigned char *at = digest + (digest[DIGEST - 1] & 15); /* RFC 4226, section 5.3 */
    uint32_t number =
        (uint32_t)(at[0] & 127) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(out, 7, "%06u", number % 1000000);
    sodium_memzero(digest, sizeof digest);
}

const char *totp_secret_text(struct arena *mem, const struct totp_secret *secret)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    char *out = arena_alloc(mem, TOTP_SECRET * 8 / 5 + 1), *to = out;
    uint32_t bits = 0;
    int n = 0;
    for (int i = 0; i < TOTP_SECRET; i++) {
        bits = bits << 8 | secret->bytes[i];
        for (n += 8; n >= 5; n -= 5) *to++ = letters[bits >> (n - 5) & 31];
    }
    *to = '\0';
    return out;
}
