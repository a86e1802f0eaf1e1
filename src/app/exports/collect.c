/* collect.c - the job that puts an archive together: see export.h
 *
 * As many records in a transaction as fit into a moment; how far it is stands in the
 * export's row, so whoever dies goes on there, and nothing can be taken before the
 * last transaction has made the archive whole. */
#include <string.h>

#include "access/looks.h"
#include "app/exports/archive.h"
#include "app/exports/tables.h"
#include "app/users/acting.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/exports/exports.text.h"

/* How long one transaction of the job keeps the writer, and of how much memory: a fast machine
 * writes many invoices in a moment, and a job has 16 MB. */
static const int64_t MOMENT = 25000; /* microseconds */
enum { AT_ONCE = 100, ENOUGH = 4 << 20 };

struct slice {
    int64_t began;
    size_t before; /* bytes that the arena had */
};

static struct slice slice_begin(const struct cx *cx)
{
    return (struct slice){ clock_steady(), arena_mark(cx->mem).total };
}

static bool slice_goes_on(const struct cx *cx, const struct slice *s)
{
    return clock_steady() - s->began < MOMENT && arena_mark(cx->mem).total - s->before < ENOUGH;
}

/* A patient whose record goes into an archive is more than looked at. */
static enum status record(struct cx *cx, const struct export *x)
{
    bool move;
    if (!cx->shown) return OK;
    for (struct shown *s = cx->shown; s; s = s->next)
        if (strcmp(s->how, "denied") != 0) s->how = "exported";
    const char *page = x->scope == EXPORT_OF_OWN ? "/g/:g/my-data" : "/g/:g/settings/export";
    TRY(looks_write(cx, page, x->id.text, &move));
    cx->shown = NULL;
    return move ? enqueue(cx, JOB_looks_move_on, (struct id){ "" }, "") : OK;
}

static enum status some(struct cx *cx, const struct export *x, int64_t *done)
{
    struct table t;
    struct additions to = { .cx = cx, .export = x->id, .scope = x->scope };
    const struct slice slice = slice_begin(cx);
    *done = x->done;
    if (x->done == 0) {
        struct user *me;
        TRY(user_find(cx, x->user, &me));
        TRY(records_begin(&to, me));
    }
    TRY(db_select(cx, &t,
                  SQL("SELECT position, kind, record_id, of_id FROM export_items"
                      " WHERE practice_id = $1 AND export_id = $2 AND position > $3"
                      " ORDER BY position LIMIT $4"),
                  x->id, x->done, AT_ONCE));
    for (size_t i = 0; i < t.rows && (i == 0 || slice_goes_on(cx, &slice)); i++) {
        const struct item item = { cell_int(&t, i, "position"), cell_text(&t, i, "kind"),
                                   cell_id(&t, i, "record_id"), cell_id(&t, i, "of_id") };
        TRY(record_add(&to, &item));
        *done = item.position;
    }
    TRY(additions_write(&to));
    TRY(record(cx, x));
    return db_exec(cx, SQL("UPDATE exports SET done_n = $3 WHERE practice_id = $1 AND id = $2"),
                   x->id, *done);
}

/* The tables of a practice come before its records; how far they are stands where the list of
 * records ended. */
static enum status some_tables(struct cx *cx, const struct export *x)
{
    struct additions to = { .cx = cx, .export = x->id, .scope = x->scope };
    const struct slice slice = slice_begin(cx);
    int64_t at = x->listed - EXPORT_KINDS;
    const char *after = x->listed_to;
    if (at == 0) TRY(tables_begin(&to));
    while (at < (int64_t)practice_tables_n && (at == 0 || slice_goes_on(cx, &slice))) {
        const char *last;
        TRY(table_some(&to, (size_t)at, after, &last));
        at += !last;
        after = last ? last : "";
    }
    return db_exec(cx,
                   SQL("UPDATE exports SET listed = $3, listed_to = $4 WHERE practice_id = $1"
                       " AND id = $2"),
                   x->id, EXPORT_KINDS + at, after);
}

/* The last transaction: what tells of all others, and where each file begins. */
static enum status finish(struct cx *cx, const struct export *x)
{
    struct additions to = { .cx = cx, .export = x->id };
    struct export_tallies tallies;
    struct table t;
    int64_t size;
    TRY(records_end(&to));
    if (x->scope == EXPORT_OF_OWN) {
        TRY(export_count(cx, x->id, "others", "others", 0));
        TRY(export_count(cx, x->id, "settings", "group", 0));
    }
    TRY(export_tallies(cx, x->id, &tallies));
    TRY(db_select(cx, &t, SQL("SELECT name FROM practices WHERE id = $1")));
    TRY(export_describe(cx, x, &tallies, t.rows ? cell_text(&t, 0, "name") : ""));
    TRY(archive_close(cx, x->id, x->created_at, &size));
    return export_ready(cx, x, size);
}

static enum status work_as_user(struct cx *cx, const struct export *x, bool *more, bool *over)
{
    int64_t done;
    enum status status = user_acts(cx, x->user, x->created_at);
    if (status == OK) status = export_gate(cx, x->scope);
    *over = status == FORBIDDEN;
    if (*over) return cx_forget(cx), OK;
    TRY(status);
    *more = true;
    if (x->scope == EXPORT_OF_PRACTICE && x->listed < EXPORT_KINDS) return export_list_some(cx, x);
    if (x->scope == EXPORT_OF_PRACTICE && x->listed < EXPORT_KINDS + (int64_t)practice_tables_n)
        return some_tables(cx, x);
    TRY(some(cx, x, &done));
    *more = done < x->of;
    return *more ? OK : finish(cx, x);
}

enum status export_work(struct cx *cx, const struct job *job)
{
    struct table t;
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    bool more = false, over = false;
    TRY(db_select(cx, &t, SQL(EXPORT_COLUMN_LIST " AND x.id = $2 AND x.state = 'running'"),
                  job->about));
    if (t.rows == 0) return OK;
    const struct export *x = export_row(cx, &t, 0);
    enum status status = work_as_user(cx, x, &more, &over);
    cx->actor = before;
    cx->zone = zone;
    TRY(status);
    if (over) return export_wipe(cx, x->id);
    return more ? enqueue(cx, JOB_export_work, x->id, "") : OK;
}
