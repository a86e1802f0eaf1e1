/* view_web.c - beginning to view as another user, and the way out. */
#include "app/views/view.h"
#include "web/page.h"

#include "app/views/view.text.h"

struct view_form {
    const char *reason;
};
static const struct field view_fields[] = {
    FIELD(struct view_form, reason, FIELD_LINE, .max = 200),
};

#include "app/views/view.html.h"

enum status view_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    const char *refusal;
    struct view_form form = { .reason = SAY(view_reason_preset) };
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(view_refusal(cx, u, &refusal));
    if (!refusal && cx->why == CONFLICT) refusal = cx->message;
    if (rq->method == POST) form_take(cx, rq, view_fields, &form);
    new_view(&rs->body, rq, u, &form, refusal);
    return OK;
}

enum status view_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct view_form form;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    form_take(cx, rq, view_fields, &form);
    TRY(view_begin(cx, u, form.reason));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_home_show), NULL);
}

enum status view_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(view_end(cx, rq->visit->viewing));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), SAY(view_ended));
}
