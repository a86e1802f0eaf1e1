/* ical.h - writing iCalendar (RFC 5545).
 *
 * Lines end with CRLF, and are folded so that none is longer than 75 octets; a character of
 * several octets is never cut (3.1). Text is escaped (3.3.11); control characters, which it may
 * not hold, are left out.
 *
 *   struct ical c = ical_begin(cx);
 *   ical_line(&c, "BEGIN", "VCALENDAR");
 *   ical_text(&c, "SUMMARY", a->label);
 *   c.text, c.length                      zero-terminated, in the arena of cx */
#pragma once
#include <sodium.h>

#include "base/cx.h"
#include "base/secret.h"

struct ical {
    struct cx *cx;
    char *text;
    size_t length, room;
    crypto_generichash_state sum; /* of all lines but stamps */
};
struct ical ical_begin(struct cx *);

/* Room for so many octets more: who writes no more than that may rewind the arena afterwards. */
void ical_reserve(struct ical *, size_t octets);

/* `value` as it is: only what the program itself has made. */
void ical_line(struct ical *, const char *name, const char *value);
void ical_text(struct ical *, const char *name, const char *text);
/* In UTC, "20261122T223000Z". */
void ical_moment(struct ical *, const char *name, int64_t at);
/* The same for when this was written, which says nothing of what it says: ical_sum() is the same
 * for two that differ in nothing else. */
void ical_stamp(struct ical *, int64_t at);
void ical_sum(struct ical *, char out[SECRET_SIZE]); /* at the end, once */
