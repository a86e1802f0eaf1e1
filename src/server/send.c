/* send.c - answers: their headers, long ones, and plain ones for when there is no page */
#include <string.h>

#include "base/log.h"
#include "server/streams.h"
#include "server/work.h"

#define SECURITY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';" \
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"         \
    " require-trusted-types-for 'script'; trusted-types 'none'"

/* For what somebody sent, should a browser ever show it instead of saving it. */
#define SEALED "default-src 'none'; frame-ancestors 'none'; sandbox"

static void add(struct http_header *headers, size_t *n, const char *name, const char *value)
{
    if (value) headers[(*n)++] = (struct http_header){ name, value };
}

/* HEAD gets the head of it. */
static void send_whole_or_open(struct work *w, const struct http_response *out)
{
    struct streams *streams = w->gateway->streams;
    if (!w->rs.stream || strcmp(w->exchange->request.method, "HEAD") == 0)
        exchange_answer(w->exchange, out);
    else if (!streams || !streams_add(streams, w->exchange, out, w->rs.stream, w->moment))
        send_plain(w->exchange, 503, BUSY);
}

/* --- long answers ------------------------------------------------------------ */

/* On the loop: the bytes are read by a thread of the pages. */
static void send_more(struct exchange *x)
{
    struct work *w = x->user;
    if (!w->sending) w->mark = arena_mark(x->mem);
    w->sending = true;
    if (!pool_submit(w->gateway->pages, &w->pool)) exchange_piece(x, NULL, 0);
}

struct piece {
    struct work *work;
    struct bytes bytes;
};

static enum status piece_inside(struct cx *cx, void *arg)
{
    struct piece *piece = arg;
    const struct pieces *all = piece->work->rs.pieces;
    return all->next(cx, all->arg, piece->work->sent, &piece->bytes);
}

/* One that asks for too much memory ends the answer. */
void send_piece(struct work *w, struct db *db)
{
    struct piece piece = { w, { NULL, 0 } };
    volatile enum status status = BROKEN;
    jmp_buf full;
    arena_rewind(w->cx.mem, w->mark);
    w->cx.db = db;
    if (setjmp(full)) {
        db_rollback(&w->cx);
    } else {
        arena_catch(w->cx.mem, &full);
        status = db_transact(&w->cx, false, piece_inside, &piece);
        if (status == BROKEN) log_broken(w);
        if (status == OK) w->sent += (int64_t)piece.bytes.n;
    }
    arena_catch(w->cx.mem, NULL);
    exchange_piece(w->exchange, piece.bytes.at, status == OK ? piece.bytes.n : 0);
}

void send_response(struct work *w)
{
    struct response *rs = &w->rs;
    struct http_header *headers = w->headers;
    size_t n = 0;
    add(headers, &n, "Content-Security-Policy", rs->foreign ? SEALED : SECURITY);
    add(headers, &n, "Cross-Origin-Resource-Policy", rs->foreign ? "same-origin" : NULL);
    add(headers, &n, "X-Content-Type-Options", "nosniff");
    add(headers, &n, "Referrer-Policy", rs->private_link ? "no-referrer" : "same-origin");
    if (rs->private_link) add(headers, &n, "X-Robots-Tag", "noindex, nofollow");
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
    add(headers, &n, "Link", rs->link);
    add(headers, &n, "Idempotent-Replay", rs->replayed ? "true" : NULL);
    add(headers, &n, "Dry-Run", rs->dry ? "true" : NULL);
    add(headers, &n, "WWW-Authenticate", rs->challenge);
    if (w->budget.limited) {
        add(headers, &n, "RateLimit-Policy", w->budget.policy);
        add(headers, &n, "RateLimit", w->budget.left);
    }
    add(headers, &n, "Content-Disposition", rs->disposition);
    if (rs->status == 405) add(headers, &n, "Allow", rs->allow ? rs->allow : "GET, HEAD, POST");
    if (rs->stream) add(headers, &n, "X-Accel-Buffering", "no"); /* nginx would keep it back */
    for (size_t i = 0; i < COOKIES; i++) add(headers, &n, "Set-Cookie", rs->cookies[i]);
    send_whole_or_open(w, &(struct http_response){
                              .status = rs->status,
                              .type = rs->type        ? rs->type
                                      : rs->body.text ? "text/html; charset=utf-8"
                                                      : NULL,
                              .headers = headers,
                              .header_count = n,
                              .body = rs->pieces ? NULL : rs->body.text,
                              .body_size = rs->pieces ? (size_t)rs->pieces->size : rs->body.length,
                              .more = rs->pieces ? send_more : NULL,
                          });
}

/* For programs, what the plain pages say. */
static const char *plain_problem(int status)
{
#define PROBLEM(status, title) \
    "{\"type\":\"about:blank\",\"title\":\"" title "\",\"status\":" #status "}"
    switch (status) {
    case 400: return PROBLEM(400, "This request is not understood");
    case 405: return PROBLEM(405, "This address takes another method");
    case 413: return PROBLEM(413, "Too much at once");
    case 429: return PROBLEM(429, "Too many requests");
    default: return PROBLEM(503, "Not now");
    }
#undef PROBLEM
}

void send_plain(struct exchange *x, int status, const char *text)
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
        { COMMON, { "Retry-After", "60" } },
#undef COMMON
    };
    int more = status == 503 ? 1 : status == 405 ? 2 : status == 429 ? 3 : 0;
    bool page = *text == '<', api = page && strncmp(x->request.path, "/api/", 5) == 0;
    if (api) text = plain_problem(status);
    exchange_answer(x, &(struct http_response){
                           .status = status,
                           .type = api    ? "application/problem+json"
                                   : page ? "text/html; charset=utf-8"
                                          : "text/plain; charset=utf-8",
                           .headers = headers[more],
                           .header_count = more ? ALWAYS + 1 : ALWAYS,
                           .body = text,
                           .body_size = strlen(text),
                       });
}

void log_broken(const struct work *w)
{
    log_line(LOG_BROKEN, "broken", log_text("file", w->cx.file), log_int("line", w->cx.line),
             log_text("why", w->cx.message), log_text("request", w->reference));
}

const char TOO_MUCH[] = "<!doctype html><title>Too much at once</title><h1>Too much at once</h1>"
                        "<p>That is more than one page can take. Send less at a time.</p>";
const char CLOSED[] =
    "<!doctype html><title>Not yet</title><h1>Not yet</h1>"
    "<p>Linden waits for its database. Nothing is lost: try again in a moment.</p>";
const char TOO_MANY[] = "<!doctype html><title>Too many requests</title><h1>Too many requests</h1>"
                        "<p>Try again in a minute.</p>";
const char UNCLEAR[] = "<!doctype html><title>Not understood</title><h1>Not understood</h1><p>This "
                       "request holds characters that do not belong there.</p>";
const char BUSY[] = "<!doctype html><title>Not now</title><h1>Not now</h1>"
                    "<p>A lot is happening right now. Nothing was changed: try again in a "
                    "moment.</p>";
