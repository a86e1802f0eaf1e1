/* postgres.c - whole tables of PostgreSQL, see engine.h
 *
 * Reading is done as NAME_above.  COPY does not go through policies, so who
 * writes is the owner, with the wall down: until the transaction ends nobody
 * else can look at the tables.  close() builds the wall before it does. */
#include <stdlib.h>
#include <string.h>

#include "db/ask.h"
#include "db/whole/engine.h"

enum { ROOM = 1 << 16 };

static struct pg *handle(struct cx *cx)
{
    return cx->db->handle;
}

/* What a server says, with the table it is about. */
static enum status keep(struct cx *cx, PGresult *result, const char *table)
{
    enum status status = pg_keep(cx, result, table, 0);
    if (status != BROKEN || cx->reason) return status;
    if (strstr(cx->message, " 22021: "))
        return fail(cx, INVALID,
                    "the table %s holds a text that PostgreSQL cannot keep: it has a zero byte or"
                    " is no UTF-8",
                    table);
    const char *words = strstr(cx->message, ":0: ");
    return fail(cx, BROKEN, "the table %s: %s", table, words ? words + 4 : cx->message);
}

static enum status run(struct cx *cx, const char *table, const char *text)
{
    struct pg *pg = handle(cx);
    TRY(pg_begin_now(cx));
    pg->whose.known = false; /* whoever comes next says again who it is */
    return keep(cx, pq.PQexec(pg->conn, text), table);
}

/* Without the wall the owner would see no row, and take that for an empty table. */
static enum status become_above(struct cx *cx)
{
    struct pg *pg = handle(cx);
    if (!pg->walled)
        return fail_because(cx, BROKEN, "setup",
                            "the database %s has no wall between practice groups: 'linden db"
                            " migrate' builds it",
                            pg->place);
    return run(cx, "schema_migrations", arena_print(cx->mem, "SET LOCAL ROLE \"%s\"", pg->above));
}

static enum status become_owner(struct cx *cx)
{
    return run(cx, "schema_migrations", "SET LOCAL ROLE NONE");
}

/* --- which tables -------------------------------------------------------------- */

#define TABLES "c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
static const char COLUMNS[] =
    "SELECT c.relname, a.attname, a.atttypid,"
    " COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
    " AND NOT a.attisdropped AND a.attgenerated = '' LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
    " WHERE " TABLES " ORDER BY c.relname COLLATE \"C\", a.attnum";
static const char LINKS[] = "SELECT DISTINCT c.relname, t.relname FROM pg_constraint k"
                            " JOIN pg_class c ON c.oid = k.conrelid"
                            " JOIN pg_class t ON t.oid = k.confrelid"
                            " WHERE k.contype = 'f' AND " TABLES;

static enum column_kind kind_of(const char *type)
{
    if (strcmp(type, "20") == 0) return COLUMN_NUMBER; /* int8, text, bytea in pg_type.dat */
    if (strcmp(type, "25") == 0) return COLUMN_TEXT;
    return strcmp(type, "17") == 0 ? COLUMN_BYTES : COLUMN_OTHER;
}

static const char *at(struct cx *cx, int row, int column)
{
    return pq.PQgetvalue(handle(cx)->result, row, column);
}

static enum status list(struct cx *cx, struct schema *out)
{
    TRY(run(cx, "pg_class", COLUMNS));
    for (int i = 0; i < pq.PQntuples(handle(cx)->result); i++)
        TRY(schema_add_column(cx, out, at(cx, i, 0),
                              (struct column){ .name = at(cx, i, 1),
                                               .kind = kind_of(at(cx, i, 2)),
                                               .key = (int)strtol(at(cx, i, 3), NULL, 10) }));
    TRY(run(cx, "pg_constraint", LINKS));
    for (int i = 0; i < pq.PQntuples(handle(cx)->result); i++)
        TRY(schema_add_link(cx, out, at(cx, i, 0), at(cx, i, 1)));
    return OK;
}

static enum status some(struct cx *cx, const struct relation *r, bool *out)
{
    TRY(become_above(cx));
    TRY(run(cx, r->name, arena_print(cx->mem, "SELECT 1 FROM public.\"%s\" LIMIT 1", r->name)));
    *out = pq.PQntuples(handle(cx)->result) > 0;
    return OK;
}

/* --- reading -------------------------------------------------------------------- */

static struct raw cell_of(const PGresult *r, enum column_kind kind, int column)
{
    if (pq.PQgetisnull(r, 0, column)) return (struct raw){ .kind = RAW_NULL };
    const unsigned char *bytes = (const unsigned char *)pq.PQgetvalue(r, 0, column);
    if (kind != COLUMN_NUMBER)
        return (struct raw){ .kind = kind == COLUMN_TEXT ? RAW_TEXT : RAW_BYTES,
                             .bytes = bytes,
                             .length = (size_t)pq.PQgetlength(r, 0, column) };
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) number = number << 8 | bytes[i];
    return (struct raw){ .kind = RAW_NUMBER, .number = (int64_t)number };
}

/* A walk that ends early is cleared away when the transaction goes back. */
static enum status read_rows(struct cx *cx, const struct relation *r, raw_row *row, void *arg)
{
    struct raw cells[SCHEMA_COLUMNS];
    struct db *db = cx->db;
    struct pg *pg = handle(cx);
    TRY(become_above(cx));
    const char *text =
        arena_print(cx->mem, "SELECT %s FROM public.\"%s\" ORDER BY %s", relation_columns(cx, r),
                    r->name, relation_order(cx, r, " COLLATE \"C\""));
    if (!pq.PQsendQueryParams(pg->conn, text, 0, NULL, NULL, NULL, NULL, 1))
        return keep(cx, pq.PQgetResult(pg->conn), r->name);
    pg->walking = pq.PQsetSingleRowMode(pg->conn) == 1;
    for (PGresult *got; (got = pq.PQgetResult(pg->conn));) {
        TRY(keep(cx, got, r->name));
        if (pq.PQntuples(got) == 0) continue;
        for (size_t i = 0; i < r->n; i++) cells[i] = cell_of(got, r->columns[i].kind, (int)i);
        enum status status = row(cx, r, cells, arg);
        cx->db = db;
        TRY(status);
    }
    pg_rows_end(pg);
    return OK;
}

/* --- writing -------------------------------------------------------------------- */

static enum status open_tables(struct cx *cx)
{
    TRY(cx->db->driver->wall(cx, false));
    return become_owner(cx);
}

/* What a commit would check is checked now: a table that waits for it takes no wall. */
static enum status close_tables(struct cx *cx)
{
    TRY(run(cx, "schema_migrations", "SET CONSTRAINTS ALL IMMEDIATE"));
    return cx->db->driver->wall(cx, true);
}

static enum status empty(struct cx *cx, const struct schema *schema)
{
    const char *names = "";
    for (size_t i = 0; i < schema->n; i++)
        names = arena_print(cx->mem, "%s%spublic.\"%s\"", names, i ? ", " : "", schema->at[i].name);
    return *names ? run(cx, "schema_migrations", arena_print(cx->mem, "TRUNCATE %s", names)) : OK;
}

/* The binary format of COPY: a head, rows of fields with their lengths, an end. */
struct loader {
    const struct relation *into;
    size_t used;
    bool lost;
    unsigned char bytes[ROOM];
};

static void send_all(struct cx *cx, struct loader *l)
{
    if (l->used && pq.PQputCopyData(handle(cx)->conn, (const char *)l->bytes, (int)l->used) != 1)
        l->lost = true; /* load_end() hears why */
    l->used = 0;
}

static void put(struct cx *cx, struct loader *l, const void *bytes, size_t n)
{
    for (const unsigned char *from = bytes; n > 0;) {
        size_t part = n < ROOM - l->used ? n : ROOM - l->used;
        memcpy(l->bytes + l->used, from, part);
        l->used += part, from += part, n -= part;
        if (l->used == ROOM) send_all(cx, l);
    }
}

static void put_number(struct cx *cx, struct loader *l, int size, uint64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < size; i++) bytes[i] = (unsigned char)(number >> (8 * (size - 1 - i)));
    put(cx, l, bytes, (size_t)size);
}

static enum status load_begin(struct cx *cx, const struct relation *r, struct loader **out)
{
    static const char head[19] = "PGCOPY\n\377\r\n";
    struct pg *pg = handle(cx);
    *out = arena_take(cx->mem, sizeof **out);
    (*out)->into = r;
    (*out)->used = 0;
    (*out)->lost = false;
    pg->whose.known = false;
    PGresult *began = pq.PQexec(
        pg->conn, arena_print(cx->mem, "COPY public.\"%s\" (%s) FROM STDIN (FORMAT binary)",
                              r->name, relation_columns(cx, r)));
    if (pq.PQresultStatus(began) != PGRES_COPY_IN) {
        enum status status = keep(cx, began, r->name);
        return status == OK ? BROKEN : status;
    }
    pq.PQclear(began);
    put(cx, *out, head, sizeof head);
    return OK;
}

static enum status load(struct cx *cx, struct loader *l, const struct raw *cells)
{
    put_number(cx, l, 2, l->into->n);
    for (const struct raw *c = cells; c < cells + l->into->n; c++) {
        if (c->kind != RAW_NULL && c->kind != RAW_NUMBER && c->length > INT32_MAX)
            return fail(cx, INVALID,
                        "the table %s holds more in one field than PostgreSQL can keep",
                        l->into->name);
        switch (c->kind) {
        case RAW_NULL: put_number(cx, l, 4, UINT32_MAX); break;
        case RAW_NUMBER:
            put_number(cx, l, 4, 8);
            put_number(cx, l, 8, (uint64_t)c->number);
            break;
        case RAW_TEXT:
        case RAW_BYTES:
            put_number(cx, l, 4, c->length);
            put(cx, l, c->bytes, c->length);
            break;
        }
    }
    return l->lost ? BROKEN : OK;
}

static enum status load_end(struct cx *cx, struct loader *l, enum status status)
{
    struct pg *pg = handle(cx);
    if (status == OK) {
        put_number(cx, l, 2, UINT16_MAX);
        send_all(cx, l);
    }
    bool good = status == OK || l->lost;
    pq.PQputCopyEnd(pg->conn, good && !l->lost ? NULL : "given up");
    for (PGresult *r; (r = pq.PQgetResult(pg->conn));) {
        if (!good) {
            pq.PQclear(r);
            continue;
        }
        status = keep(cx, r, l->into->name);
        if (status != OK) good = false;
        if (!pg->conn) break; /* lost */
    }
    if (status == OK && l->lost)
        return fail(cx, BROKEN, "the table %s was not written to its end", l->into->name);
    return status;
}

static enum status others(struct cx *cx, int64_t *out)
{
    TRY(run(cx, "pg_stat_activity",
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename = session_user AND pid <> pg_backend_pid()"));
    *out = strtoll(at(cx, 0, 0), NULL, 10);
    return OK;
}

const struct whole_engine whole_postgres = {
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
