/* form.c - see form.h */
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "web/form.text.h"

enum { USUAL_MAX = 200 };

/* Browsers end lines with two characters; what is kept and counted has one. */
static const char *plain_lines(struct cx *cx, const char *typed)
{
    char *out = arena_copy(cx->mem, typed, strlen(typed)), *to = out;
    for (; *typed; typed++)
        if (*typed != '\r') *to++ = *typed;
    *to = '\0';
    return out;
}

static const char *as_kind(struct cx *cx, const struct field *f, const char *typed)
{
    if (f->kind == FIELD_LINE) return text_clean(cx->mem, typed);
    return f->kind == FIELD_TEXT ? plain_lines(cx, typed) : typed;
}

static void take_text(struct cx *cx, const struct field *f, const char *typed, const char **to)
{
    size_t max = f->max ? (size_t)f->max : USUAL_MAX;
    const char *text = as_kind(cx, f, typed);
    *to = text;
    if (!*text && f->missing)
        field_fault(cx, f->name, f->missing(cx));
    else if (text_length(text) > max)
        field_fault(cx, f->name, SAY(form_long, (int64_t)max));
    else if (f->kind == FIELD_LINE && !text_plain(text))
        field_fault(cx, f->name, SAY(form_not_plain));
}

static void take_int(struct cx *cx, const struct field *f, const char *typed, int64_t *to)
{
    const char *text = text_clean(cx->mem, typed);
    size_t digits = strspn(text, "0123456789");
    if (!*text && f->missing) {
        field_fault(cx, f->name, f->missing(cx));
    } else if (text[digits] || digits > 9 || (digits && atol(text) > f->max)) {
        field_fault(cx, f->name, SAY(form_not_number, (int64_t)f->max));
    } else {
        *to = digits ? atol(text) : 0;
    }
}

static void take_many(struct cx *cx, const struct request *rq, const struct field *f,
                      struct texts *to)
{
    to->n = 0;
    to->at = NEW_ARRAY(cx->mem, const char *, rq->form.n);
    for (size_t i = 0; i < rq->form.n; i++)
        if (strcmp(rq->form.at[i].name, f->name) == 0) to->at[to->n++] = rq->form.at[i].value;
}

void form_take_n(struct cx *cx, const struct request *rq, const struct field *fields, size_t n,
                 void *out)
{
    for (const struct field *f = fields; f < fields + n; f++) {
        const char *typed = form_text(rq, f->name);
        void *to = (char *)out + f->offset;
        switch (f->kind) {
        case FIELD_LINE:
        case FIELD_TEXT:
        case FIELD_SECRET: take_text(cx, f, typed, to); break;
        case FIELD_CHECK: *(bool *)to = form_has(rq, f->name); break;
        case FIELD_INT: take_int(cx, f, typed, to); break;
        case FIELD_MANY: take_many(cx, rq, f, to); break;
        }
    }
}

int64_t form_version(const struct request *rq, const char *name)
{
    const char *text = form_text(rq, name);
    int64_t n = 0;
    if (strlen(text) > 15 || strspn(text, "0123456789") != strlen(text)) return 0;
    for (; *text; text++) n = n * 10 + (*text - '0');
    return n;
}
