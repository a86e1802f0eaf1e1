/* ownership_web.c - who owns the group, handing over, and the deputy, as pages. */
#include "app/departures/checklist_view.h"
#include "app/ownership/deputy.h"
#include "app/ownership/ownership.h"
#include "base/time.h"
#include "web/page.h"

#include "app/ownership/ownership.text.h"

struct deputy_form {
    const char *deputy, *days;
};
static const struct field deputy_fields[] = {
    FIELD(struct deputy_form, deputy, FIELD_LINE, .max = 60),
    FIELD(struct deputy_form, days, FIELD_LINE, .max = 10),
};

struct hand_form {
    const char *to;
};
static const struct field hand_fields[] = {
    FIELD(struct hand_form, to, FIELD_LINE, .max = 60),
};

struct ownership_view {
    struct owner_list owners, candidates;
    struct deputy *deputy;
    struct deputy_form form;
};
struct hand_view {
    struct owner_list candidates;
    struct deputy *deputy;
    struct hand_form form;
    struct user *self;
    struct checklist list;
};

#include "app/ownership/ownership.html.h"

enum status ownership_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ownership_view view = { 0 };
    TRY(ownership_owners(cx, &view.owners));
    TRY(deputy_find(cx, &view.deputy));
    if (cx->actor.owner) TRY(ownership_candidates(cx, &view.candidates));
    const struct deputy *d = view.deputy;
    view.form = (struct deputy_form){ d ? d->user.text : "",
                                      arena_number(cx->mem, d ? d->days : DEPUTY_DAYS_USUAL) };
    if (rq->method == POST) form_take(cx, rq, deputy_fields, &view.form);
    ownership_page(&rs->body, rq, &view);
    return OK;
}

enum status deputy_name_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct deputy_form form;
    struct deputy *d;
    form_take(cx, rq, deputy_fields, &form);
    TRY(deputy_name(cx, id_of(form.deputy), form.days));
    TRY(deputy_find(cx, &d));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_ownership_show), SAY(deputy_saved, d->name));
}

enum status deputy_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(deputy_end(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_ownership_show), SAY(deputy_ended));
}

enum status ownership_hand_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct hand_view view = { .form = { "" } };
    TRY(ownership_ask(cx));
    TRY(ownership_candidates(cx, &view.candidates));
    TRY(deputy_find(cx, &view.deputy));
    TRY(user_find(cx, cx->actor.user, &view.self));
    TRY(checklist_lines(cx, view.self, &view.list));
    if (rq->method == POST) form_take(cx, rq, hand_fields, &view.form);
    hand_page(&rs->body, rq, &view);
    return OK;
}

enum status ownership_hand_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct hand_form form;
    struct user *now;
    form_take(cx, rq, hand_fields, &form);
    struct id to = id_of(form.to);
    TRY(ownership_hand_over(cx, to));
    TRY(user_find(cx, to, &now));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_ownership_show),
                    SAY(handed_strip, user_name(cx, now)));
}
