/* invoicing_web.c - how a practice writes its invoices, as a page. */
#include <stdlib.h>
#include <string.h>

#include "app/invoices/invoicing.h"
#include "app/invoices/invoices_view.h"

#include "app/invoices/invoicing.text.h"

struct invoicing_form {
    const char *currency, *tax_name, *tax_rate, *due_days, *business, *pay_to, *version;
};
static const struct field invoicing_fields[] = {
    FIELD(struct invoicing_form, currency, FIELD_LINE, .max = 3),
    FIELD(struct invoicing_form, tax_name, FIELD_LINE, .max = 20),
    FIELD(struct invoicing_form, tax_rate, FIELD_LINE, .max = 10),
    FIELD(struct invoicing_form, due_days, FIELD_LINE, .max = 10),
    FIELD(struct invoicing_form, business, FIELD_LINE, .max = 100),
    FIELD(struct invoicing_form, pay_to, FIELD_TEXT, .max = 500),
    FIELD(struct invoicing_form, version, FIELD_LINE, .max = 18),
};

struct number_form {
    const char *user, *location, *number;
};
static const struct field number_fields[] = {
    FIELD(struct number_form, user, FIELD_LINE, .max = 40),
    FIELD(struct number_form, location, FIELD_LINE, .max = 40),
    FIELD(struct number_form, number, FIELD_LINE, .max = 40),
};

struct invoicing_page {
    struct invoicing_form form;
    const char *problem;
    struct provider_numbers numbers;
    struct choice *currencies;
    size_t currencies_n;
};

static const char *number_name(struct cx *cx, size_t n)
{
    return arena_print(cx->mem, "number-%zu", n + 1);
}

#include "app/invoices/invoicing.html.h"

enum status invoicing_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoicing now;
    struct invoicing_page p;
    size_t n;
    const char *const *all = invoicing_currencies(&n);
    p.problem = form_problem(cx, rq);
    TRY(invoicing_find(cx, &now));
    struct invoicing_draft d = invoicing_as_draft(cx, &now);
    p.form = (struct invoicing_form){ d.currency,
                                      d.tax_name,
                                      d.tax_rate,
                                      d.due_days,
                                      d.business,
                                      d.pay_to,
                                      arena_print(cx->mem, "%lld", (long long)now.version) };
    p.currencies = NEW_ARRAY(cx->mem, struct choice, n);
    p.currencies_n = n;
    for (size_t i = 0; i < n; i++) p.currencies[i] = (struct choice){ all[i], all[i], NULL };
    TRY(provider_numbers(cx, &p.numbers));
    const char *version = p.form.version;
    if (rq->method == POST && form_has(rq, "currency"))
        form_take(cx, rq, invoicing_fields, &p.form);
    if (p.problem) p.form.version = version;
    invoicing_view(&rs->body, rq, &p);
    return OK;
}

enum status invoicing_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoicing_form f;
    form_take(cx, rq, invoicing_fields, &f);
    struct invoicing_draft d = { f.currency, f.tax_name, f.tax_rate,
                                 f.due_days, f.business, f.pay_to };
    TRY(invoicing_update(cx, &d, strtoll(f.version, NULL, 10)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoicing_show), SAY(invoicing_saved));
}

enum status provider_number_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct number_form f;
    TRY(form_read(cx, rq, number_fields, &f));
    TRY(provider_number_set(cx, id_of(f.user), id_of(f.location), f.number));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoicing_show), SAY(invoicing_number_saved));
}
