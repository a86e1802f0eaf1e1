/* checkup_web.c - the security check-up, as a page. */
#include "app/checkup/checkup.h"
#include "web/page.h"

#include "app/checkup/checkup.text.h"

static struct url way_url(struct cx *cx, struct request *rq, const struct checkup_entry *e)
{
    switch (e->way) {
    case WAY_OWN: return url_in(cx, "", ROUTE_own_sign_in);
    case WAY_LOWER:
        return (struct url){ ARENA_JOIN(cx->mem, url_for(cx, rq, ROUTE_user_show, e->user).text,
                                        "#level", "") };
    case WAY_DEACTIVATE: return url_for(cx, rq, ROUTE_deactivation_new, e->user);
    case WAY_DEVICES:
        return url_with(cx, url_for(cx, rq, ROUTE_devices_index), "user", e->user.text);
    case WAY_INVITATIONS: return url_for(cx, rq, ROUTE_users_index);
    case WAY_PAPERS: return url_for(cx, rq, ROUTE_papers_show, e->user);
    case WAY_NONE: break;
    }
    return (struct url){ NULL };
}

static const char *way_words(struct cx *cx, enum checkup_way way)
{
    switch (way) {
    case WAY_OWN: return SAY(way_own);
    case WAY_LOWER: return SAY(way_lower);
    case WAY_DEACTIVATE: return SAY(way_deactivate);
    case WAY_DEVICES: return SAY(way_devices);
    case WAY_INVITATIONS: return SAY(way_invitations);
    case WAY_PAPERS: return SAY(way_papers);
    case WAY_NONE: break;
    }
    return "";
}

#include "app/checkup/checkup.html.h"

enum status checkup_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct checkup all;
    TRY(checkup_find(cx, &all));
    checkup_page(&rs->body, rq, &all);
    return OK;
}

enum status checkup_press(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *said;
    TRY(checkup_mend(cx, param_text(rq, "line"), param_id(rq, "id"), &said));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_checkup_show), said);
}
