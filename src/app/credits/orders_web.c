/* orders_web.c - buying credits, as pages. */
#include "app/credits/credits_view.h"
#include "app/credits/provider.h"
#include "app/credits/setting.h"
#include "base/time.h"

#include "app/credits/credits.text.h"

static const struct id the_group = { "" };

struct buy_form {
    const char *order, *credits;
};
static const struct field buy_fields[] = {
    FIELD(struct buy_form, order, FIELD_LINE, .max = 26),
    FIELD(struct buy_form, credits, FIELD_LINE, .max = 10),
};
struct order_page {
    struct order order;
    const char *how, *way, *for_whom, *state;
    bool confirms, edits;
};

#include "app/credits/orders.html.h"

/* --- asking ----------------------------------------------------------------------- */

static enum status buy_page(struct cx *cx, struct request *rq, struct response *rs, struct id user,
                            const char *title)
{
    struct buy_form form = { NULL, "100" };
    TRY(credit_ask_edit(cx, user));
    if (rq->method == POST) form_take(cx, rq, buy_fields, &form);
    struct id id = form.order ? id_of(form.order) : id_new(cx->now);
    form.order = arena_print(cx->mem, "%s", id.text);
    buy_view(&rs->body, rq, title, user, &form);
    return OK;
}

static enum status buy(struct cx *cx, struct request *rq, struct response *rs, struct id user)
{
    struct buy_form form;
    struct order order;
    form_take(cx, rq, buy_fields, &form);
    TRY(order_ask(cx, user, id_of(form.order), form.credits, &order));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_order_show, order.id),
                    SAY(order_asked_notice, order.credits));
}

enum status credits_buy(struct cx *cx, struct request *rq, struct response *rs)
{
    return buy_page(cx, rq, rs, the_group, SAY(buy_title));
}

enum status credits_buy_form(struct cx *cx, struct request *rq, struct response *rs)
{
    return buy(cx, rq, rs, the_group);
}

enum status credits_own_buy(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    return buy_page(cx, rq, rs, person.user, SAY(buy_title_of, person.name));
}

enum status credits_own_buy_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct credit_person person;
    TRY(credit_person_find(cx, param_id(rq, "id"), &person));
    return buy(cx, rq, rs, person.user);
}

/* --- one of them -------------------------------------------------------------------- */

static const char *ended_words(struct cx *cx, const struct order *o)
{
    const char *state = order_state_words(cx, o->state);
    return o->ended_at ? SAY(order_ended, state, time_short_day(cx, o->ended_at), o->ended_name)
                       : state;
}

enum status order_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct order_page p = { .for_whom = SAY(order_for_group) };
    struct credit_person person;
    TRY(order_find(cx, param_id(rq, "id"), &p.order));
    const struct order *o = &p.order;
    if (id_some(o->user)) {
        TRY(credit_person_find(cx, o->user, &person));
        p.for_whom = person.name;
    }
    p.how = payment_provider(o->provider)->how(cx, o);
    p.way = payment_provider(o->provider)->label(cx);
    p.state = ended_words(cx, o);
    p.confirms = order_may_confirm(cx);
    p.edits = credit_may_edit(cx, o->user);
    order_view(&rs->body, rq, &p);
    return OK;
}

enum status order_confirm_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct order order;
    TRY(order_find(cx, param_id(rq, "id"), &order));
    TRY(order_confirm(cx, &order));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_order_show, order.id),
                    SAY(order_confirmed, order.credits));
}

enum status order_withdraw_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct order order;
    TRY(order_find(cx, param_id(rq, "id"), &order));
    TRY(order_withdraw(cx, &order));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_order_show, order.id), SAY(order_withdrawn));
}
