/* postgres.c - the PostgreSQL engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "db/policies.h"

/* A prepared statement, kept for the life of the connection. */
struct statement {
    unsigned epoch; /* of the connection that knows it */
    const char **names;
    bool *numbers; /* columns that hold numbers or yes and no */
    size_t columns, values;
    uint64_t shape; /* see struct table */
};

/* Types of the server's catalogue, pg_type.dat. */
enum {
    TYPE_BOOL = 16,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_NUMERIC = 1700
};
enum { DIGITS = 24 };

static struct pg *handle(struct cx *cx)
{
    return cx->db->handle;
}

static size_t all_statements(void)
{
    return (size_t)(__stop_linden_sql - __start_linden_sql);
}

static void forget_result(struct pg *pg)
{
    if (pg->result) pq.PQclear(pg->result);
    pg->result = NULL;
}

/* --- what went wrong -------------------------------------------------------- */

static bool is(const char *code, const char *wanted)
{
    return strncmp(code, wanted, strlen(wanted)) == 0;
}

/* Whatever was under way is undone by the server, so it can be started over. */
static enum status lost_connection(struct cx *cx)
{
    pg_disconnect(handle(cx));
    cx->db->again = true;
    return fail_because(cx, AGAIN, "down", "the connection to the database was lost");
}

static enum status broken(struct cx *cx, const char *file, int line)
{
    struct pg *pg = handle(cx);
    const char *code = pq.PQresultErrorField(pg->result, PG_DIAG_SQLSTATE);
    const char *words = pq.PQresultErrorField(pg->result, PG_DIAG_MESSAGE_PRIMARY);
    if (!code) code = "";
    words = arena_print(cx->mem, "%s", words ? words : pq.PQerrorMessage(pg->conn));
    char kept[6];
    snprintf(kept, sizeof kept, "%s", code);
    forget_result(pg);
    /* What has no code was not said by the server, but by libpq about the connection. */
    if (!*kept || pq.PQstatus(pg->conn) != CONNECTION_OK || is(kept, "57P") || is(kept, "08")
        || is(kept, "25P03"))
        return lost_connection(cx);
    /* 42P05: prepared by a request that ran out of memory before it knew. */
    if (is(kept, "26000") || is(kept, "42P05") || strstr(words, "cached plan must not change")) {
        pg_disconnect(pg); /* the tables have changed: all is prepared anew */
        cx->db->again = true;
        return fail(cx, AGAIN, "%s:%d: %s", file, line, words);
    }
    /* Of two who insert the same at once one may hear this instead of 40001.
       With fresh eyes it sees that the row is there. */
    cx->db->collided = is(kept, "23505");
    cx->db->again = is(kept, "40001") || is(kept, "40P01") || is(kept, "55P03");
    if (cx->db->collided) return fail_because(cx, CONFLICT, "exists", "This already exists.");
    if (cx->db->again) return fail_because(cx, AGAIN, "race", "%s:%d: %s", file, line, words);
    if (is(kept, "53100")) {
        cx->db->full = true;
        return fail_because(cx, BROKEN, "full", "the disk of the database is full");
    }
    if (is(kept, "25006") && cx->db->writing)
        return fail_because(cx, BROKEN, "down", "the database %s is read-only now", pg->place);
    if (is(kept, "25006"))
        return fail(cx, BROKEN, "%s:%d: a page that only shows things tried to change one", file,
                    line);
    if (is(kept, "42P01") || is(kept, "42703"))
        return fail(cx, BROKEN,
                    "the database %s lacks tables of this program (%s): 'linden db"
                    " migrate' makes them",
                    pg->place, words);
    if (is(kept, "57014"))
        return fail_because(cx, BROKEN, "slow", "%s:%d: the database took too long", file, line);
    return fail(cx, BROKEN, "%s:%d: %s: %s", file, line, kept, words);
}

/* Takes the result over; OK if it is one of a statement that worked. */
static enum status keep(struct cx *cx, PGresult *result, const char *file, int line)
{
    struct pg *pg = handle(cx);
    forget_result(pg);
    pg->result = result;
    ExecStatusType status = pq.PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY
        || status == PGRES_SINGLE_TUPLE)
        return OK;
    return broken(cx, file, line);
}

enum status pg_keep(struct cx *cx, PGresult *result, const char *file, int line)
{
    return keep(cx, result, file, line);
}

/* Inside a transaction a connection that is lost stays lost. */
static enum status connected(struct cx *cx)
{
    struct pg *pg = handle(cx);
    if (!pg->inside) return pg_connect(cx, pg);
    return pg->conn ? OK : lost_connection(cx);
}

/* --- statements --------------------------------------------------------------- */

/* What stands between these marks is for PostgreSQL alone; SQLite sees a remark. */
static const char *own_text(struct cx *cx, const char *text)
{
    static const char begin[] = "/*postgres ", end[] = "*/";
    char *out = arena_copy(cx->mem, text, strlen(text));
    for (char *at; (at = strstr(out, begin));) {
        memset(at, ' ', strlen(begin));
        if ((at = strstr(at, end))) memset(at, ' ', strlen(end));
    }
    return out;
}

static void forget(struct statement *s)
{
    for (size_t i = 0; s->names && i < s->columns; i++) free((char *)s->names[i]);
    free(s->names);
    free(s->numbers);
    *s = (struct statement){ 0 };
}

/* The names stay where they are when it is prepared once more: tables point to them. */
static void describe(struct statement *s, const PGresult *r)
{
    if (s->names) return;
    s->columns = (size_t)pq.PQnfields(r);
    s->values = (size_t)pq.PQnparams(r);
    s->shape = shape_new();
    s->names = calloc(s->columns + 1, sizeof *s->names);
    s->numbers = calloc(s->columns + 1, sizeof *s->numbers);
    if (!s->names || !s->numbers) abort();
    for (size_t i = 0; i < s->columns; i++) {
        Oid type = pq.PQftype(r, (int)i);
        s->names[i] = strdup(pq.PQfname(r, (int)i));
        s->numbers[i] = type == TYPE_BOOL || type == TYPE_INT8 || type == TYPE_INT4
                        || type == TYPE_INT2 || type == TYPE_NUMERIC;
    }
}

/* The server finds out what type a value has.  "$2 = 0" makes it a small
 * number; all of ours are big ones, so then it is told, and asked again. */
static enum status ask_types(struct cx *cx, const struct sql *sql, const char *name,
                             const char *text, Oid types[], int known, int *n, bool *small)
{
    struct pg *pg = handle(cx);
    *small = false;
    TRY(keep(cx, pq.PQprepare(pg->conn, name, text, known, types), sql->file, sql->line));
    TRY(keep(cx, pq.PQdescribePrepared(pg->conn, name), sql->file, sql->line));
    *n = pq.PQnparams(pg->result);
    if (*n > DB_MOST_VALUES)
        return fail(cx, BROKEN, "%s:%d: too many values", sql->file, sql->line);
    for (int i = 0; i < *n; i++) {
        types[i] = pq.PQparamtype(pg->result, i);
        *small |= types[i] == TYPE_INT4;
        if (types[i] == TYPE_INT4) types[i] = TYPE_INT8;
        if (types[i] != TYPE_INT8 && types[i] != TYPE_TEXT)
            return fail(cx, BROKEN, "%s:%d: $%d is neither text nor a number", sql->file, sql->line,
                        i + 1);
    }
    return OK;
}

static enum status prepare(struct cx *cx, const struct sql *sql, struct statement *s)
{
    struct pg *pg = handle(cx);
    Oid types[DB_MOST_VALUES + 1] = { 0 };
    int n;
    bool small;
    char name[24];
    const char *text = own_text(cx, sql->text);
    snprintf(name, sizeof name, "s%zu", (size_t)(sql - __start_linden_sql));
    if (!sql_minds_practice(sql))
        return fail(cx, BROKEN, "%s:%d: the statement forgets the practice ($1)", sql->file,
                    sql->line);
    TRY(ask_types(cx, sql, name, text, types, 0, &n, &small));
    if (small) {
        TRY(keep(cx, pq.PQexec(pg->conn, arena_print(cx->mem, "DEALLOCATE %s", name)), sql->file,
                 sql->line));
        TRY(ask_types(cx, sql, name, text, types, n, &n, &small));
    }
    describe(s, pg->result);
    forget_result(pg);
    s->epoch = pg->epoch;
    return OK;
}

static enum status statement(struct cx *cx, const struct sql *sql, struct statement **out)
{
    struct pg *pg = handle(cx);
    *out = &pg->statements[sql - __start_linden_sql];
    if ((*out)->names && (*out)->epoch == pg->epoch) return OK;
    return prepare(cx, sql, *out);
}

/* --- running ------------------------------------------------------------------- */

struct bound {
    const char *texts[DB_MOST_VALUES + 1];
    char digits[DB_MOST_VALUES + 1][DIGITS];
};

static void bind(struct bound *b, const struct value *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        b->texts[i] = values[i].kind == VALUE_NULL ? NULL : value_string(&values[i]);
        if (values[i].kind != VALUE_INT) continue;
        snprintf(b->digits[i], DIGITS, "%lld", (long long)values[i].number);
        b->texts[i] = b->digits[i];
    }
}

static void read_row(struct cx *cx, struct cell *cells, const struct statement *s, int row)
{
    PGresult *r = handle(cx)->result;
    for (size_t i = 0; i < s->columns; i++) {
        int column = (int)i;
        if (pq.PQgetisnull(r, row, column)) {
            cells[i] = (struct cell){ 0 };
            continue;
        }
        const char *text = pq.PQgetvalue(r, row, column);
        size_t length = (size_t)pq.PQgetlength(r, row, column);
        if (s->numbers[i] && !memchr(text, '.', length))
            cells[i] = (struct cell){ .number = *text == 't' ? 1 : strtoll(text, NULL, 10),
                                      .is_number = true };
        else
            cells[i] = (struct cell){ .text = arena_copy(cx->mem, text, length),
                                      .number = (int64_t)length };
    }
}

static void drain(struct pg *pg)
{
    char ignored[256];
    forget_result(pg);
    if (!pg->walking || !pg->conn) return;
    PGcancel *cancel = pq.PQgetCancel(pg->conn);
    if (cancel) pq.PQcancel(cancel, ignored, sizeof ignored);
    pq.PQfreeCancel(cancel);
    for (PGresult *r; (r = pq.PQgetResult(pg->conn));) pq.PQclear(r);
    pg->walking = false;
}

/* --- the wall: whose rows, see policies.h -------------------------------------- */

/* Results up to the end of the pipeline: the first that failed, or else the last.
 * Two times nothing is the end, too. */
static PGresult *collect(struct pg *pg)
{
    PGresult *kept = NULL;
    bool failed = false;
    for (int silent = 0; silent < 2;) {
        PGresult *r = pq.PQgetResult(pg->conn);
        ExecStatusType status = pq.PQresultStatus(r);
        silent = r ? 0 : silent + 1;
        if (!r || failed || status == PGRES_PIPELINE_SYNC) {
            pq.PQclear(r);
        } else {
            pq.PQclear(kept);
            kept = r;
            failed = status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
        }
        if (r && status == PGRES_PIPELINE_SYNC) break;
    }
    pq.PQexitPipelineMode(pg->conn);
    return kept;
}

struct asked {
    const char *name; /* of the prepared statement; NULL: only say whose rows */
    size_t n;
    const char *const *texts;
};

static bool send(struct pg *pg, const char *name, size_t n, const char *const *texts)
{
    return pq.PQsendQueryPrepared(pg->conn, name, (int)n, texts, NULL, NULL, 0) == 1;
}

/* Before there are roles, only the migrations have something to ask. */
static enum status ask(struct cx *cx, const struct sql *sql, const char *practice,
                       struct asked asked)
{
    struct pg *pg = handle(cx);
    bool known = pg->inside && pg->known;
    bool role = !known || pg->is_above != sql->global;
    bool whose = !known || (!sql->global && strcmp(pg->practice, practice) != 0);
    if (!pg->walled && !sql->global)
        return fail(cx, BROKEN,
                    "the database %s lacks tables of this program: 'linden db migrate'"
                    " makes them",
                    pg->place);
    if (!pg->walled || !(role || whose)) {
        if (!asked.name) return OK;
        return keep(
            cx, pq.PQexecPrepared(pg->conn, asked.name, (int)asked.n, asked.texts, NULL, NULL, 0),
            sql->file, sql->line);
    }
    pg->known = false;
    if (!pq.PQenterPipelineMode(pg->conn)
        || (role && !send(pg, sql->global ? POLICIES_ABOVE : POLICIES_NODE, 0, NULL))
        || (whose && !send(pg, POLICIES_PRACTICE, 1, &practice))
        || (asked.name && !send(pg, asked.name, asked.n, asked.texts))
        || !pq.PQpipelineSync(pg->conn))
        return lost_connection(cx);
    TRY(keep(cx, collect(pg), sql->file, sql->line));
    pg->known = true;
    pg->is_above = sql->global;
    if (whose) snprintf(pg->practice, sizeof pg->practice, "%s", practice);
    return OK;
}

/* Row by row, for tables that are longer than memory. */
static enum status walk(struct cx *cx, struct table *row, row_function *each, void *arg,
                        const struct sql *sql, const struct statement *s, const struct bound *b,
                        char *name)
{
    struct pg *pg = handle(cx);
    enum status status = OK;
    if (!pq.PQsendQueryPrepared(pg->conn, name, (int)s->values, b->texts, NULL, NULL, 0))
        return lost_connection(cx);
    pg->walking = pq.PQsetSingleRowMode(pg->conn) == 1;
    for (PGresult *r; status == OK && (r = pq.PQgetResult(pg->conn));) {
        status = keep(cx, r, sql->file, sql->line);
        if (status != OK || pq.PQntuples(pg->result) == 0) continue;
        read_row(cx, row->cells, s, 0);
        status = each(cx, row, arg);
    }
    if (status == OK) pg->walking = false;
    drain(pg);
    return status;
}

static enum status run(struct cx *cx, struct table *out, row_function *each, void *arg,
                       const struct sql *sql, const struct value *values, size_t n,
                       int64_t *changed)
{
    struct pg *pg = handle(cx);
    struct statement *s;
    struct bound b;
    char name[24];
    snprintf(name, sizeof name, "s%zu", (size_t)(sql - __start_linden_sql));
    TRY(connected(cx));
    TRY(statement(cx, sql, &s));
    if (s->values != n)
        return fail(cx, BROKEN, "%s:%d: takes %zu values, not %zu", sql->file, sql->line, s->values,
                    n);
    bind(&b, values, n);
    const char *practice = sql->global ? "" : b.texts[0];
    *changed = 0;
    *out = (struct table){ .columns = s->columns, .names = s->names, .shape = s->shape };
    if (each) {
        out->cells = NEW_ARRAY(cx->mem, struct cell, s->columns), out->rows = 1;
        TRY(ask(cx, sql, practice, (struct asked){ 0 }));
        return walk(cx, out, each, arg, sql, s, &b, name);
    }
    TRY(ask(cx, sql, practice, (struct asked){ name, n, b.texts }));
    size_t rows = (size_t)pq.PQntuples(pg->result);
    if (rows) out->cells = arena_take(cx->mem, rows * s->columns * sizeof *out->cells);
    for (; out->rows < rows; out->rows++)
        read_row(cx, out->cells + out->rows * s->columns, s, (int)out->rows);
    if (!is(pq.PQcmdStatus(pg->result), "SELECT"))
        *changed = strtoll(pq.PQcmdTuples(pg->result), NULL, 10);
    forget_result(pg);
    return OK;
}

/* --- transactions ---------------------------------------------------------------- */

/* The number of a writing transaction is asked for as it begins: it says
 * afterwards what became of it.  They all hold a lock that is in nobody's way,
 * until one asks to be alone; LOCK comes before the transaction has looked at
 * anything, so what it sees is newer than the wait.  What shows pages sees one
 * moment and cannot write, and whatever it sees it stands in nobody's way. */
static enum status begin(struct cx *cx)
{
#define WRITING(mode)                                                                    \
    "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE schema_migrations IN " mode " MODE;" \
    " SELECT pg_current_xact_id(), " PG_CLOCK
    struct pg *pg = handle(cx);
    const char *text = !cx->db->writing ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                       : cx->db->alone  ? WRITING("EXCLUSIVE")
                                        : WRITING("ROW SHARE");
    enum status status = AGAIN;
    int64_t asked = 0;
    pg->inside = false;
    /* A connection that was lost while it rested is made again. */
    for (int tries = 0; tries < 2 && status == AGAIN; tries += pg->conn ? 2 : 1) {
        TRY(pg_connect(cx, pg));
        asked = clock_steady();
        status = keep(cx, pq.PQexec(pg->conn, text), "begin", 0);
    }
    if (status != OK) pg_undo_begin(pg);
    TRY(status);
    pg->inside = pg->known = true;
    pg->is_above = false;
    pg->practice[0] = '\0';
    cx->db->again = cx->db->collided = false;
    if (cx->db->writing) {
        snprintf(pg->xid, sizeof pg->xid, "%s", pq.PQgetvalue(pg->result, 0, 0));
        clock_follow(strtoll(pq.PQgetvalue(pg->result, 0, 1), NULL, 10), asked);
    }
    forget_result(pg);
    return OK;
}

/* A server that waits for its standby says COMMIT, with a warning, when the wait
 * is cut short: the change is there, on one machine only.  If that one is lost
 * now, the change is; so nobody is told that it was saved. */
static enum status alone(struct cx *cx)
{
    forget_result(handle(cx));
    return fail_because(cx, BROKEN, "unknown",
                        "the change was saved on one database server, and it is not certain that it"
                        " is on a second one");
}

static enum status commit(struct cx *cx)
{
    struct pg *pg = handle(cx);
    TRY(connected(cx));
    pg->inside = false;
    pg->warned = false;
    enum status status = keep(cx, pq.PQexec(pg->conn, "COMMIT"), "commit", 0);
    if (status == OK && pg->warned) return alone(cx);
    if (status == AGAIN && !pg->conn && cx->db->writing) {
        status = pg_outcome(cx, pg);
        cx->db->again = status == AGAIN;
        return status;
    }
    TRY(status);
    if (strcmp(pq.PQcmdStatus(pg->result), "COMMIT") != 0)
        return fail(cx, BROKEN, "a failed statement was ignored");
    forget_result(pg);
    return OK;
}

static enum status execute(struct cx *cx, const char *text)
{
    TRY(keep(cx, pq.PQexec(handle(cx)->conn, text), "script", 0));
    forget_result(handle(cx));
    return OK;
}

/* As the user who connected: who makes tables owns them. */
static enum status execute_above(struct cx *cx, const char *text)
{
    struct pg *pg = handle(cx);
    if (!pg->walled) return execute(cx, text);
    TRY(execute(cx, "SET ROLE NONE"));
    enum status status = execute(cx, text);
    if (!pg->conn || pq.PQtransactionStatus(pg->conn) == PQTRANS_INERROR) return status;
    enum status back = execute(cx, arena_print(cx->mem, "SET ROLE \"%s\"", pg->node));
    return status == OK ? back : status;
}

static enum status script(struct cx *cx, const char *text)
{
    static const char *const marks[] = { "ROLLBACK", "SAVEPOINT mark", "RELEASE mark",
                                         "ROLLBACK TO mark" };
    struct pg *pg = handle(cx);
    pg->known = false; /* what was set goes back, too */
    if (strcmp(text, "BEGIN") == 0) return begin(cx);
    if (strcmp(text, "COMMIT") == 0) return commit(cx);
    enum status status = connected(cx);
    if (strcmp(text, "ROLLBACK") == 0) pg->inside = false;
    TRY(status);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcmp(text, marks[i]) == 0) return execute(cx, text);
    return execute_above(cx, text);
}

static enum status wall(struct cx *cx, bool up)
{
    return up ? policies_raise(cx) : policies_lower(cx);
}

static enum status check(struct cx *cx, const struct sql *sql)
{
    struct statement *s;
    TRY(connected(cx));
    return statement(cx, sql, &s);
}

/* Held across transactions, so that what is seen inside is newer than the wait;
 * it ends with the connection at the latest. */
static enum status line_up(struct cx *cx, bool enter)
{
    struct pg *pg = handle(cx);
    if (enter) TRY(pg_connect(cx, pg));
    if (!pg->conn) return OK;
    enum status status = keep(
        cx,
        pq.PQexec(pg->conn, enter ? "SET lock_timeout = '2s'; SELECT pg_advisory_lock(7811881, 1);"
                                    " SET lock_timeout = '10s'"
                                  : "SELECT pg_advisory_unlock(7811881, 1)"),
        "line_up", 0);
    forget_result(pg);
    if (status != OK && !enter) pg_disconnect(pg);
    return status;
}

/* Every connection says how far its program knows the tables, see connect.c. */
static enum status nobody_before(struct cx *cx, const char *change)
{
    struct pg *pg = handle(cx);
    const char *const values[] = { change };
    TRY(connected(cx));
    TRY(keep(cx,
             pq.PQexecParams(pg->conn,
                             "SELECT min(substr(application_name, 8)) FROM pg_stat_activity"
                             " WHERE datname = current_database()"
                             " AND application_name LIKE 'linden %'"
                             " AND substr(application_name, 8) COLLATE \"C\" < $1",
                             1, NULL, values, NULL, NULL, 0),
             "nobody_before", 0));
    bool none = pq.PQgetisnull(pg->result, 0, 0);
    const char *known = none ? "" : arena_print(cx->mem, "%s", pq.PQgetvalue(pg->result, 0, 0));
    forget_result(pg);
    if (none) return OK;
    return fail_because(cx, BROKEN, "down",
                        "a program that knows the tables only up to %s still works on the database"
                        " %s, and could not go on: stop it first",
                        known, pg->place);
}

static bool lost(struct db *db)
{
    struct pg *pg = db->handle;
    return !pg->conn || !pg->inside || pq.PQtransactionStatus(pg->conn) == PQTRANS_IDLE;
}

static void reset(struct db *db)
{
    struct pg *pg = db->handle;
    drain(pg);
    if (!pg->conn) pg->inside = false;
}

static void close_handle(struct db *db)
{
    struct pg *pg = db->handle;
    if (!pg) return;
    forget_result(pg);
    pg_disconnect(pg);
    for (size_t i = 0; pg->statements && i < all_statements(); i++) forget(&pg->statements[i]);
    for (size_t i = 0; i < PG_PARAMETERS; i++) {
        free(pg->keys[i]);
        free(pg->values[i]);
    }
    free(pg->statements);
    free(pg->place);
    free(pg->last_problem);
    free(pg);
}

enum status postgres_open(struct cx *cx, struct db *db, const char *url)
{
    static const struct driver driver = { POSTGRES, run,   script,       wall,    check,
                                          lost,     reset, close_handle, line_up, nobody_before };
    struct pg *pg = calloc(1, sizeof *pg);
    if (!pg) abort();
    db->driver = &driver;
    db->handle = pg;
    pg->statements = calloc(all_statements() + 1, sizeof *pg->statements);
    if (!pg->statements) abort();
    pg->patient = db->patient;
    return pg_address(cx, pg, url);
}
