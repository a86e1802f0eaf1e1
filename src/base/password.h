/* password.h - which passwords are good enough; hashing is in secret.h.
 *
 * The rule is length and not being guessable, nothing else: no letters that
 * must occur, no ageing (NIST SP 800-63B).  A password is hashed and checked
 * exactly as typed, except that it is composed first (NFC), so that two
 * keyboards that write an accent in two ways sign in alike. */
#pragma once
#include <stddef.h>

#include "base/mem.h"

/* clang-format off */
enum [[nodiscard]] password_verdict {
    PASSWORD_OK = 0,
    PASSWORD_TEXT,     /* no valid UTF-8 */
    PASSWORD_SHORT,    /* fewer code points than asked for */
    PASSWORD_LONG,     /* more than PASSWORD_MOST */
    PASSWORD_PERSONAL, /* made of the names given, and digits */
    PASSWORD_PATTERN,  /* a repetition, a row of keys, a sequence */
    PASSWORD_COMMON,   /* on a list of leaked passwords, or one or two such words */
};
/* clang-format on */

enum { PASSWORD_LEAST = 15, PASSWORD_LEAST_WITH_SECOND_STEP = 8, PASSWORD_MOST = 256 };

/* `context_words` are what a stranger would try for this person: names, the
 * email address, the practice's name.  The product's name is always among
 * them; NULLs are skipped. */
enum password_verdict password_check(struct arena *, const char *password, size_t least,
                                     const char *const *context_words, size_t n);

/* What is hashed and verified. */
const char *password_normal(struct arena *, const char *typed);

/* Four words joined by hyphens, more than 40 bits, good by password_check(). */
const char *password_suggest(struct arena *);
