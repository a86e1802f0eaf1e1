/* invoices.c - see invoices.h */
#include "cli/demo/invoices.h"

#include "app/invoices/invoice.h"
#include "app/invoices/invoicing.h"
#include "app/patients/patient.h"
#include "base/time.h"

enum {
    INVOICES = 14, /* of the last weeks: a few of every kind */
    DRAFT_EVERY = 7,
    WEEKS = 103, /* before them, so that reports show something: all are paid but a few */
    A_WEEK = 2,
    LEFT_OPEN_EVERY = 13,
};

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

/* An invoice over the last appointment that was over; `out` is none without one. */
static enum status draft(struct cx *cx, const struct patient *p, struct id *out)
{
    struct ids of;
    struct id none = { "" };
    *out = none;
    TRY(over_by_now(cx, p, &of));
    return of.n ? invoice_create(cx, p, &of, none, none, out) : OK;
}

static enum status make_old(struct cx *cx, const struct patient *p, size_t *nth)
{
    struct invoice *v;
    struct id id;
    TRY(draft(cx, p, &id));
    if (!id_some(id)) return OK;
    TRY(invoice_find(cx, id, &v));
    TRY(invoice_issue(cx, v, v->version));
    TRY(invoice_find(cx, id, &v));
    size_t n = (*nth)++;
    struct payment_draft all = { money_words(cx->mem, v->total_cents), n % 3 ? "card" : "transfer",
                                 "", "" };
    cx->now += DAYS(n % 20);
    return n % LEFT_OPEN_EVERY ? invoice_pay(cx, v, &all, v->version) : OK;
}

/* Patients take turns; whoever was not there yet waits for another one. */
static enum status make_history(struct cx *cx, const struct patient_list *list, int64_t today)
{
    size_t nth = 0, turn = 0;
    for (int64_t week = WEEKS; week > 4; week--)
        for (size_t before = nth, tries = 0; nth < before + A_WEEK && tries < list->n; tries++) {
            cx->now = today - DAYS(7 * week) + HOURS(2) * (int64_t)(nth - before);
            TRY(make_old(cx, &list->at[turn++ % list->n], &nth));
        }
    return OK;
}

static enum status make(struct cx *cx, const struct patient *p, size_t *nth)
{
    struct invoice *v;
    struct id id;
    TRY(draft(cx, p, &id));
    if (!id_some(id)) return OK;
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
    TRY(make_history(cx, &list, today));
    for (size_t i = 0; i < list.n && n < INVOICES; i++) {
        cx->now = today - DAYS(28) + DAYS(2) * (int64_t)n + HOURS(2);
        TRY(make(cx, &list.at[i], &n));
    }
    cx->now = now;
    return OK;
}
