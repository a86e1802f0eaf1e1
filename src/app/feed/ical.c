/* ical.c - see ical.h */
#include "app/feed/ical.h"

#include <string.h>

#include "base/time.h"

enum { MOST_OCTETS = 75 };

struct ical ical_begin(struct cx *cx)
{
    struct ical c = { .cx = cx, .text = "" };
    crypto_generichash_init(&c.sum, NULL, 0, crypto_generichash_BYTES);
    return c;
}

void ical_reserve(struct ical *c, size_t n)
{
    if (c->room - c->length > n) return;
    size_t room = c->room * 2 > c->length + n + 4096 ? c->room * 2 : c->length + n + 4096;
    char *more = arena_alloc(c->cx->mem, room);
    memcpy(more, c->text, c->length);
    c->text = more;
    c->room = room;
}

static void put(struct ical *c, const char *text, size_t n)
{
    ical_reserve(c, n);
    memcpy(c->text + c->length, text, n);
    c->length += n;
    c->text[c->length] = '\0';
}

/* So many octets from here on fit into what is left of the line. */
static size_t whole_characters(const char *at, size_t left)
{
    size_t n = strnlen(at, left);
    if (at[n] == '\0') return n;
    while (n > 0 && (at[n] & 0xC0) == 0x80) n--;
    return n;
}

static void put_folded(struct ical *c, const char *line)
{
    for (size_t left = MOST_OCTETS; *line; left = MOST_OCTETS - 1) {
        size_t n = whole_characters(line, left);
        if (n == 0) n = 1; /* no text of ours: four octets at most make a character */
        put(c, line, n);
        line += n;
        if (*line) put(c, "\r\n ", 3);
    }
    put(c, "\r\n", 2);
}

void ical_line(struct ical *c, const char *name, const char *value)
{
    const char *line = arena_print(c->cx->mem, "%s:%s", name, value);
    crypto_generichash_update(&c->sum, (const unsigned char *)line, strlen(line) + 1);
    put_folded(c, line);
}

void ical_text(struct ical *c, const char *name, const char *text)
{
    char *out = arena_alloc(c->cx->mem, 2 * strlen(text) + 1), *to = out;
    for (; *text; text++) {
        unsigned char at = (unsigned char)*text;
        if (at == '\n') {
            *to++ = '\\', *to++ = 'n';
        } else if ((at >= ' ' && at != 0x7F) || at == '\t') {
            if (strchr("\\;,", at)) *to++ = '\\';
            *to++ = *text;
        }
    }
    *to = '\0';
    ical_line(c, name, out);
}

static const char *moment(struct ical *c, int64_t at)
{
    struct civil u = zone_local(zone_find("UTC"), at);
    return arena_print(c->cx->mem, "%04d%02d%02dT%02d%02d%02dZ", u.year, u.month, u.day, u.hour,
                       u.minute, u.second);
}

void ical_moment(struct ical *c, const char *name, int64_t at)
{
    ical_line(c, name, moment(c, at));
}

void ical_stamp(struct ical *c, int64_t at)
{
    put_folded(c, arena_print(c->cx->mem, "DTSTAMP:%s", moment(c, at)));
}

void ical_sum(struct ical *c, char out[SECRET_SIZE])
{
    unsigned char sum[crypto_generichash_BYTES];
    crypto_generichash_final(&c->sum, sum, sizeof sum);
    sodium_bin2base64(out, SECRET_SIZE, sum, sizeof sum, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
