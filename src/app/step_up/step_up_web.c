/* step_up_web.c - the page that asks, around a form that waits or a page that was asked for. */
#include "app/step_up/step_up.h"

#include <string.h>

#include "app/passkeys/passkeys_view.h"
#include "app/sessions/session.h"
#include "app/sign_in/onward_view.h"
#include "base/password.h"
#include "web/page.h"

#include "app/step_up/step_up.text.h"

struct asking {
    struct url action, back;
    const char *value;   /* good once; NULL: no form waits */
    const char *without; /* names of fields that are not kept */
    const char *next;    /* where to go on, or NULL */
    const char *said;    /* why it asks once more, or NULL */
    bool second, passkeys, remembered;
    struct url again; /* at the group's provider, for who came in there; .text NULL: not */
};

struct proof_form {
    const char *proof_password, *proof_code, *next;
};
static const struct field proof_fields[] = {
    FIELD(struct proof_form, proof_password, FIELD_SECRET, .max = PASSWORD_MOST),
    FIELD(struct proof_form, proof_code, FIELD_LINE, .max = 100),
    FIELD(struct proof_form, next, FIELD_TEXT, .max = 1 << 17),
};

#include "app/step_up/step_up.html.h"

/* The names of fields with a password in them, with blanks between. */
static const char *left_out(struct cx *cx, const struct request *rq)
{
    const char *out = form_text(rq, "proof_without");
    for (size_t i = 0; i < rq->form.n && !form_has(rq, "proof"); i++) {
        const struct pair *p = &rq->form.at[i];
        if (strstr(p->name, "password") && *p->value)
            out = arena_print(cx->mem, "%s%s%s", out, *out ? " " : "", p->name);
    }
    return out;
}

/* To the page that the form stands on, if its address has one; else home. */
static struct url way_back(struct cx *cx, const struct request *rq)
{
    struct request page = *rq;
    bool other;
    page.method = GET;
    if (route_find(cx, &page, &other)) return url_here(cx, rq);
    return *visit_slug(rq) ? url_for(cx, rq, ROUTE_home_show) : url_in(cx, "", ROUTE_own_page);
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs, struct asking *a)
{
    bool slow = cx->reason && strcmp(cx->reason, "slow") == 0;
    *rs = (struct response){ .body.cx = cx, .status = slow ? 429 : cx->faults ? 422 : 403 };
    struct passkey_list passkeys;
    TRY(second_step_on(cx, rq->visit->person, &a->second));
    TRY(passkey_list(cx, rq->visit->person, &passkeys));
    TRY(session_is_remembered(cx, &a->remembered));
    a->passkeys = passkeys.n > 0;
    if (id_some(rq->visit->only)) TRY(visit_groups(cx, rq));
    if (id_some(rq->visit->only) && rq->visit->groups_n)
        a->again = url_with(cx, url_in(cx, rq->visit->groups[0].slug, ROUTE_sso_again_start), "next",
                            a->next ? a->next : "");
    asking_view(&rs->body, rq, a);
    return OK;
}

enum status step_up_ask(struct cx *cx, struct request *rq, struct response *rs)
{
    struct asking a = { .action = url_here(cx, rq), .back = way_back(cx, rq) };
    a.without = left_out(cx, rq);
    a.value = form_text(rq, "proof");
    if (cx->reason && strcmp(cx->reason, "old") == 0) a.said = cx->message;
    if (!*a.value || a.said) TRY(step_up_begin(cx, &a.value));
    return show(cx, rq, rs, &a);
}

enum status step_up_check(struct cx *cx, struct request *rq)
{
    return confirm_check(cx, rq->visit->person, form_text(rq, "proof_password"),
                         (struct confirmation **)&rq->proof);
}

static enum status prove(struct cx *cx, struct request *rq, struct proof_form *form)
{
    form_take(cx, rq, proof_fields, form);
    struct webauthn_answer answer = passkey_answer(rq);
    bool answered = *answer.credential && !*form->proof_password;
    /* In another tab, at the group's provider. */
    if (id_some(rq->visit->only) && !answered && !*form->proof_password && !*form->proof_code
        && visit_is_proven(cx, rq))
        return OK;
    return step_up_prove(cx,
                         &(struct proof){ form->proof_code, answered ? &answer : NULL, rq->proof });
}

/* What came without its passwords is not sent: they are entered again first. */
static enum status type_again(struct cx *cx, const struct request *rq)
{
    for (const char *at = form_text(rq, "proof_without"); *at; at += strspn(at, " ")) {
        size_t n = strcspn(at, " ");
        field_fault(cx, arena_copy(cx->mem, at, n), SAY(step_up_type_again));
        at += n;
    }
    if (cx->faults) cx_count(cx); /* the proof stays */
    return field_check(cx);
}

enum status step_up_take(struct cx *cx, struct request *rq, struct response *rs, bool *asked)
{
    struct proof_form form;
    const char *value = form_text(rq, "proof");
    enum status status = step_up_look(cx, value);
    if (status == OK) status = prove(cx, rq, &form);
    *asked = status == INVALID;
    if (*asked) return step_up_ask(cx, rq, rs);
    TRY(status);
    TRY(step_up_use(cx, value));
    rq->visit->proved_at = cx->now;
    return type_again(cx, rq);
}

/* The page of which this download is a part. */
static struct url parent_of(struct cx *cx, const char *next)
{
    size_t n = strcspn(next, "?");
    const char *slash = memrchr(next, '/', n);
    return (struct url){ slash > next ? arena_copy(cx->mem, next, (size_t)(slash - next)) : "/me" };
}

/* --- before a page ---------------------------------------------------------------------- */

enum status step_up_new(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *next = rq->method == GET ? query_text(rq, "next") : form_text(rq, "next");
    if (!url_is_inside(next)) next = "/me";
    struct asking a = { .action = url_in(cx, "", ROUTE_step_up_create),
                        .back = parent_of(cx, next),
                        .without = "",
                        .next = next };
    TRY(show(cx, rq, rs, &a));
    if (!cx->faults && rs->status == 403) rs->status = 200;
    return OK;
}

static bool asks_itself(struct cx *cx, const char *next)
{
    struct request page = { .method = GET, .path = arena_copy(cx->mem, next, strcspn(next, "?")) };
    bool other;
    return route_find(cx, &page, &other) && route_asks(page.route);
}

/* On to the page; from a download, which would leave the browser here, to the page of which it
 * is a part. */
enum status step_up_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct proof_form form;
    TRY(prove(cx, rq, &form));
    if (!url_is_inside(form.next))
        return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_page), SAY(step_up_done));
    if (!asks_itself(cx, form.next)) return redirect(cx, rq, rs, (struct url){ form.next }, NULL);
    const struct notice notice = { .text = SAY(step_up_download),
                                   .links = { { SAY(step_up_download_link), { form.next } } },
                                   .links_n = 1 };
    return redirect_notice(cx, rq, rs, parent_of(cx, form.next), &notice);
}
