/* html.c - see html.h */
#include "html/html.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { FIRST_ROOM = 40 * 1024 }; /* most pages, and half of the longest */

void html_grow(struct html *h, size_t more)
{
    size_t room = h->room ? h->room * 2 : FIRST_ROOM;
    while (room - h->length <= more) room *= 2;
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

#ifdef __SSE2__
static __m128i dangers(__m128i some)
{
    /* '&' and '\'' differ in one bit, '<' and '>' in another. */
    __m128i one = _mm_or_si128(some, _mm_set1_epi8(1)), two = _mm_or_si128(some, _mm_set1_epi8(2));
    return _mm_or_si128(_mm_cmpeq_epi8(some, _mm_set1_epi8('"')),
                        _mm_or_si128(_mm_cmpeq_epi8(one, _mm_set1_epi8('\'')),
                                     _mm_cmpeq_epi8(two, _mm_set1_epi8('>'))));
}

static __m128i bytes_16(const char *at)
{
    return _mm_loadu_si128((const __m128i *)at);
}

static __m128i bytes_8(const char *at)
{
    return _mm_loadl_epi64((const __m128i *)at);
}

static __m128i bytes_4(const char *at)
{
    int32_t four;
    memcpy(&four, at, 4);
    return _mm_cvtsi32_si128(four);
}

/* In steps that overlap at the end, so that nothing beyond the text is touched.
 */
static bool copy_plain(char *to, const char *text, size_t n)
{
    __m128i found;
    if (n >= 16) {
        found = dangers(bytes_16(text + n - 16));
        for (size_t i = 0; i + 16 < n; i += 16) {
            __m128i some = bytes_16(text + i);
            found = _mm_or_si128(found, dangers(some));
            _mm_storeu_si128((__m128i *)(to + i), some);
        }
        memcpy(to + n - 16, text + n - 16, 16);
    } else if (n >= 8) {
        found = dangers(_mm_unpacklo_epi64(bytes_8(text), bytes_8(text + n - 8)));
        memcpy(to, text, 8), memcpy(to + n - 8, text + n - 8, 8);
    } else if (n >= 4) {
        found = dangers(_mm_unpacklo_epi32(bytes_4(text), bytes_4(text + n - 4)));
        memcpy(to, text, 4), memcpy(to + n - 4, text + n - 4, 4);
    } else {
        for (; n && !stand_ins[(unsigned char)*text].length; n--) *to++ = *text++;
        return n == 0;
    }
    return _mm_movemask_epi8(found) == 0;
}
#else
static bool copy_plain(char *to, const char *text, size_t n)
{
    for (; n && !stand_ins[(unsigned char)*text].length; n--) *to++ = *text++;
    return n == 0;
}
#endif

/* Mostly there is nothing to replace: then the copy is the page's. */
void html_text(struct html *h, const char *text)
{
    if (!text) return;
    size_t n = strlen(text);
    if (h->room - h->length <= n) html_grow(h, n);
    if (copy_plain(h->text + h->length, text, n)) {
        h->length += n;
        h->text[h->length] = '\0';
        return;
    }
    for (const char *end = text + n; text < end;) {
        const char *from = text;
        while (text < end && !stand_ins[(unsigned char)*text].length) text++;
        html_raw(h, from, (size_t)(text - from));
        if (text == end) return;
        unsigned char c = (unsigned char)*text++;
        html_raw(h, stand_ins[c].text, stand_ins[c].length);
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

/* JSON holds these in texts only, and there the escaped form means the same. */
void html_data(struct html *h, const char *json)
{
    static const char open[] = "<script type=\"application/ld+json\">", close[] = "</script>";
    html_raw(h, open, sizeof open - 1);
    for (const char *c = json; *c; c++) {
        if (*c == '<') {
            html_raw(h, "\\u003c", 6);
        } else if (*c == '>') {
            html_raw(h, "\\u003e", 6);
        } else if (*c == '&') {
            html_raw(h, "\\u0026", 6);
        } else {
            html_raw(h, c, 1);
        }
    }
    html_raw(h, close, sizeof close - 1);
}
