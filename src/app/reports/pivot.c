/* pivot.c - see pivot.h */
#include "app/reports/pivot.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/db.h"

#include "app/reports/reports.text.h"

static enum status places_of(struct cx *cx, struct location_list *out)
{
    struct table t;
    struct location_list all;
    bool limited = reach_limited(cx->actor.reach);
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

enum status pivot_begin(struct cx *cx, const struct report_filter *filter,
                        struct location_list *places, struct pivot *out)
{
    const struct period *p = &filter->period;
    TRY(allow(cx, REPORTS_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(places_of(cx, places));
    *out = (struct pivot){
        .months = { p->n, NEW_ARRAY(cx->mem, struct pivot_row, MOST_MONTHS) },
        .locations = { places->n, NEW_ARRAY(cx->mem, struct pivot_row, places->n) },
    };
    for (size_t m = 0; m < p->n; m++)
        out->months.at[m] = (struct pivot_row){ .name = month_words(cx, p->begin[m]) };
    for (size_t i = 0; i < places->n; i++)
        out->locations.at[i] =
            (struct pivot_row){ .id = places->at[i].id, .name = places->at[i].name };
    return OK;
}

/* --- putting in -------------------------------------------------------------------- */

static size_t practitioner_of(struct cx *cx, struct pivot *p, const struct table *t, size_t row)
{
    struct pivot_rows *rows = &p->practitioners;
    bool some = cell_text(t, row, "user_id");
    struct id id = { "" };
    size_t i = 0;
    if (some) id = cell_id(t, row, "user_id");
    while (i < rows->n && !id_same(rows->at[i].id, id)) i++;
    if (i < rows->n) return i;
    if (rows->n == p->rows_room) {
        struct pivot_row *before = rows->at;
        p->rows_room = rows->n * 2 + 16;
        rows->at = NEW_ARRAY(cx->mem, struct pivot_row, p->rows_room);
        if (rows->n) memcpy(rows->at, before, rows->n * sizeof *before);
    }
    rows->at[rows->n++] = (struct pivot_row){
        .id = id,
        .name = some ? text_name(cx->mem, cell_text(t, row, "title"),
                                 cell_text(t, row, "first_name"), cell_text(t, row, "last_name"))
                     : SAY(reports_nobody),
        .sort = some ? cell_text(t, row, "sort_key") : "\U0010FFFF",
        .gone = some && strcmp(cell_text(t, row, "status"), "active") != 0,
    };
    return i;
}

void pivot_add(struct cx *cx, struct pivot *p, const struct table *t, size_t row, size_t location,
               size_t month, size_t figure, int64_t n)
{
    if (p->cells_n == p->cells_room) {
        struct pivot_cell *before = p->cells;
        p->cells_room = p->cells_n * 2 + 256;
        p->cells = NEW_ARRAY(cx->mem, struct pivot_cell, p->cells_room);
        if (p->cells_n) memcpy(p->cells, before, p->cells_n * sizeof *before);
    }
    struct pivot_cell *c = &p->cells[p->cells_n++];
    *c = (struct pivot_cell){ .month = month,
                              .practitioner = practitioner_of(cx, p, t, row),
                              .location = location };
    c->n[figure] = n;
}

/* --- summing up ---------------------------------------------------------------------- */

static int by_sort(const void *x, const void *y)
{
    const struct pivot_row *a = x, *b = y;
    int order = strcmp(a->sort, b->sort);
    return order ? order : strcmp(a->id.text, b->id.text);
}

/* By name; cells follow their practitioners. */
static void sort_practitioners(struct cx *cx, struct pivot *p)
{
    struct pivot_rows *rows = &p->practitioners;
    struct id *before = NEW_ARRAY(cx->mem, struct id, rows->n);
    size_t *place = NEW_ARRAY(cx->mem, size_t, rows->n);
    for (size_t i = 0; i < rows->n; i++) before[i] = rows->at[i].id;
    if (rows->n) qsort(rows->at, rows->n, sizeof *rows->at, by_sort);
    for (size_t i = 0; i < rows->n; i++)
        for (place[i] = 0; !id_same(rows->at[place[i]].id, before[i]);) place[i]++;
    for (size_t i = 0; i < p->cells_n; i++)
        p->cells[i].practitioner = place[p->cells[i].practitioner];
}

/* Only somebody who is among the rows can be asked for. */
static struct id among(const struct pivot_rows *rows, struct id id)
{
    for (size_t i = 0; i < rows->n; i++)
        if (id_some(id) && id_same(rows->at[i].id, id)) return id;
    return (struct id){ "" };
}

static int by_place(const void *x, const void *y)
{
    const struct pivot_cell *a = x, *b = y;
    if (a->month != b->month) return a->month < b->month ? -1 : 1;
    if (a->practitioner != b->practitioner) return a->practitioner < b->practitioner ? -1 : 1;
    return (a->location > b->location) - (a->location < b->location);
}

static void sum_up(int64_t to[FIGURES], const int64_t more[FIGURES])
{
    for (size_t i = 0; i < FIGURES; i++) to[i] += more[i];
}

void pivot_end(struct cx *cx, struct pivot *p, const struct report_filter *filter)
{
    size_t n = 0;
    sort_practitioners(cx, p);
    p->practitioner = among(&p->practitioners, filter->practitioner);
    p->location = among(&p->locations, filter->location);
    if (p->cells_n) qsort(p->cells, p->cells_n, sizeof *p->cells, by_place);
    for (size_t i = 0; i < p->cells_n; i++) {
        const struct pivot_cell c = p->cells[i];
        struct pivot_row *practitioner = &p->practitioners.at[c.practitioner];
        struct pivot_row *location = &p->locations.at[c.location];
        if (id_some(p->practitioner) && !id_same(practitioner->id, p->practitioner)) continue;
        if (id_some(p->location) && !id_same(location->id, p->location)) continue;
        sum_up(p->months.at[c.month].n, c.n);
        sum_up(practitioner->n, c.n);
        sum_up(location->n, c.n);
        sum_up(p->sum, c.n);
        if (n && by_place(&p->cells[n - 1], &c) == 0)
            sum_up(p->cells[n - 1].n, c.n);
        else
            p->cells[n++] = c;
    }
    p->cells_n = n;
}

bool pivot_some(const struct pivot_row *row)
{
    for (size_t i = 0; i < FIGURES; i++)
        if (row->n[i]) return true;
    return false;
}
