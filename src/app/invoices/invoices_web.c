/* invoices_web.c - invoices as pages: the list, a patient's, and one of them. */
#include <stdlib.h>
#include <string.h>

#include "app/invoices/invoices_view.h"
#include "app/invoices/sending.h"
#include "app/patients/patients_view.h"
#include "base/date.h"
#include "base/time.h"

#include "app/invoices/invoices.text.h"
#include "app/invoices/sendings.text.h"

struct list_page {
    struct invoice_filter filter;
    struct invoice_list list;
    struct choice *practitioners, *places;
    size_t practitioners_n, places_n;
    bool filtered;
    struct url here; /* with what was chosen, without where the page begins */
};

static const char *const show_keys[] = { "", "draft", "open", "overdue", "paid", "closed" };

static enum invoice_show show_of(const char *key)
{
    for (enum invoice_show s = SHOW_ALL; s <= SHOW_CLOSED; s++)
        if (strcmp(show_keys[s], key) == 0) return s;
    return SHOW_ALL;
}

static const char *show_words(struct cx *cx, enum invoice_show show)
{
    switch (show) {
    case SHOW_DRAFTS: return SAY(invoices_drafts);
    case SHOW_OPEN: return SAY(invoices_open);
    case SHOW_OVERDUE: return SAY(invoices_overdue);
    case SHOW_PAID: return SAY(invoices_paid);
    case SHOW_CLOSED: return SAY(invoices_closed);
    default: return SAY(invoices_all);
    }
}

static const char *tag_class(const struct invoice *v)
{
    if (v->overdue) return "danger";
    switch (v->state) {
    case INVOICE_DRAFT: return "warn";
    case INVOICE_PAID: return "ok";
    case INVOICE_ISSUED:
    case INVOICE_PART_PAID: return "brand";
    default: return "plain";
    }
}

/* Sums of money stand without the currency where all have one. */
static const char *sum_words(struct cx *cx, int64_t cents)
{
    return money_words(cx->mem, cents);
}

static const char *link_words(struct cx *cx, const struct invoice *v)
{
    return v->number ? arena_print(cx->mem, "%lld", (long long)v->number) : SAY(state_draft);
}

static const char *sending_words(struct cx *cx, const struct sending *s)
{
    return s->state == SENDING_FAILED ? SAY(sending_failed)
           : s->state == SENDING_SENT ? SAY(sending_sent)
                                      : SAY(sending_waiting);
}

struct one_page {
    const struct invoice *invoice;
    struct invoice_lines lines;
    struct invoice_entries entries;
    struct sendings sendings;
    bool edits;
    const char *version, *problem;
};

#include "app/invoices/invoices.html.h"

enum status invoices_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct list_page p = { .filter = { .show = show_of(query_text(rq, "show")),
                                       .practitioner = id_of(query_text(rq, "practitioner")),
                                       .location = id_of(query_text(rq, "location")),
                                       .after = id_of(query_text(rq, "after")) } };
    TRY(practitioner_choices(cx, SAY(invoices_everybody), &p.practitioners, &p.practitioners_n));
    TRY(location_choices(cx, SAY(invoices_everywhere), &p.places, &p.places_n));
    TRY(invoice_list(cx, &p.filter, &p.list));
    p.filtered = p.filter.show || id_some(p.filter.practitioner) || id_some(p.filter.location);
    p.here = url_with(cx, url_for(cx, rq, ROUTE_invoices_index), "show", show_keys[p.filter.show]);
    p.here = url_with(cx, p.here, "practitioner", p.filter.practitioner.text);
    p.here = url_with(cx, p.here, "location", p.filter.location.text);
    invoices_page(&rs->body, rq, &p);
    return OK;
}

enum status invoices_patient(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *patient;
    struct list_page p = { .filter = { .after = id_of(query_text(rq, "after")) } };
    TRY(patient_find(cx, param_id(rq, "id"), &patient));
    p.filter.patient = patient->id;
    TRY(invoice_list(cx, &p.filter, &p.list));
    p.here = url_for(cx, rq, ROUTE_invoices_patient, patient->id);
    patient_page(&rs->body, rq, patient, &p);
    return OK;
}

enum status invoice_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    const char *problem = form_problem(cx, rq);
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    struct one_page p = { .invoice = v,
                          .problem = problem,
                          .edits = invoice_may_edit(cx, v),
                          .version = arena_print(cx->mem, "%lld", (long long)v->version) };
    TRY(invoice_lines(cx, v, &p.lines));
    TRY(invoice_entries(cx, v, &p.entries));
    TRY(invoice_sendings(cx, v, &p.sendings));
    one_page(&rs->body, rq, &p);
    return OK;
}

static int64_t version_sent(const struct request *rq)
{
    return strtoll(form_text(rq, "version"), NULL, 10);
}

enum status invoice_discard_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    TRY(invoice_discard(cx, v, version_sent(rq)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoices_index), SAY(invoice_said_discarded));
}

enum status invoice_issue_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct id id = param_id(rq, "id");
    TRY(invoice_find(cx, id, &v));
    TRY(invoice_issue(cx, v, version_sent(rq)));
    TRY(invoice_find(cx, id, &v));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, id),
                    SAY(invoice_said_issued, arena_print(cx->mem, "%lld", (long long)v->number)));
}
