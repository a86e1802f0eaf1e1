/* form.h - what a visitor may send, declared next to the handler.
 *
 * A name that is not declared is not read.  The declaration checks the shape
 * (there, one honest line, not too long); what a value means is the domain's
 * business.  Both note faults with field_fault(), so that a form says
 * everything at once:
 *
 *   form_take(cx, rq, fields, &form);          notes what is wrong with the shape
 *   TRY(user_add(cx, &form, ...));             notes the rest, and answers INVALID
 *
 * form_read() is form_take() and field_check() in one. */
#pragma once
#include <stddef.h>

#include "base/say.h"
#include "web/web.h"

struct texts { /* of several boxes with one name */
    size_t n;
    const char **at;
};

struct field {
    const char *name;
    enum {
        FIELD_LINE,   /* const char *: trimmed, NFC, one honest line */
        FIELD_TEXT,   /* const char *: several lines, with \n between them */
        FIELD_SECRET, /* const char *: exactly as typed */
        FIELD_CHECK,  /* bool: a box that is ticked */
        FIELD_INT,    /* int64_t from 0 to max */
        FIELD_MANY,   /* struct texts */
    } kind;
    size_t offset;
    int max;        /* most characters (default 200), or the greatest number */
    words *missing; /* what to say when it is empty; NULL: it may be empty */
};

#define FIELD(type, member, field_kind, ...)                                               \
    {                                                                                      \
        .name = #member, .kind = field_kind, .offset = offsetof(type, member), __VA_ARGS__ \
    }

#define form_take(cx, rq, fields, out) \
    form_take_n((cx), (rq), (fields), sizeof(fields) / sizeof *(fields), (out))
#define form_read(cx, rq, fields, out) (form_take(cx, rq, fields, out), field_check(cx))

/* A version that a button carries along.  Anything but digits is the version of
 * nothing, and so a stale one: 0. */
int64_t form_version(const struct request *, const char *name);

/* `out` is filled whatever is wrong: with "" for what is missing, and with
 * what was typed (as far as it can be shown) for what is not right. */
void form_take_n(struct cx *, const struct request *, const struct field *, size_t n, void *out);
