/* hours_web.c - when people work, as a page. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/calendar/lanes.h"
#include "app/schedule/hours.h"
#include "base/time.h"

#include "app/calendar/calendar.text.h"

struct hours_form {
    const char *day[WEEKDAYS];
    const char *location, *practitioner, *version, *was;
};
static const struct field hours_fields[] = {
#define DAY(n)                                                                              \
    {                                                                                       \
        .name = "day" #n, .kind = FIELD_LINE, .offset = offsetof(struct hours_form, day[n]) \
    }
    DAY(0),
    DAY(1),
    DAY(2),
    DAY(3),
    DAY(4),
    DAY(5),
    DAY(6),
#undef DAY
    FIELD(struct hours_form, location, FIELD_LINE, .max = 26),
    FIELD(struct hours_form, practitioner, FIELD_LINE, .max = 26),
    FIELD(struct hours_form, version, FIELD_LINE, .max = 18),
    FIELD(struct hours_form, was, FIELD_LINE, .max = WAS_MOST),
};

/* One user at one location that the actor may edit. */
struct hours_page {
    struct location_list places;
    struct columns columns;
    const struct location *location;
    const struct column *column;
    const char *saved[WEEKDAYS];
    int64_t version; /* of what is saved: a mark of all of it */
    struct hours_form form;
};

static const char *field_name(struct cx *cx, int weekday)
{
    return arena_print(cx->mem, "day%d", weekday);
}

static struct url hours_url(struct cx *cx, const struct request *rq, const struct hours_page *p)
{
    struct url url =
        url_with(cx, url_for(cx, rq, ROUTE_hours_show), "location", p->location->id.text);
    return url_with(cx, url, "practitioner", p->column->user.text);
}

#include "app/calendar/hours.html.h"

static void hours_lines(struct cx *cx, const struct hours_page *p, const char *const *yours,
                        struct version_line out[WEEKDAYS])
{
    for (int d = 0; d < WEEKDAYS; d++)
        out[d] = (struct version_line){ field_name(cx, d), weekday_words(cx, d), yours[d],
                                        p->saved[d], VERSION_SAME };
}

static enum status read_saved(struct cx *cx, struct hours_page *p)
{
    struct hours_list list;
    uint64_t mark = 1469598103934665603u;
    TRY(hours_at(cx, p->location->id, p->column->user, -1, &list));
    for (int d = 0; d < WEEKDAYS; d++) {
        p->saved[d] = hours_words(cx, &list, p->column->user, d);
        for (const char *at = p->saved[d]; *at; at++)
            mark = (mark ^ (unsigned char)*at) * 1099511628211u;
        mark = (mark ^ '|') * 1099511628211u;
    }
    p->version = (int64_t)(mark >> 14) + 1;
    return OK;
}

/* Which location and whose column: as asked, or the first that may be edited. */
static enum status begin_hours(struct cx *cx, struct request *rq, struct hours_page *p)
{
    bool post = rq->method == POST;
    const char *location = post ? form_text(rq, "location") : query_text(rq, "location");
    const char *user = post ? form_text(rq, "practitioner") : query_text(rq, "practitioner");
    *p = (struct hours_page){ 0 };
    TRY(calendar_places(cx, &p->places));
    for (size_t i = 0; i < p->places.n; i++)
        if (!p->location || strcmp(p->places.at[i].id.text, location) == 0)
            p->location = &p->places.at[i];
    if (!p->location) return OK;
    TRY(calendar_columns(cx, p->location->id, &p->columns));
    size_t n = 0;
    for (size_t i = 0; i < p->columns.n; i++)
        if (appointment_may(cx, CALENDAR_EDIT, p->location->id, p->columns.at[i].user))
            p->columns.at[n++] = p->columns.at[i];
    p->columns.n = n;
    for (size_t i = 0; i < n; i++)
        if (!p->column || strcmp(p->columns.at[i].user.text, user) == 0)
            p->column = &p->columns.at[i];
    return p->column ? read_saved(cx, p) : OK;
}

enum status hours_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct hours_page p;
    struct version_line lines[WEEKDAYS];
    TRY(begin_hours(cx, rq, &p));
    if (!p.column) {
        no_hours_page(&rs->body, rq, &p);
        return OK;
    }
    hours_lines(cx, &p, p.saved, lines);
    struct version_fields v = versions_new(cx, p.version, lines, WEEKDAYS);
    p.form.version = v.version;
    p.form.was = v.was;
    memcpy(p.form.day, p.saved, sizeof p.saved);
    if (rq->method == POST) form_take(cx, rq, hours_fields, &p.form);
    if (!stale(cx, rq)) {
        hours_page(&rs->body, rq, &p);
        return OK;
    }
    hours_lines(cx, &p, p.form.day, lines);
    (void)versions_settle(cx, rq, p.version, lines, WEEKDAYS);
    versions_page(&rs->body, rq,
                  &(struct versions_page){ .about = p.column->user,
                                           .version = p.version,
                                           .lines = lines,
                                           .n = WEEKDAYS,
                                           .save = url_for(cx, rq, ROUTE_hours_update_form),
                                           .reload = hours_url(cx, rq, &p) });
    return OK;
}

enum status hours_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct hours_page p;
    struct version_line lines[WEEKDAYS];
    struct week_draft draft;
    TRY(begin_hours(cx, rq, &p));
    form_take(cx, rq, hours_fields, &p.form);
    if (!p.column || strcmp(p.column->user.text, p.form.practitioner) != 0
        || strcmp(p.location->id.text, p.form.location) != 0)
        return fail(cx, FORBIDDEN, "%s", SAY(hours_out_of_reach));
    hours_lines(cx, &p, p.form.day, lines);
    if (!versions_settle(cx, rq, p.version, lines, WEEKDAYS)) return versions_late(cx);
    for (int d = 0; d < WEEKDAYS; d++)
        draft.day[d] = lines[d].which == VERSION_SAVED ? p.saved[d] : p.form.day[d];
    TRY(hours_set(cx, p.location->id, p.column->user, p.column->name, &draft));
    return redirect(cx, rq, rs, hours_url(cx, rq, &p), SAY(hours_saved, p.column->name));
}
