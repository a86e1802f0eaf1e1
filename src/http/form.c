/* form.c - see form.h */
#include "http/form.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

static int hex(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Decode into `to`, which has room for n bytes and a zero.  Answers the length,
 * or -1. */
static long decode(const char *bytes, size_t n, bool plus_is_space, char *to)
{
    char *start = to;
    for (const char *at = bytes, *end = bytes + n; at < end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte == '%') {
            int high = end - at > 2 ? hex(at[1]) : -1, low = end - at > 2 ? hex(at[2]) : -1;
            if (high < 0 || low < 0) return -1;
            byte = (unsigned char)(high * 16 + low);
            at += 2;
        } else if (byte == '+' && plus_is_space) {
            byte = ' ';
        }
        if ((byte < ' ' && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f) return -1;
        *to++ = (char)byte;
    }
    *to = '\0';
    return text_valid_utf8(start, (size_t)(to - start)) ? to - start : -1;
}

/* Decode one side of a pair to *text, which moves behind it. */
static const char *side(const char *bytes, size_t n, char **text)
{
    char *out = *text;
    long length = decode(bytes, n, true, out);
    if (length < 0) return NULL;
    *text += length + 1;
    return out;
}

static size_t pairs_count(const char *bytes, size_t n)
{
    size_t count = 0;
    for (const char *at = bytes, *end = bytes + n; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop) stop = end;
        count += stop > at;
        at = stop + 1;
    }
    return count;
}

enum form form_parse(struct arena *mem, const char *bytes, size_t n, size_t max_pairs,
                     struct pair **out, size_t *n_out)
{
    size_t count = pairs_count(bytes, n), filled = 0;
    if (count > max_pairs) return FORM_TOO_MANY;
    struct pair *pairs = NEW_ARRAY(mem, struct pair, count + 1);
    char *text = arena_take(mem, n + count + 1);
    for (const char *at = bytes, *end = bytes + n; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        if (!stop) stop = end;
        if (stop > at) {
            const char *equals = memchr(at, '=', (size_t)(stop - at));
            const char *name_end = equals ? equals : stop, *value = equals ? equals + 1 : stop;
            struct pair *pair = &pairs[filled++];
            pair->name = side(at, (size_t)(name_end - at), &text);
            if (!pair->name) return FORM_MALFORMED;
            pair->value = side(value, (size_t)(stop - value), &text);
            if (!pair->value) return FORM_MALFORMED;
        }
        at = stop + 1;
    }
    *out = pairs;
    *n_out = filled;
    return FORM_OK;
}

const char *pair_find(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].name, name) == 0) return pairs[i].value;
    return NULL;
}

bool percent_decode(struct arena *mem, const char *bytes, size_t n, const char **out)
{
    char *text = arena_take(mem, n + 1);
    if (decode(bytes, n, false, text) < 0) return false;
    *out = text;
    return true;
}

const char *cookie_find(const char *header, const char *name, size_t *length)
{
    size_t name_length = strlen(name);
    for (const char *at = header; at && *at;) {
        at += strspn(at, "; \t");
        const char *stop = at + strcspn(at, ";");
        if ((size_t)(stop - at) > name_length && at[name_length] == '='
            && memcmp(at, name, name_length) == 0) {
            const char *value = at + name_length + 1;
            while (stop > value && (stop[-1] == ' ' || stop[-1] == '\t')) stop--;
            *length = (size_t)(stop - value);
            return value;
        }
        at = stop;
    }
    return NULL;
}
