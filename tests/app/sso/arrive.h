/* arrive.h - somebody whom a provider has let in, for tests: what a right token leads to. */
#pragma once
#include "tests/app/sign_in/browser.h"

#include "app/sso/identity.h"

/* Somebody comes back from Acme with this subject; last shown there at `shown`. */
static inline enum arrival arrive(struct cx *cx, struct browser *b, const char *subject, int64_t shown)
{
    struct provider *p;
    enum arrival arrival = ARRIVED_UNKNOWN;
    const char *token = "";
    struct claims c = { .subject = subject, .session = "sid", .once = "", .signed_in_at = shown };
    act_as(cx, "north", "olga");
    CHECK(provider_find(cx, &p) == OK && p);
    cx->actor.device = *b->device ? b->device : NULL;
    enum status status = identity_arrive(cx, p, &c, &arrival, &token);
    if (cx->actor.device && !*b->device) snprintf(b->device, sizeof b->device, "%s", cx->actor.device);
    CHECK(act_end(cx, status) == OK);
    if (arrival == ARRIVED) snprintf(b->session, sizeof b->session, "%s", token);
    return arrival;
}
