/* id.c - see id.h */
#include "base/id.h"

#include <sodium.h>
#include <string.h>

struct id id_new(int64_t now)
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    unsigned char bytes[10];
    struct id id = { 0 };
    uint64_t ms = (uint64_t)(now / 1000) & 0xffffffffffffULL;
    randombytes_buf(bytes, sizeof bytes);
    for (int i = 9; i >= 0; i--, ms >>= 5) id.text[i] = digits[ms & 31];
    for (int i = 0; i < 16; i++) {
        int bit = i * 5, at = bit / 8;
        unsigned two = (unsigned)bytes[at] << 8 | (at + 1 < 10 ? bytes[at + 1] : 0);
        id.text[10 + i] = digits[two >> (11 - bit % 8) & 31];
    }
    return id;
}

struct id id_of(const char *text)
{
    struct id id = { 0 };
    size_t length = text ? strlen(text) : 0;
    if (length < sizeof id.text) memcpy(id.text, text ? text : "", length);
    return id;
}

bool id_same(struct id a, struct id b)
{
    return strcmp(a.text, b.text) == 0;
}

static const char *past(const char *id)
{
    while (*id && *id != ' ') id++;
    return id;
}

bool ids_hold(const char *ids, struct id id)
{
    size_t n = strlen(id.text);
    for (const char *at = ids ? ids : ""; *at; at += *at == ' ') {
        const char *end = past(at);
        if ((size_t)(end - at) == n && n && memcmp(at, id.text, n) == 0) return true;
        at = end;
    }
    return false;
}

size_t ids_count(const char *ids)
{
    size_t n = 0;
    for (const char *at = ids ? ids : ""; *at; at += *at == ' ') {
        const char *end = past(at);
        n += end > at;
        at = end;
    }
    return n;
}
