/* totp.h - the codes of authenticator apps: TOTP (RFC 6238) of six digits, every 30
 * seconds, with HMAC-SHA-1, the one kind that all apps know. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { TOTP_SECRET = 20 }; /* bytes: what HMAC-SHA-1 can use (RFC 4226, section 4) */

struct totp_secret {
    unsigned char bytes[TOTP_SECRET];
};

void totp_secret_new(struct totp_secret *);
int64_t totp_step(int64_t now); /* microseconds since 1970 */
/* The code of a step, six digits and a zero. */
void totp_code(const struct totp_secret *, int64_t step, char out[7]);

/* As apps take it when there is no camera: 32 letters and digits (RFC 4648, base32). */
const char *totp_secret_text(struct arena *, const struct totp_secret *);
