/* closing_web.c - the list of a location that closes, as a page. */
#include <string.h>

#include "access/access.h"
#include "app/closing/closing_record.h"
#include "base/date.h"
#include "base/time.h"
#include "web/form.h"
#include "web/page.h"

#include "app/closing/closing.text.h"

enum { NAMES_SHOWN = 12 };

struct sign_form {
    const char *version, *note;
};
static const struct field sign_fields[] = {
    FIELD(struct sign_form, version, FIELD_LINE),
    FIELD(struct sign_form, note, FIELD_LINE, .max = 500),
};

/* Each line has a field of its own: the page may come back with all of them. */
static const char *reason_typed(struct cx *cx, struct request *rq, const char *line)
{
    const char *reason = "";
    const struct field field = { .name = arena_print(cx->mem, "reason-%s", line),
                                 .kind = FIELD_LINE,
                                 .max = 300 };
    if (rq->method == POST) form_take_n(cx, rq, &field, 1, &reason);
    return reason;
}

/* Where a name of the line leads, or nowhere. */
static struct url to_item(struct cx *cx, struct request *rq, const struct location *l,
                          const struct closing_line *line, const struct closing_item *item)
{
    if (strcmp(line->key, "people") == 0 && has(&cx->actor, USERS_EDIT))
        return url_for(cx, rq, ROUTE_user_show, item->id);
    if (strcmp(line->key, "booking") == 0)
        return url_for(cx, rq, ROUTE_booking_edit, item->id, l->id);
    return (struct url){ NULL };
}

/* The calendar on the day of the next appointment there. */
static struct url to_calendar(struct cx *cx, struct request *rq, const struct location *l,
                              int64_t next)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_calendar_show), "location", l->id.text);
    return url_with(cx, url, "date", time_in(cx, l->time_zone, date_at, next));
}

#include "app/closing/closing.html.h"

enum status closing_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    struct closing list;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_lines(cx, l, &list));
    closing_page(&rs->body, rq, l, &list);
    return OK;
}

static enum status to_list(struct cx *cx, struct request *rq, struct response *rs,
                           const struct location *l, const char *said)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_closing_show, l->id), said);
}

enum status closing_settle(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_settle_line(cx, l, param_text(rq, "line")));
    return to_list(cx, rq, rs, l, SAY(closing_settled));
}

enum status closing_waive(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    const char *line = param_text(rq, "line");
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_waive_line(cx, l, line, reason_typed(cx, rq, line)));
    return to_list(cx, rq, rs, l, NULL);
}

enum status closing_undo(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_undo_line(cx, l, param_text(rq, "line")));
    return to_list(cx, rq, rs, l, SAY(closing_undone));
}

/* --- the record --------------------------------------------------------------------------- */

enum status closing_record_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    struct closing_record r;
    struct sign_form form = { "", "" };
    bool refused = rq->method == POST && cx->why == CONFLICT;
    const char *why = refused ? cx->message : NULL;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    if (rq->method == POST) form_take(cx, rq, sign_fields, &form);
    TRY(closing_record(cx, l, &r));
    record_page(&rs->body, rq, l, &r, form.note, why);
    return OK;
}

enum status closing_sign(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    struct sign_form form;
    TRY(form_read(cx, rq, sign_fields, &form));
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_record_sign(cx, l, form.version, form.note));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_closing_record_show, l->id),
                    SAY(closing_record_signed_strip, l->name));
}
