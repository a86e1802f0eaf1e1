/* html.c - see html.h */
#include "html/html.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { FIRST_ROOM = 32 * 1024 };

void html_grow(struct html *h, size_t more)
{
    size_t room = h->room ? h->room * 2 : FIRST_ROOM;
    while (room - h->length < more + HTML_SLACK) room *= 2;
    char *wider = arena_take(h->cx->mem, room);
    if (h->length) memcpy(wider, h->text, h->length);
    h->text = wider;
    h->room = room;
}

/* What stands in for a dangerous character. */
static const struct {
    unsigned char length;
    char text[7];
} stand_ins[256] = {
    ['&'] = { 5, "&amp;" },  ['<'] = { 4, "&lt;" },   ['>'] = { 4, "&gt;" },
    ['"'] = { 6, "&quot;" }, ['\''] = { 5, "&#39;" },
};

/* How many of `n` characters stand for themselves.  HTML_SLACK bytes behind
 * them may be read, and say nothing. */
static size_t plain_length(const char *text, size_t n)
{
#ifdef __SSE2__
    for (size_t i = 0; i < n; i += 16) {
        __m128i some = _mm_loadu_si128((const __m128i *)(text + i));
#define IS(c) _mm_cmpeq_epi8(some, _mm_set1_epi8(c))
        /* '&' and '\'' differ in one bit, '<' and '>' in another. */
        __m128i found =
            _mm_or_si128(_mm_or_si128(IS('"'), _mm_cmpeq_epi8(_mm_or_si128(some, _mm_set1_epi8(1)),
                                                              _mm_set1_epi8('\''))),
                         _mm_cmpeq_epi8(_mm_or_si128(some, _mm_set1_epi8(2)), _mm_set1_epi8('>')));
#undef IS
        unsigned mask = (unsigned)_mm_movemask_epi8(found);
        if (mask) {
            size_t at = i + (size_t)__builtin_ctz(mask);
            return at < n ? at : n;
        }
    }
    return n;
#else
    size_t i = 0;
    while (i < n && !stand_ins[(unsigned char)text[i]].length) i++;
    return i;
#endif
}

/* Copied first and looked through in the page, where there is room to look in
 * steps; mostly there is nothing to replace. */
void html_text(struct html *h, const char *text)
{
    if (!text) return;
    for (size_t n = strlen(text);;) {
        html_raw(h, text, n);
        char *copy = h->text + h->length - n;
        size_t plain = plain_length(copy, n);
        if (plain == n) return;
        unsigned char c = (unsigned char)text[plain];
        h->length -= n - plain;
        html_raw(h, stand_ins[c].text, stand_ins[c].length);
        text += plain + 1;
        n -= plain + 1;
    }
}

void html_size(struct html *h, size_t number)
{
    char digits[20], *first = digits + sizeof digits;
    do *--first = (char)('0' + number % 10);
    while (number /= 10);
    html_raw(h, first, (size_t)(digits + sizeof digits - first));
}

void html_int(struct html *h, int64_t number)
{
    if (number < 0) html_raw(h, "-", 1);
    html_size(h, number < 0 ? 0 - (size_t)number : (size_t)number);
}

void html_id(struct html *h, struct id id)
{
    html_text(h, id.text);
}

void html_link(struct html *h, struct url url)
{
    html_text(h, url.text);
}
