/* own_second_web.c - my user page: the apps and recovery codes of the second step. */
#include <string.h>

#include "app/sign_in/confirm_form.h"
#include "app/me/qr.h"
#include "app/passkeys/passkey.h"
#include "app/sign_in/onward_view.h"
#include "app/second_step/required.h"
#include "base/time.h"
#include "web/page.h"

#include "app/me/own_second.text.h"

struct showing {
    struct new_authenticator app;
    const char *grouped, *path; /* path NULL: no picture */
    int size;
};

#include "app/me/own_second.html.h"

/* --- what groups ask for ------------------------------------------------------------- */

enum status own_second_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct second_askings all;
    const char *next = *onward_next(rq) ? onward_next(rq) : "/";
    TRY(second_askings(cx, rq->visit->person, rq->visit->signed_in_at, &all));
    if (all.n == 0) return redirect(cx, rq, rs, (struct url){ next }, NULL);
    TRY(visit_groups(cx, rq));
    asking_page(&rs->body, rq, &all, next);
    return OK;
}

/* Around a form that met the closed group: it waits in this page, and goes along. */
enum status second_ask(struct cx *cx, struct request *rq, struct response *rs)
{
    *rs = (struct response){ .body.cx = cx, .status = 403 };
    waiting_page(&rs->body, rq);
    return OK;
}

/* --- adding an app ------------------------------------------------------------------- */

enum status own_app_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form = { .name = "" };
    struct confirm_ways ways;
    TRY(confirm_form_ways(cx, &ways));
    if (rq->method == POST) confirm_form_take(cx, rq, &form);
    confirm_form_pace(cx, rs);
    app_new_page(&rs->body, rq, form.name, &ways);
    return OK;
}

static const char *in_fours(struct cx *cx, const char *secret)
{
    const char *out = "";
    for (size_t n = strlen(secret); n; n -= n < 4 ? n : 4, secret += 4)
        out = arena_print(cx->mem, "%s%s%.4s", out, *out ? " " : "", secret);
    return out;
}

static enum status show_new(struct cx *cx, struct request *rq, struct response *rs, struct id id)
{
    struct showing s;
    TRY(authenticator_new(cx, id, &s.app));
    s.grouped = in_fours(cx, s.app.secret);
    s.path = qr_path(cx->mem, s.app.uri, &s.size);
    app_page(&rs->body, rq, &s);
    return OK;
}

enum status own_app_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct id id;
    TRY(confirm_form(cx, rq, &form));
    TRY(authenticator_begin(cx, form.name, &id));
    if (onward_kept(rq)) return show_new(cx, rq, rs, id);
    struct url to = url_in(cx, "", ROUTE_own_app_show, id);
    return redirect(cx, rq, rs, url_with(cx, to, "next", onward_next(rq)), NULL);
}

enum status own_app_show(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_new(cx, rq, rs, param_id(rq, "id"));
}

enum status own_app_prove(struct cx *cx, struct request *rq, struct response *rs)
{
    struct recovery_codes codes;
    TRY(authenticator_prove(cx, param_id(rq, "id"), form_text(rq, "code"), &codes));
    if (codes.n == 0)
        return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(second_added));
    recovery_codes_show(cx, rq, rs, &codes, SAY(second_added_first));
    return OK;
}

/* --- removing one ---------------------------------------------------------------------- */

enum status own_app_removal(struct cx *cx, struct request *rq, struct response *rs)
{
    struct authenticator app;
    struct second_step now;
    struct passkey_list passkeys;
    struct confirm_ways ways;
    TRY(authenticator_find(cx, param_id(rq, "id"), &app));
    TRY(second_step_find(cx, rq->visit->person, &now));
    TRY(passkey_list(cx, rq->visit->person, &passkeys));
    TRY(confirm_form_ways(cx, &ways));
    confirm_form_pace(cx, rs);
    app_removal_page(&rs->body, rq, &app, now.n == 1 && passkeys.n == 0, &ways);
    return OK;
}

enum status own_app_remove(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct authenticator app;
    TRY(authenticator_find(cx, param_id(rq, "id"), &app));
    TRY(confirm_form(cx, rq, &form));
    TRY(authenticator_remove(cx, app.id));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(second_removed, app.name));
}

/* --- recovery codes ---------------------------------------------------------------------- */

enum status own_codes_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_ways ways;
    bool on;
    TRY(second_step_on(cx, rq->visit->person, &on));
    if (!on) return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), NULL);
    TRY(confirm_form_ways(cx, &ways));
    confirm_form_pace(cx, rs);
    codes_new_page(&rs->body, rq, &ways);
    return OK;
}

/* The codes stand in this answer and nowhere else, so it is no way to another page. */
enum status own_codes_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct recovery_codes codes;
    TRY(confirm_form(cx, rq, &form));
    TRY(recovery_codes_make(cx, &codes));
    recovery_codes_show(cx, rq, rs, &codes, SAY(second_codes_new_done));
    return OK;
}
