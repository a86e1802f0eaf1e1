/* gateway.c - see gateway.h */
#include "server/gateway.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/hash_memory.h"
#include "base/log.h"
#include "base/time.h"
#include "server/streams.h"
#include "server/work.h"
#include "web/api.h"
#include "web/assets.h"
#include "web/visit.h"

enum {
    BODY_LIMIT = 64 * 1024,
    MOST_PAIRS = 400,
    MOST_PARTS = 60, /* of a form that brings files */
    MOST_WAITING = 4096,
    TOGETHER = 16, /* pages in one transaction */
    CALL_THREADS = 8,
    MOST_CALLING = 32,
    MOST_CALLING_OF_ONE = 6, /* practice group: one whose provider is silent leaves some for others */
    /* What is kept of a form with files.  More may come and is counted only, so that the form
       can be shown again and say what was too large. */
    FILES_KEPT = 32 << 20,
    FILES_LIMIT = 256 << 20,
};

/* --- forms with files --------------------------------------------------------- */

static void write_form(struct work *w);

static void parse_files(struct work *w)
{
    const struct http_request *in = &w->exchange->request;
    w->parsed = multipart_parse(w->cx.mem, http_header(in, "content-type"), in->spool, MOST_PARTS,
                                &w->rq.form.at, &w->rq.form.n, &w->rq.files.at, &w->rq.files.n);
}

/* A form with files is read here and not by the loop: it may be long. */
void files_take(struct work *w, struct db *db)
{
    if (!work_guarded(w, db, parse_files)) return;
    switch (w->parsed) {
    case FORM_OK: write_form(w); break;
    case FORM_TOO_MANY: send_plain(w->exchange, 413, TOO_MUCH); break;
    case FORM_MALFORMED: send_plain(w->exchange, 400, UNCLEAR); break;
    }
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

static void submit_call(struct work *);

static void run_hash(void *arg, struct pool_work *pool_work, struct db *db)
{
    struct work *w = (struct work *)pool_work;
    (void)arg;
    hash_memory_keep();
    if (!work_guarded(w, db, prepare)) return;
    if (w->prepared != OK)
        send_response(w);
    else if (!w->rq.route->call || !w->rq.prepared)
        write_form(w);
    else
        submit_call(w);
}

/* --- the lane that waits for other machines ------------------------------------- */

static void call(struct work *w)
{
    answer_call(&w->cx, &w->rq);
}

/* How many of its group are on the way; of groups that share a place, all of them. */
static _Atomic uint8_t *calls_of(struct work *w)
{
    uint32_t place = 0;
    for (const char *c = param_text(&w->rq, "g"); *c; c++) place = place * 31 + (unsigned char)*c;
    return &w->gateway->calling[place % CALL_PLACES];
}

static void run_call(void *arg, struct pool_work *pool_work, struct db *db)
{
    struct work *w = (struct work *)pool_work;
    _Atomic uint8_t *calling = calls_of(w);
    (void)arg;
    bool done = work_guarded(w, db, call);
    atomic_fetch_sub(calling, 1);
    if (done) write_form(w);
}

/* Most installations call nobody, so it is there from the first call on. */
static bool call_lane(struct gateway *g)
{
    pthread_mutex_lock(&g->lock);
    if (!g->calls)
        g->calls = pool_start(&(struct pool_options){
            .threads = CALL_THREADS, .most = MOST_CALLING, .run = run_call, .arg = g });
    pthread_mutex_unlock(&g->lock);
    return g->calls != NULL;
}

static void submit_call(struct work *w)
{
    struct gateway *g = w->gateway;
    _Atomic uint8_t *calling = calls_of(w);
    if (atomic_fetch_add(calling, 1) < MOST_CALLING_OF_ONE && call_lane(g)
        && pool_submit(g->calls, &w->pool))
        return;
    atomic_fetch_sub(calling, 1);
    send_plain(w->exchange, 503, BUSY);
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
    if (api_path(rq->path)) {
        rq->body = (struct bytes){ in->body, in->body_size };
        return true;
    }
    if (rq->method == GET || in->spool || in->body_size == 0) return true;
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

/* HEAD is answered as GET is, without the body. */
static enum method method_of(const char *word)
{
    for (enum method m = POST; m < METHODS; m++)
        if (strcmp(word, method_word(m)) == 0) return m;
    return GET;
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
        .method = method_of(in->method),
        .cookies = http_header(in, "cookie"),
        .origin = http_header(in, "origin"),
        .fetch_site = http_header(in, "sec-fetch-site"),
        .address = arena_copy(x->mem, client.address, strlen(client.address)),
        .agent = agent_kept(x->mem, http_header(in, "user-agent")),
        .if_none_match = http_header(in, "if-none-match"),
        .authorization = http_header(in, "authorization"),
        .if_match = http_header(in, "if-match"),
        .once = http_header(in, "idempotency-key"),
        .content_type = http_header(in, "content-type"),
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
    bool api = strncmp(in->path, "/api/", 5) == 0;
    if (!get && !post && !(api && method_of(in->method) != GET)) {
        send_plain(x, 405, "<!doctype html><title>Not allowed</title><h1>Not allowed</h1>");
        return;
    }
    struct work *w = begin(g, x);
    if (api && !rate_take(g->rates, &w->rq, x->mem, w->cx.now, &w->budget)) {
        send_plain(x, 429, TOO_MANY);
        return;
    }
    if (!decode(w, in)) {
        send_plain(x, 400, UNCLEAR);
        return;
    }
    w->ready = get && strcmp(w->rq.path, "/readyz") == 0;
    bool other = false;
    if (!w->ready) route_find(&w->cx, &w->rq, &other);
    if (w->rq.route && w->rq.route->reports && strcmp(in->method, "GET") != 0) {
        send_plain(x, 405, "<!doctype html><title>Not allowed</title><h1>Not allowed</h1>");
        return;
    }
    if (in->spool) {
        if (!pool_submit(g->pages, &w->pool)) send_plain(x, 503, BUSY);
    } else if (!w->rq.route || !route_changes(&w->rq)) {
        if (!pages_in_passing(w) && !pages_submit(w)) send_plain(x, 503, BUSY);
    } else if (request_prepares(&w->rq)) {
        if (!pool_submit(g->hashes, &w->pool)) send_plain(x, 503, BUSY);
    } else {
        write_form(w);
    }
}

/* A form of several parts, for an address that takes files: nothing else comes here that
 * is longer than a page's form. */
static bool brings_files(const struct http_request *in)
{
    static const char kind[] = "multipart/form-data";
    const char *type = http_header(in, "content-type");
    bool other, found = false;
    if (!type || strncasecmp(type, kind, sizeof kind - 1) != 0) return false;
    struct cx cx = { .mem = arena_new(1 << 16) };
    struct request rq = { .method = POST };
    if (strcmp(in->method, "POST") == 0
        && percent_decode(cx.mem, in->path, strlen(in->path), &rq.path)
        && route_find(&cx, &rq, &other))
        found = rq.route->files;
    arena_free(cx.mem);
    return found;
}

size_t gateway_body_limit(void *arg, const struct http_request *in)
{
    (void)arg;
    return brings_files(in) ? FILES_LIMIT : BODY_LIMIT;
}

size_t gateway_body_kept(void *arg, const struct http_request *in)
{
    (void)arg;
    return brings_files(in) ? FILES_KEPT : 0;
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
    g->rates = rates_new();
    for (size_t i = 0; i < ROUTE_COUNT; i++) g->last[i] = INT32_MAX;
    pthread_mutex_init(&g->lock, NULL);
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
                                                  .run = pages_run,
                                                  .arg = g });
    g->hashes = pool_start(&(struct pool_options){ .threads = options->hash_threads,
                                                   .most = options->hash_queue,
                                                   .niceness = 10,
                                                   .database = options->setup->database,
                                                   .run = run_hash,
                                                   .arg = g,
                                                   .rest = hash_memory_rest });
    if (options->together)
        g->together = pool_start(&(struct pool_options){ .threads = options->together,
                                                         .most = MOST_WAITING,
                                                         .database = options->setup->database,
                                                         .together = TOGETHER,
                                                         .run_together = pages_run_together,
                                                         .arg = g });
    g->open = open_brisk(g) && g->pages && g->hashes && (g->together || !options->together);
    return g->open;
}

void gateway_leave(struct gateway *g)
{
    g->leaving = true;
}

void gateway_stop(struct gateway *g)
{
    if (g->hashes) pool_stop(g->hashes);
    if (g->calls) pool_stop(g->calls);
    if (g->together) pool_stop(g->together);
    if (g->pages) pool_stop(g->pages);
    close_brisk(g);
    rates_free(g->rates);
    pthread_mutex_destroy(&g->lock);
    free(g);
}
