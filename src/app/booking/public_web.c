/* public_web.c - booking online, as pages: each step is an address, and none needs a script.
 *
 * What was typed is the browser's that typed it: its visitor's cookie, or the session's, says
 * which; the address of a step alone opens nothing. */
#include <stdlib.h>
#include <string.h>

#include "app/booking/public_view.h"
#include "app/booking/request.h"
#include "base/date.h"
#include "base/money.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"

#include "app/booking/online.text.h"

struct details_form {
    const char *first_name, *last_name, *birth_date, *email, *phone;
};
static const struct field details_fields[] = {
    FIELD(struct details_form, first_name, FIELD_LINE, .max = 100),
    FIELD(struct details_form, last_name, FIELD_LINE, .max = 100,
          .missing = t_details_missing_last),
    FIELD(struct details_form, birth_date, FIELD_LINE, .max = 40,
          .missing = t_details_missing_birth),
    FIELD(struct details_form, email, FIELD_LINE, .max = 254, .missing = t_details_missing_email),
    FIELD(struct details_form, phone, FIELD_LINE, .max = 50, .missing = t_details_missing_phone),
};

enum { STEP_SERVICE = 1, STEP_TIME, STEP_DETAILS, STEP_CHECK };

struct times_page {
    struct open_practice practice;
    const struct offer *offer;           /* NULL: nobody who takes bookings */
    const struct appointment_type *type; /* NULL: not chosen yet */
    struct free_times times;
    int64_t from;
    struct offers others;
};
struct kept_page {
    struct open_practice practice;
    const struct booking *booking;
    struct details_form form;
    bool edits; /* the details are to be typed */
};

static struct url practitioner_url(struct cx *cx, const struct open_practice *g, struct id location,
                                   struct id user)
{
    return url_in(cx, g->slug, ROUTE_book_times, location, user);
}

#include "app/booking/public.html.h"

void public_open(struct html *h, const struct request *rq, const struct open_practice *practice,
                 const char *title)
{
    (void)rq;
    public_begin(h, practice, title);
}

void public_close(struct html *h)
{
    public_end(h);
}

/* So that a form can be sent. */
static void give_cookie(struct cx *cx, struct request *rq, struct response *rs)
{
    if (!rq->visit->token) response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
}

const char *public_visitor(struct cx *cx, struct request *rq, struct response *rs)
{
    char *out = arena_alloc(cx->mem, SECRET_SIZE);
    char derived[SECRET_SIZE];
    give_cookie(cx, rq, rs);
    secret_derive(derived, rq->visit->token, "booking");
    secret_hash(derived, out);
    return out;
}

static enum status show_gone(struct request *rq, struct response *rs)
{
    rs->status = 410;
    rs->private_link = true;
    gone_view(&rs->body, rq);
    return OK;
}

/* --- with whom, what for, and when ------------------------------------------------------- */

enum status book_practice(struct cx *cx, struct request *rq, struct response *rs)
{
    struct open_practice g;
    struct offers all;
    TRY(open_enter(cx, param_text(rq, "g"), &g));
    TRY(offers_listed(cx, &all));
    practice_view(&rs->body, rq, &g, &all);
    return OK;
}

/* Not to be found there, for whatever reason: the same page for all of them. */
static enum status show_nobody(struct cx *cx, struct request *rq, struct response *rs,
                               struct times_page *p)
{
    TRY(offers_listed(cx, &p->others));
    rs->status = 404;
    nobody_view(&rs->body, rq, p);
    return OK;
}

static int64_t from_of(struct cx *cx, const struct request *rq, const struct offer *o)
{
    const char *zone = cx->zone, *date = date_parse(cx, query_text(rq, "from"));
    if (!date) return 0;
    cx->zone = o->zone;
    int64_t at = date_start(cx, date);
    cx->zone = zone;
    return at;
}

enum status book_times(struct cx *cx, struct request *rq, struct response *rs)
{
    struct times_page p = { 0 };
    struct offer *o;
    TRY(open_enter(cx, param_text(rq, "g"), &p.practice));
    give_cookie(cx, rq, rs);
    enum status status = offer_find(cx, param_id(rq, "user"), param_id(rq, "location"), &o);
    if (status == NOT_FOUND) return show_nobody(cx, rq, rs, &p);
    TRY(status);
    if (!offer_books(o)) return show_nobody(cx, rq, rs, &p);
    const char *type = rq->method == POST ? form_text(rq, "type") : query_text(rq, "type");
    p.offer = o;
    p.type = offer_type(o, id_of(type));
    if (!p.type && o->types.n == 1) p.type = &o->types.at[0];
    p.from = from_of(cx, rq, o);
    cx->zone = o->zone;
    if (p.type) TRY(offer_times(cx, o, p.type, p.from, &p.times));
    times_view(&rs->body, rq, &p);
    return OK;
}

enum status book_hold(struct cx *cx, struct request *rq, struct response *rs)
{
    struct open_practice g;
    struct offer *o;
    struct id id;
    const char *at = form_text(rq, "at");
    TRY(open_enter(cx, param_text(rq, "g"), &g));
    enum status status = offer_find(cx, param_id(rq, "user"), param_id(rq, "location"), &o);
    if (status == NOT_FOUND) return fail_because(cx, CONFLICT, "off", "%s", SAY(online_nobody));
    TRY(status);
    if (!*at) field_fault(cx, "at", SAY(times_missing));
    TRY(field_check(cx));
    TRY(booking_hold(cx, o, id_of(form_text(rq, "type")),
                     SECONDS(strtoll(strlen(at) > 11 ? "0" : at, NULL, 10)),
                     public_visitor(cx, rq, rs), &id));
    return redirect(cx, rq, rs, url_in(cx, g.slug, ROUTE_book_kept, id), NULL);
}

/* --- details, and booking ------------------------------------------------------------------ */

static enum status find_kept(struct cx *cx, struct request *rq, struct response *rs,
                             struct open_practice *g, struct booking *b)
{
    rs->private_link = true;
    TRY(open_enter(cx, param_text(rq, "g"), g));
    TRY(booking_find(cx, param_id(rq, "id"), public_visitor(cx, rq, rs), b));
    cx->zone = b->zone;
    return OK;
}

enum status book_kept(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct kept_page p = { .booking = &b };
    enum status status = find_kept(cx, rq, rs, &p.practice, &b);
    if (status == NOT_FOUND) return show_gone(rq, rs);
    TRY(status);
    const struct visitor *v = &b.visitor;
    p.form = (struct details_form){ v->first_name, v->last_name, date_words(cx, v->birth_date),
                                    v->email, v->phone };
    bool typed = rq->method == POST && form_has(rq, "last_name");
    if (typed) form_take(cx, rq, details_fields, &p.form);
    p.edits = typed || !booking_has_details(&b) || *query_text(rq, "change");
    kept_view(&rs->body, rq, &p);
    return OK;
}

static enum status back_to_kept(struct cx *cx, struct request *rq, struct response *rs,
                                const struct open_practice *g, const struct booking *b)
{
    return redirect(cx, rq, rs, url_in(cx, g->slug, ROUTE_book_kept, b->id), NULL);
}

enum status book_details(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct open_practice g;
    struct details_form f;
    TRY(find_kept(cx, rq, rs, &g, &b));
    form_take(cx, rq, details_fields, &f);
    const struct visitor typed = { f.first_name, f.last_name, f.birth_date, f.email, f.phone };
    TRY(booking_details(cx, &b, &typed));
    return back_to_kept(cx, rq, rs, &g, &b);
}

enum status book_confirm(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct open_practice g;
    TRY(find_kept(cx, rq, rs, &g, &b));
    TRY(booking_confirm(cx, &b));
    return back_to_kept(cx, rq, rs, &g, &b);
}

enum status book_release(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct open_practice g;
    TRY(find_kept(cx, rq, rs, &g, &b));
    TRY(booking_release(cx, &b));
    return redirect(cx, rq, rs,
                    url_with(cx, practitioner_url(cx, &g, b.location, b.user), "type", b.type.text),
                    NULL);
}

enum status book_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct open_practice g;
    enum status status = find_kept(cx, rq, rs, &g, &b);
    if (status == NOT_FOUND) return show_gone(rq, rs);
    TRY(status);
    if (b.state != REQUEST_BOOKED) return show_gone(rq, rs);
    rs->type = "text/calendar; charset=utf-8";
    rs->disposition = "attachment; filename=\"appointment.ics\"";
    rs->body.text = (char *)booking_file(cx, &b, g.name);
    rs->body.length = strlen(rs->body.text);
    return OK;
}

/* --- by the link in a mail ------------------------------------------------------------------- */

enum status booking_link_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking b;
    struct open_practice g;
    rs->private_link = true;
    give_cookie(cx, rq, rs);
    enum status status = booking_open(cx, param_text(rq, "token"), &g, &b);
    if (status == NOT_FOUND) return show_gone(rq, rs);
    TRY(status);
    cx->zone = b.zone;
    link_view(&rs->body, rq, &g, &b);
    return OK;
}

static enum status by_link(struct cx *cx, struct request *rq, struct response *rs,
                           enum status (*act)(struct cx *, const struct booking *))
{
    struct booking b;
    struct open_practice g;
    rs->private_link = true;
    TRY(booking_open(cx, param_text(rq, "token"), &g, &b));
    TRY(act(cx, &b));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_booking_link_show, param_text(rq, "token")),
                    NULL);
}

enum status booking_link_book(struct cx *cx, struct request *rq, struct response *rs)
{
    return by_link(cx, rq, rs, booking_link_confirm);
}

enum status booking_link_end(struct cx *cx, struct request *rq, struct response *rs)
{
    return by_link(cx, rq, rs, booking_link_cancel);
}
