/* lost_step_web.c - the page of a user who has lost the second step, and going on without it. */
#include "app/lost_step/lost_step.h"

#include "app/lost_step/lost_step_view.h"
#include "app/sign_in/onward_view.h"
#include "app/sign_in/sign_in.h"
#include "app/users/user.h"
#include "base/time.h"
#include "web/page.h"

#include "app/lost_step/lost_step.text.h"

struct lost_form {
    const char *reason;
};
static const struct field lost_fields[] = {
    FIELD(struct lost_form, reason, FIELD_LINE, .max = 200),
};

struct lost_page {
    struct user *user;
    struct lost_step *step; /* or NULL */
    const char *name, *names, *reason;
};

#include "app/lost_step/lost_step.html.h"

/* --- for other pages ------------------------------------------------------------------------ */

void lost_step_at_sign_in(struct html *h, const struct request *rq, const struct lost_groups *all)
{
    if (all->open) groups_view(h, rq, all);
}

void lost_step_strips(struct html *h, const struct request *rq, const struct lost_groups *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (id_some(all->at[i].id)) own_view(h, rq, &all->at[i]);
}

/* --- the group's side ------------------------------------------------------------------------- */

/* Who else could agree. */
static enum status read_names(struct cx *cx, const char **out)
{
    enum { NAMES = 5 };
    const char **names;
    size_t n;
    TRY(full_access_names(cx, NAMES, &names, &n));
    *out = "";
    for (size_t i = 0; i < n; i++)
        *out = arena_print(cx->mem, "%s%s%s", *out, i ? ", " : "", names[i]);
    return OK;
}

enum status lost_step_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct lost_page p = { .reason = form_text(rq, "reason") };
    TRY(user_find(cx, param_id(rq, "id"), &p.user));
    TRY(lost_step_find(cx, p.user->id, &p.step));
    TRY(read_names(cx, &p.names));
    p.name = user_name(cx, p.user);
    lost_view(&rs->body, rq, &p);
    return OK;
}

static enum status back(struct cx *cx, struct request *rq, struct response *rs, const char *said)
{
    struct url to = url_for(cx, rq, ROUTE_lost_step_show, param_id(rq, "id"));
    return redirect(cx, rq, rs, to, said);
}

enum status lost_step_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct lost_form form;
    form_take(cx, rq, lost_fields, &form);
    TRY(lost_step_ask(cx, param_id(rq, "id"), form.reason));
    return back(cx, rq, rs, SAY(lost_asked_strip));
}

enum status lost_step_approve(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(lost_step_agree(cx, u->id));
    return back(cx, rq, rs, SAY(lost_agreed_strip, user_name(cx, u), (int64_t)LOST_USE_HOURS));
}

enum status lost_step_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(lost_step_withdraw(cx, param_id(rq, "id")));
    return back(cx, rq, rs, SAY(lost_ended_strip));
}

/* --- the person's side --------------------------------------------------------------------------
 */

enum status lost_step_refusal(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(lost_step_refuse(cx, param_id(rq, "id")));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(lost_refused_strip));
}

enum status second_step_without(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token;
    enum waits_for waits_for;
    struct url to = { "/" };
    if (rq->visit->waits_for != WAITS_FOR_CODE) return redirect(cx, rq, rs, to, NULL);
    TRY(lost_step_use(cx));
    TRY(sign_in_without(cx, &token, &waits_for));
    response_session(cx, rs, token);
    if (waits_for) return redirect(cx, rq, rs, to, NULL);
    to = url_in(cx, "", ROUTE_own_sign_in);
    TRY(onward_by_second(cx, rq->visit->person, "", &to));
    return redirect(cx, rq, rs, to, NULL);
}
