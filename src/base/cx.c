/* cx.c - see cx.h */
#include "base/cx.h"

#include <string.h>

void fail_at(struct cx *cx, enum status status, const char *reason, const char *file, int line,
             const char *format, ...)
{
    va_list args;
    va_start(args, format);
    cx->why = status;
    cx->reason = reason;
    cx->message = arena_vprint(cx->mem, format, args);
    cx->file = file;
    cx->line = line;
    va_end(args);
}

void field_fault(struct cx *cx, const char *field, const char *message)
{
    struct fault **at = &cx->faults;
    for (; *at; at = &(*at)->next)
        if (strcmp((*at)->field, field) == 0) return;
    *at = NEW(cx->mem, struct fault);
    **at = (struct fault){ .field = field, .message = message };
}

enum status field_check(struct cx *cx)
{
    if (!cx->faults) return OK;
    return fail_because(cx, INVALID, "fields", "%s", cx->faults->message);
}

const char *fault_of(const struct cx *cx, const char *field)
{
    for (const struct fault *f = cx->faults; f; f = f->next)
        if (strcmp(f->field, field) == 0) return f->message;
    return NULL;
}

void cx_count(struct cx *cx)
{
    cx->counted = true;
}

void cx_show(struct cx *cx, const char *how, struct id patient)
{
    struct shown *before = cx->shown;
    cx->shown = NEW(cx->mem, struct shown);
    *cx->shown = (struct shown){ how, patient, before };
}

void cx_forget(struct cx *cx)
{
    cx->shown = NULL;
    cx->counted = false;
    cx->why = OK;
    cx->message = cx->reason = cx->file = NULL;
    cx->faults = NULL;
    cx->line = 0;
    cx->asked = (struct permission_set){ 0 };
}
