/* versions_web.c - see versions_web.h */
#include "app/audit/versions_web.h"

#include <string.h>

#include "app/audit/audit.h"
#include "base/time.h"

#include "app/audit/versions.text.h"
#include "app/audit/versions.html.h"

bool stale(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->reason
           && strcmp(cx->reason, "stale") == 0;
}

void versions(struct html *h, struct id about, struct url reload, const struct version_line *lines,
              size_t n)
{
    struct cx *cx = h->cx;
    const char *name;
    int64_t at;
    if (audit_last(cx, about, &name, &at) != OK) name = NULL;
    versions_view(h, name ? SAY(versions_by, name, time_ago(cx, at)) : SAY(versions_alone), reload,
                  lines, n);
}
