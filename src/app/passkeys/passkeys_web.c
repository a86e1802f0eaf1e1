/* passkeys_web.c - see passkeys_view.h; and my user page: adding and removing passkeys. */
#include <stdlib.h>
#include <string.h>

#include "app/sign_in/confirm_form.h"
#include "app/sign_in/onward_view.h"
#include "app/passkeys/passkeys_view.h"
#include "app/sessions/tries.h"
#include "base/secret.h"
#include "base/setup.h"

#include "app/passkeys/passkeys.text.h"

/* Of one address, since each is a row: a practice behind one opens its page to sign in far less
 * often. */
enum { ASKS_AN_HOUR = 1000 };

struct making {
    const char *name, *value, *party, *known; /* known: those that are there, with blanks between */
};

#include "app/passkeys/passkeys.html.h"

/* --- for other pages ------------------------------------------------------------------ */

void passkey_form(struct html *h, const struct request *rq, struct url to, const char *next,
                  bool autofill)
{
    form_view(h, rq, to, next, fault_of(h->cx, "passkey"), autofill);
}

void passkey_button(struct html *h, const char *id)
{
    button_view(h, id, fault_of(h->cx, id), false);
}

struct webauthn_answer passkey_answer(const struct request *rq)
{
    return (struct webauthn_answer){
        .challenge = form_text(rq, "proof_challenge"),
        .credential = form_text(rq, "proof_credential"),
        .client = form_text(rq, "proof_client"),
        .data = form_text(rq, "proof_data"),
        .signature = form_text(rq, "proof_signature"),
        .user = form_text(rq, "proof_user"),
        .algorithm = strtoll(form_text(rq, "proof_algorithm"), NULL, 10),
    };
}

const char *passkey_visitor(struct cx *cx, const struct request *rq)
{
    char *hash = arena_alloc(cx->mem, SECRET_SIZE);
    secret_hash(rq->visit->token ? rq->visit->token : "", hash);
    return hash;
}

static enum status known(struct cx *cx, struct id person, const char **out)
{
    struct passkey_list all;
    *out = "";
    TRY(passkey_list(cx, person, &all));
    for (size_t i = 0; i < all.n; i++)
        *out = arena_print(cx->mem, "%s%s%s", *out, i ? " " : "", all.at[i].credential);
    return OK;
}

/* The script says that no passkey was used; a password works all the same. */
static enum status too_many(struct response *rs)
{
    rs->status = 429;
    rs->retry_after = "3600";
    rs->type = "text/plain; charset=utf-8";
    html_text(&rs->body, "too many\n");
    return OK;
}

/* What the script asks for: a challenge, for whatever this session is about to show. */
enum status passkey_ask(struct cx *cx, struct request *rq, struct response *rs)
{
    const struct visit *v = rq->visit;
    const char *value, *allowed = "";
    bool fits;
    enum passkey_use use = !v->signed_in                    ? PASSKEY_SIGN_IN
                           : v->waits_for == WAITS_FOR_CODE ? PASSKEY_SECOND
                                                            : PASSKEY_CONFIRM;
    if (v->signed_in) TRY(known(cx, v->person, &allowed));
    TRY(tries_take(cx, "passkey challenges", tries_address(cx), ASKS_AN_HOUR, HOURS(1), &fits));
    if (!fits) return too_many(rs);
    TRY(passkey_challenge(cx, use, v->signed_in ? v->session.text : passkey_visitor(cx, rq),
                          &value));
    struct webauthn_party party = webauthn_party(cx->mem, cx->setup->url);
    challenge_view(&rs->body, value, party.id, allowed, use != PASSKEY_SECOND);
    return OK;
}

/* --- adding one ------------------------------------------------------------------------- */

enum status own_passkey_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form = { .name = "" };
    struct confirm_ways ways;
    TRY(confirm_form_ways(cx, &ways));
    if (rq->method == POST) confirm_form_take(cx, rq, &form);
    confirm_form_pace(cx, rs);
    new_page(&rs->body, rq, form.name, &ways);
    return OK;
}

/* The challenge stands in this answer: whoever has it was confirmed. */
enum status own_passkey_begin(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct making m;
    TRY(confirm_form(cx, rq, &form));
    TRY(passkey_name_check(cx, form.name));
    m.name = form.name;
    m.party = webauthn_party(cx->mem, cx->setup->url).id;
    TRY(known(cx, rq->visit->person, &m.known));
    TRY(passkey_challenge(cx, PASSKEY_ADD, rq->visit->session.text, &m.value));
    make_page(&rs->body, rq, &m);
    return OK;
}

enum status own_passkey_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct webauthn_answer answer = passkey_answer(rq);
    struct recovery_codes codes;
    confirm_form_take(cx, rq, &form);
    TRY(passkey_add(cx, form.name, &answer, &codes));
    if (codes.n == 0)
        return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(passkey_added));
    recovery_codes_show(cx, rq, rs, &codes, SAY(passkey_added));
    return OK;
}

/* --- removing one ------------------------------------------------------------------------ */

enum status own_passkey_removal(struct cx *cx, struct request *rq, struct response *rs)
{
    struct passkey p;
    struct second_step apps;
    struct passkey_list all;
    struct confirm_ways ways;
    TRY(passkey_find(cx, param_id(rq, "id"), &p));
    TRY(second_step_find(cx, rq->visit->person, &apps));
    TRY(passkey_list(cx, rq->visit->person, &all));
    TRY(confirm_form_ways(cx, &ways));
    confirm_form_pace(cx, rs);
    removal_page(&rs->body, rq, &p, apps.n + all.n == 1, &ways);
    return OK;
}

enum status own_passkey_remove(struct cx *cx, struct request *rq, struct response *rs)
{
    struct confirm_form form;
    struct passkey p;
    TRY(passkey_find(cx, param_id(rq, "id"), &p));
    TRY(confirm_form(cx, rq, &form));
    TRY(passkey_remove(cx, p.id));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_sign_in), SAY(passkey_removed, p.name));
}
