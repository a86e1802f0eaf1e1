/* payments_web.c - noting payments and refunds, and taking an invoice back, as pages. */
#include <stdlib.h>
#include <string.h>

#include "app/invoices/invoices_view.h"
#include "base/date.h"

#include "app/invoices/invoices.text.h"

struct payment_form {
    const char *amount, *way, *on_day, *note, *version;
};
static const struct field payment_fields[] = {
    FIELD(struct payment_form, amount, FIELD_LINE, .max = 20),
    FIELD(struct payment_form, way, FIELD_LINE, .max = 20),
    FIELD(struct payment_form, on_day, FIELD_LINE, .max = 30),
    FIELD(struct payment_form, note, FIELD_LINE, .max = 200),
    FIELD(struct payment_form, version, FIELD_LINE, .max = 18),
};

struct payment_page {
    const struct invoice *invoice;
    enum entry_kind kind;
    struct payment_form form;
    struct url to;
    const char *number, *sum, *problem;
    struct choice *ways;
    size_t ways_n;
};

#include "app/invoices/payments.html.h"

static enum status form_page(struct cx *cx, struct request *rq, struct response *rs,
                             enum entry_kind kind, enum route to)
{
    struct invoice *v;
    size_t n;
    const char *const *ways = invoice_ways(&n), *problem = form_problem(cx, rq);
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    if (!invoice_may_edit(cx, v)) return invoice_no_editing(cx);
    if (!v->number) return fail_because(cx, CONFLICT, "draft", "%s", SAY(invoice_is_draft));
    int64_t sum = kind == ENTRY_REFUND ? v->paid_cents : invoice_open(v);
    if (sum == 0) return fail_because(cx, CONFLICT, "settled", "%s", SAY(invoice_settled));
    struct payment_page p = {
        .invoice = v,
        .kind = kind,
        .form = { .amount = money_words(cx->mem, sum),
                  .way = ways[0],
                  .on_day = date_today(cx),
                  .note = "",
                  .version = arena_print(cx->mem, "%lld", (long long)v->version) },
        .to = url_for(cx, rq, to, v->id),
        .number = arena_print(cx->mem, "%lld", (long long)v->number),
        .sum = invoice_money(cx, v, sum),
        .problem = problem,
        .ways = NEW_ARRAY(cx->mem, struct choice, n),
        .ways_n = n,
    };
    for (size_t i = 0; i < n; i++)
        p.ways[i] = (struct choice){ ways[i], invoice_way_words(cx, ways[i]), NULL };
    const char *now = p.form.version;
    if (rq->method == POST) form_take(cx, rq, payment_fields, &p.form);
    if (problem) p.form.version = now;
    payment_view(&rs->body, rq, &p);
    return OK;
}

enum status payment_new(struct cx *cx, struct request *rq, struct response *rs)
{
    return form_page(cx, rq, rs, ENTRY_PAYMENT, ROUTE_payment_create_form);
}

enum status refund_new(struct cx *cx, struct request *rq, struct response *rs)
{
    return form_page(cx, rq, rs, ENTRY_REFUND, ROUTE_refund_create_form);
}

enum status credit_new(struct cx *cx, struct request *rq, struct response *rs)
{
    return form_page(cx, rq, rs, ENTRY_CREDIT, ROUTE_credit_create_form);
}

static struct payment_draft draft_of(const struct payment_form *f)
{
    return (struct payment_draft){ f->amount, f->way, f->on_day, f->note };
}

static enum status begin(struct cx *cx, struct request *rq, struct invoice **v,
                         struct payment_form *form, int64_t *version)
{
    TRY(invoice_find(cx, param_id(rq, "id"), v));
    form_take(cx, rq, payment_fields, form);
    *version = strtoll(form->version, NULL, 10);
    return OK;
}

enum status payment_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct payment_form form;
    int64_t version;
    TRY(begin(cx, rq, &v, &form, &version));
    struct payment_draft draft = draft_of(&form);
    TRY(invoice_pay(cx, v, &draft, version));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id), SAY(invoice_said_paid));
}

enum status refund_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct payment_form form;
    int64_t version;
    TRY(begin(cx, rq, &v, &form, &version));
    struct payment_draft draft = draft_of(&form);
    TRY(invoice_refund(cx, v, &draft, version));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id),
                    SAY(invoice_said_refunded));
}

enum status credit_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct payment_form form;
    int64_t version;
    TRY(begin(cx, rq, &v, &form, &version));
    TRY(invoice_credit(cx, v, form.note, version));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id),
                    v->paid_cents ? SAY(invoice_said_written_off) : SAY(invoice_said_voided));
}
