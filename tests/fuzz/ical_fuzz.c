/* ical_fuzz.c - any text at all into a calendar that other programs read.
 *
 * What is written is read back here by RFC 5545 alone: unfold, take the escapes off.  Whatever
 * the text was, it stays one property, and says the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/feed/ical.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void must(bool truth)
{
    if (!truth) abort();
}

/* RFC 5545, 3.1: no control character but the tab. */
static bool shown(char octet)
{
    return octet == '\t' || ((unsigned char)octet >= ' ' && octet != 0x7f);
}

/* Every line ends with CRLF, has at most 75 octets of whole characters, and holds no control
 * character.  Lines that begin with a blank go on with the one before. */
static char *unfolded(struct arena *mem, const struct ical *c)
{
    char *out = arena_take(mem, c->length + 1), *to = out;
    must(strlen(c->text) == c->length);
    for (const char *at = c->text; *at;) {
        const char *end = strstr(at, "\r\n");
        must(end && end - at <= 75);
        must(text_valid_utf8(at, (size_t)(end - at)));
        for (const char *o = at; o < end; o++) must(shown(*o));
        if (*at == ' ') to--, at++; /* over the line end */
        memcpy(to, at, (size_t)(end - at));
        to += end - at;
        *to++ = '\n';
        at = end + 2;
    }
    *to = '\0';
    return out;
}

/* The value of the property that begins here, without its escapes. */
static char *value(struct arena *mem, const char *at, const char **behind)
{
    size_t n = strcspn(at, "\n");
    char *out = arena_take(mem, n + 1), *to = out;
    for (const char *end = at + n; at < end; at++) {
        must(*at != ',' && *at != ';');
        if (*at == '\\') {
            at++;
            must(at < end && strchr("\\;,nN", *at));
            *to++ = *at == 'n' || *at == 'N' ? '\n' : *at;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    *behind = at + 1;
    return out;
}

/* What is left of a text: line ends are one character, other control characters go. */
static char *meant(struct arena *mem, const char *text)
{
    char *out = arena_take(mem, strlen(text) + 1), *to = out;
    for (; *text; text++)
        if (*text == '\n' || shown(*text)) *to++ = *text;
    *to = '\0';
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *mem;
    const char *at;
    if (!mem) mem = arena_new(8 << 20);
    arena_reset(mem);
    const char *text = arena_copy(mem, (const char *)data, size);
    if (!text_valid_utf8(text, strlen(text))) return 0;
    struct cx cx = { .mem = mem };
    struct ical c = ical_begin(&cx);
    ical_line(&c, "BEGIN", "VEVENT");
    ical_text(&c, "SUMMARY", text);
    ical_text(&c, "LOCATION", "here");
    ical_line(&c, "END", "VEVENT");
    at = unfolded(mem, &c);
    must(strncmp(at, "BEGIN:VEVENT\nSUMMARY:", 21) == 0);
    must(strcmp(value(mem, at + 21, &at), meant(mem, text)) == 0);
    must(strcmp(at, "LOCATION:here\nEND:VEVENT\n") == 0);
    return 0;
}
