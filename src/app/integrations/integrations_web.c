/* integrations_web.c - which programs outside of Linden read or change something here. */
#include "app/feed/feed.h"
#include "app/integrations/key.h"
#include "base/time.h"
#include "web/page.h"
#include "web/page.text.h"

#include "app/feed/feed.text.h"
#include "app/integrations/integrations.text.h"
#include "app/integrations/keys.text.h"

struct integrations {
    bool others; /* those of other users are listed, too */
    struct api_key_list keys;
    struct feed_list feeds;
};

static bool may_end(const struct cx *cx, struct id user)
{
    struct subject whose = { cx->actor.practice, user };
    return may(&cx->actor, INTEGRATIONS_EDIT, &whose, NULL);
}

#include "app/integrations/integrations.html.h"

enum status integrations_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct integrations all = { 0 };
    struct subject anybody = { cx->actor.practice };
    all.others = may(&cx->actor, INTEGRATIONS_VIEW, &anybody, NULL);
    TRY(key_list(cx, &all.keys));
    TRY(feed_list(cx, &all.feeds));
    integrations_page(&rs->body, rq, &all);
    return OK;
}

enum status integration_feed_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(feed_remove_of(cx, param_id(rq, "id")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_integrations_index), SAY(feed_removed));
}
