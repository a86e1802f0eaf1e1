/* paper_view.c - see paper_view.h */
#include "app/documents/paper_view.h"

#include "app/invoices/invoices_view.h"
#include "base/date.h"

#include "app/documents/documents.text.h"
#include "app/invoices/invoices.text.h"

/* Thousandths of the line. */
enum { FROM = 0, WHOM = 450, WHEN = 780, FROM_WIDTH = 430, WHOM_WIDTH = 310, DAY = 220 };
enum { WHAT = 0, MANY = 470, PRICE = 550, RATE = 690, SUM = 820, SUM_LABEL = 500 };
enum { WHAT_WIDTH = 460, MANY_WIDTH = 80, PRICE_WIDTH = 130, RATE_WIDTH = 120, SUM_WIDTH = 180 };

static const char *sum(struct cx *cx, int64_t cents)
{
    return money_words(cx->mem, cents);
}

/* The lines that are not empty, below each other. */
static const char *below(struct cx *cx, const char *above, const char *line)
{
    if (!*line) return above;
    return *above ? arena_print(cx->mem, "%s\n%s", above, line) : line;
}

/* --- the head --------------------------------------------------------------------------- */

static void parties(struct cx *cx, struct paper *p, const struct invoice *v, const char *day,
                    const char *due)
{
    struct paper_row *row = paper_row(p, ROW_PLAIN, 18);
    paper_cell(row, FROM, FROM_WIDTH, INK_SMALL, SAY(invoice_from));
    paper_cell(row, WHOM, WHOM_WIDTH, INK_SMALL, SAY(invoice_to));
    paper_cell(row, WHEN, DAY, INK_SMALL, SAY(invoice_dates));

    row = paper_row(p, ROW_PLAIN, 2);
    paper_cell(row, FROM, FROM_WIDTH, INK_STRONG, v->practice_name);
    paper_cell(row, WHOM, WHOM_WIDTH, INK_STRONG,
               v->private ? invoice_whom(cx, v) : v->patient_name);
    paper_cell(row, WHEN, DAY, INK_PLAIN, day);

    const char *from = below(cx, below(cx, v->business, v->location_name), v->location_address);
    from = below(cx, from, v->practitioner_name);
    if (*v->registration) from = below(cx, from, SAY(paper_registration, v->registration));
    const char *whom = v->patient_address;
    if (v->shown.seen)
        whom =
            below(cx, whom, SAY(invoice_patient_number, arena_number(cx->mem, v->patient_number)));
    row = paper_row(p, ROW_PLAIN, 2);
    paper_cell(row, FROM, FROM_WIDTH, INK_PLAIN, from);
    paper_cell(row, WHOM, WHOM_WIDTH, INK_PLAIN, whom);
    paper_cell(row, WHEN, DAY, INK_PLAIN, due);
}

static struct paper *begin(struct cx *cx, const struct invoice *v, const char *title,
                           const char *state, const char *day)
{
    struct paper *p = paper_new(cx->mem, SAY(paper_title, title, v->practice_name), day);
    p->foot = SAY(paper_foot, title, v->practice_name, "{page}", "{pages}");
    struct paper_row *row = paper_row(p, ROW_PLAIN, 0);
    paper_cell(row, 0, 700, INK_TITLE, title);
    paper_cell_end(row, 700, 300, INK_STRONG, state);
    return p;
}

/* --- an invoice --------------------------------------------------------------------------- */

static void lines_of(struct cx *cx, struct paper *p, const struct invoice *v,
                     const struct invoice_lines *lines)
{
    struct paper_row *row = paper_row(p, ROW_HEAD, 24);
    row->line = true;
    paper_cell(row, WHAT, WHAT_WIDTH, INK_SMALL, SAY(line_description));
    paper_cell_end(row, MANY, MANY_WIDTH, INK_SMALL, SAY(line_quantity));
    paper_cell_end(row, PRICE, PRICE_WIDTH, INK_SMALL, SAY(line_price));
    paper_cell_end(row, RATE, RATE_WIDTH, INK_SMALL, SAY(line_rate, v->tax_name));
    paper_cell_end(row, SUM, SUM_WIDTH, INK_SMALL, SAY(line_net));
    for (size_t i = 0; i < lines->n; i++) {
        const struct invoice_line *l = &lines->at[i];
        row = paper_row(p, ROW_BODY, 4);
        row->line = i + 1 == lines->n;
        paper_cell(row, WHAT, WHAT_WIDTH, INK_PLAIN, l->description);
        paper_cell_end(row, MANY, MANY_WIDTH, INK_PLAIN, arena_number(cx->mem, l->quantity));
        paper_cell_end(row, PRICE, PRICE_WIDTH, INK_PLAIN, sum(cx, l->price_cents));
        paper_cell_end(row, RATE, RATE_WIDTH, INK_PLAIN, rate_words(cx->mem, l->tax_rate));
        paper_cell_end(row, SUM, SUM_WIDTH, INK_PLAIN, sum(cx, l->net_cents));
    }
}

static void sum_of(struct paper *p, enum ink ink, const char *label, const char *amount)
{
    struct paper_row *row = paper_row(p, ROW_PLAIN, 4);
    paper_cell(row, SUM_LABEL, SUM - SUM_LABEL, ink, label);
    paper_cell_end(row, SUM, SUM_WIDTH, ink, amount);
}

static void sums_of(struct cx *cx, struct paper *p, const struct invoice *v)
{
    sum_of(p, INK_PLAIN, SAY(invoice_net, v->tax_name), sum(cx, v->net_cents));
    sum_of(p, INK_PLAIN, SAY(invoice_tax, v->tax_name), sum(cx, v->tax_cents));
    sum_of(p, INK_STRONG, SAY(invoice_total), invoice_money(cx, v, v->total_cents));
    if (v->paid_cents) sum_of(p, INK_PLAIN, SAY(invoice_paid_sum), sum(cx, v->paid_cents));
    if (v->credited_cents)
        sum_of(p, INK_PLAIN, SAY(invoice_credited_sum), sum(cx, v->credited_cents));
    sum_of(p, INK_STRONG, SAY(invoice_to_pay), invoice_money(cx, v, invoice_open(v)));
}

static void how_to_pay(struct cx *cx, struct paper *p, const struct invoice *v)
{
    if (!*v->pay_to || !invoice_open(v)) return;
    paper_cell(paper_row(p, ROW_PLAIN, 24), 0, 1000, INK_SMALL, SAY(invoice_how_to_pay));
    paper_cell(paper_row(p, ROW_PLAIN, 2), 0, 1000, INK_PLAIN, v->pay_to);
}

static void entries_of(struct cx *cx, struct paper *p, const struct invoice_entries *entries)
{
    if (!entries->n) return;
    struct paper_row *row = paper_row(p, ROW_HEAD, 24);
    row->line = true;
    paper_cell(row, 0, 200, INK_SMALL, SAY(entry_day));
    paper_cell(row, 210, 590, INK_SMALL, SAY(invoice_entries));
    paper_cell_end(row, SUM, SUM_WIDTH, INK_SMALL, SAY(entry_amount));
    for (size_t i = 0; i < entries->n; i++) {
        const struct invoice_entry *e = &entries->at[i];
        row = paper_row(p, ROW_BODY, 4);
        paper_cell(row, 0, 200, INK_PLAIN, date_words(cx, e->on_day));
        paper_cell(row, 210, 590, INK_PLAIN, invoice_entry_words(cx, e));
        paper_cell_end(row, SUM, SUM_WIDTH, INK_PLAIN,
                       sum(cx, e->kind == ENTRY_REFUND ? -e->cents : e->cents));
    }
}

struct paper *invoice_paper(struct cx *cx, const struct invoice *v,
                            const struct invoice_lines *lines,
                            const struct invoice_entries *entries)
{
    bool closed = v->state == INVOICE_VOID || v->state == INVOICE_WRITTEN_OFF;
    bool settled = closed || v->state == INVOICE_PAID;
    struct paper *p = begin(cx, v, invoice_title_words(cx, v),
                            settled ? invoice_state_words(cx, v) : "", v->issued_on);
    parties(cx, p, v, SAY(paper_issued, date_words(cx, v->issued_on)),
            SAY(paper_due, date_words(cx, v->due_on)));
    lines_of(cx, p, v, lines);
    sums_of(cx, p, v);
    how_to_pay(cx, p, v);
    entries_of(cx, p, entries);
    return p;
}

/* --- a note ---------------------------------------------------------------------------------- */

struct paper *note_paper(struct cx *cx, const struct invoice *v, const struct invoice_entry *e)
{
    const char *number = arena_number(cx->mem, e->number);
    bool refund = e->kind == ENTRY_REFUND;
    struct paper *p =
        begin(cx, v, refund ? SAY(note_refund, number) : SAY(note_credit, number), "", e->on_day);
    parties(cx, p, v, SAY(paper_issued, date_words(cx, e->on_day)), "");
    struct paper_row *row = paper_row(p, ROW_PLAIN, 24);
    row->line = true;
    const char *invoice = arena_number(cx->mem, v->number);
    const char *day = date_words(cx, v->issued_on), *total = invoice_money(cx, v, v->total_cents);
    paper_cell(row, 0, 800, INK_PLAIN,
               refund ? SAY(note_refund_of, invoice, day, total, invoice_way_words(cx, e->way))
                      : SAY(note_credit_of, invoice, day, total));
    sum_of(p, INK_STRONG, refund ? SAY(note_refunded) : SAY(note_credited),
           invoice_money(cx, v, e->cents));
    int64_t tax = money_share(e->cents, v->tax_cents, v->total_cents);
    if (!refund) sum_of(p, INK_PLAIN, SAY(note_tax, v->tax_name), sum(cx, tax));
    return p;
}

enum status paper_answer(struct cx *cx, struct response *rs, struct paper *paper, const char *file)
{
    struct html *h = &rs->body;
    TRY(paper_pdf(cx, paper, &h->text, &h->length));
    h->room = h->length;
    rs->type = "application/pdf";
    rs->disposition = arena_print(cx->mem, "attachment; filename=\"%s\"", file);
    return OK;
}

/* --- names of files -----------------------------------------------------------------------------
 */

static const char *file_name(struct cx *cx, const struct invoice *v, const char *what,
                             int64_t number)
{
    bool hidden = v->shown.seen && v->shown.hidden;
    return arena_print(cx->mem, "%s-%lld%s%s.pdf", what, (long long)number, hidden ? "-" : "",
                       hidden ? v->shown.name : "");
}

const char *invoice_file_name(struct cx *cx, const struct invoice *v)
{
    return file_name(cx, v, "invoice", v->number);
}

const char *note_file_name(struct cx *cx, const struct invoice *v, const struct invoice_entry *e)
{
    return file_name(cx, v, e->kind == ENTRY_REFUND ? "refund" : "credit-note", e->number);
}
