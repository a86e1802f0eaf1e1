/* income.c - what was invoiced, and what came of it. */
#include <string.h>

#include "app/reports/reports.h"
#include "db/db.h"

int64_t income_kept(const int64_t n[FIGURES])
{
    return n[FIGURE_RECEIVED] - n[FIGURE_REFUNDED];
}

/* "2026-03" among the months; all that is read lies in one of them. */
static size_t month_of(const struct period *p, const char *month)
{
    size_t m = 0;
    while (m + 1 < p->n && strncmp(p->begin[m], month, strlen("2026-03")) != 0) m++;
    return m;
}

static size_t place_of(const struct location_list *places, struct id id)
{
    size_t i = 0;
    while (i < places->n && !id_same(places->at[i].id, id)) i++;
    return i;
}

struct reading {
    const struct report_filter *filter;
    const struct location_list *places;
    struct pivot *out;
};

/* What is of another location than the actor's is passed over. */
static void put(struct cx *cx, const struct reading *r, const struct table *t, size_t row,
                enum income_figure figure, int64_t cents)
{
    size_t place = place_of(r->places, cell_id(t, row, "location_id"));
    if (place == r->places->n) return;
    pivot_add(cx, r->out, t, row, place, month_of(&r->filter->period, cell_text(t, row, "month")),
              figure, cents);
}

static enum status read_invoices(struct cx *cx, const struct reading *r, const char *currency)
{
    const struct period *p = &r->filter->period;
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT c.user_id, " PIVOT_PRACTITIONER(
                      "u") ", c.location_id, c.month, c.total, c.tax"
                           " FROM (SELECT i.user_id, i.location_id,"
                           "  SUBSTR(i.issued_on, 1, 7) AS month,"
                           "  CAST(SUM(i.total_cents) AS BIGINT) AS total,"
                           "  CAST(SUM(i.tax_cents) AS BIGINT) AS tax"
                           "  FROM invoices i WHERE i.practice_id = $1 AND i.issued = 1"
                           "  AND i.currency = $2 AND i.issued_on >= $3 AND i.issued_on < $4"
                           "  GROUP BY i.user_id, i.location_id, SUBSTR(i.issued_on, 1, 7)) AS c"
                           " JOIN users u ON u.practice_id = $1 AND u.id = c.user_id"),
                  currency, p->begin[0], p->begin[p->n]));
    for (size_t i = 0; i < t.rows; i++) {
        put(cx, r, &t, i, FIGURE_INVOICED, cell_int(&t, i, "total"));
        put(cx, r, &t, i, FIGURE_TAX, cell_int(&t, i, "tax"));
    }
    return OK;
}

static enum income_figure figure_of(const char *kind)
{
    if (strcmp(kind, "payment") == 0) return FIGURE_RECEIVED;
    return strcmp(kind, "refund") == 0 ? FIGURE_REFUNDED : FIGURE_CREDITED;
}

static enum status read_entries(struct cx *cx, const struct reading *r, const char *currency)
{
    const struct period *p = &r->filter->period;
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT c.user_id, " PIVOT_PRACTITIONER(
            "u") ", c.location_id, c.month, c.kind, c.cents"
                 " FROM (SELECT i.user_id, i.location_id, SUBSTR(e.on_day, 1, 7) AS month,"
                 "  e.kind, CAST(SUM(e.cents) AS BIGINT) AS cents"
                 "  FROM invoice_entries e JOIN invoices i"
                 "   ON i.practice_id = e.practice_id AND i.id = e.invoice_id"
                 "  WHERE e.practice_id = $1 AND e.on_day >= $3 AND e.on_day < $4"
                 "  AND i.currency = $2"
                 "  GROUP BY i.user_id, i.location_id, SUBSTR(e.on_day, 1, 7), e.kind) AS c"
                 " JOIN users u ON u.practice_id = $1 AND u.id = c.user_id"),
        currency, p->begin[0], p->begin[p->n]));
    for (size_t i = 0; i < t.rows; i++)
        put(cx, r, &t, i, figure_of(cell_text(&t, i, "kind")), cell_int(&t, i, "cents"));
    return OK;
}

enum status report_income(struct cx *cx, const struct report_filter *filter, const char *currency,
                          struct pivot *out)
{
    struct location_list places;
    TRY(pivot_begin(cx, filter, &places, out));
    struct reading r = { filter, &places, out };
    TRY(read_invoices(cx, &r, currency));
    TRY(read_entries(cx, &r, currency));
    pivot_end(cx, out, filter);
    return OK;
}
