/* reports_web.c - reports as pages, pictures and files. */
#include <string.h>

#include "app/invoices/invoicing.h"
#include "app/reports/reports.h"
#include "base/money.h"
#include "base/text.h"
#include "web/page.h"

#include "app/reports/reports.text.h"

/* What stands in a column: a figure of the report, or what follows from several. */
enum { ALL_OF_THEM = FIGURES, MISSED_SHARE, KEPT };
struct column {
    const char *label;
    int what;
};
enum { COLUMNS = 6 };

/* What differs between one report and another. */
struct reports_page {
    struct report_filter filter;
    struct pivot pivot;
    bool limited, income;
    const char *currency;
    struct column columns[COLUMNS];
    int drawn, on_top; /* what the picture shows, and the part of it that is marked */
};

static int64_t value_of(int what, const int64_t n[FIGURES])
{
    switch (what) {
    case ALL_OF_THEM: return appointments_all(n);
    case MISSED_SHARE: return appointments_missed(n);
    case KEPT: return income_kept(n);
    default: return n[what];
    }
}

static const char *cell_words(struct cx *cx, const struct reports_page *p, int what,
                              const int64_t n[FIGURES])
{
    int64_t value = value_of(what, n);
    if (what == MISSED_SHARE)
        return value < 0 ? SAY(reports_no_share)
                         : SAY(reports_share,
                               arena_print(cx->mem, "%d.%d", (int)(value / 10), (int)(value % 10)));
    return p->income ? money_words(cx->mem, value) : arena_print(cx->mem, "%lld", (long long)value);
}

static const char *sum_words(struct cx *cx, const struct reports_page *p)
{
    const int64_t *n = p->pivot.sum;
    if (p->income)
        return SAY(reports_income_sum, p->currency, cell_words(cx, p, FIGURE_INVOICED, n),
                   cell_words(cx, p, KEPT, n));
    return appointments_missed(n) < 0
               ? SAY(reports_sum_none_due, appointments_all(n))
               : SAY(reports_sum, appointments_all(n), cell_words(cx, p, MISSED_SHARE, n));
}

/* --- the picture: a column for each month, what is marked on top of the rest ----- */

enum { CHART_HEIGHT = 180, CHART_TOP = 20, COLUMN = 36, GAP = 18, CHART_LEFT = 40 };

static int64_t tallest(const struct reports_page *p)
{
    int64_t most = 0;
    for (size_t i = 0; i < p->pivot.months.n; i++) {
        int64_t n = value_of(p->drawn, p->pivot.months.at[i].n);
        if (n > most) most = n;
    }
    return most;
}

static int height_of(int64_t n, int64_t most)
{
    return n > 0 ? (int)(n * (CHART_HEIGHT - CHART_TOP) / most) : 0;
}

/* Above a column there is no room for cents. */
static int64_t shown_above(const struct reports_page *p, int64_t value)
{
    return p->income ? (value + 50) / 100 : value;
}

static const char *finding(struct cx *cx, const struct reports_page *p)
{
    const struct pivot_rows *m = &p->pivot.months;
    int64_t most = tallest(p);
    size_t best = 0;
    while (best + 1 < m->n && value_of(p->drawn, m->at[best].n) < most) best++;
    const char *from = m->at[0].name, *to = m->at[m->n - 1].name;
    if (p->income)
        return SAY(reports_income_says, from, to, p->currency,
                   cell_words(cx, p, KEPT, p->pivot.sum), m->at[best].name);
    return SAY(reports_chart_says, from, to, appointments_all(p->pivot.sum), m->at[best].name);
}

static struct url at(struct cx *cx, const struct request *rq, const struct reports_page *p,
                     enum route route)
{
    struct url url = url_with(cx, url_for(cx, rq, route), "period", p->filter.period.key);
    url = url_with(cx, url, "practitioner", p->pivot.practitioner.text);
    return url_with(cx, url, "location", p->pivot.location.text);
}

#include "app/reports/reports.html.h"

/* --- asking for it ---------------------------------------------------------------- */

static void begin(struct cx *cx, struct request *rq, struct reports_page *p)
{
    p->limited = reach_limited(cx->actor.reach);
    p->filter = (struct report_filter){
        .period = period_of(cx, query_text(rq, "period")),
        .practitioner = id_of(query_text(rq, "practitioner")),
        .location = id_of(query_text(rq, "location")),
    };
}

static enum status read_appointments(struct cx *cx, struct request *rq, struct reports_page *p)
{
    *p = (struct reports_page){
        .columns = { { SAY(reports_all), ALL_OF_THEM },
                     { SAY(reports_completed), FIGURE_COMPLETED },
                     { SAY(reports_missed), FIGURE_MISSED },
                     { SAY(reports_missed_share), MISSED_SHARE },
                     { SAY(reports_open), FIGURE_OPEN },
                     { SAY(reports_cancelled), FIGURE_CANCELLED } },
        .drawn = ALL_OF_THEM,
        .on_top = FIGURE_MISSED,
    };
    begin(cx, rq, p);
    return report_appointments(cx, &p->filter, &p->pivot);
}

static enum status read_income(struct cx *cx, struct request *rq, struct reports_page *p)
{
    struct invoicing invoicing;
    TRY(invoicing_find(cx, &invoicing));
    *p = (struct reports_page){
        .income = true,
        .currency = invoicing.currency,
        .columns = { { SAY(reports_invoiced), FIGURE_INVOICED },
                     { SAY(reports_tax, invoicing.tax_name), FIGURE_TAX },
                     { SAY(reports_received), FIGURE_RECEIVED },
                     { SAY(reports_refunded), FIGURE_REFUNDED },
                     { SAY(reports_kept), KEPT },
                     { SAY(reports_credited), FIGURE_CREDITED } },
        .drawn = KEPT,
        .on_top = -1,
    };
    begin(cx, rq, p);
    return report_income(cx, &p->filter, p->currency, &p->pivot);
}

enum status reports_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_appointments(cx, rq, &p));
    reports_view(&rs->body, rq, &p);
    return OK;
}

enum status reports_income(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_income(cx, rq, &p));
    reports_view(&rs->body, rq, &p);
    return OK;
}

/* --- a file for spreadsheets (RFC 4180) -------------------------------------------- */

static void csv_cell(struct html *h, const char *text, bool last)
{
    const char *cell = text_csv(h->cx->mem, text);
    html_raw(h, cell, strlen(cell));
    html_raw(h, last ? "\r\n" : ",", last ? 2 : 1);
}

/* Shares can be worked out there. */
static void csv_figures(struct html *h, const struct reports_page *p, const int64_t *n)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct column *c = &p->columns[i];
        if (c->what == MISSED_SHARE) continue;
        csv_cell(h, n ? cell_words(h->cx, p, c->what, n) : c->label, i + 1 == COLUMNS);
    }
}

static enum status file(struct cx *cx, struct response *rs, const struct reports_page *p)
{
    const struct pivot *v = &p->pivot;
    struct html *h = &rs->body;
    csv_cell(h, SAY(reports_month), false);
    csv_cell(h, SAY(reports_practitioner), false);
    csv_cell(h, SAY(reports_location), false);
    if (p->income) csv_cell(h, SAY(reports_currency), false);
    csv_figures(h, p, NULL);
    for (size_t i = 0; i < v->cells_n; i++) {
        const struct pivot_cell *c = &v->cells[i];
        csv_cell(h, arena_copy(cx->mem, p->filter.period.begin[c->month], strlen("2026-11")),
                 false);
        csv_cell(h, v->practitioners.at[c->practitioner].name, false);
        csv_cell(h, v->locations.at[c->location].name, false);
        if (p->income) csv_cell(h, p->currency, false);
        csv_figures(h, p, c->n);
    }
    rs->type = "text/csv; charset=utf-8";
    rs->disposition = arena_print(cx->mem, "attachment; filename=\"%s-%.7s.csv\"",
                                  p->income ? "income" : "appointments", p->filter.period.begin[0]);
    return OK;
}

enum status reports_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_appointments(cx, rq, &p));
    return file(cx, rs, &p);
}

enum status reports_income_file(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reports_page p;
    TRY(read_income(cx, rq, &p));
    return file(cx, rs, &p);
}
