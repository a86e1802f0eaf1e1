/* sqlite.c - whole tables of SQLite, see engine.h */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "db/driver.h"
#include "db/wall.h"
#include "db/whole/engine.h"

static enum status broken(struct cx *cx, const char *table)
{
    int rc = sqlite3_extended_errcode(cx->db->handle) & 0xff;
    cx->db->full = rc == SQLITE_FULL;
    return fail_because(cx, BROKEN, cx->db->full ? "full" : NULL, "the table %s: %s", table,
                        sqlite3_errmsg(cx->db->handle));
}

static int step(struct cx *cx, sqlite3_stmt *st)
{
    wall_enter(cx->db->wall, NULL, true, NULL);
    int rc = sqlite3_step(st);
    wall_leave(cx->db->wall);
    return rc;
}

static enum status prepare(struct cx *cx, const char *table, const char *text, sqlite3_stmt **out)
{
    wall_enter(cx->db->wall, NULL, true, NULL);
    int rc = sqlite3_prepare_v2(cx->db->handle, text, -1, out, NULL);
    wall_leave(cx->db->wall);
    return rc == SQLITE_OK ? OK : broken(cx, table);
}

static enum status run(struct cx *cx, const char *table, const char *text)
{
    sqlite3_stmt *st;
    TRY(prepare(cx, table, text, &st));
    int rc = step(cx, st);
    sqlite3_finalize(st);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? OK : broken(cx, table);
}

/* --- which tables -------------------------------------------------------------- */

static const char *text_at(sqlite3_stmt *st, int column)
{
    const char *text = (const char *)sqlite3_column_text(st, column);
    return text ? text : "";
}

static enum column_kind kind_of(const char *type)
{
    if (strcmp(type, "INTEGER") == 0) return COLUMN_NUMBER;
    if (strcmp(type, "TEXT") == 0) return COLUMN_TEXT;
    return strcmp(type, "BLOB") == 0 ? COLUMN_BYTES : COLUMN_OTHER;
}

static enum status add_column(struct cx *cx, struct schema *out, sqlite3_stmt *st)
{
    return schema_add_column(cx, out, text_at(st, 0),
                             (struct column){ .name = text_at(st, 1),
                                              .kind = kind_of(text_at(st, 2)),
                                              .key = sqlite3_column_int(st, 3) });
}

static enum status add_link(struct cx *cx, struct schema *out, sqlite3_stmt *st)
{
    return schema_add_link(cx, out, text_at(st, 0), text_at(st, 1));
}

static enum status each(struct cx *cx, struct schema *out, const char *text,
                        enum status (*add)(struct cx *, struct schema *, sqlite3_stmt *))
{
    sqlite3_stmt *st;
    TRY(prepare(cx, "sqlite_schema", text, &st));
    enum status status = OK;
    int rc;
    while ((rc = step(cx, st)) == SQLITE_ROW && status == OK) status = add(cx, out, st);
    sqlite3_finalize(st);
    if (status == OK && rc != SQLITE_DONE) return broken(cx, "sqlite_schema");
    return status;
}

static enum status list(struct cx *cx, struct schema *out)
{
    TRY(each(cx, out,
             "SELECT t.name, c.name, c.type, c.pk FROM main.sqlite_schema t,"
             " pragma_table_xinfo(t.name, 'main') c WHERE t.type = 'table' AND c.hidden = 0"
             " AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid",
             add_column));
    return each(cx, out,
                "SELECT DISTINCT t.name, f.\"table\" FROM main.sqlite_schema t,"
                " pragma_foreign_key_list(t.name, 'main') f WHERE t.type = 'table'",
                add_link);
}

static enum status some(struct cx *cx, const struct relation *r, bool *out)
{
    sqlite3_stmt *st;
    TRY(prepare(cx, r->name, arena_print(cx->mem, "SELECT 1 FROM main.\"%s\" LIMIT 1", r->name),
                &st));
    int rc = step(cx, st);
    sqlite3_finalize(st);
    *out = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? OK : broken(cx, r->name);
}

/* --- reading -------------------------------------------------------------------- */

static struct raw cell_of(sqlite3_stmt *st, int column)
{
    int type = sqlite3_column_type(st, column);
    if (type == SQLITE_NULL) return (struct raw){ .kind = RAW_NULL };
    if (type == SQLITE_INTEGER)
        return (struct raw){ .kind = RAW_NUMBER, .number = sqlite3_column_int64(st, column) };
    const void *bytes = type == SQLITE_BLOB ? sqlite3_column_blob(st, column)
                                            : (const void *)sqlite3_column_text(st, column);
    return (struct raw){ .kind = type == SQLITE_BLOB ? RAW_BYTES : RAW_TEXT,
                         .bytes = bytes ? bytes : "",
                         .length = (size_t)sqlite3_column_bytes(st, column) };
}

static enum status read_rows(struct cx *cx, const struct relation *r, raw_row *row, void *arg)
{
    struct raw cells[SCHEMA_COLUMNS];
    sqlite3_stmt *st;
    struct db *db = cx->db;
    TRY(prepare(cx, r->name,
                arena_print(cx->mem, "SELECT %s FROM main.\"%s\" ORDER BY %s",
                            relation_columns(cx, r), r->name, relation_order(cx, r, "")),
                &st));
    enum status status = OK;
    int rc = SQLITE_ROW;
    while (status == OK && (rc = step(cx, st)) == SQLITE_ROW) {
        for (size_t i = 0; i < r->n; i++) cells[i] = cell_of(st, (int)i);
        status = row(cx, r, cells, arg);
        cx->db = db;
    }
    if (status == OK && rc != SQLITE_DONE) status = broken(cx, r->name);
    sqlite3_finalize(st);
    return status;
}

/* --- writing -------------------------------------------------------------------- */

struct loader {
    sqlite3_stmt *st;
    const struct relation *into;
};

/* A row may point to one that comes after it; what points to nothing fails the commit. */
static enum status open_tables(struct cx *cx)
{
    return run(cx, "schema_migrations", "PRAGMA defer_foreign_keys = ON");
}

static enum status close_tables(struct cx *cx)
{
    (void)cx;
    return OK;
}

/* Rows that nothing may take away go all the same when everything does. */
static enum status empty(struct cx *cx, const struct schema *schema)
{
    enum status status = OK;
    sqlite3_db_config(cx->db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    for (size_t i = schema->n; i-- > 0 && status == OK;)
        status = run(cx, schema->at[i].name,
                     arena_print(cx->mem, "DELETE FROM main.\"%s\"", schema->at[i].name));
    sqlite3_db_config(cx->db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL);
    return status;
}

static enum status load_begin(struct cx *cx, const struct relation *r, struct loader **out)
{
    const char *marks = "?";
    for (size_t i = 1; i < r->n; i++) marks = arena_print(cx->mem, "%s, ?", marks);
    *out = NEW(cx->mem, struct loader);
    (*out)->into = r;
    return prepare(cx, r->name,
                   arena_print(cx->mem, "INSERT INTO main.\"%s\" (%s) VALUES (%s)", r->name,
                               relation_columns(cx, r), marks),
                   &(*out)->st);
}

static void bind(sqlite3_stmt *st, int at, const struct raw *cell)
{
    switch (cell->kind) {
    case RAW_NULL: sqlite3_bind_null(st, at); break;
    case RAW_NUMBER: sqlite3_bind_int64(st, at, cell->number); break;
    case RAW_TEXT:
        sqlite3_bind_text64(st, at, cell->bytes, cell->length, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case RAW_BYTES: sqlite3_bind_blob64(st, at, cell->bytes, cell->length, SQLITE_STATIC); break;
    }
}

static enum status load(struct cx *cx, struct loader *l, const struct raw *cells)
{
    for (size_t i = 0; i < l->into->n; i++) bind(l->st, (int)i + 1, &cells[i]);
    int rc = step(cx, l->st);
    sqlite3_reset(l->st);
    return rc == SQLITE_DONE ? OK : broken(cx, l->into->name);
}

static enum status load_end(struct cx *cx, struct loader *l, enum status status)
{
    (void)cx;
    sqlite3_finalize(l->st);
    return status;
}

static enum status others(struct cx *cx, int64_t *out)
{
    (void)cx;
    *out = 0;
    return OK;
}

const struct whole_engine whole_sqlite = {
    .list = list,
    .some = some,
    .read = read_rows,
    .open = open_tables,
    .close = close_tables,
    .empty = empty,
    .load_begin = load_begin,
    .load = load,
    .load_end = load_end,
    .others = others,
};
