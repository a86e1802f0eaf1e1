/* email_change_web.c - pages about the email that a person signs in with. */
#include "app/own_email/email_change.h"
#include "app/people/membership.h"
#include "base/setup.h"
#include "base/time.h"
#include "web/page.h"

#include "app/own_email/email_change.text.h"
#include "app/sign_in/mailed.text.h"

struct ask_form {
    const char *email;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_form, email, FIELD_LINE, .max = 400, .missing = t_email_change_shape),
};

#include "app/own_email/email_change.html.h"

enum status own_email_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask_form form = { "" };
    struct email_change waiting;
    if (cx->reason && strcmp(cx->reason, "slow") == 0) rs->status = 429;
    if (rq->method == POST) form_take(cx, rq, ask_fields, &form);
    TRY(membership_zone(cx, rq->visit->person));
    TRY(email_change_waiting(cx, &waiting));
    ask_page(&rs->body, rq, form.email, &waiting);
    return OK;
}

enum status own_email_ask(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask_form form;
    TRY(form_read(cx, rq, ask_fields, &form));
    TRY(email_change_ask(cx, form.email));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_email_new),
                    SAY(email_change_sent, form.email));
}

/* --- behind the letters ------------------------------------------------------------------- */

static enum status link_over(struct cx *cx, struct request *rq, struct response *rs,
                             const char *says)
{
    rs->status = 410;
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    over_page(&rs->body, rq, says);
    return OK;
}

/* A session of a group's provider is no proof for what is the person's own. */
static bool is_theirs(const struct request *rq, const struct email_change *c)
{
    const struct visit *v = rq->visit;
    return visit_is_in(v) && !id_some(v->only) && id_same(v->person, c->person);
}

enum status email_confirm_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct email_change c;
    const char *token = param_text(rq, "token");
    enum status status = email_confirm_find(cx, token, &c);
    if (status == NOT_FOUND) return link_over(cx, rq, rs, SAY(email_confirm_over));
    TRY(status);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    confirm_page(&rs->body, rq, url_in(cx, "", ROUTE_email_confirm_create, token), &c,
                 is_theirs(rq, &c));
    return OK;
}

enum status email_confirm_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct email_change c;
    const char *token = param_text(rq, "token");
    enum status status = email_confirm_find(cx, token, &c);
    if (status == NOT_FOUND) return link_over(cx, rq, rs, SAY(email_confirm_over));
    TRY(status);
    if (!is_theirs(rq, &c)) return email_confirm_show(cx, rq, rs);
    TRY(email_change_confirm(cx, token, &c));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in),
                    SAY(email_confirm_done, c.new_email));
}

enum status email_undo_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct email_change c;
    const char *token = param_text(rq, "token");
    enum status status = email_undo_find(cx, token, &c);
    if (status == NOT_FOUND) return link_over(cx, rq, rs, SAY(email_undo_over));
    TRY(status);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    undo_page(&rs->body, rq, url_in(cx, "", ROUTE_email_undo_create, token), &c);
    return OK;
}

enum status email_undo_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct email_change c;
    struct id visitor = rq->visit->person;
    enum status status = email_change_undo(cx, param_text(rq, "token"), &c);
    if (status == NOT_FOUND) return link_over(cx, rq, rs, SAY(email_undo_over));
    TRY(status);
    if (rq->visit->signed_in && id_same(visitor, c.person)) {
        rq->visit->token = NULL;
        response_cookie(cx, rs, session_cookie(cx, NULL));
        response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    }
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_reset_new),
                    SAY(email_undo_done, c.old_email, cx->setup->reset_life / MINUTES(1)));
}
