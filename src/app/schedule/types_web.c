/* types_web.c - what can be booked, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/schedule/type.h"

#include "app/schedule/schedule.text.h"

struct type_form {
    const char *name, *minutes, *fee, *version, *was;
    bool retired;
};
static const struct field type_fields[] = {
    FIELD(struct type_form, name, FIELD_LINE, .max = 100, .missing = t_type_name_missing),
    FIELD(struct type_form, minutes, FIELD_LINE, .max = 10),
    FIELD(struct type_form, fee, FIELD_LINE, .max = 20),
    FIELD(struct type_form, retired, FIELD_CHECK),
    FIELD(struct type_form, version, FIELD_LINE, .max = 18),
    FIELD(struct type_form, was, FIELD_LINE, .max = WAS_MOST),
};

#include "app/schedule/types.html.h"

enum { TYPE_LINES = 4 };

static struct type_draft type_draft_of(const struct type_form *f)
{
    return (struct type_draft){ f->name, f->minutes, f->fee, f->retired };
}

static void type_lines(struct cx *cx, const struct type_draft *y, const struct type_draft *s,
                       struct version_line out[TYPE_LINES])
{
    const struct version_line lines[TYPE_LINES] = {
        { "name", SAY(type_name), y->name, s->name },
        { "minutes", SAY(type_minutes_label), y->minutes, s->minutes },
        { "fee", SAY(type_fee_label), y->fee, s->fee },
        { "retired", SAY(type_offered), y->retired ? SAY(type_no) : SAY(type_yes),
          s->retired ? SAY(type_no) : SAY(type_yes) },
    };
    memcpy(out, lines, sizeof lines);
}

static bool type_catch_up(struct cx *cx, const struct request *rq, const struct appointment_type *t,
                          struct type_draft *d, struct version_line lines[TYPE_LINES])
{
    struct type_draft saved = type_as_draft(cx, t);
    type_lines(cx, d, &saved, lines);
    if (!versions_settle(cx, rq, t->version, lines, TYPE_LINES)) return false;
    if (lines[0].which == VERSION_SAVED) d->name = saved.name;
    if (lines[1].which == VERSION_SAVED) d->minutes = saved.minutes;
    if (lines[2].which == VERSION_SAVED) d->fee = saved.fee;
    if (lines[3].which == VERSION_SAVED) d->retired = saved.retired;
    return true;
}

enum status types_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_types list;
    TRY(type_list(cx, &list));
    types_page(&rs->body, rq, &list, changed_row(cx, rq));
    return OK;
}

enum status type_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct type_form form = { "", "30", "", "", "", false };
    if (rq->method == POST) form_take(cx, rq, type_fields, &form);
    type_page(&rs->body, rq, NULL, &form);
    return OK;
}

enum status type_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct type_form form;
    struct id id;
    form_take(cx, rq, type_fields, &form);
    struct type_draft draft = type_draft_of(&form);
    TRY(type_create(cx, &draft, &id));
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_types_index),
                           &(struct notice){ .text = SAY(type_saved, form.name), .row = id });
}

enum status type_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_type *t;
    struct version_line lines[TYPE_LINES];
    TRY(type_find(cx, param_id(rq, "id"), &t));
    struct type_draft d = type_as_draft(cx, t);
    type_lines(cx, &d, &d, lines);
    struct version_fields v = versions_new(cx, t->version, lines, TYPE_LINES);
    struct type_form form = { d.name, d.minutes, d.fee, v.version, v.was, d.retired };
    if (rq->method == POST) form_take(cx, rq, type_fields, &form);
    if (!stale(cx, rq)) {
        type_page(&rs->body, rq, t, &form);
        return OK;
    }
    d = type_draft_of(&form);
    (void)type_catch_up(cx, rq, t, &d, lines);
    versions_page(&rs->body, rq,
                  &(struct versions_page){ .about = t->id,
                                           .version = t->version,
                                           .lines = lines,
                                           .n = TYPE_LINES,
                                           .save = url_for(cx, rq, ROUTE_type_update_form, t->id),
                                           .reload = url_for(cx, rq, ROUTE_type_show, t->id) });
    return OK;
}

enum status type_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct type_form form;
    struct appointment_type *t;
    struct version_line lines[TYPE_LINES];
    TRY(type_find(cx, param_id(rq, "id"), &t));
    form_take(cx, rq, type_fields, &form);
    struct type_draft draft = type_draft_of(&form);
    if (!type_catch_up(cx, rq, t, &draft, lines)) return versions_late(cx);
    TRY(type_update(cx, t, &draft, t->version));
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_types_index),
                           &(struct notice){ .text = SAY(type_saved, draft.name), .row = t->id });
}
