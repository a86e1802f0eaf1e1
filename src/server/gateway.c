/* gateway.c - see gateway.h */
#include "server/gateway.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/hash_memory.h"
#include "base/log.h"
#include "base/time.h"
#include "server/pool.h"
#include "server/streams.h"
#include "web/assets.h"
#include "web/visit.h"

enum { BODY_LIMIT = 64 * 1024, MOST_PAIRS = 400, MOST_WAITING = 4096 };

struct gateway {
    struct gateway_options options;
    struct writer *writer;
    struct jobs *jobs;
    struct streams *streams;
    atomic_bool open, leaving;
    struct pool *pages, *hashes;
    struct db **brisk;         /* one for each loop */
    _Atomic uint64_t requests; /* begins anywhere, so that codes of two runs differ */
};

/* One request on its way through the lanes; lives in the exchange's arena. */
struct work {
    struct pool_work pool; /* first: the pool hands this back */
    struct gateway *gateway;
    struct jobs *jobs; /* outlives the gateway */
    struct exchange *exchange;
    struct cx cx;
    struct request rq;
    struct response rs;
    struct write_task task;
    char reference[9];
    bool ready;                     /* /readyz */
    uint64_t moment;                /* before a stream's standing was found */
    bool late;                      /* it takes longer than the loop can wait */
    bool refused;                   /* what the answer shows of patients could not be recorded */
    enum status prepared;           /* what answer_prepare() said */
    struct http_header headers[20]; /* of the answer: sending it must need no memory */
};

/* --- answering -------------------------------------------------------------- */

#define SECURITY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';" \
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"         \
    " require-trusted-types-for 'script'; trusted-types 'none'"

static void add(struct http_header *headers, size_t *n, const char *name, const char *value)
{
    if (value) headers[(*n)++] = (struct http_header){ name, value };
}

static void send_plain(struct exchange *, int status, const char *text);
static const char BUSY[];

/* HEAD gets the head of it. */
static void send_whole_or_open(struct work *w, const struct http_response *out)
{
    struct streams *streams = w->gateway->streams;
    if (!w->rs.stream || strcmp(w->exchange->request.method, "HEAD") == 0)
        exchange_answer(w->exchange, out);
    else if (!streams || !streams_add(streams, w->exchange, out, w->rs.stream, w->moment))
        send_plain(w->exchange, 503, BUSY);
}

static void send_response(struct work *w)
{
    struct response *rs = &w->rs;
    struct http_header *headers = w->headers;
    size_t n = 0;
    add(headers, &n, "Content-Security-Policy", SECURITY);
    add(headers, &n, "X-Content-Type-Options", "nosniff");
    add(headers, &n, "Referrer-Policy", "same-origin");
    add(headers, &n, "Cross-Origin-Opener-Policy", "same-origin");
    add(headers, &n, "Cache-Control", rs->public_page ? "public, max-age=300" : "no-store");
    add(headers, &n, "X-Request-Id", w->reference);
    add(headers, &n, "Vary", "X-Linden-Fragment");
    if (w->cx.setup->secure)
        add(headers, &n, "Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    /* A script asks for the place to go; a redirect it would follow by itself. */
    bool script = w->rq.fragment && w->rq.method == POST && rs->location;
    if (script) rs->status = 200;
    add(headers, &n, script ? "X-Linden-Location" : "Location", rs->location);
    add(headers, &n, "Retry-After", rs->retry_after);
    add(headers, &n, "ETag", rs->etag);
    add(headers, &n, "Content-Disposition", rs->disposition);
    if (rs->status == 405) add(headers, &n, "Allow", "GET, HEAD, POST");
    if (rs->stream) add(headers, &n, "X-Accel-Buffering", "no"); /* nginx would keep it back */
    for (size_t i = 0; i < COOKIES; i++) add(headers, &n, "Set-Cookie", rs->cookies[i]);
    send_whole_or_open(w, &(struct http_response){
                              .status = rs->status,
                              .type = rs->type        ? rs->type
                                      : rs->body.text ? "text/html; charset=utf-8"
                                                      : NULL,
                              .headers = headers,
                              .header_count = n,
                              .body = rs->body.text,
                              .body_size = rs->body.length,
                          });
}

/* Without the request's memory, of which there may be none left. */
static void send_plain(struct exchange *x, int status, const char *text)
{
    enum { ALWAYS = 5 };
    static const struct http_header headers[][ALWAYS + 1] = {
#define COMMON                                                                                 \
    { "Content-Security-Policy", SECURITY }, { "X-Content-Type-Options", "nosniff" },          \
        { "Referrer-Policy", "same-origin" }, { "Cross-Origin-Opener-Policy", "same-origin" }, \
        { "Cache-Control", "no-store" }
        { COMMON },
        { COMMON, { "Retry-After", "2" } },
        { COMMON, { "Allow", "GET, HEAD, POST" } },
#undef COMMON
    };
    int more = status == 503 ? 1 : status == 405 ? 2 : 0;
    exchange_answer(
        x, &(struct http_response){
               .status = status,
               .type = *text == '<' ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
               .headers = headers[more],
               .header_count = more ? ALWAYS + 1 : ALWAYS,
               .body = text,
               .body_size = strlen(text),
           });
}

static void log_broken(const struct work *w)
{
    log_line(LOG_BROKEN, "broken", log_text("file", w->cx.file), log_int("line", w->cx.line),
             log_text("why", w->cx.message), log_text("request", w->reference));
}

static const char TOO_MUCH[] =
    "<!doctype html><title>Too much at once</title><h1>Too much at once</h1>"
    "<p>That is more than one page can take. Send less at a time.</p>";
static const char CLOSED[] =
    "<!doctype html><title>Not yet</title><h1>Not yet</h1>"
    "<p>Linden waits for its database. Nothing is lost: try again in a moment.</p>";
static const char BUSY[] = "<!doctype html><title>Not now</title><h1>Not now</h1>"
                           "<p>A lot is happening right now. Nothing was changed: try again in a "
                           "moment.</p>";

/* --- the page lane ------------------------------------------------------------ */

/* Noting that a session was used must not keep the page waiting, so it is a
 * task of its own with its own memory. */
struct note {
    struct write_task task;
    struct cx cx;
    struct request rq;
    struct visit visit;
};

static enum status note_run(struct cx *cx, void *arg)
{
    struct note *note = arg;
    return visit_note(cx, &note->rq);
}

static void note_done(struct cx *cx, void *arg, enum status status)
{
    (void)status;
    arena_free(cx->mem);
    free(arg);
}

static void note_use(struct work *w)
{
    if (!visit_should_note(&w->cx, &w->rq)) return;
    struct note *note = calloc(1, sizeof *note);
    if (!note) return;
    note->cx = (struct cx){ .mem = arena_new(1 << 16),
                            .now = w->cx.now,
                            .setup = w->cx.setup,
                            .lang = "en",
                            .zone = "UTC" };
    note->cx.actor.practice = w->cx.actor.practice;
    note->cx.actor.user = w->cx.actor.user;
    note->cx.actor.viewer = w->cx.actor.viewer;
    note->visit.session = w->rq.visit->session;
    note->visit.person = w->rq.visit->person;
    note->rq.visit = &note->visit;
    note->task =
        (struct write_task){ .cx = &note->cx, .run = note_run, .done = note_done, .arg = note };
    if (!writer_submit(w->gateway->writer, &note->task)) note_done(&note->cx, note, OK);
}

static enum status ask_one(struct cx *cx, void *arg)
{
    (void)arg;
    return db_exec(cx, SQL_GLOBAL("SELECT 1 AS one"));
}

static void page_ready(struct work *w)
{
    enum status status = db_transact(&w->cx, false, ask_one, NULL);
    w->rs = (struct response){ .status = status == OK ? 200 : 503,
                               .body.cx = &w->cx,
                               .type = "text/plain; charset=utf-8" };
    html_text(&w->rs.body, status == OK ? "ready\n" : "not ready\n");
}

/* Runs what may ask for more memory than the request has.  False: it did, and
 * the visitor has been told. */
static bool guarded(struct work *w, struct db *db, void (*run)(struct work *))
{
    jmp_buf full;
    w->cx.db = db;
    if (setjmp(full)) {
        db_rollback(&w->cx);
        arena_catch(w->cx.mem, NULL);
        send_plain(w->exchange, 413, TOO_MUCH);
        return false;
    }
    arena_catch(w->cx.mem, &full);
    run(w);
    arena_catch(w->cx.mem, NULL);
    return true;
}

/* A page that showed something of patients waits until that is written down,
 * and does not leave if it cannot be. */
static enum status record_run(struct cx *cx, void *arg)
{
    struct work *w = arg;
    return answer_record(cx, &w->rq);
}

static void record_done(struct cx *cx, void *arg, enum status status)
{
    struct work *w = arg;
    (void)cx;
    if (status == OK) {
        send_response(w);
        return;
    }
    log_broken(w);
    send_plain(w->exchange, 503, BUSY);
}

static void send_page(struct work *w)
{
    if (!w->cx.shown) {
        send_response(w);
        return;
    }
    w->task = (struct write_task){ .cx = &w->cx, .run = record_run, .done = record_done, .arg = w };
    if (!writer_submit(w->gateway->writer, &w->task)) send_plain(w->exchange, 503, BUSY);
}

static void show_page(struct work *w)
{
    if (w->gateway->streams) w->moment = streams_moment(w->gateway->streams);
    enum status status = OK;
    if (w->ready)
        page_ready(w);
    else
        status = answer(&w->cx, &w->rq, &w->rs);
    w->late = status == AGAIN && db_late(w->cx.db);
    if (w->late) return;
    if (status == BROKEN) log_broken(w);
    bool stream = w->rq.route && w->rq.route->tell; /* is no activity */
    if (w->rq.visit && !stream) note_use(w);
}

static void run_page(void *arg, struct pool_work *pool_work, struct db *db)
{
    struct work *w = (struct work *)pool_work;
    (void)arg;
    if (guarded(w, db, show_page)) send_page(w);
}

/* By the loop itself.  False: nothing has happened, and it must take the lane. */
static bool run_in_passing(struct work *w)
{
    struct gateway *g = w->gateway;
    bool stream = w->rq.route && w->rq.route->tell;
    if (w->exchange->loop >= g->options.loops || !w->exchange->spare) return false;
    if (w->ready || stream) return false;
    struct arena_mark mark = arena_mark(w->cx.mem);
    struct cx fresh = w->cx;
    if (!guarded(w, g->brisk[w->exchange->loop], show_page)) return true;
    if (!w->late) {
        send_page(w);
        return true;
    }
    w->cx = fresh;
    arena_rewind(w->cx.mem, mark);
    return false;
}

/* --- the writing lane --------------------------------------------------------- */

static enum status run_form(struct cx *cx, void *arg)
{
    struct work *w = arg;
    w->rs.status = 0;
    w->refused = false;
    TRY(answer_inside(cx, &w->rq, &w->rs));
    return answer_record(cx, &w->rq);
}

/* What a form that failed showed of patients all the same. */
static bool recorded(struct cx *cx, struct work *w)
{
    if (!cx->shown) return true;
    if (db_mark(cx) != OK) return false;
    enum status status = answer_record(cx, &w->rq);
    if (status == OK) status = db_release(cx);
    return status == OK || (db_back(cx) == OK && false);
}

static void form_failed(struct cx *cx, void *arg, enum status status)
{
    struct work *w = arg;
    if (cx->reason && strcmp(cx->reason, "memory") == 0)
        return; /* form_done() sends a plain page */
    answer_failed(cx, &w->rq, &w->rs, status);
    for (struct afterwards *a = cx->afterwards; a; a = a->next) {
        if (db_mark(cx) != OK) return;
        enum status done = a->run(cx, a->arg);
        if (done == OK) done = db_release(cx);
        if (done != OK && db_back(cx) != OK) return;
    }
    w->refused = !recorded(cx, w);
}

static void form_done(struct cx *cx, void *arg, enum status status)
{
    struct work *w = arg;
    if (status == BROKEN) log_broken(w);
    if (w->refused || (status != OK && (!w->rs.status || !w->rs.body.text))) {
        bool memory = cx->reason && strcmp(cx->reason, "memory") == 0;
        send_plain(w->exchange, memory ? 413 : 503, memory ? TOO_MUCH : BUSY);
        return;
    }
    if (!w->rs.status) w->rs.status = 200;
    if (status == OK) jobs_wake(w->jobs);
    send_response(w);
}

static void write_form(struct work *w)
{
    w->task = (struct write_task){ .cx = &w->cx,
                                   .always = w->rq.route && w->rq.route->always,
                                   .run = run_form,
                                   .failed = form_failed,
                                   .done = form_done,
                                   .arg = w };
    if (!writer_submit(w->gateway->writer, &w->task)) send_plain(w->exchange, 503, BUSY);
}

/* --- the hash lane ------------------------------------------------------------- */

static void prepare(struct work *w)
{
    w->prepared = answer_prepare(&w->cx, &w->rq);
    if (w->prepared != OK) answer_failed(&w->cx, &w->rq, &w->rs, w->prepared);
}

static void run_hash(void *arg, struct pool_work *pool_work, struct db *db)
{
    struct work *w = (struct work *)pool_work;
    (void)arg;
    hash_memory_keep();
    if (!guarded(w, db, prepare)) return;
    if (w->prepared == OK)
        write_form(w);
    else
        send_response(w);
}

/* --- coming in ----------------------------------------------------------------- */

/* The button of a mail program to get no more tips may speak multipart (RFC
 * 8058).  All it has to say is one pair. */
static bool one_click(struct work *w, const struct http_request *in, const char *content)
{
    static struct pair pair = { "List-Unsubscribe", "One-Click" };
    if (strncasecmp(content, "multipart/form-data", 19) != 0) return false;
    if (!memmem(in->body, in->body_size, pair.name, strlen(pair.name))
        || !memmem(in->body, in->body_size, pair.value, strlen(pair.value)))
        return false;
    w->rq.form = (struct pairs){ 1, &pair };
    return true;
}

/* An escaped slash would be a path to us and a name to a proxy before us. */
static bool decode(struct work *w, const struct http_request *in)
{
    struct request *rq = &w->rq;
    const char *content = http_header(in, "content-type");
    if (strcasestr(in->path, "%2f")) return false;
    if (!percent_decode(w->cx.mem, in->path, strlen(in->path), &rq->path)) return false;
    if (form_parse(w->cx.mem, in->query, strlen(in->query), MOST_PAIRS, &rq->query.at, &rq->query.n)
        != FORM_OK)
        return false;
    if (rq->method == GET || in->body_size == 0) return true;
    if (!content) return false;
    if (strncasecmp(content, "application/x-www-form-urlencoded", 33) != 0)
        return one_click(w, in, content);
    return form_parse(w->cx.mem, in->body, in->body_size, MOST_PAIRS, &rq->form.at, &rq->form.n)
           == FORM_OK;
}

/* As much of a browser's name as is kept, in signs that stand anywhere. */
static const char *agent_kept(struct arena *mem, const char *agent)
{
    enum { MOST = 200 };
    if (!agent) return NULL;
    char *kept = arena_copy(mem, agent, strnlen(agent, MOST));
    for (char *c = kept; *c; c++)
        if (*c < ' ' || *c > '~') *c = '?';
    return kept;
}

/* Short codes that do not repeat and look unlike each other, without asking the
 * kernel for randomness in every request. */
static void name_request(struct gateway *g, char out[9])
{
    static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint64_t n = atomic_fetch_add(&g->requests, 1) * UINT64_C(0x9e3779b97f4a7c15);
    for (int i = 0; i < 8; i++) out[i] = digits[n >> (59 - 5 * i) & 31];
    out[8] = '\0';
}

static struct work *begin(struct gateway *g, struct exchange *x)
{
    const struct http_request *in = &x->request;
    struct work *w = NEW(x->mem, struct work);
    struct client client = client_address(in, g->options.proxies);
    w->gateway = g;
    w->jobs = g->jobs;
    w->exchange = x;
    w->cx = (struct cx){
        .mem = x->mem, .now = clock_now(), .lang = "en", .zone = "UTC", .setup = g->options.setup
    };
    name_request(g, w->reference);
    w->rq = (struct request){
        .method = strcmp(in->method, "POST") == 0 ? POST : GET,
        .cookies = http_header(in, "cookie"),
        .origin = http_header(in, "origin"),
        .fetch_site = http_header(in, "sec-fetch-site"),
        .address = arena_copy(x->mem, client.address, strlen(client.address)),
        .agent = agent_kept(x->mem, http_header(in, "user-agent")),
        .if_none_match = http_header(in, "if-none-match"),
        .last_event = http_header(in, "last-event-id"),
        .fragment = http_header(in, "x-linden-fragment") != NULL,
        .reference = w->reference,
    };
    x->user = w;
    return w;
}

void gateway_take(void *arg, struct exchange *x)
{
    struct gateway *g = arg;
    const struct http_request *in = &x->request;
    struct http_response asset;
    bool get = strcmp(in->method, "GET") == 0 || strcmp(in->method, "HEAD") == 0;
    bool post = strcmp(in->method, "POST") == 0;

    if (get && strcmp(in->path, "/healthz") == 0) {
        send_plain(x, 200, "ok\n");
        return;
    }
    if (get && strncmp(in->path, "/assets/", 8) == 0 && asset_answer(in, &asset)) {
        exchange_answer(x, &asset);
        return;
    }
    if (g->leaving && get && strcmp(in->path, "/readyz") == 0) {
        send_plain(x, 404, "leaving\n");
        return;
    }
    if (!g->open) {
        send_plain(x, 503, strcmp(in->path, "/readyz") == 0 ? "not ready\n" : CLOSED);
        return;
    }
    if (!get && !post) {
        send_plain(x, 405, "<!doctype html><title>Not allowed</title><h1>Not allowed</h1>");
        return;
    }
    struct work *w = begin(g, x);
    if (!decode(w, in)) {
        send_plain(x, 400,
                   "<!doctype html><title>Not understood</title><h1>Not understood</h1><p>This "
                   "request holds characters that do not belong there.</p>");
        return;
    }
    w->ready = get && strcmp(w->rq.path, "/readyz") == 0;
    bool other = false;
    if (!w->ready) route_find(&w->cx, &w->rq, &other);
    if (get || !w->rq.route || w->rq.route->reads) {
        if (!run_in_passing(w) && !pool_submit(g->pages, &w->pool)) send_plain(x, 503, BUSY);
    } else if (request_prepares(&w->rq)) {
        if (!pool_submit(g->hashes, &w->pool)) send_plain(x, 503, BUSY);
    } else {
        write_form(w);
    }
}

size_t gateway_body_limit(void *arg, const struct http_request *in)
{
    (void)arg, (void)in;
    return BODY_LIMIT;
}

/* The pattern of the route and never the path: paths may hold a link's token. */
void gateway_log(void *arg, const struct exchange *x, int status, size_t bytes, long microseconds)
{
    const struct work *w = x->user;
    (void)arg;
    log_line(LOG_NOTE, "request", log_text("method", x->request.method),
             log_text("route", w && w->rq.route ? w->rq.route->path : "-"),
             log_int("status", status), log_int("bytes", (int64_t)bytes),
             log_int("us", microseconds), log_text("address", w ? w->rq.address : x->request.peer),
             log_text("request", w ? w->reference : ""));
}

void gateway_rest(void *arg)
{
    (void)arg;
    log_gather();
}

static bool open_brisk(struct gateway *g)
{
    struct cx cx = { .mem = arena_new(1 << 16) };
    bool done = true;
    g->brisk = calloc((size_t)g->options.loops + 1, sizeof(struct db *));
    if (!g->brisk) abort();
    for (int i = 0; i < g->options.loops && done; i++)
        done = db_open(&cx, g->options.setup->database, DB_BRISK, &g->brisk[i]) == OK;
    arena_free(cx.mem);
    return done;
}

static void close_brisk(struct gateway *g)
{
    for (int i = 0; g->brisk && i < g->options.loops; i++) db_close(g->brisk[i]);
    free(g->brisk);
}

struct gateway *gateway_start(const struct gateway_options *options)
{
    struct gateway *g = calloc(1, sizeof *g);
    if (!g) abort();
    g->options = *options;
    randombytes_buf(&g->requests, sizeof g->requests);
    return g;
}

bool gateway_open(struct gateway *g, struct writer *writer, struct jobs *jobs,
                  struct streams *streams)
{
    const struct gateway_options *options = &g->options;
    g->writer = writer;
    g->jobs = jobs;
    g->streams = streams;
    g->pages = pool_start(&(struct pool_options){ .threads = options->page_threads,
                                                  .most = MOST_WAITING,
                                                  .database = options->setup->database,
                                                  .run = run_page,
                                                  .arg = g });
    g->hashes = pool_start(&(struct pool_options){ .threads = options->hash_threads,
                                                   .most = options->hash_queue,
                                                   .niceness = 10,
                                                   .database = options->setup->database,
                                                   .run = run_hash,
                                                   .arg = g,
                                                   .rest = hash_memory_rest });
    g->open = open_brisk(g) && g->pages && g->hashes;
    return g->open;
}

void gateway_leave(struct gateway *g)
{
    g->leaving = true;
}

void gateway_stop(struct gateway *g)
{
    if (g->hashes) pool_stop(g->hashes);
    if (g->pages) pool_stop(g->pages);
    close_brisk(g);
    free(g);
}
