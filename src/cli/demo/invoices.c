/* invoices.c - see invoices.h */
#include "cli/demo/invoices.h"

#include "app/invoices/invoice.h"
#include "app/invoices/invoicing.h"
#include "app/patients/patient.h"
#include "base/time.h"

enum { INVOICES = 14, DRAFT_EVERY = 7 };

static const struct invoicing_draft how = {
    "AUD", "GST", "0", "14", "ABN 51 824 753 556", "Bank transfer to 062-000 1234 5678"
};

/* The last one that was over by cx->now and is on no invoice. */
static enum status over_by_now(struct cx *cx, const struct patient *p, struct ids *out)
{
    struct billables all;
    TRY(invoice_billable(cx, p, &all));
    *out = (struct ids){ 0, NEW_ARRAY(cx->mem, struct id, 1) };
    for (size_t i = 0; i < all.n && !out->n; i++)
        if (all.at[i].fee_cents && all.at[i].at < cx->now) out->at[out->n++] = all.at[i].id;
    return OK;
}

static enum status settle(struct cx *cx, const struct invoice *v, size_t nth)
{
    struct payment_draft all = { money_words(cx->mem, v->total_cents), "card", "", "" };
    struct payment_draft some = { "40", "cash", "", "The rest next time" };
    if (nth == 5) return invoice_credit(cx, v, "Made twice", v->version);
    if (nth % 3 == 0) return invoice_pay(cx, v, &all, v->version);
    if (nth % 3 == 1) return invoice_pay(cx, v, &some, v->version);
    return OK;
}

static enum status make(struct cx *cx, const struct patient *p, size_t *nth)
{
    struct ids of;
    struct invoice *v;
    struct id id, none = { "" };
    TRY(over_by_now(cx, p, &of));
    if (!of.n) return OK;
    TRY(invoice_create(cx, p, &of, none, none, &id));
    TRY(invoice_find(cx, id, &v));
    size_t n = (*nth)++;
    if (n % DRAFT_EVERY == DRAFT_EVERY - 1) return OK;
    TRY(invoice_issue(cx, v, v->version));
    TRY(invoice_find(cx, id, &v));
    cx->now += HOURS(1);
    return settle(cx, v, n);
}

enum status demo_invoices(struct cx *cx, int64_t today)
{
    int64_t now = cx->now;
    struct patient_list list;
    struct patient_filter all = { .text = "" };
    size_t n = 0;
    TRY(invoicing_update(cx, &how, 0));
    TRY(patient_list(cx, &all, &list));
    for (size_t i = 0; i < list.n && n < INVOICES; i++) {
        cx->now = today - DAYS(28) + DAYS(2) * (int64_t)n + HOURS(2);
        TRY(make(cx, &list.at[i], &n));
    }
    cx->now = now;
    return OK;
}
