/* docs_web.c - the page about the API, for people. */
#include "web/api.h"
#include "web/page.h"

#include "app/api/api.text.h"

static const char *needs_of(struct cx *cx, enum permission p)
{
    return arena_print(cx->mem, "%s: %s", areas[permissions[p].area].label(cx),
                       reach_label(permissions[p].need)(cx));
}

#include "app/api/docs.html.h"

enum status api_docs(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)cx;
    docs_page(&rs->body, rq);
    return OK;
}
