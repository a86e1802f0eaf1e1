/* invitations_web.c - invitations on the Users page, and on the person's own. */
#include "app/invitations/invitations_view.h"
#include "app/people/membership.h"
#include "base/setup.h"
#include "base/time.h"

#include "app/invitations/invitations.text.h"
#include "app/invitations/invitations.html.h"

/* --- on the Users page ----------------------------------------------------------- */

enum status delivery_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(invitation_find(cx, param_id(rq, "id"), &inv));
    TRY(invitation_resend(cx, inv->id));
    const char *name = invitation_name(cx, inv);
    int64_t until = invitation_term_end(cx, &inv->draft), life = cx->setup->invitation_life;
    const struct notice notice = {
        .text = until < cx->now + life ? SAY(sent_until, name, time_short_day(cx, until))
                                       : SAY(sent_again, name, life / DAYS(1)),
        .row = inv->id,
    };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), &notice);
}

enum status withdrawal_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(invitation_find(cx, param_id(rq, "id"), &inv));
    TRY(invitation_withdraw(cx, inv->id));
    const struct notice notice = {
        .text = SAY(withdrawn, invitation_name(cx, inv)),
        .undo = url_for(cx, rq, ROUTE_delivery_create, inv->id),
        .row = inv->id,
    };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), &notice);
}

enum status clearance_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(invitation_find(cx, param_id(rq, "id"), &inv));
    TRY(invitation_clear(cx, inv->id));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_users_index),
                    SAY(cleared, invitation_name(cx, inv)));
}

/* --- on the person's own ----------------------------------------------------------- */

struct refusal_form {
    const char *note;
};

static const struct field refusal_fields[] = {
    FIELD(struct refusal_form, note, FIELD_LINE, .max = 500),
};

enum status own_invitations(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation_list open, lately;
    bool refused = rq->method == POST && !cx->faults;
    const char *problem = refused ? cx->message : NULL;
    TRY(invitations_for_person(cx, rq->visit->email_key, &open));
    TRY(invitations_declined_lately(cx, rq->visit->email_key, &lately));
    own_invitations_page(&rs->body, rq, &open, &lately, problem);
    return OK;
}

static enum status to_own_page(struct cx *cx, struct request *rq, struct response *rs,
                               const char *notice)
{
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_page), notice);
}

enum status invitation_joined(struct cx *cx, struct request *rq, struct response *rs,
                              const struct invitation *inv)
{
    struct url here = url_in(cx, "", ROUTE_own_page);
    struct url home = url_in(cx, inv->practice_slug, ROUTE_home_show);
    struct membership_list groups = { 0 };
    bool later = inv->draft.starts_at > cx->now;
    if (later)
        return to_own_page(cx, rq, rs,
                           SAY(joined_later, inv->practice_name,
                               time_in(cx, inv->practice_zone, time_day, inv->draft.starts_at)));
    if (rq->visit->signed_in) TRY(membership_list(cx, rq->visit->person, &groups));
    if (groups.n <= 1) return redirect(cx, rq, rs, home, SAY(joined, inv->practice_name));
    const struct notice notice = {
        .text = SAY(joined, inv->practice_name),
        .links = { { SAY(joined_switch), home }, { SAY(joined_stay), here } },
        .links_n = 2,
    };
    return redirect_notice(cx, rq, rs, here, &notice);
}

enum status own_invitation_accept(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(invitation_own(cx, param_id(rq, "id"), &inv));
    TRY(invitation_accept(cx, inv->id));
    return invitation_joined(cx, rq, rs, inv);
}

enum status own_invitation_decline(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    struct refusal_form form;
    TRY(form_read(cx, rq, refusal_fields, &form));
    TRY(invitation_own(cx, param_id(rq, "id"), &inv));
    TRY(invitation_decline(cx, inv->id, form.note));
    const struct notice notice = {
        .text = SAY(declined, inv->practice_name),
        .undo = url_in(cx, "", ROUTE_own_invitation_reopen, inv->id),
    };
    return redirect_notice(cx, rq, rs, url_in(cx, "", ROUTE_own_page), &notice);
}

enum status own_invitation_reopen(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *inv;
    TRY(invitation_own(cx, param_id(rq, "id"), &inv));
    TRY(invitation_reopen(cx, inv->id));
    return to_own_page(cx, rq, rs, SAY(reopened, inv->practice_name));
}
