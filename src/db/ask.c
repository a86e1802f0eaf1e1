/* ask.c - see ask.h */
#include "db/ask.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "db/guess.h"
#include "db/policies.h"

/* Types of the server's catalogue, pg_type.dat. */
enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_NUMERIC = 1700
};

static size_t all_statements(void)
{
    return (size_t)(__stop_linden_sql - __start_linden_sql);
}

void pg_forget(struct pg *pg)
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
enum status pg_lost(struct cx *cx)
{
    pg_disconnect(pg_of(cx));
    cx->db->again = true;
    return fail_because(cx, AGAIN, "down", "the connection to the database was lost");
}

static enum status broken(struct cx *cx, const char *file, int line)
{
    struct pg *pg = pg_of(cx);
    const char *code = pq.PQresultErrorField(pg->result, PG_DIAG_SQLSTATE);
    const char *words = pq.PQresultErrorField(pg->result, PG_DIAG_MESSAGE_PRIMARY);
    if (!code) code = "";
    words = arena_print(cx->mem, "%s", words ? words : pq.PQerrorMessage(pg->conn));
    char kept[6];
    snprintf(kept, sizeof kept, "%s", code);
    pg_forget(pg);
    /* What has no code was not said by the server, but by libpq about the connection. */
    if (!*kept || pq.PQstatus(pg->conn) != CONNECTION_OK || is(kept, "57P") || is(kept, "08")
        || is(kept, "25P03"))
        return pg_lost(cx);
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
enum status pg_keep(struct cx *cx, PGresult *result, const char *file, int line)
{
    struct pg *pg = pg_of(cx);
    pg_forget(pg);
    pg->result = result;
    ExecStatusType status = pq.PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY
        || status == PGRES_SINGLE_TUPLE)
        return OK;
    return broken(cx, file, line);
}

/* Inside a transaction a connection that is lost stays lost. */
enum status pg_connected(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    if (!pg->inside) return pg_connect(cx, pg);
    return pg->conn ? OK : pg_lost(cx);
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
    free(s->bytes);
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
    s->bytes = calloc(s->columns + 1, sizeof *s->bytes);
    if (!s->names || !s->numbers || !s->bytes) abort();
    for (size_t i = 0; i < s->columns; i++) {
        Oid type = pq.PQftype(r, (int)i);
        s->names[i] = strdup(pq.PQfname(r, (int)i));
        s->numbers[i] = type == TYPE_BOOL || type == TYPE_INT8 || type == TYPE_INT4
                        || type == TYPE_INT2 || type == TYPE_NUMERIC;
        s->bytes[i] = type == TYPE_BYTEA;
    }
}

/* The server finds out what type a value has.  "$2 = 0" makes it a small
 * number; all of ours are big ones, so then it is told, and asked again. */
static enum status ask_types(struct cx *cx, const struct sql *sql, const char *name,
                             const char *text, Oid types[], int known, int *n, bool *small)
{
    struct pg *pg = pg_of(cx);
    *small = false;
    TRY(pg_keep(cx, pq.PQprepare(pg->conn, name, text, known, types), sql->file, sql->line));
    TRY(pg_keep(cx, pq.PQdescribePrepared(pg->conn, name), sql->file, sql->line));
    *n = pq.PQnparams(pg->result);
    if (*n > DB_MOST_VALUES)
        return fail(cx, BROKEN, "%s:%d: too many values", sql->file, sql->line);
    for (int i = 0; i < *n; i++) {
        types[i] = pq.PQparamtype(pg->result, i);
        *small |= types[i] == TYPE_INT4;
        if (types[i] == TYPE_INT4) types[i] = TYPE_INT8;
        if (types[i] != TYPE_INT8 && types[i] != TYPE_TEXT && types[i] != TYPE_BYTEA)
            return fail(cx, BROKEN, "%s:%d: $%d is neither text, number nor bytes", sql->file,
                        sql->line, i + 1);
    }
    return OK;
}

const char *pg_statement_name(char name[24], const struct sql *sql)
{
    snprintf(name, 24, "s%zu", (size_t)(sql - __start_linden_sql));
    return name;
}

static enum status prepare(struct cx *cx, const struct sql *sql, struct statement *s)
{
    struct pg *pg = pg_of(cx);
    Oid types[DB_MOST_VALUES + 1] = { 0 };
    int n;
    bool small;
    char name[24];
    const char *text = own_text(cx, sql->text);
    pg_statement_name(name, sql);
    if (!sql_minds_practice(sql))
        return fail(cx, BROKEN, "%s:%d: the statement forgets the practice ($1)", sql->file,
                    sql->line);
    TRY(pg_settle(cx));
    TRY(ask_types(cx, sql, name, text, types, 0, &n, &small));
    if (small) {
        TRY(pg_keep(cx, pq.PQexec(pg->conn, arena_print(cx->mem, "DEALLOCATE %s", name)), sql->file,
                    sql->line));
        TRY(ask_types(cx, sql, name, text, types, n, &n, &small));
    }
    describe(s, pg->result);
    pg_forget(pg);
    s->epoch = pg->epoch;
    return OK;
}

enum status pg_statement(struct cx *cx, const struct sql *sql, struct statement **out)
{
    struct pg *pg = pg_of(cx);
    *out = &pg->statements[sql - __start_linden_sql];
    if ((*out)->names && (*out)->epoch == pg->epoch) return OK;
    return prepare(cx, sql, *out);
}

void pg_statements_make(struct pg *pg)
{
    pg->statements = calloc(all_statements() + 1, sizeof *pg->statements);
    if (!pg->statements) abort();
}

void pg_statements_free(struct pg *pg)
{
    for (size_t i = 0; pg->statements && i < all_statements(); i++) forget(&pg->statements[i]);
    free(pg->statements);
}

/* As the server writes and reads them: "\\x", then two digits for each. */
static const char *in_digits(struct cx *cx, struct bytes bytes)
{
    char *out = arena_take(cx->mem, 2 * bytes.n + 3);
    out[0] = '\\';
    out[1] = 'x';
    sodium_bin2hex(out + 2, 2 * bytes.n + 1, (const unsigned char *)bytes.at, bytes.n);
    return out;
}

void pg_bind(struct cx *cx, struct bound *b, const struct value *values, size_t n)
{
    b->n = n;
    for (size_t i = 0; i < n; i++) {
        b->texts[i] = values[i].kind == VALUE_NULL ? NULL : value_string(&values[i]);
        if (values[i].kind == VALUE_BYTES) b->texts[i] = in_digits(cx, values[i].bytes);
        if (values[i].kind != VALUE_INT) continue;
        snprintf(b->digits[i], PG_DIGITS, "%lld", (long long)values[i].number);
        b->texts[i] = b->digits[i];
    }
}

/* --- what travels together ------------------------------------------------------- */

/* Nothing leaves before pg_settle(): libpq keeps it, values and all. */
static bool send(struct pg *pg, struct pg_command sent, const char *name, size_t n,
                 const char *const *texts)
{
    if (!pg->sent_n && !pq.PQenterPipelineMode(pg->conn)) return false;
    pg->sent[pg->sent_n++] = sent;
    return pq.PQsendQueryPrepared(pg->conn, name, (int)n, texts, NULL, NULL, 0) == 1;
}

static bool send_common(struct pg *pg, const char *name)
{
    return send(pg, (struct pg_command){ .kind = SENT_OTHER }, name, 0, NULL);
}

/* The role, and for the one that sees one practice's rows only, which. */
static bool send_whose(struct pg *pg, const struct sql *sql, const char *practice)
{
    const char *name = pg->walled ? policies_before(&pg->whose, sql->global, practice) : NULL;
    return !name
           || send(pg, (struct pg_command){ .kind = SENT_OTHER, .sql = sql }, name,
                   sql->global ? 0 : 1, &practice);
}

static bool send_begin(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    if (!pg->begin_due) return true;
    pg->begin_due = false;
    if (!cx->db->writing) return send_common(pg, PG_BEGIN_READING);
    return send_common(pg, PG_BEGIN_WRITING)
           && send_common(pg, cx->db->alone ? PG_ALONE : PG_AMONG_OTHERS)
           && send(pg, (struct pg_command){ .kind = SENT_NUMBER }, PG_NUMBER, 0, NULL);
}

static bool send_notes_of(struct cx *cx, bool above)
{
    struct pg *pg = pg_of(cx);
    char name[24];
    for (size_t i = 0; i < pg->notes_n; i++) {
        struct note *note = &pg->notes[i];
        if (note->result || !note->sql || note->sql->global != above) continue;
        const char *const *texts = (const char *const *)note->texts;
        note->asked = cx->db->written.changes;
        if (!send_whose(pg, note->sql, note->n ? texts[0] : "")
            || !send(pg, (struct pg_command){ SENT_NOTE, i, note->sql, NULL },
                     pg_statement_name(name, note->sql), note->n, texts))
            return false;
    }
    return true;
}

/* Their order is nobody's business: the role changes once. */
static bool send_notes(struct cx *cx)
{
    bool first = pg_of(cx)->whose.is_above;
    return send_notes_of(cx, first) && send_notes_of(cx, !first);
}

/* The transaction's number, and the server's clock. */
static void take_number(struct pg *pg, const PGresult *r)
{
    snprintf(pg->xid, sizeof pg->xid, "%s", pq.PQgetvalue(r, 0, 0));
    clock_follow(strtoll(pq.PQgetvalue(r, 0, 1), NULL, 10), pg->asked);
}

/* False if it failed; then it is the caller's. */
static bool take_answer(struct pg *pg, const struct pg_command *sent, PGresult *r)
{
    ExecStatusType status = pq.PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) return false;
    if (sent->kind == SENT_NUMBER) take_number(pg, r);
    if (sent->kind == SENT_COMMIT) pg->committed = strcmp(pq.PQcmdStatus(r), "COMMIT") == 0;
    if (sent->kind == SENT_NOTE)
        pg->notes[sent->note].result = r;
    else
        pq.PQclear(r);
    return true;
}

/* True if it changed one row, or need not. */
static bool as_expected(const struct pg_command *sent, PGresult *r)
{
    return !sent->expected || strcmp(pq.PQcmdTuples(r), "1") == 0;
}

/* Results up to the end of the pipeline.  The first that failed, if one did:
 * nothing after it was done. */
static PGresult *collect(struct pg *pg, struct pg_command *failed_at, const char **unmet)
{
    PGresult *failed = NULL;
    size_t at = 0;
    for (int silent = 0; silent < 2;) { /* two times nothing is the end, too */
        static const struct pg_command nothing = { 0 };
        PGresult *r = pq.PQgetResult(pg->conn);
        silent = r ? 0 : silent + 1;
        if (!r) continue;
        bool end = pq.PQresultStatus(r) == PGRES_PIPELINE_SYNC;
        const struct pg_command *sent = at < pg->sent_n && !end ? &pg->sent[at++] : &nothing;
        if (!end && !failed && !*unmet && !as_expected(sent, r)) *unmet = sent->expected;
        if (end || failed) {
            pq.PQclear(r);
        } else if (!take_answer(pg, sent, r)) {
            failed = r;
            *failed_at = *sent;
        }
        if (end) break;
    }
    pg->sent_n = 0;
    pg->expecting = false;
    pq.PQexitPipelineMode(pg->conn);
    return failed;
}

static bool all_answered(const struct pg *pg)
{
    for (size_t i = 0; i < pg->notes_n; i++)
        if (!pg->notes[i].result) return false;
    return true;
}

enum status pg_settle(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    struct pg_command failed_at = { 0 };
    const char *unmet = NULL;
    if (!pg->sent_n) return OK;
    cx->db->trips++;
    pg->asked = clock_steady();
    if (!pq.PQpipelineSync(pg->conn)) return pg_lost(cx);
    PGresult *failed = collect(pg, &failed_at, &unmet);
    if (failed) {
        pg->whose.known = false;
        if (failed_at.kind == SENT_NOTE) cx->db->guilty = pg->notes[failed_at.note].asker;
        return pg_keep(cx, failed, failed_at.sql ? failed_at.sql->file : "begin",
                       failed_at.sql ? failed_at.sql->line : 0);
    }
    if (pq.PQstatus(pg->conn) != CONNECTION_OK) return pg_lost(cx);
    return unmet ? fail_because(cx, CONFLICT, "stale", "%s", unmet) : OK;
}

/* BEGIN, the notes that have no answer, and what `sql` needs before it. */
static enum status send_all(struct cx *cx, const struct sql *sql, const char *practice)
{
    struct pg *pg = pg_of(cx);
    pg->whose.known &= pg->inside;
    if (!send_begin(cx) || !send_notes(cx) || (practice && !send_whose(pg, sql, practice)))
        return pg_lost(cx);
    TRY(pg_settle(cx));
    return all_answered(pg) ? OK : pg_lost(cx);
}

enum status pg_later(struct cx *cx, const struct sql *sql, const struct bound *b)
{
    struct pg *pg = pg_of(cx);
    char name[24];
    if (pg->sent_n >= PG_LATER) TRY(pg_settle(cx));
    if (!send_begin(cx) || !send_whose(pg, sql, b->n ? b->texts[0] : "")
        || !send(pg, (struct pg_command){ SENT_OTHER, 0, sql, cx->db->expected },
                 pg_statement_name(name, sql), b->n, b->texts))
        return pg_lost(cx);
    pg->expecting |= cx->db->expected != NULL;
    return OK;
}

enum status pg_commit_now(struct cx *cx)
{
    struct pg *pg = pg_of(cx);
    if (pg->expecting) TRY(pg_settle(cx)); /* the server would commit what is not as it must be */
    pg->committed = false;
    if (!send(pg, (struct pg_command){ .kind = SENT_COMMIT }, PG_COMMIT, 0, NULL))
        return pg_lost(cx);
    TRY(pg_settle(cx));
    return pg->committed ? OK : fail(cx, BROKEN, "a failed statement was ignored");
}

void pg_drop_sent(struct pg *pg)
{
    struct pg_command failed_at;
    const char *unmet = NULL;
    if (!pg->sent_n || !pg->conn) return;
    pq.PQpipelineSync(pg->conn);
    pq.PQclear(collect(pg, &failed_at, &unmet));
    pg->whose.known = false;
}

void pg_rows_end(struct pg *pg)
{
    pg->walking = false;
    pq.PQclear(pq.PQexec(pg->conn, ""));
}

enum status pg_begin_now(struct cx *cx)
{
    if (!send_begin(cx)) return pg_lost(cx);
    return pg_settle(cx);
}

/* --- what is known --------------------------------------------------------------- */

static bool same(const struct note *note, const struct bound *b)
{
    for (size_t i = 0; i < b->n; i++) {
        if (!note->texts[i] != !b->texts[i]) return false;
        if (b->texts[i] && strcmp(note->texts[i], b->texts[i]) != 0) return false;
    }
    return true;
}

static struct note *find(struct cx *cx, const struct sql *sql, const struct bound *b)
{
    struct pg *pg = pg_of(cx);
    size_t asker = cx->db->asker;
    for (struct note *note = pg->notes; note < pg->notes + pg->notes_n; note++)
        if (note->sql == sql && note->asker == asker && note->n == b->n && same(note, b))
            return note;
    return NULL;
}

/* An answer that the transaction's own changes have made stale is asked for again. */
static struct note *find_fresh(struct cx *cx, const struct sql *sql, const struct bound *b)
{
    struct note *noted = find(cx, sql, b);
    if (!noted || !db_is_stale(cx->db, sql, noted->asked)) return noted;
    pq.PQclear(noted->result);
    noted->result = NULL;
    return noted;
}

/* What is noted outlives the memory of whoever asked. */
static char **copied(const struct bound *b)
{
    size_t room = b->n * sizeof(char *) + 1;
    for (size_t i = 0; i < b->n; i++) room += b->texts[i] ? strlen(b->texts[i]) + 1 : 0;
    char **texts = malloc(room);
    if (!texts) abort();
    char *at = (char *)(texts + b->n);
    for (size_t i = 0; i < b->n; i++) {
        texts[i] = b->texts[i] ? at : NULL;
        if (b->texts[i]) at = stpcpy(at, b->texts[i]) + 1;
    }
    return texts;
}

static struct note *note(struct cx *cx, const struct sql *sql, const struct bound *b)
{
    struct pg *pg = pg_of(cx);
    struct note *out = &pg->notes[pg->notes_n++];
    *out = (struct note){ .sql = sql,
                          .n = b->n,
                          .texts = copied(b),
                          .asker = cx->db->asker,
                          .place = guess_place(sql, b) };
    return out;
}

void pg_forget_notes(struct pg *pg)
{
    for (size_t i = 0; i < pg->notes_n; i++) {
        guess_keep(pg, pg->notes[i].place, pg->notes[i].result);
        free(pg->notes[i].texts);
    }
    pg->notes_n = 0;
}

const PGresult *pg_known(struct cx *cx, const struct sql *sql, const struct statement *s,
                         const struct bound *bound, bool *guessed)
{
    struct pg *pg = pg_of(cx);
    const struct note *noted = find(cx, sql, bound);
    *guessed = false;
    if (noted && noted->result) return noted->result;
    if (!noted) {
        if (!pg->walled || s->values != bound->n || pg->notes_n == PG_AHEAD) return NULL;
        noted = note(cx, sql, bound);
        cx->db->wanted++;
    }
    const PGresult *guess = guess_find(pg, noted->place);
    *guessed = guess;
    return guess;
}

enum status pg_fetch(struct cx *cx)
{
    enum status status = send_all(cx, NULL, NULL);
    if (status != OK) pg_forget_notes(pg_of(cx));
    return status;
}

/* Before there are roles, only the migrations have something to ask. */
static enum status has_tables(struct cx *cx, const struct sql *sql)
{
    struct pg *pg = pg_of(cx);
    if (pg->walled || sql->global) return OK;
    return fail(cx, BROKEN,
                "the database %s lacks tables of this program: 'linden db migrate'"
                " makes them",
                pg->place);
}

enum status pg_ask(struct cx *cx, const struct sql *sql, const struct bound *bound,
                   const PGresult **out)
{
    struct pg *pg = pg_of(cx);
    TRY(has_tables(cx, sql));
    bool changes = sql_changes(sql);
    if (cx->db->writing && !cx->db->later) pg_forget_notes(pg);
    struct note *noted = changes ? NULL : find_fresh(cx, sql, bound);
    if (!noted && pg->notes_n == PG_AHEAD) pg_forget_notes(pg);
    if (!noted) noted = note(cx, sql, bound);
    if (!noted->result) TRY(pg_fetch(cx));
    *out = noted->result;
    return OK;
}

enum status pg_ready_for(struct cx *cx, const struct sql *sql, const struct bound *bound)
{
    TRY(has_tables(cx, sql));
    return send_all(cx, sql, sql->global ? "" : bound->texts[0]);
}
