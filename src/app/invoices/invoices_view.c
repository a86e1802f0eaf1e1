/* invoices_view.c - see invoices_view.h */
#include "app/invoices/invoices_view.h"

#include <string.h>

#include "app/locations/location.h"
#include "app/patients/care.h"

#include "app/invoices/invoices.text.h"
#include "app/invoices/invoices_view.html.h"

const char *invoice_state_words(struct cx *cx, const struct invoice *v)
{
    if (v->overdue) return SAY(state_overdue);
    switch (v->state) {
    case INVOICE_ISSUED: return SAY(state_issued);
    case INVOICE_PART_PAID: return SAY(state_part_paid);
    case INVOICE_PAID: return SAY(state_paid);
    case INVOICE_VOID: return SAY(state_void);
    case INVOICE_WRITTEN_OFF: return SAY(state_written_off);
    default: return SAY(state_draft);
    }
}

const char *invoice_title_words(struct cx *cx, const struct invoice *v)
{
    if (!v->number) return SAY(invoice_title_draft);
    return SAY(invoice_title, arena_print(cx->mem, "%lld", (long long)v->number));
}

const char *invoice_way_words(struct cx *cx, const char *way)
{
    if (strcmp(way, "card") == 0) return SAY(way_card);
    if (strcmp(way, "cash") == 0) return SAY(way_cash);
    if (strcmp(way, "transfer") == 0) return SAY(way_transfer);
    if (strcmp(way, "insurer") == 0) return SAY(way_insurer);
    return SAY(way_other);
}

const char *invoice_entry_words(struct cx *cx, const struct invoice_entry *e)
{
    const char *number = arena_number(cx->mem, e->number);
    if (e->kind == ENTRY_CREDIT) return SAY(entry_credit, number);
    const char *way = invoice_way_words(cx, e->way);
    return e->kind == ENTRY_PAYMENT ? SAY(entry_payment_way, way)
                                    : SAY(entry_refund_way, number, way);
}

const char *invoice_money(struct cx *cx, const struct invoice *v, int64_t cents)
{
    return arena_print(cx->mem, "%s %s", v->currency, money_words(cx->mem, cents));
}

enum status practitioner_choices(struct cx *cx, const char *none, struct choice **out, size_t *n)
{
    struct carers all;
    TRY(care_everybody(cx, &all));
    *out = NEW_ARRAY(cx->mem, struct choice, all.n + 1);
    (*out)[0] = (struct choice){ "", none, NULL };
    for (size_t i = 0; i < all.n; i++)
        (*out)[i + 1] = (struct choice){ all.at[i].user.text, all.at[i].name, NULL };
    *n = all.n + 1;
    return OK;
}

enum status location_choices(struct cx *cx, const char *none, struct choice **out, size_t *n)
{
    struct location_list all;
    TRY(location_list(cx, &all));
    *out = NEW_ARRAY(cx->mem, struct choice, all.n + 1);
    (*out)[0] = (struct choice){ "", none, NULL };
    for (size_t i = 0; i < all.n; i++)
        (*out)[i + 1] = (struct choice){ all.at[i].id.text, all.at[i].name, NULL };
    *n = all.n + 1;
    return OK;
}

const char *form_problem(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && !cx->faults ? cx->message : NULL;
}

void problem_banner(struct html *h, const char *problem)
{
    if (problem) banner_view(h, problem);
}

enum status invoice_no_editing(struct cx *cx)
{
    return fail_because(cx, FORBIDDEN, "level", "%s", SAY(invoice_no_editing));
}
