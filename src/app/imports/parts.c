/* parts.c - the rows of an import, a hundred at a time: see row.h */
#include <stdlib.h>
#include <string.h>

#include "app/imports/row.h"
#include "base/secret.h"
#include "base/text.h"

#include "app/imports/imports.text.h"

static void read_part(struct cx *cx, const struct table *t, struct part *out)
{
    *out = (struct part){ 0 };
    if (t->rows == 0) return;
    const char *verdicts = cell_text(t, 0, "verdicts"), *cells = cell_text(t, 0, "cells");
    const char *number = cell_text(t, 0, "numbers");
    size_t most = strlen(verdicts);
    *out = (struct part){ cell_int(t, 0, "part"), most, NEW_ARRAY(cx->mem, struct csv_row, most),
                          arena_copy(cx->mem, verdicts, most) };
    struct csv c = csv_begin(cells, strlen(cells));
    c.separator = ',';
    for (size_t i = 0; i < most; i++) {
        if (csv_next(cx->mem, &c, &out->rows[i]) != CSV_ROW) out->rows[i] = (struct csv_row){ 0 };
        out->rows[i].number = strtoll(number, (char **)&number, 10);
    }
}

enum status part_with(struct cx *cx, const struct import *i, const char *verdicts, struct part *out)
{
    struct table t;
    char second[2] = { verdicts[1] ? verdicts[1] : verdicts[0], '\0' };
    char first[2] = { verdicts[0], '\0' };
    TRY(db_select(cx, &t,
                  SQL("SELECT r.part, r.numbers, r.cells, r.verdicts FROM import_rows r"
                      " WHERE r.practice_id = $1 AND r.import_id = $2"
                      " AND replace(replace(r.verdicts, $3, ''), $4, '') <> r.verdicts"
                      " ORDER BY r.part LIMIT 1"),
                  i->id, (const char *)first, (const char *)second));
    read_part(cx, &t, out);
    return OK;
}

enum status part_read(struct cx *cx, const struct import *i, int64_t part, struct part *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT r.part, r.numbers, r.cells, r.verdicts FROM import_rows r"
                      " WHERE r.practice_id = $1 AND r.import_id = $2 AND r.part = $3"),
                  i->id, part));
    read_part(cx, &t, out);
    return OK;
}

enum status part_write(struct cx *cx, const struct import *i, const struct part *p)
{
    TRY(db_exec(cx,
                SQL("UPDATE import_rows SET verdicts = $4 WHERE practice_id = $1"
                    " AND import_id = $2 AND part = $3"),
                i->id, p->part, (const char *)p->verdicts));
    return db_exec(cx, SQL("UPDATE imports SET touched_at = $3 WHERE practice_id = $1 AND id = $2"),
                   i->id, cx->now);
}

enum status parts_forget(struct cx *cx, const struct import *i)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT r.part, r.verdicts FROM import_rows r"
                      " WHERE r.practice_id = $1 AND r.import_id = $2"),
                  i->id));
    for (size_t row = 0; row < t.rows; row++) {
        const char *before = cell_text(&t, row, "verdicts");
        char *verdicts = arena_copy(cx->mem, before, strlen(before));
        memset(verdicts, VERDICT_WAITING, strlen(verdicts));
        TRY(db_exec(cx,
                    SQL("UPDATE import_rows SET verdicts = $4 WHERE practice_id = $1"
                        " AND import_id = $2 AND part = $3"),
                    i->id, cell_int(&t, row, "part"), (const char *)verdicts));
    }
    return OK;
}

enum status import_sample(struct cx *cx, const struct import *i, size_t most, struct sample *out)
{
    struct part p;
    TRY(part_read(cx, i, 0, &p));
    *out = (struct sample){ p.n < most ? p.n : most, p.rows };
    return OK;
}

/* --- what came of them ------------------------------------------------------------ */

const char *problem_words(struct cx *cx, char verdict)
{
    switch ((enum verdict)verdict) {
#define PROBLEM(letter, name) \
    case PROBLEM_##name:      \
        return SAY(problem_##name);
#include "app/imports/verdicts.def"
#undef PROBLEM
    case VERDICT_WAITING:
    case VERDICT_NEW:
    case VERDICT_THERE:
    case VERDICT_ALIKE:
    case VERDICT_CREATED: break;
    }
    return NULL;
}

const char *problem_mend(struct cx *cx, char verdict)
{
    switch ((enum verdict)verdict) {
#define PROBLEM(letter, name) \
    case PROBLEM_##name:      \
        return SAY(mend_##name);
#include "app/imports/verdicts.def"
#undef PROBLEM
    case VERDICT_WAITING:
    case VERDICT_NEW:
    case VERDICT_THERE:
    case VERDICT_ALIKE:
    case VERDICT_CREATED: break;
    }
    return NULL;
}

static enum status verdicts_of(struct cx *cx, const struct import *i, struct table *t)
{
    return db_select(cx, t,
                     SQL("SELECT r.numbers, r.verdicts FROM import_rows r"
                         " WHERE r.practice_id = $1 AND r.import_id = $2 ORDER BY r.part"),
                     i->id);
}

enum status import_verdicts(struct cx *cx, const struct import *i, struct verdicts *out)
{
    struct table t;
    *out = (struct verdicts){ 0 };
    TRY(verdicts_of(cx, i, &t));
    for (size_t row = 0; row < t.rows; row++)
        for (const char *v = cell_text(&t, row, "verdicts"); *v; v++) {
            out->count[*v & 0x7f]++;
            out->rows++;
            out->waiting += *v == VERDICT_WAITING;
            out->problems += *v >= 'A' && *v <= 'Z';
        }
    return OK;
}

/* Rows in a row become one item: "2–5". */
struct ranges {
    struct cx *cx;
    const char *text;
    int64_t from, to, items, more;
};

static void close_range(struct ranges *r)
{
    enum { MOST = 20 };
    if (!r->from) return;
    if (r->items == MOST) {
        r->more += r->to - r->from + 1;
    } else {
        const char *comma = r->items++ ? ", " : "";
        r->text = r->from == r->to
                      ? arena_print(r->cx->mem, "%s%s%lld", r->text, comma, (long long)r->from)
                      : arena_print(r->cx->mem, "%s%s%lld–%lld", r->text, comma, (long long)r->from,
                                    (long long)r->to);
    }
    r->from = 0;
}

enum status import_rows_with(struct cx *cx, const struct import *i, enum verdict verdict,
                             const char **out)
{
    struct table t;
    struct ranges r = { .cx = cx, .text = "" };
    TRY(verdicts_of(cx, i, &t));
    for (size_t row = 0; row < t.rows; row++) {
        const char *number = cell_text(&t, row, "numbers");
        for (const char *v = cell_text(&t, row, "verdicts"); *v; v++) {
            int64_t n = strtoll(number, (char **)&number, 10);
            if (*v != (char)verdict) continue;
            if (r.from && n != r.to + 1) close_range(&r);
            if (!r.from) r.from = n;
            r.to = n;
        }
    }
    close_range(&r);
    *out = r.more ? SAY(rows_and_more, r.text, r.more) : r.text;
    return OK;
}

/* --- marks ------------------------------------------------------------------------- */

const char *row_hash(struct cx *cx, const char *what, const char *a, const char *b, const char *c)
{
    char *out = arena_alloc(cx->mem, SECRET_SIZE);
    secret_hash(arena_print(cx->mem, "%s\n%s\n%s\n%s", what, a, b, c), out);
    return out;
}

enum status row_mark(struct cx *cx, const struct import *i, const char *hash, bool *fresh)
{
    int64_t n;
    TRY(db_change(cx, &n,
                  SQL("INSERT INTO import_marks (practice_id, import_id, mark)"
                      " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
                  i->id, hash));
    *fresh = n == 1;
    return OK;
}
