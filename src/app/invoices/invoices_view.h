/* invoices_view.h - what several pages about invoices say alike. */
#pragma once
#include "app/invoices/invoice.h"
#include "web/page.h"

const char *invoice_state_words(struct cx *, const struct invoice *); /* "Part paid", "Overdue" */
const char *invoice_title_words(struct cx *, const struct invoice *); /* "Invoice 12" */
const char *invoice_way_words(struct cx *, const char *way);          /* "Card" */
/* "Payment, Card", "Refund 3, Cash", "Not to be paid, credit note 4". */
const char *invoice_entry_words(struct cx *, const struct invoice_entry *);
const char *invoice_money(struct cx *, const struct invoice *, int64_t cents); /* "AUD 95.00" */
/* Choices of practitioners and locations; the first one is none, with this label. */
enum status practitioner_choices(struct cx *, const char *none, struct choice **out, size_t *n);
enum status location_choices(struct cx *, const char *none, struct choice **out, size_t *n);
/* What kept the form from being saved, for above it; NULL: nothing, or faults at fields. */
const char *form_problem(const struct cx *, const struct request *);
void problem_banner(struct html *, const char *problem);
/* FORBIDDEN with a sentence, for pages whose form could not be sent. */
enum status invoice_no_editing(struct cx *);
