/* html.h - writing HTML.  Templates (*.html) are compiled to calls of these.
 *
 * There is one way to write text and it escapes, for between tags and for
 * quoted attributes alike.  What may be written is a closed list: a pointer to
 * something else, a bool or an enum does not compile.
 *
 *   struct html h = { .cx = cx };
 *   users_page(&h, &users);         a function out of a template
 *   h.text, h.length                the page, zero-terminated, in the arena of cx */
#pragma once
#include <stdint.h>
#include <string.h>

#include "base/cx.h"

struct html {
    struct cx *cx;
    char *text; /* NULL until something is written */
    size_t length, room;
};

/* Where a link leads.  url_for() and asset_url() make them, so a link is never
 * text that a visitor typed. */
struct url {
    const char *text;
};

/* {{ x }} between tags and in attributes */
#define html_put(h, x) \
    _Generic((x), char *: html_text, const char *: html_text, int: html_int,        \
             int64_t: html_int, size_t: html_size, struct id: html_id)((h), (x))
/* href="{{ x }}" */
#define html_url(h, x) _Generic((x), struct url : html_link)((h), (x))

void html_text(struct html *, const char *text); /* NULL is no text */
void html_int(struct html *, int64_t);
void html_size(struct html *, size_t);
void html_id(struct html *, struct id);
void html_link(struct html *, struct url);

/* A block of data for machines, <script type="application/ld+json">: no browser runs it.  `json`
 * is one whole value; what could end the block, or begin another one, becomes \u003c in it. */
void html_data(struct html *, const char *json);

/* Make room for `more` bytes and a zero. */
void html_grow(struct html *, size_t more);

/* Markup as it is.  For compiled templates only: tools/tmpl.c refuses the name
 * in templates, and tests look for it in other sources. */
static inline void html_raw(struct html *h, const char *markup, size_t length)
{
    if (h->room - h->length <= length) html_grow(h, length);
    memcpy(h->text + h->length, markup, length);
    h->length += length;
    h->text[h->length] = '\0';
}
