/* drafts_web.c - beginning an invoice, and its lines, as pages. */
#include <stdlib.h>
#include <string.h>

#include "app/invoices/invoices_view.h"
#include "app/invoices/invoicing.h"
#include "app/patients/patients_view.h"
#include "base/time.h"

#include "app/invoices/invoices.text.h"

/* --- a new one --------------------------------------------------------------------- */

struct new_form {
    struct texts appointments;
    const char *practitioner, *location;
};
static const struct field new_fields[] = {
    FIELD(struct new_form, appointments, FIELD_MANY),
    FIELD(struct new_form, practitioner, FIELD_LINE, .max = 40),
    FIELD(struct new_form, location, FIELD_LINE, .max = 40),
};

struct new_page {
    const struct patient *patient;
    struct new_form form;
    struct billables billables;
    struct choice *practitioners, *places;
    size_t practitioners_n, places_n;
};

static bool is_chosen(const struct new_form *f, struct id id)
{
    for (size_t i = 0; i < f->appointments.n; i++)
        if (strcmp(f->appointments.at[i], id.text) == 0) return true;
    return false;
}

static const char *billable_words(struct cx *cx, const struct billable *b)
{
    const char *zone = cx->zone;
    cx->zone = b->zone;
    const char *day = time_day(cx, b->at);
    cx->zone = zone;
    return SAY(new_appointment, *b->type ? b->type : SAY(invoice_appointment), day);
}

static const char *billable_more(struct cx *cx, const struct billable *b)
{
    return SAY(new_appointment_more, b->practitioner_name, b->location_name,
               money_words(cx->mem, b->fee_cents));
}

/* --- its lines ---------------------------------------------------------------------- */

struct line_form {
    const char *description, *quantity, *price, *rate, *appointment;
};
struct lines_form {
    struct line_form line[INVOICE_LINES];
    const char *version;
};
#define LINE(n)                                                                   \
    { .name = "description-" #n,                                                  \
      .kind = FIELD_LINE,                                                         \
      .offset = offsetof(struct lines_form, line[n - 1].description),             \
      .max = 200 },                                                               \
        { .name = "quantity-" #n,                                                 \
          .kind = FIELD_LINE,                                                     \
          .offset = offsetof(struct lines_form, line[n - 1].quantity),            \
          .max = 10 },                                                            \
        { .name = "price-" #n,                                                    \
          .kind = FIELD_LINE,                                                     \
          .offset = offsetof(struct lines_form, line[n - 1].price),               \
          .max = 20 },                                                            \
        { .name = "rate-" #n,                                                     \
          .kind = FIELD_LINE,                                                     \
          .offset = offsetof(struct lines_form, line[n - 1].rate),                \
          .max = 10 },                                                            \
    {                                                                             \
        .name = "appointment-" #n, .kind = FIELD_LINE,                            \
        .offset = offsetof(struct lines_form, line[n - 1].appointment), .max = 40 \
    }
static const struct field lines_fields[] = {
    LINE(1),  LINE(2),  LINE(3),  LINE(4),
    LINE(5),  LINE(6),  LINE(7),  LINE(8),
    LINE(9),  LINE(10), LINE(11), LINE(12),
    LINE(13), LINE(14), LINE(15), FIELD(struct lines_form, version, FIELD_LINE, .max = 18),
};

struct edit_page {
    const struct invoice *invoice;
    struct lines_form form;
    size_t shown;
    const char *problem;
};

static const char *field_name(struct cx *cx, const char *field, size_t n)
{
    return arena_print(cx->mem, "%s-%zu", field, n + 1);
}

#include "app/invoices/drafts.html.h"

enum status invoice_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *patient;
    struct new_page p = { .form = { .practitioner = "", .location = "" } };
    TRY(patient_find(cx, param_id(rq, "id"), &patient));
    if (patient->state == PATIENT_MERGED) return fail(cx, CONFLICT, "%s", SAY(invoice_merged));
    p.patient = patient;
    TRY(invoice_billable(cx, patient, &p.billables));
    TRY(practitioner_choices(cx, SAY(new_choose), &p.practitioners, &p.practitioners_n));
    TRY(location_choices(cx, SAY(new_choose), &p.places, &p.places_n));
    if (rq->method == POST) {
        form_take(cx, rq, new_fields, &p.form);
    } else if (*query_text(rq, "appointment")) {
        p.form.appointments = (struct texts){ 1, NEW_ARRAY(cx->mem, const char *, 1) };
        p.form.appointments.at[0] = query_text(rq, "appointment");
    }
    new_view(&rs->body, rq, &p);
    return OK;
}

enum status invoice_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *patient;
    struct new_form form;
    struct ids chosen = { 0 };
    struct id id;
    TRY(patient_find(cx, param_id(rq, "id"), &patient));
    form_take(cx, rq, new_fields, &form);
    chosen.at = NEW_ARRAY(cx->mem, struct id, form.appointments.n);
    for (size_t i = 0; i < form.appointments.n; i++)
        chosen.at[chosen.n++] = id_of(form.appointments.at[i]);
    TRY(invoice_create(cx, patient, &chosen, id_of(form.practitioner), id_of(form.location), &id));
    bool empty = !chosen.n && !(cx->actor.reach & REACH_PSEUDONYMS);
    return redirect(cx, rq, rs,
                    url_for(cx, rq, empty ? ROUTE_invoice_edit : ROUTE_invoice_show, id),
                    SAY(invoice_said_draft));
}

/* What stands on it, and some empty lines. */
static enum status fill(struct cx *cx, const struct invoice *v, struct lines_form *out)
{
    struct invoice_lines lines;
    struct invoicing how;
    TRY(invoice_lines(cx, v, &lines));
    TRY(invoicing_find(cx, &how));
    for (size_t i = 0; i < INVOICE_LINES; i++) {
        out->line[i] = (struct line_form){ "", "", "", rate_words(cx->mem, how.tax_rate), "" };
        if (i >= lines.n) continue;
        const struct invoice_line *l = &lines.at[i];
        out->line[i] = (struct line_form){ l->description,
                                           arena_print(cx->mem, "%lld", (long long)l->quantity),
                                           money_words(cx->mem, l->price_cents),
                                           rate_words(cx->mem, l->tax_rate), l->appointment.text };
    }
    out->version = arena_print(cx->mem, "%lld", (long long)v->version);
    return OK;
}

static size_t used(const struct lines_form *f)
{
    size_t n = INVOICE_LINES;
    while (n && !*f->line[n - 1].description && !*f->line[n - 1].price) n--;
    return n;
}

static enum status editable(struct cx *cx, const struct invoice *v)
{
    if (!invoice_may_edit(cx, v)) return invoice_no_editing(cx);
    if (v->private) return fail_because(cx, FORBIDDEN, "names", "%s", SAY(invoice_lines_private));
    if (v->state != INVOICE_DRAFT)
        return fail_because(cx, CONFLICT, "issued", "%s", SAY(invoice_is_issued));
    return OK;
}

enum status invoice_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    enum { EMPTY = 3 };
    struct invoice *v;
    struct edit_page p = { .problem = form_problem(cx, rq) };
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    TRY(editable(cx, v));
    p.invoice = v;
    TRY(fill(cx, v, &p.form));
    const char *now = p.form.version;
    if (rq->method == POST) form_take(cx, rq, lines_fields, &p.form);
    if (p.problem) p.form.version = now;
    p.shown = used(&p.form) + EMPTY;
    if (p.shown > INVOICE_LINES) p.shown = INVOICE_LINES;
    edit_view(&rs->body, rq, &p);
    return OK;
}

enum status invoice_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invoice *v;
    struct lines_form form;
    struct line_draft drafts[INVOICE_LINES];
    TRY(invoice_find(cx, param_id(rq, "id"), &v));
    form_take(cx, rq, lines_fields, &form);
    for (size_t i = 0; i < INVOICE_LINES; i++) {
        const struct line_form *l = &form.line[i];
        drafts[i] = (struct line_draft){ l->description, l->quantity, l->price, l->rate,
                                         id_of(l->appointment) };
    }
    TRY(invoice_update(cx, v, drafts, INVOICE_LINES, strtoll(form.version, NULL, 10)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_invoice_show, v->id),
                    SAY(invoice_said_saved));
}
