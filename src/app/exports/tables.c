/* tables.c - see tables.h */
#include "app/exports/tables.h"

#include <string.h>

#include "app/exports/archive.h"
#include "base/text.h"
#include "base/time.h"

#include "app/exports/exports.text.h"

const struct practice_table practice_tables[] = {
#define INSIDE(name, file) { #name, file, NULL, NULL, NULL, false },
#define ALONE(name, columns, but) { #name, "tables/" #name ".csv", columns, but, NULL, false },
#define WHOLE(name, columns, order, but) \
    { #name, "tables/" #name ".csv", columns, but, NULL, false },
#define CHUNKS(name, key, columns, but) { #name, "tables/" #name ".csv", columns, but, NULL, true },
#define LEFT(name, why) { #name, NULL, NULL, NULL, why, false },
#include "app/exports/tables.def"
};
const size_t practice_tables_n = sizeof practice_tables / sizeof *practice_tables;

const char *left_why(struct cx *cx, const char *why)
{
    if (strcmp(why, "secret") == 0) return SAY(left_secret);
    if (strcmp(why, "log") == 0) return SAY(left_log);
    if (strcmp(why, "work") == 0) return SAY(left_work);
    return SAY(left_made);
}

/* Tables about patients hold rows that a narrowed reach does not. */
static bool narrowed(const struct cx *cx)
{
    return cx->actor.reach & (REACH_AT_LOCATIONS | REACH_PSEUDONYMS | REACH_NOWHERE);
}

/* --- their rows ------------------------------------------------------------------------------ */

enum { CHUNK = 200 };

/* Of a table that goes in one piece, all, and *key is NULL; else those of the next keys. */
static enum status rows_of(struct cx *cx, const char *name, const char *after, struct table *t,
                           const char **key)
{
    *key = NULL;
#define ALONE(table, columns, but) \
    if (strcmp(name, #table) == 0) \
        return db_select(cx, t, SQL("SELECT " columns " FROM " #table " WHERE id = $1"));
#define WHOLE(table, columns, order, but)                                                \
    if (strcmp(name, #table) == 0)                                                       \
        return db_select(cx, t,                                                          \
                         SQL("SELECT " columns " FROM " #table " WHERE practice_id = $1" \
                             " ORDER BY " order));
#define CHUNKS(table, by, columns, but)                                                           \
    if (strcmp(name, #table) == 0)                                                                \
        return *key = #by,                                                                        \
               db_select(cx, t,                                                                   \
                         SQL("SELECT " columns " FROM " #table " WHERE practice_id = $1 AND " #by \
                             " > $2 AND " #by " <= (SELECT max(k.id) FROM (SELECT DISTINCT " #by  \
                             " AS id FROM " #table " WHERE practice_id = $1 AND " #by " > $2"     \
                             " ORDER BY " #by " LIMIT $3) AS k) ORDER BY " #by),                  \
                         after, (int64_t)CHUNK);
#include "app/exports/tables.def"
    return fail(cx, BROKEN, "no table is called %s", name);
}

/* Microseconds since 1970 are larger than any other whole number of a row. */
static const int64_t MOMENTS_FROM = INT64_C(100000000000000);

static const char *value_of(struct cx *cx, const struct cell *c)
{
    if (!c->is_number) return c->text ? text_csv(cx->mem, c->text) : "";
    return c->number > MOMENTS_FROM ? time_iso(cx->mem, c->number)
                                    : arena_number(cx->mem, c->number);
}

static enum status write_rows(struct additions *to, int64_t file, const char *name,
                              const struct table *t)
{
    struct cx *cx = to->cx;
    size_t n = 0;
    const char **parts = NEW_ARRAY(cx->mem, const char *, 2 * t->rows * t->columns + 1);
    for (size_t i = 0; i < t->rows * t->columns; i++) {
        parts[n++] = value_of(cx, &t->cells[i]);
        parts[n++] = (i + 1) % t->columns ? "," : "\r\n";
    }
    const char *text = arena_join(cx->mem, parts, n);
    return archive_add(cx, to->export, file, name, text, strlen(text));
}

enum status table_some(struct additions *to, size_t table, const char *after, const char **last)
{
    const struct practice_table *p = &practice_tables[table];
    struct cx *cx = to->cx;
    struct table t;
    const char *key;
    *last = NULL;
    if (!p->columns || (p->narrow && narrowed(cx))) return OK;
    TRY(rows_of(cx, p->name, after, &t, &key));
    if (t.rows == 0) return OK;
    TRY(write_rows(to, FILE_TABLE + (int64_t)table, p->file, &t));
    if (key) *last = cell_at(&t, t.rows - 1, key, &(struct cell_hint){ 0 })->text;
    return export_count(cx, to->export, "rows", "", (int64_t)t.rows);
}

/* "id, name" is "id,name" and the end of the line. */
static const char *head_of(struct cx *cx, const char *columns)
{
    char *head = arena_alloc(cx->mem, strlen(columns) + 3), *to = head;
    for (; *columns; columns++)
        if (*columns != ' ') *to++ = *columns;
    return strcpy(to, "\r\n"), head;
}

enum status tables_begin(struct additions *to)
{
    struct cx *cx = to->cx;
    for (size_t i = 0; i < practice_tables_n; i++) {
        const struct practice_table *p = &practice_tables[i];
        if (!p->columns) continue;
        const char *head = head_of(cx, p->columns);
        TRY(archive_add(cx, to->export, FILE_TABLE + (int64_t)i, p->file, head, strlen(head)));
    }
    return narrowed(cx) ? export_count(cx, to->export, "rows", "reach", 0) : OK;
}
