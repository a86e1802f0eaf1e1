/* mailed_web.c - asking for a mailed link, and the pages behind such links. */
#include "app/people/membership.h"
#include "app/sign_in/mailed.h"
#include "base/password.h"
#include "base/setup.h"
#include "web/page.h"

#include "app/sign_in/new_password.text.h"
#include "app/sign_in/mailed.text.h"
#include "app/sign_in/mailed.html.h"

struct reset_form {
    const char *email;
};
static const struct field reset_fields[] = {
    FIELD(struct reset_form, email, FIELD_LINE, .max = 300, .missing = t_reset_email_missing),
};

struct password_form {
    const char *new_password, *new_password_again;
};
static const struct field password_fields_read[] = {
    FIELD(struct password_form, new_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct password_form, new_password_again, FIELD_SECRET, .max = PASSWORD_MOST),
};

static void too_many(struct cx *cx, struct response *rs)
{
    if (!cx->reason || strcmp(cx->reason, "slow") != 0) return;
    rs->status = 429;
    rs->retry_after = "3600";
}

/* To the page to sign in, with a strip.  Whoever was signed in is no longer,
 * so the strip must be signed for a visitor. */
static void sign_visitor_out(struct cx *cx, struct request *rq, struct response *rs)
{
    rq->visit->token = NULL;
    response_cookie(cx, rs, session_cookie(cx, NULL));
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
}

static enum status to_sign_in(struct cx *cx, struct request *rq, struct response *rs,
                              const char *notice)
{
    if (rq->visit->signed_in) sign_visitor_out(cx, rq, rs);
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_session_new), notice);
}

/* --- asking ------------------------------------------------------------------ */

enum status reset_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reset_form form = { .email = "" };
    if (rq->method == POST) form_take(cx, rq, reset_fields, &form);
    too_many(cx, rs);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    reset_page(&rs->body, rq, form.email);
    return OK;
}

enum status reset_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reset_form form;
    TRY(form_read(cx, rq, reset_fields, &form));
    TRY(reset_ask(cx, form.email));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_reset_new),
                    SAY(reset_sent, cx->setup->reset_life / MINUTES(1)));
}

/* --- choosing ----------------------------------------------------------------- */

static enum status over(struct cx *cx, struct request *rq, struct response *rs,
                        enum link_purpose purpose)
{
    const char *email;
    TRY(mailed_email(cx, purpose, param_text(rq, "token"), &email));
    rs->status = 410;
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    reset_over_page(&rs->body, rq, email);
    return OK;
}

static enum status password_page(struct cx *cx, struct request *rq, struct response *rs,
                                 enum link_purpose purpose)
{
    struct html *h = &rs->body;
    struct link link;
    const char *token = param_text(rq, "token"), *email;
    enum status status = link_find(cx, purpose, token, &link);
    if (status == NOT_FOUND) return over(cx, rq, rs, purpose);
    TRY(status);
    TRY(mailed_email(cx, purpose, token, &email));
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    if (purpose == LINK_RESET)
        mailed_password_page(h, rq, url_in(cx, "", ROUTE_reset_update, token), email,
                             SAY(reset_choose_title), SAY(reset_choose_about, email),
                             SAY(reset_choose_button));
    else
        mailed_password_page(h, rq, url_in(cx, "", ROUTE_setup_update, token), email,
                             SAY(set_up_title), SAY(set_up_about, email), SAY(set_up_button));
    return OK;
}

static enum status prepare(struct cx *cx, struct request *rq, enum link_purpose purpose)
{
    struct password_form form;
    form_take(cx, rq, password_fields_read, &form);
    struct typed_password typed = { NULL, form.new_password, form.new_password_again };
    return mailed_check(cx, purpose, param_text(rq, "token"), &typed,
                        (struct new_password **)&rq->prepared);
}

static enum status save(struct cx *cx, struct request *rq, struct response *rs,
                        enum link_purpose purpose)
{
    enum status status = mailed_password(cx, purpose, param_text(rq, "token"), rq->prepared);
    if (status == NOT_FOUND) return over(cx, rq, rs, purpose);
    TRY(status);
    return to_sign_in(cx, rq, rs, SAY(reset_done));
}

enum status reset_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    return password_page(cx, rq, rs, LINK_RESET);
}

enum status reset_prepare(struct cx *cx, struct request *rq)
{
    return prepare(cx, rq, LINK_RESET);
}

enum status reset_update(struct cx *cx, struct request *rq, struct response *rs)
{
    return save(cx, rq, rs, LINK_RESET);
}

enum status setup_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    return password_page(cx, rq, rs, LINK_CHOOSE);
}

enum status setup_prepare(struct cx *cx, struct request *rq)
{
    return prepare(cx, rq, LINK_CHOOSE);
}

enum status setup_update(struct cx *cx, struct request *rq, struct response *rs)
{
    return save(cx, rq, rs, LINK_CHOOSE);
}

/* --- confirming ----------------------------------------------------------------- */

static enum status proof_over(struct cx *cx, struct request *rq, struct response *rs)
{
    rs->status = 410;
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    proof_over_page(&rs->body, rq);
    return OK;
}

enum status proof_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct link link;
    const char *token = param_text(rq, "token"), *email;
    enum status status = link_find(cx, LINK_PROVE, token, &link);
    if (status == NOT_FOUND) return proof_over(cx, rq, rs);
    TRY(status);
    TRY(mailed_email(cx, LINK_PROVE, token, &email));
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    proof_page(&rs->body, rq, url_in(cx, "", ROUTE_proof_create, token), email);
    return OK;
}

enum status proof_create(struct cx *cx, struct request *rq, struct response *rs)
{
    enum status status = mailed_proof(cx, param_text(rq, "token"));
    if (status == NOT_FOUND) return proof_over(cx, rq, rs);
    TRY(status);
    enum route to = rq->visit->signed_in ? ROUTE_own_page : ROUTE_session_new;
    return redirect(cx, rq, rs, url_in(cx, "", to), SAY(proof_done));
}

/* --- "It was not me" --------------------------------------------------------------- */

static enum status not_me_over(struct cx *cx, struct request *rq, struct response *rs)
{
    rs->status = 410;
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    not_me_over_page(&rs->body, rq);
    return OK;
}

enum status not_me_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct new_sign_in s;
    const char *token = param_text(rq, "token");
    enum status status = not_me_link_find(cx, token, &s);
    if (status == NOT_FOUND) return not_me_over(cx, rq, rs);
    TRY(status);
    TRY(membership_zone(cx, s.person));
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    not_me_page(&rs->body, rq, url_in(cx, "", ROUTE_not_me_create, token), &s);
    return OK;
}

enum status not_me_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct new_sign_in s;
    enum status status = mailed_not_me(cx, param_text(rq, "token"), &s);
    if (status == NOT_FOUND) return not_me_over(cx, rq, rs);
    TRY(status);
    /* Whoever reads it in the very browser is out with it. */
    if (s.here && id_same(rq->visit->person, s.person)) sign_visitor_out(cx, rq, rs);
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_reset_new),
                    SAY(not_me_done, agent_words(cx, s.agent), cx->setup->reset_life / MINUTES(1)));
}

/* --- no more tips ----------------------------------------------------------------- */

static enum status tips_over(struct request *rq, struct response *rs)
{
    rs->status = 410;
    tips_over_page(&rs->body, rq);
    return OK;
}

enum status unsubscribe_show(struct cx *cx, struct request *rq, struct response *rs)
{
    bool on;
    const char *token = param_text(rq, "token");
    enum status status = tips_find(cx, token, &on);
    if (status == NOT_FOUND) return tips_over(rq, rs);
    TRY(status);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    tips_page(&rs->body, rq, url_in(cx, "", ROUTE_unsubscribe_create, token), on);
    return OK;
}

enum status unsubscribe_create(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token = param_text(rq, "token");
    enum status status = tips_stop(cx, token);
    if (status == NOT_FOUND) return tips_over(rq, rs);
    TRY(status);
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_unsubscribe_show, token), NULL);
}
