/* floor.c - what the statements of a page cost on a PostgreSQL, asked by hand.
 *
 * The statements that the users page runs, with their values, are remembered as
 * they pass (statements.c), and then sent by a bare loop: in two messages, as the
 * program sends them, with roles and without, and without making a page. */
#include "bench/bench.h"

#include <stdlib.h>
#include <string.h>

#include "db/ask.h"
#include "db/policies.h"

enum { MOST = 32 };

static struct {
    const struct sql *sql;
    struct value values[DB_MOST_VALUES + 1];
    struct bound bound;
} kept[MOST];
static size_t kept_n;
static bool keeping;

/* A page runs more than once, and what it asks goes to the server once. */
static bool same(const struct bound *a, const struct bound *b)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->texts[i] != !b->texts[i] || (a->texts[i] && strcmp(a->texts[i], b->texts[i]) != 0))
            return false;
    return true;
}

void floor_keep(struct cx *cx, const struct sql *sql, const struct value *values, size_t n)
{
    if (!keeping || kept_n == MOST) return;
    struct value *v = kept[kept_n].values;
    size_t at = 0;
    if (!sql->global) v[at++] = value_id(cx->actor.practice);
    for (size_t i = 0; i < n; i++) {
        v[at + i] = values[i];
        if (values[i].kind == VALUE_TEXT && values[i].text) v[at + i].text = strdup(values[i].text);
    }
    kept[kept_n].sql = sql;
    pg_bind(cx, &kept[kept_n].bound, v, at + n);
    for (size_t i = 0; i < kept_n; i++)
        if (kept[i].sql == sql && same(&kept[i].bound, &kept[kept_n].bound)) return;
    kept_n++;
}

static void check(PGconn *conn, PGresult *r)
{
    ExecStatusType status = pq.PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_PIPELINE_SYNC) {
        fprintf(stderr, "bench: %s\n", pq.PQerrorMessage(conn));
        exit(1);
    }
    pq.PQclear(r);
}

static void send(PGconn *conn, const char *name, size_t n, const char *const *texts)
{
    if (!pq.PQsendQueryPrepared(conn, name, (int)n, texts, NULL, NULL, 0)) abort();
}

static void answers(PGconn *conn)
{
    bool over = false;
    if (!pq.PQpipelineSync(conn)) abort();
    while (!over) {
        PGresult *r = pq.PQgetResult(conn);
        over = r && pq.PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        if (r) check(conn, r);
    }
}

/* The first statement says who asks: all others wait for it. */
static void send_page(struct pg *pg, bool roles)
{
    struct whose whose = { .known = true };
    char name[24];
    if (!pq.PQenterPipelineMode(pg->conn)) abort();
    send(pg->conn, PG_BEGIN_READING, 0, NULL);
    for (size_t i = 0; i < kept_n; i++) {
        bool above = kept[i].sql->global;
        const char *before = roles ? policies_before(&whose, above, kept[i].bound.texts[0]) : NULL;
        if (before) send(pg->conn, before, above ? 0 : 1, kept[i].bound.texts);
        send(pg->conn, pg_statement_name(name, kept[i].sql), kept[i].bound.n, kept[i].bound.texts);
        if (i == 0) answers(pg->conn);
    }
    send(pg->conn, PG_COMMIT, 0, NULL);
    answers(pg->conn);
    pq.PQexitPipelineMode(pg->conn);
}

static double bare_us(struct db *db, bool roles)
{
    enum { ROUNDS = 9, TIMES = 100 };
    struct pg *pg = db->handle;
    double us[ROUNDS];
    for (PGresult *r; (r = pq.PQgetResult(pg->conn));) check(pg->conn, r); /* of the last COMMIT */
    pg->end_unread = false;
    for (int r = 0; r < ROUNDS; r++) {
        double own = thread_us(), server = backend_us(db);
        for (int i = 0; i < TIMES; i++) send_page(pg, roles);
        us[r] = (thread_us() - own + backend_us(db) - server) / TIMES;
    }
    return median(us, ROUNDS);
}

/* The server's time for one of them alone, asked thirty times in one message; without one:
 * what the message itself takes. */
static double statement_us(struct db *db, size_t which, int times)
{
    enum { ROUNDS = 31, TIMES = 20 };
    struct pg *pg = db->handle;
    double us[ROUNDS];
    char name[24];
    for (int r = 0; r < ROUNDS; r++) {
        double began = backend_us(db);
        for (int i = 0; i < TIMES; i++) {
            struct whose whose = { .known = true };
            bool above = kept[which].sql->global;
            if (!pq.PQenterPipelineMode(pg->conn)) abort();
            send(pg->conn, PG_BEGIN_READING, 0, NULL);
            const char *before = policies_before(&whose, above, kept[which].bound.texts[0]);
            send(pg->conn, before, above ? 0 : 1, kept[which].bound.texts);
            for (int k = 0; k < times; k++)
                send(pg->conn, pg_statement_name(name, kept[which].sql), kept[which].bound.n,
                     kept[which].bound.texts);
            send(pg->conn, PG_COMMIT, 0, NULL);
            answers(pg->conn);
            pq.PQexitPipelineMode(pg->conn);
        }
        us[r] = (backend_us(db) - began) / TIMES;
    }
    return median(us, ROUNDS);
}

static void print_statements(struct db *db)
{
    enum { MORE = 30 };
    for (size_t i = 0; i < kept_n; i++) {
        double one = statement_us(db, i, 1), many = statement_us(db, i, 1 + MORE);
        fprintf(stderr, "  %6.2f us  %s:%d  %.60s\n", (many - one) / MORE, kept[i].sql->file,
                kept[i].sql->line, kept[i].sql->text);
    }
}

void measure_floor(const char *where, const char *slug)
{
    struct arena *mem = arena_new(4 << 20);
    struct db *db = open_reader(where);
    (void)ask_users_page(mem, db, slug);
    keeping = true;
    (void)ask_users_page(mem, db, slug);
    keeping = false;
    double walled = bare_us(db, true);
    print_statements(db);
    db_close(db);
    leave_wall_out(true);
    db = open_reader(where);
    (void)ask_users_page(mem, db, slug);
    printf("{\"statements\":%zu,\"with\":%.1f,\"without\":%.1f}\n", kept_n, walled,
           bare_us(db, false));
    db_close(db);
    arena_free(mem);
}
