/* email.h - what an email address is, and when two are the same.
 *
 * An address has two forms.  `address` is what mail goes to: the part before
 * the @ as typed, the domain in small letters and in ASCII (IDNA2008).  `key`
 * is the address in small letters; it alone is compared and kept unique. */
#pragma once
#include "base/mem.h"

/* clang-format off */
enum [[nodiscard]] email_verdict {
    EMAIL_OK = 0,
    EMAIL_EMPTY,      /* nothing but blanks */
    EMAIL_NO_AT,      /* no @, or more than one */
    EMAIL_CHARACTERS, /* blanks, quotes, comments, control or foreign characters before the @ */
    EMAIL_DOTS,       /* a dot at the start, at the end, or two in a row before the @; or nothing there */
    EMAIL_DOMAIN,     /* what follows the @ is no domain that mail can go to */
    EMAIL_LONG,       /* over 64 bytes before the @, or over 254 altogether */
};
/* clang-format on */

/* Both outputs are written only with EMAIL_OK.  Cleaning an address twice
 * changes nothing.  Only ASCII is taken before the @: it looks the same to
 * everybody and every mail server takes it. */
enum email_verdict email_clean(struct arena *, const char *typed, const char **address,
                               const char **key);

/* "i…@haaland.example": enough for whoever knows the address. */
const char *email_masked(struct arena *, const char *address);
