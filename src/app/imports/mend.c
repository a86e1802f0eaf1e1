/* mend.c - rows with problems: to look at, to mend, and as a file.  See import.h */
#include <string.h>

#include "app/imports/row.h"
#include "base/text.h"

#include "app/imports/imports.text.h"

/* --- to look at ------------------------------------------------------------------- */

/* What a form of it sends: every sign may become three, and each cell has a name. */
static size_t weight(const struct import *i, const struct csv_row *row)
{
    enum { NAME = 30 };
    size_t all = 0;
    for (size_t c = 0; c < i->columns_n; c++)
        if (import_mendable(i, c)) all += NAME + 3 * strlen(c < row->n ? row->cells[c] : "");
    return all;
}

bool import_mendable(const struct import *i, size_t column)
{
    return column < i->columns_n && i->fields[column] != FIELD_NONE;
}

/* The parts that were found stay in memory: a few of them. */
enum status import_problem_rows(struct cx *cx, const struct import *i, struct problem_rows *out)
{
    enum { MOST = 20, PARTS = 4, BYTES = 48 * 1024, CELLS = 300 };
    struct part p;
    size_t room = BYTES, cells = 0, parts = 0;
    *out = (struct problem_rows){ 0, NEW_ARRAY(cx->mem, struct problem_row, MOST) };
    TRY(import_gate(cx, i->kind));
    for (int64_t part = 0; parts < PARTS; part++) {
        struct arena_mark mark = arena_mark(cx->mem);
        size_t before = out->n;
        TRY(part_read(cx, i, part, &p));
        if (p.n == 0) break;
        for (size_t r = 0; r < p.n && out->n < MOST; r++) {
            if (!problem_words(cx, p.verdicts[r])) continue;
            size_t needs = weight(i, &p.rows[r]);
            if (needs > room || cells + i->columns_n > CELLS) continue;
            room -= needs;
            cells += i->columns_n;
            out->at[out->n++] = (struct problem_row){ &p.rows[r], p.verdicts[r] };
        }
        if (out->n > before)
            parts++;
        else
            arena_rewind(cx->mem, mark);
    }
    return OK;
}

/* --- to mend ------------------------------------------------------------------------ */

static bool mend_row(struct cx *cx, const struct import *i, struct csv_row *row,
                     const struct mended *all, size_t n)
{
    bool changed = false;
    const char **cells = NEW_ARRAY(cx->mem, const char *, i->columns_n + row->n + 1);
    size_t width = row->n > i->columns_n ? row->n : i->columns_n;
    for (size_t c = 0; c < width; c++) cells[c] = c < row->n ? row->cells[c] : "";
    for (size_t m = 0; m < n; m++) {
        if (all[m].row != row->number || !import_mendable(i, all[m].column)) continue;
        changed |= strcmp(cells[all[m].column], all[m].text) != 0;
        cells[all[m].column] = all[m].text;
    }
    if (changed) row->n = width, row->cells = cells;
    return changed;
}

static enum status write_cells(struct cx *cx, const struct import *i, const struct part *p)
{
    const char *lines[PART_ROWS];
    for (size_t r = 0; r < p->n; r++) lines[r] = csv_write(cx->mem, p->rows[r].cells, p->rows[r].n);
    return db_exec(cx,
                   SQL("UPDATE import_rows SET cells = $4 WHERE practice_id = $1"
                       " AND import_id = $2 AND part = $3"),
                   i->id, p->part, (const char *)arena_join(cx->mem, lines, p->n));
}

static enum status mend_part(struct cx *cx, const struct import *i, struct part *p,
                             const struct mended *all, size_t n, bool *changed)
{
    *changed = false;
    for (size_t r = 0; r < p->n; r++)
        if (problem_words(cx, p->verdicts[r])) *changed |= mend_row(cx, i, &p->rows[r], all, n);
    return *changed ? write_cells(cx, i, p) : OK;
}

enum status import_mend(struct cx *cx, const struct import *i, const struct mended *all, size_t n)
{
    struct part p;
    int64_t last = 0;
    bool changed, any = false;
    TRY(import_gate(cx, i->kind));
    if (i->state != IMPORT_READY)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(import_moved));
    for (size_t m = 0; m < n; m++)
        if (all[m].row > last) last = all[m].row;
    for (int64_t part = 0;; part++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(part_read(cx, i, part, &p));
        if (p.n == 0 || p.rows[0].number > last) break;
        TRY(mend_part(cx, i, &p, all, n, &changed));
        any |= changed;
        if (!changed) arena_rewind(cx->mem, mark);
    }
    if (!any) return OK;
    TRY(import_move(cx, i, IMPORT_CHECKING, ""));
    return import_look_anew(cx, i);
}

/* --- as a file ------------------------------------------------------------------------ */

/* Written twice: without room only counted. */
struct sheet {
    char *text; /* NULL: counts */
    size_t n;
};

static void sheet_put(struct sheet *s, const char *text)
{
    size_t n = strlen(text);
    if (s->text) memcpy(s->text + s->n, text, n);
    s->n += n;
}

static void sheet_row(struct cx *cx, struct sheet *s, const char *const *cells, size_t n,
                      const char *last)
{
    for (size_t i = 0; i < n; i++) {
        sheet_put(s, text_csv(cx->mem, cells[i]));
        sheet_put(s, ",");
    }
    sheet_put(s, text_csv(cx->mem, last));
    sheet_put(s, "\r\n");
}

static enum status write_sheet(struct cx *cx, const struct import *i, struct sheet *s)
{
    struct part p;
    sheet_row(cx, s, i->columns, i->columns_n, SAY(problem_column));
    for (int64_t part = 0;; part++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(part_read(cx, i, part, &p));
        if (p.n == 0) return OK;
        for (size_t r = 0; r < p.n; r++) {
            const char *why = problem_words(cx, p.verdicts[r]);
            if (!why || p.rows[r].n == 0) continue;
            sheet_row(cx, s, p.rows[r].cells, p.rows[r].n,
                      arena_print(cx->mem, "%s. %s", why, problem_mend(cx, p.verdicts[r])));
        }
        arena_rewind(cx->mem, mark);
    }
}

enum status import_problems(struct cx *cx, const struct import *i, struct bytes *csv)
{
    struct sheet counted = { 0 };
    TRY(import_gate(cx, i->kind));
    TRY(write_sheet(cx, i, &counted));
    struct sheet written = { .text = arena_take(cx->mem, counted.n + 1) };
    TRY(write_sheet(cx, i, &written));
    *csv = (struct bytes){ written.text, written.n };
    return OK;
}
