/* postgres.c - the PostgreSQL engine. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "db/ask.h"
#include "db/policies.h"

/* What the server writes as "\\x" and two digits for each byte. */
static struct cell out_of_digits(struct cx *cx, const char *text, size_t length)
{
    size_t room = length / 2, n = 0;
    char *bytes = arena_take(cx->mem, room + 1);
    if (length > 2)
        (void)sodium_hex2bin((unsigned char *)bytes, room, text + 2, length - 2, NULL, &n, NULL);
    bytes[n] = '\0';
    return (struct cell){ .text = bytes, .number = (int64_t)n };
}

static void read_row(struct cx *cx, struct cell *cells, const struct statement *s,
                     const PGresult *r, int row)
{
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
        else if (s->bytes[i])
            cells[i] = out_of_digits(cx, text, length);
        else
            cells[i] = (struct cell){ .text = arena_copy(cx->mem, text, length),
                                      .number = (int64_t)length };
    }
}

static void drain(struct pg *pg)
{
    char ignored[256];
    pg_forget(pg);
    pg_drop_sent(pg);
    if (!pg->walking || !pg->conn) return;
    PGcancel *cancel = pq.PQgetCancel(pg->conn);
    if (cancel) pq.PQcancel(cancel, ignored, sizeof ignored);
    pq.PQfreeCancel(cancel);
    for (PGresult *r; (r = pq.PQgetResult(pg->conn));) pq.PQclear(r);
    pg_rows_end(pg);
}

/* Row by row, for tables that are longer than memory. */
static enum status walk(struct cx *cx, struct table *row, row_function *each, void *arg,
                        const struct sql *sql, const struct statement *s, const struct bound *b)
{
    struct pg *pg = pg_of(cx);
    char name[24];
    TRY(pg_ready_for(cx, sql, b));
    cx->db->trips++;
    if (!pq.PQsendQueryPrepared(pg->conn, pg_statement_name(name, sql), (int)s->values, b->texts,
                                NULL, NULL, 0))
        return pg_lost(cx);
    enum status status = OK;
    pg->walking = pq.PQsetSingleRowMode(pg->conn) == 1;
    for (PGresult *r; status == OK && (r = pq.PQgetResult(pg->conn));) {
        status = pg_keep(cx, r, sql->file, sql->line);
        if (status != OK || pq.PQntuples(pg->result) == 0) continue;
        read_row(cx, row->cells, s, pg->result, 0);
        status = each(cx, row, arg);
    }
    if (status == OK) pg_rows_end(pg);
    drain(pg);
    return status;
}

static void read_rows(struct cx *cx, struct table *out, const struct statement *s,
                      const PGresult *r)
{
    size_t rows = (size_t)pq.PQntuples(r);
    *out = (struct table){ .columns = s->columns, .names = s->names, .shape = s->shape };
    if (rows) out->cells = arena_take(cx->mem, rows * s->columns * sizeof *out->cells);
    for (; out->rows < rows; out->rows++)
        read_row(cx, out->cells + out->rows * s->columns, s, r, (int)out->rows);
}

static enum status run(struct cx *cx, struct table *out, row_function *each, void *arg,
                       const struct sql *sql, const struct value *values, size_t n,
                       int64_t *changed)
{
    const PGresult *r;
    struct statement *s;
    struct bound b;
    TRY(pg_connected(cx));
    TRY(pg_statement(cx, sql, &s));
    if (s->values != n)
        return fail(cx, BROKEN, "%s:%d: takes %zu values, not %zu", sql->file, sql->line, s->values,
                    n);
    pg_bind(cx, &b, values, n);
    if (changed) *changed = 0;
    *out = (struct table){ .columns = s->columns, .names = s->names, .shape = s->shape };
    if (!changed && !s->columns && cx->db->later && !each && pg_of(cx)->walled)
        return pg_later(cx, sql, &b);
    if (each) {
        out->cells = NEW_ARRAY(cx->mem, struct cell, s->columns), out->rows = 1;
        return walk(cx, out, each, arg, sql, s, &b);
    }
    TRY(pg_ask(cx, sql, &b, &r));
    if (cx->db->expected && strcmp(pq.PQcmdTuples((PGresult *)r), "1") != 0)
        return fail_because(cx, CONFLICT, "stale", "%s", cx->db->expected);
    read_rows(cx, out, s, r);
    if (changed && strncmp(pq.PQcmdStatus((PGresult *)r), "SELECT", 6) != 0)
        *changed = strtoll(pq.PQcmdTuples((PGresult *)r), NULL, 10);
    return OK;
}

/* What cannot be prepared now will say why when it is asked for. */
static bool known(struct cx *cx, struct table *out, const struct sql *sql,
                  const struct value *values, size_t n)
{
    struct statement *s;
    struct bound b;
    if (pg_connected(cx) != OK || pg_statement(cx, sql, &s) != OK) return false;
    pg_bind(cx, &b, values, n);
    const PGresult *r = pg_known(cx, sql, s, &b, &cx->db->guessed);
    if (r) read_rows(cx, out, s, r);
    return r && !cx->db->guessed;
}

/* --- transactions ---------------------------------------------------------------- */

static enum status began(struct pg *pg)
{
    pg->inside = true;
    pg->whose = (struct whose){ .known = true };
    return OK;
}

/* The server hears of it with the first thing that is asked. */
static enum status begin_with_the_first(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    TRY(pg_connect(cx, pg));
    pg->begin_due = true;
    pg->xid[0] = '\0';
    return began(pg);
}

/* Who does not start over is told at once that others are in the way; and a
 * connection that was lost while it rested is made again. */
static enum status begin_now(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    enum status status = AGAIN;
    for (int tries = 0; tries < 2 && status == AGAIN; tries += pg->conn ? 2 : 1) {
        TRY(begin_with_the_first(cx));
        status = pg_begin_now(cx);
    }
    if (status != OK) pg_undo_begin(pg);
    if (status != OK) pg->inside = false;
    return status;
}

static enum status begin(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    pg->inside = false;
    pg_forget_notes(pg);
    TRY(cx->db->writing && !cx->db->later ? begin_now(cx) : begin_with_the_first(cx));
    cx->db->again = cx->db->collided = false;
    return OK;
}

/* What was read is read: nobody waits for the answer. */
static enum status end_reading(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    bool began = !pg->begin_due;
    pg->inside = pg->begin_due = false;
    pg_forget_notes(pg);
    if (!began || !pg->conn) return OK;
    pg->end_unread = pq.PQsendQueryPrepared(pg->conn, PG_COMMIT, 0, NULL, NULL, NULL, 0) == 1;
    if (!pg->end_unread) pg_disconnect(pg);
    return OK;
}

/* Of one that asked nothing the server never heard. */
static enum status end_unheard(struct pg *pg)
{
    pg->inside = pg->begin_due = false;
    return OK;
}

/* A server that waits for its standby says COMMIT, with a warning, when the wait
 * is cut short: the change is there, on one machine only.  If that one is lost
 * now, the change is; so nobody is told that it was saved. */
static enum status alone(struct cx *cx)
{
    pg_forget(pg_of(cx));
    return fail_because(cx, BROKEN, "unknown",
                        "the change was saved on one database server, and it is not certain that it"
                        " is on a second one");
}

/* A transaction whose number is not known yet could not be looked up. */
static enum status commit_writing(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    TRY(pg_connected(cx));
    if (pg->begin_due) return end_unheard(pg);
    if (!*pg->xid) TRY(pg_settle(cx));
    pg->warned = false;
    enum status status = pg_commit_now(cx);
    pg->inside = pg->conn && pq.PQtransactionStatus(pg->conn) != PQTRANS_IDLE;
    if (status == OK && pg->warned) return alone(cx);
    if (status == AGAIN && !pg->conn) {
        status = pg_outcome(cx, pg);
        cx->db->again = status == AGAIN;
    }
    return status;
}

static enum status commit(struct cx *cx)
{
    TRY(pg_connected(cx));
    return cx->db->writing ? commit_writing(cx) : end_reading(cx);
}

static enum status execute(struct cx *cx, const char *text)
{
    cx->db->trips++;
    TRY(pg_keep(cx, pq.PQexec(pg_of(cx)->conn, text), "script", 0));
    pg_forget(pg_of(cx));
    return OK;
}

/* As the user who connected: who makes tables owns them. */
static enum status execute_above(struct cx *cx, const char *text)
{
    struct pg *pg = pg_of(cx);
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
    struct pg *pg = pg_of(cx);
    if (strcmp(text, "BEGIN") == 0) return begin(cx);
    if (strcmp(text, "COMMIT") == 0) return commit(cx);
    if (strcmp(text, "ROLLBACK") == 0 && !cx->db->writing) return end_reading(cx);
    enum status status = pg_connected(cx);
    if (strcmp(text, "ROLLBACK") == 0 && pg->begin_due) return end_unheard(pg);
    if (strcmp(text, "ROLLBACK") == 0) pg->inside = false;
    TRY(status);
    TRY(pg_begin_now(cx));
    pg_forget_notes(pg);
    pg->whose.known = false; /* what was set goes back, too */
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
    TRY(pg_connected(cx));
    return pg_statement(cx, sql, &s);
}

/* Held across transactions, so that what is seen inside is newer than the wait;
 * it ends with the connection at the latest. */
static enum status line_up(struct cx *cx, bool enter)
{
    struct pg *pg = pg_of(cx);
    if (enter) TRY(pg_connect(cx, pg));
    if (!pg->conn) return OK;
    enum status status = pg_keep(
        cx,
        pq.PQexec(pg->conn, enter ? "SET lock_timeout = '2s'; SELECT pg_advisory_lock(7811881, 1);"
                                    " SET lock_timeout = '10s'"
                                  : "SELECT pg_advisory_unlock(7811881, 1)"),
        "line_up", 0);
    pg_forget(pg);
    if (status != OK && !enter) pg_disconnect(pg);
    return status;
}

/* Every connection says how far its program knows the tables, see connect.c. */
static enum status nobody_before(struct cx *cx, const char *change)
{
    struct pg *pg = pg_of(cx);
    const char *const values[] = { change };
    TRY(pg_connected(cx));
    TRY(pg_begin_now(cx));
    cx->db->trips++;
    TRY(pg_keep(cx,
                pq.PQexecParams(pg->conn,
                                "SELECT min(substr(application_name, 8)) FROM pg_stat_activity"
                                " WHERE datname = current_database()"
                                " AND application_name LIKE 'linden %'"
                                " AND substr(application_name, 8) COLLATE \"C\" < $1",
                                1, NULL, values, NULL, NULL, 0),
                "nobody_before", 0));
    bool none = pq.PQgetisnull(pg->result, 0, 0);
    const char *known = none ? "" : arena_print(cx->mem, "%s", pq.PQgetvalue(pg->result, 0, 0));
    pg_forget(pg);
    if (none) return OK;
    return fail_because(cx, BROKEN, "down",
                        "a program that knows the tables only up to %s still works on the database"
                        " %s, and could not go on: stop it first",
                        known, pg->place);
}

static bool lost(struct db *db)
{
    struct pg *pg = db->handle;
    if (pg->inside && pg->begin_due) return false;
    return !pg->conn || !pg->inside || pq.PQtransactionStatus(pg->conn) == PQTRANS_IDLE;
}

static void reset(struct db *db)
{
    struct pg *pg = db->handle;
    drain(pg);
    pg_forget_notes(pg);
    if (!pg->conn) pg->inside = false;
}

static void close_handle(struct db *db)
{
    struct pg *pg = db->handle;
    if (!pg) return;
    pg_forget(pg);
    pg_forget_notes(pg);
    pg_disconnect(pg);
    pg_statements_free(pg);
    for (size_t i = 0; i < PG_PARAMETERS; i++) {
        free(pg->keys[i]);
        free(pg->values[i]);
    }
    free(pg->place);
    free(pg->last_problem);
    free(pg);
}

enum status postgres_open(struct cx *cx, struct db *db, const char *url)
{
    static const struct driver driver = { POSTGRES, run,           script, wall,
                                          check,    lost,          reset,  close_handle,
                                          line_up,  nobody_before, known,  pg_fetch };
    struct pg *pg = calloc(1, sizeof *pg);
    if (!pg) abort();
    db->driver = &driver;
    db->handle = pg;
    pg_statements_make(pg);
    pg->patient = db->patient;
    return pg_address(cx, pg, url);
}
