/* waiting_web.c - joining the waiting list, and the link in its mails; none needs a script. */
#include <string.h>

#include "app/booking/public_view.h"
#include "app/waiting/waiting.h"
#include "base/time.h"

#include "app/waiting/waiting.text.h"

struct join_form {
    const char *type, *name, *email, *phone, *until;
    bool morning, afternoon, evening;
};
static const struct field join_fields[] = {
    FIELD(struct join_form, type, FIELD_LINE, .max = 60),
    FIELD(struct join_form, name, FIELD_LINE, .max = 100),
    FIELD(struct join_form, email, FIELD_LINE, .max = 254),
    FIELD(struct join_form, phone, FIELD_LINE, .max = 50),
    FIELD(struct join_form, until, FIELD_LINE, .max = 40),
    FIELD(struct join_form, morning, FIELD_CHECK),
    FIELD(struct join_form, afternoon, FIELD_CHECK),
    FIELD(struct join_form, evening, FIELD_CHECK),
};

struct join_page {
    struct open_practice practice;
    const struct offer *offer;
    struct join_form form;
    bool joined;
};

#include "app/waiting/waiting.html.h"

/* Whoever cannot be booked there, for whatever reason, has no list. */
static enum status find_offer(struct cx *cx, struct request *rq, struct open_practice *g,
                              struct offer **o)
{
    TRY(open_enter(cx, param_text(rq, "g"), g));
    enum status status = offer_find(cx, param_id(rq, "user"), param_id(rq, "location"), o);
    if (status == OK && offer_books(*o)) return OK;
    if (status != OK && status != NOT_FOUND) return status;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

enum status book_waiting(struct cx *cx, struct request *rq, struct response *rs)
{
    struct join_page p = { .form = { "", "", "", "", "", false, false, false } };
    struct offer *o;
    TRY(find_offer(cx, rq, &p.practice, &o));
    (void)public_visitor(cx, rq, rs);
    p.offer = o;
    p.form.type = query_text(rq, "type");
    p.joined = rq->method == GET && *query_text(rq, "joined");
    if (rq->method == POST) form_take(cx, rq, join_fields, &p.form);
    join_view(&rs->body, rq, &p);
    return OK;
}

enum status book_waiting_join(struct cx *cx, struct request *rq, struct response *rs)
{
    struct open_practice g;
    struct offer *o;
    struct join_form f;
    TRY(find_offer(cx, rq, &g, &o));
    form_take(cx, rq, join_fields, &f);
    const struct waiter_draft draft = { f.name,    f.email,     f.phone,  f.until,
                                        f.morning, f.afternoon, f.evening };
    TRY(waiter_join(cx, o, id_of(f.type), &draft));
    return redirect(
        cx, rq, rs,
        url_with(cx, url_in(cx, g.slug, ROUTE_book_waiting, o->location, o->user), "joined", "1"),
        NULL);
}

/* --- by the link in a mail ------------------------------------------------------------------ */

static enum status show_over(struct request *rq, struct response *rs)
{
    rs->status = 410;
    over_view(&rs->body, rq);
    return OK;
}

enum status waiting_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct waiter w;
    struct open_practice g;
    rs->private_link = true;
    (void)public_visitor(cx, rq, rs);
    enum status status = waiter_open(cx, param_text(rq, "token"), &g, &w);
    if (status == NOT_FOUND) return show_over(rq, rs);
    TRY(status);
    cx->zone = w.zone;
    place_view(&rs->body, rq, &g, &w);
    return OK;
}

static enum status act(struct cx *cx, struct request *rq, struct response *rs,
                       enum status (*function)(struct cx *, const struct waiter *))
{
    struct waiter w;
    struct open_practice g;
    rs->private_link = true;
    TRY(waiter_open(cx, param_text(rq, "token"), &g, &w));
    TRY(function(cx, &w));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_waiting_show, param_text(rq, "token")), NULL);
}

enum status waiting_confirm(struct cx *cx, struct request *rq, struct response *rs)
{
    return act(cx, rq, rs, waiter_confirm);
}

enum status waiting_take(struct cx *cx, struct request *rq, struct response *rs)
{
    struct waiter w;
    struct open_practice g;
    rs->private_link = true;
    TRY(waiter_open(cx, param_text(rq, "token"), &g, &w));
    TRY(waiter_take(cx, &w, public_visitor(cx, rq, rs)));
    return redirect(cx, rq, rs, url_in(cx, g.slug, ROUTE_book_kept, w.booking), NULL);
}

enum status waiting_pass(struct cx *cx, struct request *rq, struct response *rs)
{
    return act(cx, rq, rs, waiter_pass);
}

enum status waiting_leave(struct cx *cx, struct request *rq, struct response *rs)
{
    return act(cx, rq, rs, waiter_leave);
}
