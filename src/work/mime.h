/* mime.h - a mail as the bytes that travel.
 *
 * Pure ASCII with CRLF throughout, no line over 76 bytes but links: it passes
 * every mail server unchanged.  Plain text comes first, HTML after it. */
#pragma once
#include "work/mail.h"

/* False if mail_wrong() has something to say about it; then nothing is set. */
bool mime_write(struct arena *, const struct mail *, const char **bytes, size_t *n);

/* Text for a header as it stands there: ASCII stays, other text becomes
 * encoded words (RFC 2047).  A phrase is the name in front of an address and
 * gets quotes where it needs them. */
const char *mime_words(struct arena *, const char *text, bool phrase);
