/* plans_web.c - what is planned, as part of pages, and taking it back. */
#include <string.h>

#include "app/departures/plans_view.h"

#include "app/departures/plans.text.h"

#include "app/departures/plans.html.h"

enum status plans_of_user(struct cx *cx, struct id user, struct plans *out)
{
    TRY(plans_of(cx, user, out->at, &out->n));
    for (size_t i = 0; i < out->n; i++) {
        struct user *u;
        if (out->at[i].kind != PLAN_ACCESS) continue;
        TRY(user_find(cx, user, &u));
        TRY(plan_tell(cx, &out->at[i], u));
    }
    return OK;
}

void when_check(struct cx *cx, const struct when *w)
{
    bool on_date = strcmp(w->when, "date") == 0, read_only = strcmp(w->when, "read_only") == 0;
    if (*w->date && !on_date && !read_only) field_fault(cx, "when", SAY(when_both));
    if (*w->days && !read_only) field_fault(cx, "days", SAY(when_days_only));
}

enum status plan_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    enum plan_kind kind;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (!plan_find_kind(param_text(rq, "kind"), &kind))
        return fail(cx, NOT_FOUND, "There is no such plan.");
    TRY(plan_cancel(cx, u, kind));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id),
                    SAY(plan_ended_strip, user_name(cx, u)));
}
