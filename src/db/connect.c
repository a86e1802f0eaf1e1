/* connect.c - see connect.h */
#include "db/connect.h"

#include <ctype.h>
#include <poll.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/library.h"
#include "base/time.h"
#include "db/guess.h"
#include "db/migrations.h"
#include "db/policies.h"

enum { CONNECT_SECONDS = 5, OLDEST = 150000 };
static const int64_t FIRST_WAIT = 100000, LONGEST_WAIT = SECONDS(5);

/* --- the library ------------------------------------------------------------ */

struct pq pq;
static bool loaded;

static void load(void)
{
    void *library = library_open("libpq.so.5");
#define FIND(name) &&library_find(library, #name, &pq.name)
    loaded = library PQ_FUNCTIONS(FIND);
#undef FIND
}

bool pq_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}

/* --- the address ---------------------------------------------------------- */

static void set(struct pg *pg, const char *key, const char *value, bool always)
{
    size_t i = 0;
    while (pg->keys[i] && strcmp(pg->keys[i], key) != 0) i++;
    if (i == PG_PARAMETERS || (pg->keys[i] && !always)) return;
    char *kept = strdup(value);
    if (!pg->keys[i]) pg->keys[i] = strdup(key);
    free(pg->values[i]);
    pg->values[i] = kept;
    if (!pg->keys[i] || !kept) abort();
}

static const char *value_of(const struct pg *pg, const char *key)
{
    for (size_t i = 0; pg->keys[i]; i++)
        if (strcmp(pg->keys[i], key) == 0) return pg->values[i];
    return NULL;
}

/* The parser's own words may hold the password. */
const char *postgres_wrong(struct arena *mem, const char *url)
{
    (void)mem;
    if (!pq_load()) return "the library for PostgreSQL is not installed (package libpq5)";
    PQconninfoOption *all = pq.PQconninfoParse(url, NULL);
    pq.PQconninfoFree(all);
    return all ? NULL : "this is no address like postgres://linden@db.example/linden";
}

static const char *place_of(struct cx *cx, const char *host, const char *port, const char *name)
{
    return arena_print(cx->mem, "%s at %s%s%s", name ? name : "linden",
                       host ? host : "this machine", port ? ":" : "", port ? port : "");
}

const char *postgres_name(struct cx *cx, const char *url)
{
    const char *host = NULL, *port = NULL, *name = NULL;
    PQconninfoOption *all = pq_load() ? pq.PQconninfoParse(url, NULL) : NULL;
    for (PQconninfoOption *o = all; o && o->keyword; o++) {
        if (!o->val) continue;
        const char *value = arena_print(cx->mem, "%s", o->val);
        if (strcmp(o->keyword, "host") == 0) host = value;
        if (strcmp(o->keyword, "port") == 0) port = value;
        if (strcmp(o->keyword, "dbname") == 0) name = value;
    }
    if (all) pq.PQconninfoFree(all);
    return place_of(cx, host, port, name);
}

enum status pg_address(struct cx *cx, struct pg *pg, const char *url)
{
    const char *wrong = postgres_wrong(cx->mem, url);
    if (wrong) return fail_because(cx, BROKEN, "setup", "%s", wrong);
    PQconninfoOption *all = pq.PQconninfoParse(url, NULL);
    for (PQconninfoOption *o = all; o && o->keyword; o++)
        if (o->val) set(pg, o->keyword, o->val, true);
    pq.PQconninfoFree(all);
    const char *host = value_of(pg, "host"), *options = value_of(pg, "options");
    pg->hosts = 1;
    for (const char *c = host; c && *c; c++) pg->hosts += *c == ',';
    set(pg, "dbname", "linden", false);
    /* How far we know the tables: who changes them asks, see nobody_before(). */
    set(pg, "application_name", arena_print(cx->mem, "linden %s", migrations_newest()), true);
    set(pg, "client_encoding", "UTF8", true);
    set(pg, "connect_timeout", "5", false);
    set(pg, "keepalives_idle", "10", false);
    set(pg, "keepalives_interval", "5", false);
    set(pg, "keepalives_count", "3", false);
    set(pg, "tcp_user_timeout", "10000", false);
    if (pg->hosts > 1) set(pg, "target_session_attrs", "read-write", false);
    /* A plan is made once, perhaps while a table is empty, and kept when it is long.  And
       who reads a whole table collides with everybody who writes into it. */
    set(pg, "options",
        arena_print(
            cx->mem,
            "-c search_path=public -c standard_conforming_strings=on -c jit=off"
            " -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c lock_timeout=10s"
            " -c statement_timeout=%s -c idle_in_transaction_session_timeout=%s %s",
            pg->patient ? "0" : "30s", pg->patient ? "0" : "10s", options ? options : ""),
        true);
    pg->place = strdup(place_of(cx, host, value_of(pg, "port"), value_of(pg, "dbname")));
    if (!pg->place) abort();
    return OK;
}

/* --- why it did not work -------------------------------------------------------- */

/* libpq says in words why it got no connection, in the language of the server.
 * Asked to be brief it says the five signs that are the same everywhere. */
static void read_code(const char *message, char code[6])
{
    for (const char *at = message; (at = strstr(at, ":  ")); at += 3) {
        size_t n = 0;
        while (n < 5 && (isdigit((unsigned char)at[3 + n]) || isupper((unsigned char)at[3 + n])))
            n++;
        if (n == 5 && !isalnum((unsigned char)at[8])) memcpy(code, at + 3, 5);
    }
}

/* Try once more, slowly spoken.  "" if nobody answered. */
static void find_code(const struct pg *pg, char code[6])
{
    int64_t until = clock_steady() + SECONDS(2);
    memset(code, 0, 6);
    PGconn *conn =
        pq.PQconnectStartParams((const char *const *)pg->keys, (const char *const *)pg->values, 0);
    if (!conn) return;
    pq.PQsetErrorVerbosity(conn, PQERRORS_SQLSTATE);
    for (PostgresPollingStatusType next = PGRES_POLLING_WRITING;
         next == PGRES_POLLING_WRITING || next == PGRES_POLLING_READING;
         next = pq.PQconnectPoll(conn)) {
        struct pollfd fd = { .fd = pq.PQsocket(conn),
                             .events = next == PGRES_POLLING_WRITING ? POLLOUT : POLLIN };
        int64_t left = (until - clock_steady()) / 1000;
        if (fd.fd < 0 || left <= 0 || poll(&fd, 1, (int)left) <= 0) break;
    }
    read_code(pq.PQerrorMessage(conn), code);
    pq.PQfinish(conn);
}

static bool is(const char *code, const char *wanted)
{
    return strncmp(code, wanted, strlen(wanted)) == 0;
}

/* The first line, without libpq's "connection to server at ... failed: ". */
static const char *words_of(struct cx *cx, const char *message)
{
    const char *line = arena_copy(cx->mem, message, strcspn(message, "\n"));
    const char *at = strstr(line, "failed: ");
    return at ? at + strlen("failed: ") : line;
}

static enum status explain(struct cx *cx, struct pg *pg, int64_t began)
{
    char code[6] = "";
    const char *words = words_of(cx, pq.PQerrorMessage(pg->conn));
    pg_disconnect(pg);
    if (clock_steady() - began < SECONDS(CONNECT_SECONDS - 1)) find_code(pg, code);
    if (is(code, "28"))
        return fail_because(cx, BROKEN, "setup",
                            "the database %s does not accept this user and password (%s)",
                            pg->place, words);
    if (is(code, "3D000"))
        return fail_because(cx, BROKEN, "setup", "there is no database %s (%s)", pg->place, words);
    if (is(code, "08P01"))
        return fail_because(cx, BROKEN, "setup",
                            "what answers for the database %s is no PostgreSQL server but something"
                            " in front of it (%s): connect to the server itself",
                            pg->place, words);
    if (is(code, "53300"))
        return fail_because(cx, BROKEN, "down", "the database %s has no connection left",
                            pg->place);
    /* Also what it has no room for: with a full disk it may not even begin (XX000). */
    if (!*code || is(code, "57") || is(code, "08") || is(code, "53") || is(code, "58")
        || is(code, "XX000"))
        return fail_because(cx, BROKEN, "down", "the database %s does not answer (%s)", pg->place,
                            words);
    return fail_because(cx, BROKEN, "setup", "the database %s cannot be used (%s)", pg->place,
                        words);
}

/* --- is it one we can use? -------------------------------------------------------- */

static const char *parameter(const struct pg *pg, const char *name)
{
    const char *value = pq.PQparameterStatus(pg->conn, name);
    return value ? value : "";
}

/* A pooler gives a connection to somebody else after each transaction, with
 * the statements that were prepared in it; it also makes up the process id. */
static enum status check_server(struct cx *cx, struct pg *pg)
{
    int version = pq.PQserverVersion(pg->conn);
    if (version < OLDEST)
        return fail_because(cx, BROKEN, "setup",
                            "the database %s is PostgreSQL %d; Linden needs 15 or newer", pg->place,
                            version / 10000);
    if (strcmp(parameter(pg, "server_encoding"), "UTF8") != 0)
        return fail_because(cx, BROKEN, "setup",
                            "the database %s keeps text as %s; Linden needs UTF8", pg->place,
                            parameter(pg, "server_encoding"));
    if (strcmp(parameter(pg, "in_hot_standby"), "on") == 0
        || strcmp(parameter(pg, "default_transaction_read_only"), "on") == 0)
        return fail_because(cx, BROKEN, "setup",
                            "the database %s is a read-only copy: name the server that writes",
                            pg->place);
    int64_t asked = clock_steady();
    PGresult *r = pq.PQexec(pg->conn, "SELECT pg_backend_pid(),"
                                      " substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),"
                                      " " PG_CLOCK);
    bool answered = pq.PQresultStatus(r) == PGRES_TUPLES_OK && pq.PQnfields(r) == 3;
    bool same = answered && strtol(pq.PQgetvalue(r, 0, 0), NULL, 10) == pq.PQbackendPID(pg->conn);
    if (answered) snprintf(pg->timeline, sizeof pg->timeline, "%s", pq.PQgetvalue(r, 0, 1));
    if (answered) clock_follow(strtoll(pq.PQgetvalue(r, 0, 2), NULL, 10), asked);
    pq.PQclear(r);
    if (!answered)
        return fail_because(cx, BROKEN, "down", "the database %s does not answer (%s)", pg->place,
                            words_of(cx, pq.PQerrorMessage(pg->conn)));
    if (!same)
        return fail_because(
            cx, BROKEN, "setup",
            "there is a connection pooler in front of the database %s; Linden keeps a"
            " pool of its own and prepared statements in it: connect to the server"
            " itself",
            pg->place);
    return OK;
}

/* --- connecting -------------------------------------------------------------------- */

static void hear(void *arg, const PGresult *result)
{
    struct pg *pg = arg;
    const char *code = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (code && is(code, "01000")) pg->warned = true;
}

static bool prepare(struct pg *pg, const char *name, const char *text)
{
    PGresult *r = pq.PQprepare(pg->conn, name, text, 0, NULL);
    bool prepared = pq.PQresultStatus(r) == PGRES_COMMAND_OK;
    pq.PQclear(r);
    return prepared;
}

/* What shows pages sees one moment and cannot write, and whatever it sees it
 * stands in nobody's way. */
static enum status prepare_common(struct cx *cx, struct pg *pg)
{
    if (prepare(pg, PG_BEGIN_READING, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        && prepare(pg, PG_BEGIN_WRITING, "BEGIN ISOLATION LEVEL SERIALIZABLE")
        && prepare(pg, PG_AMONG_OTHERS, "LOCK TABLE schema_migrations IN ROW SHARE MODE")
        && prepare(pg, PG_ALONE, "LOCK TABLE schema_migrations IN EXCLUSIVE MODE")
        && prepare(pg, PG_NUMBER, "SELECT pg_current_xact_id(), " PG_CLOCK)
        && prepare(pg, PG_COMMIT, "COMMIT"))
        return OK;
    return fail_because(cx, BROKEN, "down", "the database %s does not answer (%s)", pg->place,
                        words_of(cx, pq.PQerrorMessage(pg->conn)));
}

static enum status connect_once(struct cx *cx, struct pg *pg)
{
    int64_t began = clock_steady();
    pg->conn =
        pq.PQconnectdbParams((const char *const *)pg->keys, (const char *const *)pg->values, 0);
    if (!pg->conn) abort();
    if (pq.PQstatus(pg->conn) != CONNECTION_OK) return explain(cx, pg, began);
    pq.PQsetNoticeReceiver(pg->conn, hear, pg);
    enum status status = check_server(cx, pg);
    if (status == OK) status = prepare_common(cx, pg);
    if (status == OK) status = policies_enter(cx, pg);
    if (status != OK) pg_disconnect(pg);
    return status;
}

/* Not all nodes at the same moment. */
static int64_t jittered(int64_t wait)
{
    return wait / 2 + (int64_t)randombytes_uniform((uint32_t)wait);
}

/* Also hears here that the server has closed a connection that rested. */
static void take_end(struct pg *pg)
{
    while (pg->end_unread) {
        PGresult *r = pq.PQgetResult(pg->conn);
        pg->end_unread = r != NULL;
        pq.PQclear(r);
    }
    (void)!pq.PQconsumeInput(pg->conn);
}

enum status pg_connect(struct cx *cx, struct pg *pg)
{
    if (pg->conn) take_end(pg);
    if (pg->conn && pq.PQstatus(pg->conn) == CONNECTION_OK)
        return pg->walled ? OK : policies_enter(cx, pg);
    pg_disconnect(pg);
    if (pg->wait && clock_steady() < pg->retry_at)
        return fail_because(cx, BROKEN, pg->last_reason, "%s", pg->last_problem);
    enum status status = connect_once(cx, pg);
    free(pg->last_problem);
    pg->last_problem = status == OK ? NULL : strdup(cx->message);
    if (status == OK) {
        pg->wait = 0;
        pg->epoch++;
        return OK;
    }
    pg->last_reason = cx->reason; /* a literal */
    pg->wait = !pg->wait ? FIRST_WAIT : pg->wait < LONGEST_WAIT / 2 ? pg->wait * 2 : LONGEST_WAIT;
    pg->retry_at = clock_steady() + jittered(pg->wait);
    return status;
}

/* --- a commit that nobody confirmed ---------------------------------------------------- */

static enum status unknown(struct cx *cx)
{
    return fail_because(cx, BROKEN, "unknown",
                        "the connection to the database was lost while saving, and nobody can say"
                        " whether it was saved");
}

/* A transaction's number is good for ever on the server that gave it, and on
 * those that follow it.  But one that takes over without having heard of it
 * may give the same number once more: then "committed" proves nothing. */
enum status pg_outcome(struct cx *cx, struct pg *pg)
{
    char timeline[sizeof pg->timeline];
    const char *const values[] = { pg->xid };
    memcpy(timeline, pg->timeline, sizeof timeline);
    enum status status = BROKEN;
    for (int64_t until = clock_steady() + SECONDS(10); clock_steady() < until;) {
        pg->wait = 0;
        if ((status = pg_connect(cx, pg)) == OK || strcmp(cx->reason, "down") != 0) break;
        usleep(200000);
    }
    if (status != OK) return unknown(cx);
    bool same_server = strcmp(timeline, pg->timeline) == 0;
    for (int tries = 0; tries < 50; tries++) {
        PGresult *r = pq.PQexecParams(pg->conn, "SELECT pg_xact_status($1::xid8)", 1, NULL, values,
                                      NULL, NULL, 0);
        bool answered = pq.PQresultStatus(r) == PGRES_TUPLES_OK;
        const char *code = pq.PQresultErrorField(r, PG_DIAG_SQLSTATE);
        bool future = code && is(code, "22023"); /* this server never gave that number */
        const char *said = answered ? pq.PQgetvalue(r, 0, 0) : "";
        bool committed = strcmp(said, "committed") == 0, aborted = strcmp(said, "aborted") == 0;
        pq.PQclear(r);
        if (committed) return same_server ? OK : unknown(cx);
        if (aborted || (future && !same_server))
            return fail_because(cx, AGAIN, "down", "the connection was lost before the commit");
        if (!answered) break;
        usleep(100000); /* the old connection's process has not noticed yet */
    }
    return unknown(cx);
}

void pg_undo_begin(struct pg *pg)
{
    if (!pg->conn || pq.PQtransactionStatus(pg->conn) == PQTRANS_IDLE) return;
    pq.PQclear(pq.PQexec(pg->conn, "ROLLBACK"));
    if (pq.PQtransactionStatus(pg->conn) != PQTRANS_IDLE) pg_disconnect(pg);
}

void pg_disconnect(struct pg *pg)
{
    if (pg->conn) pq.PQfinish(pg->conn);
    if (pg->conn) guesses_free(pg);
    pg->conn = NULL;
    pg->walking = pg->walled = pg->whose.known = pg->begin_due = pg->end_unread = false;
    pg->sent_n = 0;
    pg->expecting = false;
}
