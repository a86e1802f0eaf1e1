/* settings_web.c - setting single sign-on up, and connecting oneself. */
#include <string.h>

#include "app/sso/ask.h"
#include "app/sso/errand_view.h"
#include "app/sso/identity.h"
#include "base/setup.h"
#include "base/text.h"
#include "web/page.h"

#include "app/sso/sso.text.h"
#include "web/page.text.h"

struct provider_form {
    const char *name, *issuer, *client, *client_password, *algorithm;
};
static const struct field fields[] = {
    FIELD(struct provider_form, name, FIELD_LINE, .max = 60),
    FIELD(struct provider_form, issuer, FIELD_LINE, .max = 300),
    FIELD(struct provider_form, client, FIELD_LINE, .max = 200),
    FIELD(struct provider_form, client_password, FIELD_SECRET, .max = PROVIDER_SECRET - 1),
    FIELD(struct provider_form, algorithm, FIELD_LINE, .max = 10),
};

struct provider_view {
    const struct provider *provider; /* or NULL */
    int64_t connected;
    struct provider_form form;
};
struct own_view {
    const struct provider *provider;
    bool connected;
    struct identity identity;
};

#include "app/sso/settings.html.h"

/* --- the group's provider -------------------------------------------------------------- */

enum status provider_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct provider_view v = { .form = { "", "", "", "", "RS256" } };
    struct provider *p;
    TRY(allow(cx, INTEGRATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    TRY(provider_find(cx, &p));
    TRY(provider_connected(cx, &v.connected));
    v.provider = p;
    if (p)
        v.form = (struct provider_form){ p->name, p->issuer, p->client, "", jws_names[p->algorithm] };
    if (rq->method == POST) form_take(cx, rq, fields, &v.form);
    provider_page(&rs->body, rq, &v);
    return OK;
}

static struct provider_draft draft_of(const struct provider_form *form)
{
    return (struct provider_draft){ form->name, form->issuer, form->client, form->client_password,
                                    form->algorithm };
}

/* What can be known here is said by the handler; only what may be asked is. */
enum status provider_prepare(struct cx *cx, struct request *rq)
{
    struct provider_form form;
    bool may_go_on = visit_is_proven(cx, rq) || form_has(rq, "proof");
    if (!may_go_on || form_read(cx, rq, fields, &form) != OK) return OK;
    struct provider_draft draft = draft_of(&form);
    if (provider_check(cx, &draft) != OK) return OK;
    struct found_provider *found = NEW(cx->mem, struct found_provider);
    *found = (struct found_provider){ .issuer = form.issuer, .algorithm = form.algorithm };
    rq->prepared = found;
    return OK;
}

void provider_call(struct cx *cx, struct request *rq)
{
    struct found_provider *found = rq->prepared;
    *found = provider_ask(cx->mem, found->issuer, found->algorithm, cx->setup->webhooks_anywhere);
}

enum status provider_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct provider_form form;
    TRY(form_read(cx, rq, fields, &form));
    struct provider_draft draft = draft_of(&form);
    TRY(provider_save(cx, &draft, rq->prepared));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_provider_show), SAY(provider_saved));
}

enum status provider_remove_form(struct cx *cx, struct request *rq, struct response *rs)
{
    int64_t ended;
    TRY(provider_remove(cx, &ended));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_integrations_index),
                    SAY(provider_removed, ended));
}

/* --- oneself ------------------------------------------------------------------------------ */

enum status sso_own_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct own_view v = { 0 };
    struct provider *p;
    TRY(provider_find(cx, &p));
    v.provider = p;
    if (p) TRY(identity_own(cx, p, &v.connected, &v.identity));
    own_page_view(&rs->body, rq, &v);
    return OK;
}

static enum status go(struct cx *cx, struct request *rq, struct response *rs,
                      enum errand_purpose purpose)
{
    struct provider *p;
    TRY(provider_find(cx, &p));
    if (!p) return fail(cx, NOT_FOUND, "There is no such page.");
    struct errand e = errand_begin(cx, p, purpose, rq->visit->token);
    rs->status = 303;
    rs->location = errand_way(cx, p, &e, visit_slug(rq));
    return OK;
}

/* With what is one's own, and shown lately: whoever finds a device open shall not stay. */
enum status sso_own_start(struct cx *cx, struct request *rq, struct response *rs)
{
    struct url here = url_for(cx, rq, ROUTE_sso_own_show);
    bool meant = text_same_constant_time(query_text(rq, "go"), errand_key(cx, rq->visit->token));
    if (!meant || id_some(rq->visit->only)) return redirect(cx, rq, rs, here, NULL);
    if (!visit_is_proven(cx, rq)) {
        struct url ask = url_in(cx, "", ROUTE_step_up_new);
        return redirect(cx, rq, rs, url_with(cx, ask, "next", url_here(cx, rq).text), NULL);
    }
    return go(cx, rq, rs, ERRAND_CONNECT);
}

/* For "Confirm it is you", by whoever came in through the provider. */
enum status sso_again_start(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *next = query_text(rq, "next");
    if (!id_some(rq->visit->only))
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_sso_own_show), NULL);
    response_cookie(cx, rs, errand_next_cookie(cx, next));
    return go(cx, rq, rs, ERRAND_CONFIRM);
}

enum status sso_own_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct url here = url_for(cx, rq, ROUTE_sso_own_show);
    if (id_some(rq->visit->only)) return redirect(cx, rq, rs, here, NULL);
    TRY(identity_disconnect(cx));
    return redirect(cx, rq, rs, here, SAY(sso_disconnected));
}
