/* appointments.c - see appointments.h */
#include "app/reports/appointments.h"

#include <stdlib.h>
#include <string.h>

#include "app/locations/location.h"
#include "base/date.h"
#include "base/text.h"
#include "db/db.h"

#include "app/reports/reports.text.h"

int64_t tally_all(const struct tally *t)
{
    return t->completed + t->missed + t->open;
}

int64_t tally_missed(const struct tally *t)
{
    int64_t due = t->completed + t->missed;
    return due ? (t->missed * 1000 + due / 2) / due : -1;
}

static void tally_add(struct tally *to, const struct tally *more)
{
    to->completed += more->completed;
    to->missed += more->missed;
    to->cancelled += more->cancelled;
    to->open += more->open;
}

static struct tally tally_of(const char *state, int64_t n)
{
    if (strcmp(state, "completed") == 0) return (struct tally){ .completed = n };
    if (strcmp(state, "did_not_attend") == 0) return (struct tally){ .missed = n };
    if (strcmp(state, "cancelled") == 0) return (struct tally){ .cancelled = n };
    return (struct tally){ .open = n };
}

/* --- what is counted ----------------------------------------------------------- */

static enum status report_places(struct cx *cx, struct location_list *out)
{
    struct table t;
    struct location_list all;
    bool limited = (cx->actor.reach & REACH_AT_LOCATIONS) && !(cx->actor.reach & REACH_EVERYWHERE);
    TRY(location_list(cx, &all));
    TRY(db_select(
        cx, &t, SQL("SELECT location_id FROM assignments WHERE practice_id = $1 AND user_id = $2"),
        cx->actor.user));
    *out = (struct location_list){ 0, NEW_ARRAY(cx->mem, struct location, all.n) };
    for (size_t i = 0; i < all.n; i++) {
        bool here = !limited;
        for (size_t j = 0; j < t.rows && !here; j++)
            here = id_same(cell_id(&t, j, "location_id"), all.at[i].id);
        if (here) out->at[out->n++] = all.at[i];
    }
    return OK;
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
        SQL("SELECT c.user_id, u.title, u.first_name, u.last_name, u.sort_key, u.status, c.month,"
            " c.state, c.n"
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

/* --- rows -------------------------------------------------------------------------- */

struct all {
    struct tally_rows *practitioners;
    struct tally_cell *cells;
    size_t n, room, rows_room;
};

static size_t practitioner_of(struct cx *cx, struct all *all, const struct table *t, size_t row)
{
    struct tally_rows *rows = all->practitioners;
    struct id id = { "" };
    size_t i = 0;
    if (cell_text(t, row, "user_id")) id = cell_id(t, row, "user_id");
    while (i < rows->n && !id_same(rows->at[i].id, id)) i++;
    if (i < rows->n) return i;
    if (rows->n == all->rows_room) {
        struct tally_row *before = rows->at;
        all->rows_room = rows->n * 2 + 16;
        rows->at = NEW_ARRAY(cx->mem, struct tally_row, all->rows_room);
        if (rows->n) memcpy(rows->at, before, rows->n * sizeof *before);
    }
    bool some = id_some(id);
    rows->at[rows->n++] = (struct tally_row){
        .id = id,
        .name = some ? text_name(cx->mem, cell_text(t, row, "title"),
                                 cell_text(t, row, "first_name"), cell_text(t, row, "last_name"))
                     : SAY(reports_nobody),
        .sort = some ? cell_text(t, row, "sort_key") : "\U0010FFFF",
        .gone = some && strcmp(cell_text(t, row, "status"), "active") != 0,
    };
    return i;
}

static void take(struct cx *cx, struct all *all, const struct table *t, size_t location)
{
    for (size_t i = 0; i < t->rows; i++) {
        if (all->n == all->room) {
            struct tally_cell *before = all->cells;
            all->room = all->n * 2 + 256;
            all->cells = NEW_ARRAY(cx->mem, struct tally_cell, all->room);
            if (all->n) memcpy(all->cells, before, all->n * sizeof *before);
        }
        all->cells[all->n++] = (struct tally_cell){
            .month = (size_t)cell_int(t, i, "month"),
            .practitioner = practitioner_of(cx, all, t, i),
            .location = location,
            .tally = tally_of(cell_text(t, i, "state"), cell_int(t, i, "n")),
        };
    }
}

static int by_sort(const void *x, const void *y)
{
    const struct tally_row *a = x, *b = y;
    int order = strcmp(a->sort, b->sort);
    return order ? order : strcmp(a->id.text, b->id.text);
}

/* By name; cells follow their practitioners. */
static void sort_practitioners(struct cx *cx, struct all *all)
{
    struct tally_rows *rows = all->practitioners;
    struct id *before = NEW_ARRAY(cx->mem, struct id, rows->n);
    size_t *place = NEW_ARRAY(cx->mem, size_t, rows->n);
    for (size_t i = 0; i < rows->n; i++) before[i] = rows->at[i].id;
    if (rows->n) qsort(rows->at, rows->n, sizeof *rows->at, by_sort);
    for (size_t i = 0; i < rows->n; i++)
        for (place[i] = 0; !id_same(rows->at[place[i]].id, before[i]);) place[i]++;
    for (size_t i = 0; i < all->n; i++)
        all->cells[i].practitioner = place[all->cells[i].practitioner];
}

/* Only somebody who is among the rows can be asked for. */
static struct id among(const struct tally_rows *rows, struct id id)
{
    for (size_t i = 0; i < rows->n; i++)
        if (id_some(id) && id_same(rows->at[i].id, id)) return id;
    return (struct id){ "" };
}

static int by_place(const void *x, const void *y)
{
    const struct tally_cell *a = x, *b = y;
    if (a->month != b->month) return a->month < b->month ? -1 : 1;
    if (a->practitioner != b->practitioner) return a->practitioner < b->practitioner ? -1 : 1;
    return (a->location > b->location) - (a->location < b->location);
}

static bool same_place(const struct tally_cell *a, const struct tally_cell *b)
{
    return by_place(a, b) == 0;
}

/* States of one place become one cell, cells that do not fit the filter go. */
static void gather(struct appointment_report *out)
{
    size_t n = 0;
    if (out->cells_n) qsort(out->cells, out->cells_n, sizeof *out->cells, by_place);
    for (size_t i = 0; i < out->cells_n; i++) {
        const struct tally_cell c = out->cells[i];
        struct tally_row *practitioner = &out->practitioners.at[c.practitioner];
        struct tally_row *location = &out->locations.at[c.location];
        if (id_some(out->practitioner) && !id_same(practitioner->id, out->practitioner)) continue;
        if (id_some(out->location) && !id_same(location->id, out->location)) continue;
        tally_add(&out->months.at[c.month].tally, &c.tally);
        tally_add(&practitioner->tally, &c.tally);
        tally_add(&location->tally, &c.tally);
        tally_add(&out->sum, &c.tally);
        if (n && same_place(&out->cells[n - 1], &c))
            tally_add(&out->cells[n - 1].tally, &c.tally);
        else
            out->cells[n++] = c;
    }
    out->cells_n = n;
}

enum status report_appointments(struct cx *cx, const struct report_filter *filter,
                                struct appointment_report *out)
{
    const struct period *p = &filter->period;
    struct location_list places;
    TRY(allow(cx, REPORTS_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(report_places(cx, &places));
    *out = (struct appointment_report){
        .months = { p->n, NEW_ARRAY(cx->mem, struct tally_row, MOST_MONTHS) },
        .locations = { places.n, NEW_ARRAY(cx->mem, struct tally_row, places.n) },
    };
    struct all all = { .practitioners = &out->practitioners };
    for (size_t m = 0; m < p->n; m++)
        out->months.at[m] = (struct tally_row){ .name = month_words(cx, p->begin[m]) };
    for (size_t i = 0; i < places.n; i++) {
        struct table t;
        out->locations.at[i] =
            (struct tally_row){ .id = places.at[i].id, .name = places.at[i].name };
        TRY(count_at(cx, &places.at[i], p, &t));
        take(cx, &all, &t, i);
    }
    sort_practitioners(cx, &all);
    out->cells = all.cells;
    out->cells_n = all.n;
    out->practitioner = among(&out->practitioners, filter->practitioner);
    out->location = among(&out->locations, filter->location);
    gather(out);
    return OK;
}
