/* appointments.c - how many appointments there were, and how they went. */
#include <string.h>

#include "app/reports/reports.h"
#include "base/date.h"
#include "db/db.h"

int64_t appointments_all(const int64_t n[FIGURES])
{
    return n[FIGURE_COMPLETED] + n[FIGURE_MISSED] + n[FIGURE_OPEN];
}

int64_t appointments_missed(const int64_t n[FIGURES])
{
    int64_t due = n[FIGURE_COMPLETED] + n[FIGURE_MISSED];
    return due ? (n[FIGURE_MISSED] * 1000 + due / 2) / due : -1;
}

static enum appointment_figure figure_of(const char *state)
{
    if (strcmp(state, "completed") == 0) return FIGURE_COMPLETED;
    if (strcmp(state, "did_not_attend") == 0) return FIGURE_MISSED;
    return strcmp(state, "cancelled") == 0 ? FIGURE_CANCELLED : FIGURE_OPEN;
}

/* Months as numbers, so that one statement counts all of them; those behind the
 * last begin when it ends. */
static enum status count_at(struct cx *cx, const struct location *l, const struct period *p,
                            struct table *t)
{
    const char *zone = cx->zone;
    int64_t begin[MOST_MONTHS + 1];
    cx->zone = l->time_zone;
    for (size_t m = 0; m <= MOST_MONTHS; m++)
        begin[m] = date_start(cx, p->begin[m < p->n ? m : p->n]);
    cx->zone = zone;
    return db_select(
        cx, t,
        SQL("SELECT c.user_id, " PIVOT_PRACTITIONER(
            "u") ", c.month, c.state, c.n"
                 " FROM (SELECT a.user_id, a.state, CASE"
                 "  WHEN a.starts_at < $4 THEN 0 WHEN a.starts_at < $5 THEN 1"
                 "  WHEN a.starts_at < $6 THEN 2 WHEN a.starts_at < $7 THEN 3"
                 "  WHEN a.starts_at < $8 THEN 4 WHEN a.starts_at < $9 THEN 5"
                 "  WHEN a.starts_at < $10 THEN 6 WHEN a.starts_at < $11 THEN 7"
                 "  WHEN a.starts_at < $12 THEN 8 WHEN a.starts_at < $13 THEN 9"
                 "  WHEN a.starts_at < $14 THEN 10 ELSE 11 END AS month, COUNT(*) AS n"
                 "  FROM appointments a WHERE a.practice_id = $1 AND a.location_id = $2"
                 "  AND a.starts_at >= $3 AND a.starts_at < $15 AND a.patient_id IS NOT NULL"
                 "  GROUP BY a.user_id, a.state, month) AS c"
                 " LEFT JOIN users u ON u.practice_id = $1 AND u.id = c.user_id"),
        l->id, begin[0], begin[1], begin[2], begin[3], begin[4], begin[5], begin[6], begin[7],
        begin[8], begin[9], begin[10], begin[11], begin[12]);
}

enum status report_appointments(struct cx *cx, const struct report_filter *filter,
                                struct pivot *out)
{
    struct location_list places;
    TRY(pivot_begin(cx, filter, &places, out));
    for (size_t i = 0; i < places.n; i++) {
        struct table t;
        TRY(count_at(cx, &places.at[i], &filter->period, &t));
        for (size_t row = 0; row < t.rows; row++)
            pivot_add(cx, out, &t, row, i, (size_t)cell_int(&t, row, "month"),
                      figure_of(cell_text(&t, row, "state")), cell_int(&t, row, "n"));
    }
    pivot_end(cx, out, filter);
    return OK;
}
