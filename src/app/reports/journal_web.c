/* journal_web.c - the page where a bookkeeper's file is asked for. */
#include <string.h>

#include "app/reports/journal.h"
#include "app/reports/period.h"
#include "base/date.h"
#include "web/page.h"

#include "app/reports/journal.text.h"
#include "app/reports/reports.text.h"

static const struct field fields[] = {
    FIELD(struct journal_draft, from, FIELD_LINE, .max = 20),
    FIELD(struct journal_draft, until, FIELD_LINE, .max = 20),
    FIELD(struct journal_draft, names, FIELD_CHECK),
};

#include "app/reports/journal.html.h"

/* The month before this one, until something else was typed. */
enum status journal_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct period month = period_of(cx, "last-month");
    struct journal_draft form = { month.begin[0], date_add(cx, month.begin[1], -1), false };
    if (rq->method == POST) form_take(cx, rq, fields, &form);
    journal_view(&rs->body, rq, &form, false);
    return OK;
}

/* The file as an answer would leave the browser on the page that asked who is there. */
static enum status confirmed(struct cx *cx, struct request *rq, struct response *rs,
                             const struct journal_draft *form)
{
    TRY(allow(cx, REPORTS_VIEW, &(struct subject){ cx->actor.practice }));
    journal_view(&rs->body, rq, form, true);
    return OK;
}

static enum status next(struct cx *cx, const void *arg, int64_t at, struct bytes *out)
{
    struct journal *const *journal = arg;
    return journal_read(cx, *journal, at, out);
}

enum status journal_download(struct cx *cx, struct request *rq, struct response *rs)
{
    struct journal_draft form;
    struct journal **journal = NEW(cx->mem, struct journal *);
    struct pieces *pieces = NEW(cx->mem, struct pieces);
    TRY(form_read(cx, rq, fields, &form));
    if (form_has(rq, "proof")) return confirmed(cx, rq, rs, &form);
    TRY(journal_make(cx, &form, journal));
    *pieces = (struct pieces){ (*journal)->bytes, next, journal };
    rs->type = "text/plain; charset=utf-8";
    rs->disposition = arena_print(cx->mem, "attachment; filename=\"%s-%s.journal\"",
                                  (*journal)->from, (*journal)->until);
    rs->pieces = pieces;
    rs->foreign = true;
    return OK;
}
