/* sendings_web.c - mailing an invoice to its patient, as pages. */
#include "app/invoices/invoices_view.h"
#include "app/invoices/sending.h"
#include "base/time.h"

#include "app/invoices/invoices.text.h"
#include "app/invoices/sendings.text.h"

struct send_form {
    const char *address;
};
static const struct field send_fields[] = {
    FIELD(struct send_form, address, FIELD_LINE, .max = 254),
};

struct send_page {
    const struct invoice *invoice;
    const char *address, *problem, *until;
    bool again; /* there is an open link */
};

#include "app/invoices/sendings.html.h"

enum status sending_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct sendings before;
    const char *problem = form_problem(cx, rq);
    struct send_page p = { .problem = problem };
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    if (!invoice_may_edit(cx, v)) return invoice_no_editing(cx);
    if (!v->number) return fail_because(cx, CONFLICT, "draft", "%s", SAY(send_draft));
    TRY(invoice_send_to(cx, v, &p.address));
    TRY(invoice_sendings(cx, v, &before));
    p.invoice = v;
    p.again = before.n && before.at[0].open;
    p.until = time_day(cx, cx->now + DAYS(SENDING_DAYS));
    send_view(&rs->body, rq, &p);
    return OK;
}

enum status sending_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct send_form form;
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    form_take(cx, rq, send_fields, &form);
    TRY(invoice_send(cx, v, form.address));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id), SAY(send_said));
}

enum status sending_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    TRY(invoice_send_end(cx, v));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id), SAY(send_ended));
}
