/* door_web.c - the door of a group that signs in through its own provider, and the way back from
 * there.
 *
 * The provider leads the browser back with a code in an address, and getting it changes nothing:
 * the page has a button, which script presses.  What it sends goes to the provider in the lane
 * of calls, and what that says is taken, or refused, in one transaction. */
#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/challenge.h"
#include "app/sessions/tries.h"
#include "app/sign_in/sign_in.h"
#include "app/sso/ask.h"
#include "app/sso/errand_view.h"
#include "app/sso/identity.h"
#include "base/secret.h"
#include "base/setup.h"
#include "web/page.h"

#include "app/sso/sso.text.h"

struct door {
    struct sso_group group;
    const struct provider *provider;
    const char *next, *said;
};

#include "app/sso/door.html.h"

static const char USED[] = "provider answer";
/* A clinic behind one address comes in often; who has no account there fails as often. */
static const struct tries_rule rule = { "provider address", 20, HOURS(1), SECONDS(30),
                                        MINUTES(15) };

static enum status open_door(struct cx *cx, struct request *rq, struct door *d)
{
    struct provider *p;
    *d = (struct door){ .next = query_text(rq, "next") };
    TRY(provider_enter(cx, param_text(rq, "g"), &d->group, &p));
    d->provider = p;
    return OK;
}

enum status sso_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct door d;
    TRY(open_door(cx, rq, &d));
    if (rq->visit->signed_in)
        return redirect(cx, rq, rs, url_in(cx, d.group.slug, ROUTE_home_show), NULL);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    door_page(&rs->body, rq, &d);
    return OK;
}

enum status sso_start(struct cx *cx, struct request *rq, struct response *rs)
{
    struct door d;
    TRY(open_door(cx, rq, &d));
    if (rq->visit->signed_in)
        return redirect(cx, rq, rs, url_in(cx, d.group.slug, ROUTE_home_show), NULL);
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    response_cookie(cx, rs, errand_next_cookie(cx, d.next));
    struct errand e = errand_begin(cx, d.provider, ERRAND_SIGN_IN, rq->visit->token);
    rs->status = 303;
    rs->location = errand_way(cx, d.provider, &e, d.group.slug);
    return OK;
}

/* --- back from there --------------------------------------------------------------------- */

enum outcome { ASKED, OLD, SLOW, REFUSED_THERE, MIXED_UP, NO_ANSWER, WRONG_TOKEN };
struct answered {
    const struct provider *provider;
    struct errand errand;
    struct code_question question;
    enum outcome outcome;
    const char *said; /* NO_ANSWER */
    enum token_fault fault;
    struct claims claims;
    const char *keys; /* asked for anew: "" if none came; NULL: not asked for */
};

enum status sso_back_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct door d;
    TRY(open_door(cx, rq, &d));
    rs->private_link = true;
    response_cookie(cx, rs, visit_visitor_cookie(cx, rq));
    if (rq->method == GET) {
        back_page(&rs->body, rq, &d);
        return OK;
    }
    const char *said = fault_of(cx, "code");
    d.said = said ? said : cx->message ? cx->message : "";
    failed_page(&rs->body, rq, &d);
    return OK;
}

/* What is wrong before anybody is asked. */
static enum status find_outcome(struct cx *cx, struct request *rq, struct answered *a)
{
    const struct provider *p = a->provider;
    const char *issuer = form_text(rq, "iss"), *state = form_text(rq, "state");
    int64_t wait;
    TRY(tries_wait(cx, &rule, tries_address(cx), &wait));
    a->outcome = wait ? SLOW : ASKED;
    if (!errand_read(cx, p, rq->visit->token, state, &a->errand))
        a->outcome = OLD;
    else if (p->says_issuer ? strcmp(issuer, p->issuer) != 0
                            : *issuer && strcmp(issuer, p->issuer) != 0)
        a->outcome = MIXED_UP;
    else if (*form_text(rq, "error") || !*form_text(rq, "code"))
        a->outcome = REFUSED_THERE;
    return OK;
}

enum status sso_back_prepare(struct cx *cx, struct request *rq)
{
    struct door d;
    struct answered *a = NEW(cx->mem, struct answered);
    char *secret = arena_alloc(cx->mem, PROVIDER_SECRET);
    TRY(open_door(cx, rq, &d));
    a->provider = d.provider;
    TRY(find_outcome(cx, rq, a));
    rq->prepared = a;
    if (a->outcome != ASKED) return OK;
    if (!provider_secret(cx, d.provider, secret)) {
        a->outcome = NO_ANSWER;
        a->said = SAY(provider_no_key);
    }
    a->question = (struct code_question){ .url = d.provider->token_url,
                                          .client = d.provider->client,
                                          .secret = secret,
                                          .code = form_text(rq, "code"),
                                          .verifier = a->errand.verifier,
                                          .back = errand_back(cx, d.group.slug),
                                          .by_post = d.provider->by_post,
                                          .anywhere = cx->setup->webhooks_anywhere };
    return OK;
}

/* Reads a token; with keys that are asked for anew if it names one that is not known. */
static enum token_fault read_token(struct cx *cx, const struct provider *p, const char *token,
                                   const char *nonce, const char **keys, struct claims *out)
{
    struct expected e = { p->issuer, p->client, p->keys, p->algorithm, nonce, clock_now() };
    enum token_fault fault =
        nonce ? token_read(cx->mem, token, &e, out) : logout_read(cx->mem, token, &e, out);
    if (fault != TOKEN_UNKNOWN_KEY || p->keys_at > cx->now - PROVIDER_KEYS_REST) return fault;
    const char *fresh = keys_ask(cx->mem, p->keys_url, cx->setup->webhooks_anywhere);
    bool fit = fresh && jws_keys_fit(cx->mem, fresh, p->algorithm);
    *keys = fit ? fresh : "";
    if (!fit) return fault;
    e.keys = fresh;
    return nonce ? token_read(cx->mem, token, &e, out) : logout_read(cx->mem, token, &e, out);
}

void sso_back_call(struct cx *cx, struct request *rq)
{
    struct answered *a = rq->prepared;
    if (a->outcome != ASKED) return;
    const char *token = code_ask(cx->mem, &a->question, &a->said);
    if (!token) {
        a->outcome = NO_ANSWER;
        return;
    }
    a->fault = read_token(cx, a->provider, token, a->errand.nonce, &a->keys, &a->claims);
    if (a->fault) a->outcome = WRONG_TOKEN;
}

static const char *fault_words(struct cx *cx, enum token_fault fault)
{
    switch (fault) {
    case TOKEN_FINE: break;
    case TOKEN_NONE: return SAY(fault_none);
    case TOKEN_ALGORITHM: return SAY(fault_algorithm);
    case TOKEN_UNKNOWN_KEY: return SAY(fault_unknown_key);
    case TOKEN_SIGNATURE: return SAY(fault_signature);
    case TOKEN_KIND: return SAY(fault_kind);
    case TOKEN_ISSUER: return SAY(fault_issuer);
    case TOKEN_CLIENT: return SAY(fault_client);
    case TOKEN_EXPIRED: return SAY(fault_expired);
    case TOKEN_NONCE: return SAY(fault_nonce);
    case TOKEN_SUBJECT: return SAY(fault_subject);
    }
    return "";
}

/* Counted, and what it says of the provider is remembered: in the transaction of the refusal. */
static enum status refuse(struct cx *cx, const struct door *d, const char *said, const char *note)
{
    if (note) {
        struct about about = { d->provider->id, d->provider->name };
        if (!cx->actor.name) cx->actor.name = SAY(sso_actor);
        TRY(announce(cx, EVENT_SIGN_IN_REFUSED, about, NULL, note));
    }
    TRY(tries_wrong(cx, &rule, tries_address(cx)));
    field_fault(cx, "code", said);
    return field_check(cx);
}

static enum status refuse_outcome(struct cx *cx, const struct door *d, const struct answered *a)
{
    const char *name = d->provider->name;
    int64_t wait;
    switch (a->outcome) {
    case ASKED: break;
    case OLD: field_fault(cx, "code", SAY(sso_old)); return field_check(cx);
    case SLOW:
        TRY(tries_wait(cx, &rule, tries_address(cx), &wait));
        field_fault(cx, "code", SAY(sso_slow, wait_words(cx, wait ? wait : SECONDS(1))));
        return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
    case REFUSED_THERE: return refuse(cx, d, SAY(sso_refused_there, name), NULL);
    case MIXED_UP: return refuse(cx, d, SAY(sso_mixed, name), SAY(fault_issuer));
    case NO_ANSWER: return refuse(cx, d, SAY(sso_no_answer, name, a->said), NULL);
    case WRONG_TOKEN: {
        const char *what = fault_words(cx, a->fault);
        return refuse(cx, d, SAY(sso_wrong, name, what), what);
    }
    }
    return fail(cx, BROKEN, "nothing was wrong");
}

static struct url way_on(struct cx *cx, const struct request *rq, const char *slug)
{
    const char *next = errand_next(cx, rq), *inside = ARENA_JOIN(cx->mem, "/g/", slug, "/");
    if (strncmp(next, inside, strlen(inside)) == 0 && url_is_inside(next))
        return (struct url){ next };
    return url_in(cx, slug, ROUTE_home_show);
}

static enum status come_in(struct cx *cx, struct request *rq, struct response *rs,
                           const struct door *d, const struct answered *a)
{
    enum arrival arrival;
    const char *token, *name = d->provider->name;
    TRY(identity_arrive(cx, d->provider, &a->claims, &arrival, &token));
    if (arrival == ARRIVED_UNKNOWN)
        return refuse(cx, d, SAY(sso_unknown, name, d->group.name), SAY(audit_unknown));
    if (arrival == ARRIVED_DEACTIVATED)
        return refuse(cx, d, SAY(sso_deactivated, d->group.name), SAY(audit_deactivated));
    response_session(cx, rs, token);
    response_cookie(cx, rs, errand_door_cookie(cx, d->group.slug));
    return redirect(cx, rq, rs, way_on(cx, rq, d->group.slug), NULL);
}

static enum status connect_to(struct cx *cx, struct request *rq, struct response *rs,
                              const struct door *d, const struct answered *a)
{
    const char *name = d->provider->name;
    if (id_some(rq->visit->only)) return fail(cx, INVALID, "%s", SAY(own_only, name));
    TRY(identity_connect(cx, d->provider, &a->claims, rq->visit->proved_at));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_sso_own_show),
                    SAY(sso_connected, name, d->group.name));
}

static enum status confirm_with(struct cx *cx, struct request *rq, struct response *rs,
                                const struct door *d, const struct answered *a)
{
    bool confirmed;
    TRY(identity_confirm(cx, d->provider, &a->claims, a->errand.begun, &confirmed));
    if (!confirmed) return refuse(cx, d, SAY(sso_not_confirmed, d->provider->name), NULL);
    return redirect(cx, rq, rs, way_on(cx, rq, d->group.slug), SAY(sso_confirmed));
}

enum status sso_back_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct door d;
    const struct answered *a = rq->prepared;
    bool first;
    TRY(open_door(cx, rq, &d));
    if (!a) return fail(cx, BROKEN, "the provider was not asked");
    if (a->keys) TRY(provider_keys(cx, d.provider, a->keys));
    if (a->provider->changed_at != d.provider->changed_at || a->outcome == OLD) {
        field_fault(cx, "code", SAY(sso_old));
        return field_check(cx);
    }
    TRY(challenge_once(cx, USED, d.provider->id.text, a->errand.state, &first));
    if (!first) {
        field_fault(cx, "code", SAY(sso_old));
        return field_check(cx);
    }
    if (a->outcome != ASKED) return refuse_outcome(cx, &d, a);
    if (a->errand.purpose == ERRAND_SIGN_IN) return come_in(cx, rq, rs, &d, a);
    if (rq->visit->waits_for != WAITS_FOR_NOTHING)
        return fail(cx, NOT_FOUND, "There is no such page.");
    TRY(visit_enter(cx, rq, d.group.slug));
    if (id_some(cx->actor.viewer))
        return fail_because(cx, FORBIDDEN, "viewing", "You are viewing as somebody else.");
    if (a->errand.purpose == ERRAND_CONNECT) return connect_to(cx, rq, rs, &d, a);
    return confirm_with(cx, rq, rs, &d, a);
}

/* --- the provider's machine: somebody has signed out there ---------------------------------- */

struct sign_out {
    const struct provider *provider;
    const char *token, *keys;
    enum token_fault fault;
    struct claims claims;
};

enum status sso_out_prepare(struct cx *cx, struct request *rq)
{
    struct door d;
    struct sign_out *out = NEW(cx->mem, struct sign_out);
    TRY(open_door(cx, rq, &d));
    *out = (struct sign_out){ d.provider, form_text(rq, "logout_token"), NULL, TOKEN_NONE, { 0 } };
    rq->prepared = out;
    return OK;
}

void sso_out_call(struct cx *cx, struct request *rq)
{
    struct sign_out *out = rq->prepared;
    out->fault = read_token(cx, out->provider, out->token, NULL, &out->keys, &out->claims);
}

enum status sso_out_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct door d;
    const struct sign_out *out = rq->prepared;
    TRY(open_door(cx, rq, &d));
    if (!out) return fail(cx, BROKEN, "the token was not read");
    if (out->keys) TRY(provider_keys(cx, d.provider, out->keys));
    bool fine = !out->fault && out->provider->changed_at == d.provider->changed_at;
    cx->actor.name = d.provider->name;
    if (fine) TRY(identity_leave(cx, d.provider, &out->claims));
    rs->status = fine ? 200 : 400;
    rs->type = "text/plain; charset=utf-8";
    html_text(&rs->body, fine ? "signed out\n" : "invalid_request\n");
    return OK;
}
