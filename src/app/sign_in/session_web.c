/* session_web.c - signing in and out. */
#include <string.h>

#include "app/lost_step/lost_step_view.h"
#include "app/sign_in/new_password.h"
#include "app/passkeys/passkeys_view.h"
#include "app/people/person.h"
#include "app/sessions/remembered.h"
#include "app/sign_in/onward_view.h"
#include "app/sign_in/sign_in.h"
#include "app/sso/errand_view.h"
#include "base/password.h"
#include "base/time.h"
#include "web/page.h"

#include "app/sign_in/new_password.text.h"
#include "app/sign_in/session.text.h"

struct sign_in_form {
    const char *email, *password, *next;
};

/* The door of the group that somebody is on the way to, or came through last, if it signs in
 * through a provider of its own. */
struct other_door {
    const char *slug, *name; /* slug NULL: none */
};

/* What this person can show as the second step. */
struct ways {
    bool apps, passkeys, recovery;
    struct lost_groups lost;
    bool remember, remember_ticked; /* may be offered; and is ticked */
};

#include "app/sign_in/session.html.h"

static const struct field sign_in_fields[] = {
    FIELD(struct sign_in_form, email, FIELD_LINE, .max = 300, .missing = t_email_missing),
    FIELD(struct sign_in_form, password, FIELD_SECRET, .max = 256, .missing = t_password_missing),
    FIELD(struct sign_in_form, next, FIELD_TEXT, .max = 1 << 17),
};

/* Home: of the only group, or of the one used last; else people choose. */
static enum status home_of(struct cx *cx, struct request *rq, struct url *to)
{
    const struct visit *v = rq->visit;
    TRY(visit_groups(cx, rq));
    *to = url_in(cx, "", ROUTE_groups_index);
    for (size_t i = 0; i < v->groups_n; i++)
        if (v->groups_n == 1 || id_same(v->groups[i].practice, v->last_practice))
            *to = url_in(cx, v->groups[i].slug, ROUTE_home_show);
    return OK;
}

/* Where a session leads: to what it waits for, then to where it was going. */
static enum status goes_on(struct cx *cx, struct request *rq, enum waits_for waits_for,
                           const char *next, struct url *to)
{
    switch (waits_for) {
    case WAITS_FOR_CODE:
        *to = url_with(cx, url_in(cx, "", ROUTE_second_step_new), "next",
                       url_is_inside(next) ? next : "");
        return OK;
    case WAITS_FOR_PASSWORD: *to = url_in(cx, "", ROUTE_own_password_new); return OK;
    case WAITS_FOR_NOTHING: break;
    }
    return home_of(cx, rq, to);
}

enum status front_door(struct cx *cx, struct request *rq, struct response *rs)
{
    struct url to = url_in(cx, "", ROUTE_session_new);
    if (rq->visit->signed_in) TRY(goes_on(cx, rq, rq->visit->waits_for, "", &to));
    return redirect(cx, rq, rs, to, NULL);
}

static void too_many(struct cx *cx, struct response *rs)
{
    if (!cx->reason || strcmp(cx->reason, "slow") != 0) return;
    rs->status = 429;
    rs->retry_after = "60";
}

static enum status find_door(struct cx *cx, const struct request *rq, const char *next,
                             struct other_door *out)
{
    struct sso_group group;
    struct provider *p;
    const char *slug = errand_door(cx, rq);
    if (strncmp(next, "/g/", 3) == 0) slug = arena_copy(cx->mem, next + 3, strcspn(next + 3, "/?"));
    *out = (struct other_door){ NULL };
    if (!*slug) return OK;
    enum status status = provider_enter(cx, slug, &group, &p);
    cx->actor.practice = (struct id){ "" };
    if (status == NOT_FOUND) return OK;
    TRY(status);
    *out = (struct other_door){ group.slug, p->name };
    return OK;
}

enum status session_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct sign_in_form form = { .email = "", .next = query_text(rq, "next") };
    if (rq->method == GET && rq->visit->signed_in)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    if (rq->method == POST) form_take(cx, rq, sign_in_fields, &form);
    too_many(cx, rs);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    struct other_door door;
    TRY(find_door(cx, rq, form.next, &door));
    sign_in_page(&rs->body, rq, &form, &door);
    return OK;
}

/* In the hash lane: is it the right password?  What is found is checked again
 * in the transaction, against the row as it stands then. */
enum status session_prepare(struct cx *cx, struct request *rq)
{
    struct sign_in_form form;
    if (form_read(cx, rq, sign_in_fields, &form) != OK) return OK; /* the handler says it */
    return sign_in_check(cx, form.email, form.password, (struct sign_in_proof **)&rq->prepared);
}

enum status session_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct sign_in_form form;
    const char *token;
    enum waits_for waits_for;
    struct url to = { url_is_inside(form_text(rq, "next")) ? form_text(rq, "next") : "/" };
    TRY(form_read(cx, rq, sign_in_fields, &form));
    struct sign_in_proof *proof = rq->prepared;
    proof->remembered = cookie_text(cx, rq, remembered_cookie_name(cx));
    TRY(sign_in(cx, proof, &token, &waits_for));
    response_session(cx, rs, token);
    if (waits_for)
        TRY(goes_on(cx, rq, waits_for, form.next, &to));
    else
        TRY(onward_by_second(cx, cx->actor.person, form.next, &to));
    return redirect(cx, rq, rs, to, NULL);
}

enum status session_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(sign_out(cx));
    response_cookie(cx, rs, session_cookie(cx, NULL));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_session_new), NULL);
}

/* --- the second step ----------------------------------------------------------- */

struct code_form {
    const char *code, *next;
    bool remember;
};
static const struct field code_fields[] = {
    FIELD(struct code_form, code, FIELD_LINE, .max = 100, .missing = t_second_missing),
    FIELD(struct code_form, next, FIELD_TEXT, .max = 1 << 17),
    FIELD(struct code_form, remember, FIELD_CHECK),
};

static enum status find_ways(struct cx *cx, const struct request *rq, struct ways *out)
{
    struct second_step apps;
    struct passkey_list passkeys;
    TRY(second_step_find(cx, rq->visit->person, &apps));
    TRY(passkey_list(cx, rq->visit->person, &passkeys));
    bool recovery = *query_text(rq, "recovery") || *form_text(rq, "recovery");
    *out = (struct ways){ .apps = apps.n > 0,
                          .passkeys = passkeys.n > 0,
                          .recovery = recovery || apps.n == 0,
                          .remember_ticked = *form_text(rq, "remember") };
    TRY(lost_step_groups(cx, rq->visit->person, &out->lost));
    return out->recovery ? OK : sign_in_may_remember(cx, &out->remember);
}

enum status second_step_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct code_form form;
    struct ways ways;
    if (rq->visit->waits_for != WAITS_FOR_CODE)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    if (form_has(rq, "code")) form_take(cx, rq, code_fields, &form); /* and no other way */
    too_many(cx, rs);
    TRY(find_ways(cx, rq, &ways));
    second_page(&rs->body, rq, onward_next(rq), &ways);
    return OK;
}

enum status second_step_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct code_form form;
    const char *token, *remembered;
    enum waits_for waits_for;
    if (rq->visit->waits_for != WAITS_FOR_CODE)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    TRY(form_read(cx, rq, code_fields, &form));
    struct url to = { url_is_inside(form.next) ? form.next : "/" };
    TRY(sign_in_second(cx, &(struct second_try){ form.code, form.remember }, &token, &remembered,
                       &waits_for));
    response_session(cx, rs, token);
    if (remembered) response_cookie(cx, rs, remembered_cookie(cx, remembered));
    if (waits_for) TRY(goes_on(cx, rq, waits_for, "", &to));
    return redirect(cx, rq, rs, to, NULL);
}

/* --- with a passkey ---------------------------------------------------------------- */

static enum status refuse_passkey(struct cx *cx)
{
    field_fault(cx, "passkey", passkey_wrong(cx));
    return field_check(cx);
}

static enum status go_in(struct cx *cx, struct request *rq, struct response *rs, const char *token,
                         enum waits_for waits_for)
{
    const char *next = form_text(rq, "next");
    struct url to = { url_is_inside(next) ? next : "/" };
    response_session(cx, rs, token);
    if (waits_for) TRY(goes_on(cx, rq, waits_for, "", &to));
    return redirect(cx, rq, rs, to, NULL);
}

enum status passkey_sign_in(struct cx *cx, struct request *rq, struct response *rs)
{
    struct webauthn_answer answer = passkey_answer(rq);
    struct id person;
    const char *token;
    enum waits_for waits_for;
    if (rq->visit->signed_in) return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    TRY(passkey_take(cx, PASSKEY_SIGN_IN, passkey_visitor(cx, rq), &answer, &person));
    if (!id_some(person)) return refuse_passkey(cx);
    TRY(sign_in_passkey(cx, person, &token, &waits_for));
    return go_in(cx, rq, rs, token, waits_for);
}

enum status second_step_passkey(struct cx *cx, struct request *rq, struct response *rs)
{
    struct webauthn_answer answer = passkey_answer(rq);
    struct id person;
    const char *token;
    enum waits_for waits_for;
    if (rq->visit->waits_for != WAITS_FOR_CODE)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    TRY(passkey_take(cx, PASSKEY_SECOND, rq->visit->session.text, &answer, &person));
    if (!id_some(person)) return refuse_passkey(cx);
    TRY(sign_in_second_passkey(cx, &token, &waits_for));
    return go_in(cx, rq, rs, token, waits_for);
}

/* --- choosing one's own password --------------------------------------------- */

struct choose_form {
    const char *new_password, *new_password_again;
};
static const struct field choose_fields[] = {
    FIELD(struct choose_form, new_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct choose_form, new_password_again, FIELD_SECRET, .max = PASSWORD_MOST),
};

enum status own_password_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct person *person;
    if (rq->visit->waits_for != WAITS_FOR_PASSWORD)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    TRY(person_find(cx, rq->visit->person, &person));
    choose_page(&rs->body, rq,
                person->temporary_by && person->temporary_at_name
                    ? SAY(choose_about, person->temporary_by, person->temporary_at_name)
                    : SAY(choose_about_host));
    return OK;
}

enum status own_password_prepare(struct cx *cx, struct request *rq)
{
    struct choose_form form;
    form_take(cx, rq, choose_fields, &form);
    if (rq->visit->waits_for != WAITS_FOR_PASSWORD) return OK;
    struct typed_password typed = { NULL, form.new_password, form.new_password_again };
    return new_password_check(cx, rq->visit->person, &typed, (struct new_password **)&rq->prepared);
}

enum status own_password_create(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *token;
    struct url to;
    if (rq->visit->waits_for != WAITS_FOR_PASSWORD || !rq->prepared)
        return redirect(cx, rq, rs, (struct url){ "/" }, NULL);
    TRY(own_password_choose(cx, rq->prepared, &token));
    response_session(cx, rs, token);
    rq->visit->token = token; /* so that the strip is signed for the new session */
    TRY(home_of(cx, rq, &to));
    TRY(onward_by_second(cx, cx->actor.person, "", &to));
    return redirect(cx, rq, rs, to, SAY(choose_saved));
}
