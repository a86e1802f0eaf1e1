/* letter.c - see letter.h */
#include "work/letter.h"

#include <stdlib.h>
#include <string.h>

#include "html/html.h"
#include "work/letter.text.h"
#include "work/letter.html.h"
#include "base/setup.h"

enum { COLUMNS = 75 };

void letter_say(struct letter *l, const char *paragraph)
{
    for (int i = 0; i < LETTER_PARAGRAPHS; i++)
        if (!l->paragraphs[i]) {
            l->paragraphs[i] = paragraph;
            return;
        }
    abort();
}

void letter_button(struct letter *l, const char *label, const char *url)
{
    l->button = label;
    l->button_url = url;
    l->button_after = 0;
    while (l->button_after < LETTER_PARAGRAPHS && l->paragraphs[l->button_after]) l->button_after++;
}

/* Breaks a paragraph between words; a word longer than a line (an address)
 * stays whole, so that it can still be clicked. */
static const char *wrap(struct cx *cx, const char *text)
{
    char *out = arena_copy(cx->mem, text, strlen(text));
    size_t start = 0, space = 0;
    for (size_t i = 0; out[i]; i++) {
        if (out[i] == ' ') space = i;
        if (out[i] == '\n') start = i + 1, space = 0;
        if (i - start >= COLUMNS && space > start) out[space] = '\n', start = space + 1, space = 0;
    }
    return out;
}

static const char *plain(struct cx *cx, const struct letter *l)
{
    const char *all = "";
    for (int i = 0; i <= LETTER_PARAGRAPHS; i++) {
        if (l->button && i == l->button_after)
            all = arena_print(cx->mem, "%s%s:\n%s\n\n", all, l->button, l->button_url);
        if (i == LETTER_PARAGRAPHS || !l->paragraphs[i]) break;
        all = arena_print(cx->mem, "%s%s\n\n", all, wrap(cx, l->paragraphs[i]));
    }
    if (l->unsubscribe_url)
        all = arena_print(cx->mem, "%s%s\n%s\n", all, SAY(letter_unsubscribe), l->unsubscribe_url);
    return all;
}

void letter_mail(struct cx *cx, const struct letter *l, struct id id, int64_t created_at,
                 struct mail *out)
{
    struct html h = { .cx = cx };
    letter_view(&h, l);
    *out = (struct mail){
        .id = id.text[0] ? arena_copy(cx->mem, id.text, strlen(id.text)) : "",
        .from_name = l->from_name ? SAY(letter_via, l->from_name) : SAY(letter_product),
        .from = cx->setup->mail_from,
        .to = l->to,
        .to_name = l->to_name,
        .reply_to = l->reply_to,
        .subject = l->subject,
        .text = plain(cx, l),
        .html = h.text,
        .unsubscribe = l->unsubscribe_url,
        .calendar = l->calendar,
        .in_reply_to = l->thread,
        .created_at = created_at,
    };
}
