/* landing_web.c - what the link in an invitation's letter opens.
 *
 * Opening changes nothing, for mail scanners open links.  Whether the invited
 * address has a sign-in shows here only, to whoever holds the token. */
#include <string.h>

#include "app/invitations/invitations_view.h"
#include "app/sign_in/new_password.h"
#include "app/sign_in/onward_view.h"
#include "app/users/access_words.h"
#include "base/email.h"
#include "base/password.h"

#include "app/sign_in/new_password.text.h"
#include "app/invitations/landing.text.h"

struct landing {
    const char *token;
    const struct invitation *inv;
    const char *problem; /* or NULL */
    enum { INVITED, ANOTHER, HAS_SIGN_IN, NEWCOMER } who;
};

#include "app/invitations/landing.html.h"

struct note_form {
    const char *note;
};
static const struct field note_fields[] = {
    FIELD(struct note_form, note, FIELD_LINE, .max = 500),
};

struct password_form {
    const char *new_password, *new_password_again;
};
static const struct field password_fields[] = {
    FIELD(struct password_form, new_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct password_form, new_password_again, FIELD_SECRET, .max = PASSWORD_MOST),
};

static enum status over(struct cx *cx, struct request *rq, struct response *rs, const char *said)
{
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    landing_over_page(&rs->body, rq, said);
    return OK;
}

static enum status who_looks(struct cx *cx, struct request *rq, struct landing *l)
{
    bool has_sign_in;
    const struct visit *v = rq->visit;
    if (visit_is_in(v)) {
        bool same = strcmp(v->email_key, l->inv->draft.email_key) == 0;
        l->who = same ? INVITED : ANOTHER;
        return OK;
    }
    TRY(invitation_has_sign_in(cx, l->inv, &has_sign_in));
    l->who = has_sign_in ? HAS_SIGN_IN : NEWCOMER;
    return OK;
}

enum status invitation_landing(struct cx *cx, struct request *rq, struct response *rs)
{
    struct landing l = { .token = param_text(rq, "token") };
    struct invitation *inv;
    bool works;
    if (rq->method == POST && !cx->faults) l.problem = cx->message;
    enum status status = invitation_by_token(cx, l.token, &inv, &works);
    if (status == OK && inv->state != INVITATION_PENDING)
        return over(cx, rq, rs, invitation_state_words(cx, inv));
    if (status == NOT_FOUND || (status == OK && !works)) {
        rs->status = 410;
        return over(cx, rq, rs, SAY(landing_over));
    }
    TRY(status);
    l.inv = inv;
    TRY(who_looks(cx, rq, &l));
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    landing_page(&rs->body, rq, &l);
    return OK;
}

/* --- answering ---------------------------------------------------------------------- */

/* A token that was never mailed gets the page of one that works no more. */
static enum status not_found(struct cx *cx, enum status status)
{
    return status == NOT_FOUND ? fail(cx, CONFLICT, "%s", SAY(landing_over)) : status;
}

enum status landing_accept(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(not_found(cx, invitation_confirm(cx, param_text(rq, "token"), &inv)));
    TRY(invitation_accept(cx, inv->id));
    return invitation_joined(cx, rq, rs, inv);
}

enum status landing_decline(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    struct note_form form;
    TRY(form_read(cx, rq, note_fields, &form));
    TRY(not_found(cx, invitation_confirm(cx, param_text(rq, "token"), &inv)));
    TRY(invitation_decline(cx, inv->id, form.note));
    const struct notice notice = {
        .text = SAY(landing_declined, inv->practice_name),
        .undo = url_in(cx, "", ROUTE_own_invitation_reopen, inv->id),
    };
    return redirect_notice(cx, rq, rs, url_in(cx, "", ROUTE_own_page), &notice);
}

/* --- setting up a sign-in -------------------------------------------------------------- */

/* In the hash lane.  No hash is made for a link that opens nothing. */
enum status landing_prepare(struct cx *cx, struct request *rq)
{
    struct invitation *inv;
    struct password_form form;
    bool works, has_sign_in;
    enum status status = invitation_by_token(cx, param_text(rq, "token"), &inv, &works);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    TRY(invitation_has_sign_in(cx, inv, &has_sign_in));
    if (!works || has_sign_in || inv->state != INVITATION_PENDING) return OK;
    const struct user_draft *d = &inv->draft;
    const char *const known[] = { d->first_name, d->last_name, d->email, inv->practice_name };
    form_take(cx, rq, password_fields, &form);
    return first_password_check(
        cx, known, sizeof known / sizeof *known,
        &(struct typed_password){ NULL, form.new_password, form.new_password_again },
        (struct new_password **)&rq->prepared);
}

enum status landing_join(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    bool works;
    const char *session, *token = param_text(rq, "token");
    const struct new_password *password = rq->prepared;
    TRY(not_found(cx, invitation_by_token(cx, token, &inv, &works)));
    if (visit_is_in(rq->visit)) return fail(cx, CONFLICT, "%s", SAY(landing_signed_in));
    if (password) TRY(new_password_faults(cx, password));
    TRY(invitation_join(cx, token, password ? password->hash : NULL, &session));
    response_session(cx, rs, session);
    rq->visit->token = session; /* the strip on the next page is for the new session */
    TRY(invitation_joined(cx, rq, rs, inv));
    struct url to = { rs->location };
    TRY(onward_by_second(cx, cx->actor.person, rs->location, &to));
    rs->location = to.text;
    return OK;
}
