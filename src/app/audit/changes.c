/* changes.c - see changes.h */
#include "app/audit/changes.h"

#include <string.h>

/* All of these move *at behind what they found, and leave it if they did not. */
static bool skip(const char **at, const char *expected)
{
    size_t n = strlen(expected);
    if (strncmp(*at, expected, n) != 0) return false;
    *at += n;
    return true;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* The writer escapes quotes, backslashes and control characters, no more. */
static bool read_escape(const char **at, char *out)
{
    if (**at == '"' || **at == '\\') {
        *out = *(*at)++;
        return true;
    }
    if (!skip(at, "u00")) return false;
    int high = hex((*at)[0]), low = high < 0 ? -1 : hex((*at)[1]);
    int code = high * 16 + low;
    if (low < 0 || code == 0 || !is_control((char)code)) return false;
    *out = (char)code;
    *at += 2;
    return true;
}

static bool read_text(struct arena *mem, const char **at, const char **out)
{
    if (!skip(at, "\"")) return false;
    char *text = arena_take(mem, strlen(*at) + 1), *to = text;
    while (**at && **at != '"') {
        char c = *(*at)++;
        if (is_control(c)) return false;
        if (c == '\\' && !read_escape(at, &c)) return false;
        *to++ = c;
    }
    *to = '\0';
    *out = text;
    return skip(at, "\"");
}

static bool read_change(struct arena *mem, const char **at, struct change *c)
{
    return skip(at, "{\"field\":") && read_text(mem, at, &c->field) && skip(at, ",\"before\":")
           && read_text(mem, at, &c->before) && skip(at, ",\"after\":")
           && read_text(mem, at, &c->after) && skip(at, "}");
}

static bool read_all(struct arena *mem, const char *at, struct changes *out)
{
    struct change **last = &out->first;
    if (!skip(&at, "[")) return false;
    if (!skip(&at, "]")) {
        do {
            struct change *c = *last = NEW(mem, struct change);
            if (!read_change(mem, &at, c)) return false;
            last = &c->next;
        } while (skip(&at, ","));
        if (!skip(&at, "]")) return false;
    }
    return *at == '\0';
}

bool changes_read(struct arena *mem, const char *text, struct changes *out)
{
    *out = (struct changes){ 0 };
    if (read_all(mem, text, out)) return true;
    *out = (struct changes){ 0 };
    return false;
}
