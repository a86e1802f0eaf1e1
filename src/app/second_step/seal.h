/* seal.h - secrets that must be read again, and not from the database alone.
 *
 * Sealed with XChaCha20-Poly1305 under a key that stands outside of the database
 * (setup.h).  `owner` is bound in: what was sealed for one opens for no other, so
 * that rows cannot be exchanged. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

enum { SEAL_KEY = 32 };

/* Text; another one every time. */
const char *seal(struct arena *, const unsigned char key[SEAL_KEY], const char *owner,
                 const void *secret, size_t n);
/* False, and nothing in `out`, with another key, for another owner, of another size, or
 * if somebody changed it. */
[[nodiscard]] bool seal_open(const unsigned char key[SEAL_KEY], const char *owner,
                             const char *sealed, void *out, size_t n);
