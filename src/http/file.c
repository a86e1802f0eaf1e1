/* file.c - see file.h */
#include "http/file.h"

#include <string.h>

#include "base/text.h"

static const struct kind {
    const char *type, *endings; /* the first is the usual one */
    const char *magic;
    size_t length;
} kinds[FILE_KINDS] = {
    [FILE_OTHER] = { "", "", "", 0 },
    [FILE_PDF] = { "application/pdf", ".pdf", "%PDF-", 5 },
    [FILE_PNG] = { "image/png", ".png", "\x89PNG\r\n\x1a\n", 8 },
    [FILE_JPEG] = { "image/jpeg", ".jpg.jpeg", "\xff\xd8\xff", 3 },
    [FILE_TIFF] = { "image/tiff", ".tif.tiff", "II*", 4 },
    [FILE_TEXT] = { "text/plain", ".txt.csv.md", "", 0 },
};

/* --- what it is ------------------------------------------------------------------ */

static bool text_sign(unsigned char c)
{
    return (c >= ' ' && c != 0x7f) || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* How many bytes at the end begin a sign that goes on behind them. */
static size_t unfinished(const char *bytes, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        unsigned char c = (unsigned char)bytes[n - back];
        if (c < 0x80) return 0;
        if (c >= 0xc0) return (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : 2u) > back ? back : 0;
    }
    return 0;
}

static bool begins_as_markup(const char *bytes, size_t n)
{
    size_t at = n >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (at < n && strchr(" \t\r\n\f", bytes[at])) at++;
    if (at + 1 >= n || bytes[at] != '<') return false;
    char next = bytes[at + 1];
    return next == '!' || next == '?' || next == '/'
           || ((next | 0x20) >= 'a' && (next | 0x20) <= 'z');
}

static bool is_text(const struct spool *s, size_t at, size_t size)
{
    char bytes[4096];
    for (size_t done = 0; done < size;) {
        size_t want = size - done < sizeof bytes ? size - done : sizeof bytes;
        if (spool_read(s, at + done, bytes, want) != want) return false;
        if (done == 0 && begins_as_markup(bytes, want)) return false;
        size_t whole = want < size - done ? want - unfinished(bytes, want) : want;
        for (size_t i = 0; i < whole; i++)
            if (!text_sign((unsigned char)bytes[i])) return false;
        if (!whole || !text_valid_utf8(bytes, whole)) return false;
        done += whole;
    }
    return size;
}

enum file_kind file_kind(const struct spool *s, size_t at, size_t size)
{
    char first[8] = "";
    size_t n = spool_read(s, at, first, size < sizeof first ? size : sizeof first);
    for (enum file_kind k = FILE_PDF; k < FILE_TEXT; k++)
        if (n >= kinds[k].length && memcmp(first, kinds[k].magic, kinds[k].length) == 0) return k;
    if (n >= 4 && memcmp(first, "MM\0*", 4) == 0) return FILE_TIFF;
    return is_text(s, at, size) ? FILE_TEXT : FILE_OTHER;
}

const char *file_type(enum file_kind kind)
{
    return kinds[kind].type;
}

enum file_kind file_kind_of(const char *type)
{
    for (enum file_kind k = FILE_PDF; k < FILE_KINDS; k++)
        if (strcmp(kinds[k].type, type) == 0) return k;
    return FILE_OTHER;
}

/* --- how it is called --------------------------------------------------------------- */

/* What no name needs: nobody sees it, or it changes how the rest is read. */
static bool left_out(unsigned c)
{
    return c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e
           || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
           || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff0 && c <= 0xffff)
           || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xe0000;
}

static const char *without_path(const char *sent)
{
    const char *name = sent;
    for (const char *at = sent; *at; at++)
        if (*at == '/' || *at == '\\') name = at + 1;
    return name;
}

static const char *harmless(struct arena *mem, const char *name)
{
    char *out = arena_take(mem, strlen(name) + 1), *to = out;
    size_t n;
    for (unsigned c; c = text_code_point(name, &n), n; name += n) {
        if (left_out(c)) continue;
        if (n == 1 && strchr(":*?\"<>|", *name))
            *to++ = '_';
        else
            to = mempcpy(to, name, n);
    }
    *to = '\0';
    return out;
}

/* Dots and blanks at both ends: hidden files, and what some systems drop. */
static const char *trimmed(struct arena *mem, const char *name)
{
    name += strspn(name, ". ");
    size_t n = strlen(name);
    while (n && (name[n - 1] == '.' || name[n - 1] == ' ')) n--;
    return arena_copy(mem, name, n);
}

/* Where an ending of that kind begins; the end of the name if it has none. */
static size_t ending_of(const char *name, enum file_kind kind)
{
    size_t n = strlen(name);
    const char *dot = strrchr(name, '.'), *all = kinds[kind].endings;
    size_t length = dot ? strlen(dot) : 0;
    for (const char *at = all; length > 1 && (at = strchr(at, '.')); at++)
        if (strcspn(at + 1, ".") + 1 == length && strncasecmp(at, dot, length) == 0)
            return (size_t)(dot - name);
    return n;
}

const char *file_name(struct arena *mem, const char *sent, enum file_kind kind,
                      const char *nameless)
{
    const char *name = trimmed(mem, text_clean(mem, harmless(mem, without_path(sent))));
    size_t stem = ending_of(name, kind);
    const char *ending = name + stem;
    size_t most = FILE_NAME - (*ending ? strlen(ending) : 5), cut = 0, n;
    if (!*ending) ending = arena_copy(mem, kinds[kind].endings, strnlen(kinds[kind].endings, 4));
    for (size_t i = 0; cut < stem && i < most; i++, cut += n) (void)text_code_point(name + cut, &n);
    const char *kept = trimmed(mem, arena_copy(mem, name, cut < stem ? cut : stem));
    if (!*kept || !text_plain(kept)) kept = nameless;
    return ARENA_JOIN(mem, kept, ending);
}

const char *file_disposition(struct arena *mem, const char *name)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = strlen(name), size;
    char *plain = arena_take(mem, n + 1), *to = plain;
    for (const char *at = name; text_code_point(at, &size), size; at += size)
        *to++ = size > 1 || *at < ' ' || *at > '~' || strchr("\"\\%;", *at) ? '_' : *at;
    *to = '\0';
    char *coded = arena_take(mem, 3 * n + 1);
    to = coded;
    for (const char *at = name; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool itself = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                      || strchr("!#$&+-.^_`|~", c);
        if (itself)
            *to++ = (char)c;
        else
            *to++ = '%', *to++ = hex[c >> 4], *to++ = hex[c & 15];
    }
    *to = '\0';
    return ARENA_JOIN(mem, "attachment; filename=\"", plain, "\"; filename*=UTF-8''", coded);
}
