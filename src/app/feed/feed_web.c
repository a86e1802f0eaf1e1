/* feed_web.c - the page where somebody makes the address, and what the address answers. */
#include <string.h>

#include "app/calendar/calendar_view.h"
#include "app/feed/feed.h"
#include "app/feed/ical.h"
#include "base/time.h"
#include "web/page.h"

#include "app/calendar/calendar.text.h"
#include "app/feed/feed.text.h"

#include "app/feed/feed.html.h"

/* --- one's own ------------------------------------------------------------------------ */

enum status feed_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct feed feed;
    TRY(feed_own(cx, &feed));
    feed_view(&rs->body, rq, &feed, NULL);
    return OK;
}

/* The address stands in this answer and nowhere else, so it is no way to another page. */
enum status feed_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct feed feed;
    const char *token;
    TRY(feed_make(cx, form_has(rq, "names"), &token));
    TRY(feed_own(cx, &feed));
    feed_view(&rs->body, rq, &feed, url_whole(cx, url_in(cx, "", ROUTE_feed_read, token)));
    return OK;
}

enum status feed_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(feed_remove(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_feed_show), SAY(feed_removed));
}

/* --- what other programs read ----------------------------------------------------------- */

static void write_one(struct ical *c, const struct request *rq, const struct appointment *a)
{
    struct cx *cx = c->cx;
    bool cancelled = a->state == APPOINTMENT_CANCELLED;
    const char *about = appointment_about(cx, a);
    ical_line(c, "BEGIN", "VEVENT");
    ical_line(c, "UID", arena_print(cx->mem, "%s@linden", a->id.text));
    ical_stamp(c, cx->now);
    ical_line(c, "SEQUENCE", arena_print(cx->mem, "%lld", (long long)a->version - 1));
    ical_moment(c, "DTSTART", a->starts_at);
    ical_moment(c, "DTEND", a->ends_at);
    ical_text(c, "SUMMARY", appointment_whom(cx, a));
    if (*about) ical_text(c, "DESCRIPTION", about);
    ical_text(c, "LOCATION", appointment_place(cx, a));
    ical_line(c, "URL", url_whole(cx, url_for(cx, rq, ROUTE_appointment_show, a->id)));
    ical_line(c, "CLASS", "PRIVATE");
    ical_line(c, "STATUS", cancelled ? "CANCELLED" : "CONFIRMED");
    ical_line(c, "TRANSP", cancelled ? "TRANSPARENT" : "OPAQUE");
    ical_line(c, "END", "VEVENT");
}

enum { USUAL = 400, LONG = 4096 }; /* octets of one */

static struct ical write_all(struct cx *cx, const struct request *rq,
                             const struct appointment_list *list)
{
    struct ical c = ical_begin(cx);
    ical_line(&c, "BEGIN", "VCALENDAR");
    ical_line(&c, "VERSION", "2.0");
    ical_line(&c, "PRODID", "-//Linden//Calendar//EN");
    ical_line(&c, "CALSCALE", "GREGORIAN");
    ical_line(&c, "METHOD", "PUBLISH");
    ical_text(&c, "X-WR-CALNAME", rq->visit->practice_name);
    ical_line(&c, "REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    ical_reserve(&c, list->n * USUAL);
    for (size_t i = 0; i < list->n; i++) {
        ical_reserve(&c, LONG);
        struct arena_mark mark = arena_mark(cx->mem);
        size_t room = c.room;
        write_one(&c, rq, &list->at[i]);
        if (c.room == room) arena_rewind(cx->mem, mark);
    }
    ical_line(&c, "END", "VCALENDAR");
    return c;
}

/* One of "a", "b" or W/"a"; or anything (RFC 9110, 13.1.2). */
static bool has_it_already(const char *header, const char *etag)
{
    return header && (strstr(header, etag) || strcmp(header, "*") == 0);
}

static enum status answer_reading(struct cx *cx, struct request *rq, struct response *rs,
                                  const struct feed_owner *owner)
{
    struct appointment_list list;
    int64_t times;
    char sum[SECRET_SIZE];
    TRY(feed_times(cx, &times));
    rs->type = "text/plain; charset=utf-8";
    if (times >= FEED_AN_HOUR) {
        rs->status = 429;
        rs->retry_after = "3600";
        html_text(&rs->body, SAY(feed_too_often));
        return OK;
    }
    TRY(feed_appointments(cx, owner->names, &list));
    struct ical c = write_all(cx, rq, &list);
    ical_sum(&c, sum);
    rs->etag = arena_print(cx->mem, "\"%s\"", sum);
    if (has_it_already(rq->if_none_match, rs->etag)) {
        feed_note(cx, true); /* nobody is shown once more */
        rs->status = 304;
        return OK;
    }
    feed_note(cx, false);
    rs->type = "text/calendar; charset=utf-8";
    rs->disposition = "inline; filename=\"linden.ics\"";
    rs->body.text = c.text;
    rs->body.length = c.length;
    rs->body.room = c.room;
    return OK;
}

/* Whatever is in the way, it is the same as an address that never was. */
enum status feed_read(struct cx *cx, struct request *rq, struct response *rs)
{
    struct visit *visit = rq->visit;
    struct actor actor = cx->actor;
    const char *zone = cx->zone;
    struct feed_owner owner;
    TRY(feed_find(cx, param_text(rq, "token"), &owner));
    enum status status = visit_as(cx, rq, owner.person, owner.made_at, owner.slug);
    if (status == OK && has(&cx->actor, CALENDAR_VIEW)) return answer_reading(cx, rq, rs, &owner);
    if (status == BROKEN || status == AGAIN) return status;
    rq->visit = visit;
    cx->actor = actor;
    cx->zone = zone;
    return fail(cx, NOT_FOUND, "There is no such page.");
}
