/* closing_web.c - the list of a location that closes, as a page. */
#include <string.h>

#include "access/access.h"
#include "app/closing/closing.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/closing/closing.text.h"

enum { NAMES_SHOWN = 12 };

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

enum status closing_settle(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    TRY(closing_settle_line(cx, l, param_text(rq, "line")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_closing_show, l->id), SAY(closing_settled));
}
