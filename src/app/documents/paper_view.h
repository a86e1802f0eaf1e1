/* paper_view.h - an invoice on paper, and the note about a refund or a credit.
 *
 * They say what the pages say to the same reader: under hidden names the pseudonym,
 * and nothing that was typed.  Never on paper: notes of the practice, and who of it
 * noted what. */
#pragma once
#include "app/invoices/invoice.h"
#include "paper/paper.h"
#include "web/web.h"

/* Of an issued invoice. */
struct paper *invoice_paper(struct cx *, const struct invoice *, const struct invoice_lines *,
                            const struct invoice_entries *);
/* Of an entry that has a number. */
struct paper *note_paper(struct cx *, const struct invoice *, const struct invoice_entry *);

/* Draws it as the answer, once all is known; for the page lane (db_take_time()).
 * CONFLICT if it is too long. */
enum status paper_answer(struct cx *, struct response *, struct paper *, const char *file);

/* "invoice-12.pdf"; a pseudonym may stand in it, a name never. */
const char *invoice_file_name(struct cx *, const struct invoice *);
const char *note_file_name(struct cx *, const struct invoice *, const struct invoice_entry *);
