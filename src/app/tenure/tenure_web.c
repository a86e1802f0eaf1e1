/* tenure_web.c - the record of a departure, and what those who are gone left open, as pages. */
#include "app/departures/departure.h"
#include "app/departures/plan.h"
#include "app/tenure/left.h"
#include "app/tenure/record.h"
#include "base/time.h"
#include "web/page.h"

#include "app/tenure/tenure.text.h"

enum { MOST_GONE = 30 };

struct sign_form {
    const char *note, *version;
};
static const struct field sign_fields[] = {
    FIELD(struct sign_form, note, FIELD_LINE, .max = 500),
    FIELD(struct sign_form, version, FIELD_LINE),
};

#include "app/tenure/tenure.html.h"

enum status record_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct departure_record r;
    struct sign_form form = { "", "" };
    bool refused = rq->method == POST && cx->why == CONFLICT;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (u->access.active || user_awaited(u))
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_deactivation_new, u->id), NULL);
    if (rq->method == POST) form_take(cx, rq, sign_fields, &form);
    const char *why = refused ? cx->message : NULL;
    TRY(record_find(cx, u, &r));
    record_page(&rs->body, rq, u, &r, form.note, why);
    return OK;
}

enum status record_sign_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct sign_form form;
    TRY(form_read(cx, rq, sign_fields, &form));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(record_sign(cx, u, form.version, form.note));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_record_show, u->id),
                    SAY(record_signed_strip, user_name(cx, u)));
}

enum status departures_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct left_list left;
    struct plan_list plans;
    TRY(left_to_settle(cx, MOST_GONE, 0, &left));
    TRY(plans_all(cx, &plans));
    departures_page(&rs->body, rq, &left, &plans);
    return OK;
}
