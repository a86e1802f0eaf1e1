/* desk_web.c - the waiting list, for those who book at the desk. */
#include "access/access.h"
#include "app/waiting/waiting.h"
#include "base/time.h"
#include "web/page.h"

#include "app/waiting/waiting.text.h"

#include "app/waiting/desk.html.h"

enum status waiting_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct waiter_list all;
    TRY(waiter_list(cx, &all));
    desk_page(&rs->body, rq, &all);
    return OK;
}

enum status waiting_remove_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(waiter_remove(cx, param_id(rq, "id")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_waiting_index), SAY(wait_removed));
}
