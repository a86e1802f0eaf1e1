/* html.c - see html.h */
#include "html/html.h"

enum { FIRST_ROOM = 32 * 1024 };

void html_grow(struct html *h, size_t more)
{
    size_t room = h->room ? h->room * 2 : FIRST_ROOM;
    while (room - h->length <= more) room *= 2;
    char *wider = arena_take(h->cx->mem, room);
    if (h->length) memcpy(wider, h->text, h->length);
    h->text = wider;
    h->room = room;
}

/* What stands in for a dangerous character; the zero at the end is one, too. */
static const struct {
    unsigned char length;
    char text[7];
} stand_ins[] = {
    { 0, "" }, { 5, "&amp;" }, { 4, "&lt;" }, { 4, "&gt;" }, { 6, "&quot;" }, { 5, "&#39;" },
};

static const unsigned char danger[256] = {
    ['&'] = 1, ['<'] = 2, ['>'] = 3, ['"'] = 4, ['\''] = 5,
};

void html_text(struct html *h, const char *text)
{
    if (!text) return;
    const unsigned char *from = (const unsigned char *)text, *end = from + strlen(text);
    while (from < end) {
        const unsigned char *plain = from;
        while (plain < end && !danger[*plain]) plain++;
        html_raw(h, (const char *)from, (size_t)(plain - from));
        if (plain == end) return;
        html_raw(h, stand_ins[danger[*plain]].text, stand_ins[danger[*plain]].length);
        from = plain + 1;
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
