/* parser_test.c - the request parser, byte by byte and all at once */
#include "http/parser.h"
#include "tests/http/forbidden.h"
#include "tests/test.h"

static struct http_limits limits = { .header = 32 << 10, .target = 8 << 10, .fields = 100 };

/* What came of some bytes. */
struct outcome {
    int whole, refusal;
    char story[4096]; /* "METHOD path query body keep|" for each request */
};

static void tell(struct outcome *out, const struct http_request *rq)
{
    size_t n = strlen(out->story);
    snprintf(out->story + n, sizeof out->story - n, "%s %s %s %.*s %zu%s|", rq->method, rq->path,
             rq->query, (int)rq->body_size, rq->body, rq->header_count,
             rq->keep_alive ? "" : " close");
}

static struct outcome feed(const char *bytes, size_t n, size_t step, size_t body_limit)
{
    struct outcome out = { 0 };
    struct http_budget budget = { .limit = 1 << 20 };
    struct http_header fields[100];
    struct http_request rq;
    struct parser p;
    parser_open(&p, &limits, &budget);
    for (size_t at = 0; at < n;) {
        size_t room, take = n - at < step ? n - at : step;
        char *to = parser_room(&p, &room);
        if (!to) break;
        if (take > room) take = room;
        memcpy(to, bytes + at, take);
        parser_filled(&p, take);
        at += take;
        for (enum parsed parsed; (parsed = parser_run(&p)) != PARSED_MORE;) {
            if (parsed == PARSED_REFUSED) break;
            if (parsed == PARSED_HEAD) {
                rq = (struct http_request){ .headers = fields };
                if (!parser_head(&p, &rq)) (void)parser_body(&p, body_limit);
            } else {
                out.whole++;
                tell(&out, &rq);
                parser_next(&p);
            }
        }
    }
    out.refusal = p.refusal;
    parser_close(&p);
    CHECK_INT(budget.used, 0);
    return out;
}

static struct outcome feed_text(const char *text, size_t step)
{
    return feed(text, strlen(text), step, 1000);
}

TEST(every_forbidden_request_is_refused_however_it_is_cut)
{
    for (int i = 0; i < FORBIDDEN_REQUESTS; i++) {
        const struct forbidden *f = &forbidden[i];
        char bytes[2048];
        size_t n = f->size + sizeof SMUGGLED - 1;
        memcpy(bytes, f->bytes, f->size);
        memcpy(bytes + f->size, SMUGGLED, sizeof SMUGGLED - 1);
        for (size_t step = 1; step <= n; step = step < 5 ? step + 1 : n + (step == n)) {
            struct outcome out = feed(bytes, n, step, 1000);
            bool fine = out.whole == 0 && out.refusal >= 400
                        && (f->status == 0 || out.refusal == f->status);
            if (!fine)
                printf("  %s, %zu at a time: %d, %s\n", f->what, step, out.refusal, out.story);
            CHECK(fine);
        }
    }
}

TEST(good_requests_read_the_same_however_they_are_cut)
{
    static const struct {
        const char *bytes, *story;
    } good[] = {
        { GET "\r\n", "GET /echo   1|" },
        { "\r\n\r\n" GET "\r\n", "GET /echo   1|" },
        { "GET /a?b=c?d HTTP/1.1\r\nhOST:a:80\r\n\r\n", "GET /a b=c?d  1|" },
        { "GET /%41? HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "GET /%41   1|" },
        { "GET http://A.example HTTP/1.1\r\nHost: a.EXAMPLE\r\n\r\n", "GET /   1|" },
        { "GET https://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n", "GET /x y  1|" },
        { "GET http://a?y HTTP/1.1\r\nHost: a\r\n\r\n", "GET / y  1|" },
        { "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS *   1|" },
        { "PATCH /a HTTP/1.1\r\nHost: a\r\n\r\n", "PATCH /a   1|" },
        { GET "Connection: close\r\n\r\n", "GET /echo   2 close|" },
        { GET "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" GET "\r\n",
          "GET /echo   3|GET /echo   1|" },
        { "GET /a HTTP/1.0\r\nHost: a\r\n\r\n", "GET /a   1 close|" },
        { "GET /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n", "GET /a   2|" },
        { GET "X:\r\nY: \t z \t\r\n\r\n", "GET /echo   3|" },
        { GET "X: caf\xc3\xa9\r\n\r\n", "GET /echo   2|" },
        { POST "Content-Length: 3\r\n\r\nabc", "POST /echo  abc 2|" },
        { POST "Content-Length: 0\r\n\r\n" GET "\r\n", "POST /echo   2|GET /echo   1|" },
        { POST "Content-Length: 3\r\n\r\nabc" GET "\r\n" POST "Content-Length: 1\r\n\r\nd",
          "POST /echo  abc 2|GET /echo   1|POST /echo  d 2|" },
        { POST "Content-Length: 3\r\n\r\nabc\r\n" GET "\r\n", "POST /echo  abc 2|GET /echo   1|" },
        { CHUNKED "0\r\n\r\n", "POST /echo   2|" },
        { CHUNKED "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" GET "\r\n",
          "POST /echo  abcde 2|GET /echo   1|" },
        { CHUNKED "0003\r\nabc\r\nA\r\n0123456789\r\n000\r\n\r\n", "POST /echo  abc0123456789 2|" },
        { CHUNKED "3\r\nabc\r\n0\r\nX: y\r\nZ:\r\n\r\n" GET "\r\n",
          "POST /echo  abc 2|GET /echo   1|" },
        { POST "Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", "POST /echo  a 2|" },
        { "GET /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", "GET /echo  ab 2|" },
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        for (size_t step = 1; step < 200; step += 1 + step / 8) {
            struct outcome out = feed_text(good[i].bytes, step);
            CHECK_INT(out.refusal, 0);
            CHECK_TEXT(out.story, good[i].story);
        }
}

/* A request with a target and a field of these lengths. */
static struct outcome sized(struct cx *cx, size_t target, size_t field, size_t step)
{
    char *bytes = arena_print(cx->mem, "GET /%0*d HTTP/1.1\r\nHost: a\r\nX: %0*d\r\n\r\n",
                              (int)target - 1, 0, (int)field, 0);
    struct outcome out = feed_text(bytes, step);
    if (out.whole) out.story[0] = '\0';
    return out;
}

TEST(targets_and_headers_have_limits)
{
    for (size_t step = 1; step < 100000; step *= 10) {
        CHECK_INT(sized(cx, 8192, 10, step).whole, 1);
        CHECK_INT(sized(cx, 8193, 10, step).refusal, 414);
        CHECK_INT(sized(cx, 40000, 10, step).refusal, 414);
        CHECK_INT(sized(cx, 10, 32000, step).whole, 1);
        CHECK_INT(sized(cx, 10, 33000, step).refusal, 431);
        CHECK_INT(sized(cx, 10, 80000, step).refusal, 431);
    }
}

TEST(fields_are_counted)
{
    char bytes[4096] = GET;
    size_t n = strlen(bytes);
    for (int i = 0; i < 99; i++, n += 6) memcpy(bytes + n, "a: b\r\n", 6);
    memcpy(bytes + n, "\r\n", 3);
    CHECK_INT(feed_text(bytes, 7).whole, 1);
    memcpy(bytes + n, "a: b\r\n\r\n", 9);
    CHECK_INT(feed_text(bytes, 7).refusal, 431);
}

TEST(only_empty_lines_are_no_request_and_end)
{
    char bytes[40000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = i % 2 ? '\n' : '\r';
    CHECK_INT(feed(bytes, sizeof bytes, 100, 0).refusal, 431);
}

static struct outcome body(struct cx *cx, size_t n, size_t limit, size_t step)
{
    char *bytes = arena_print(cx->mem, POST "Content-Length: %zu\r\n\r\n%0*d", n, (int)n, 0);
    return feed(bytes, strlen(bytes), step, limit);
}

static struct outcome chunked(struct cx *cx, size_t chunk, size_t chunks, size_t limit, size_t step)
{
    char *one = arena_print(cx->mem, "%zx\r\n%0*d\r\n", chunk, (int)chunk, 0);
    size_t size = strlen(one), n = strlen(CHUNKED);
    char *bytes = arena_take(cx->mem, n + chunks * size + 5);
    memcpy(bytes, CHUNKED, n);
    for (size_t i = 0; i < chunks; i++, n += size) memcpy(bytes + n, one, size);
    memcpy(bytes + n, "0\r\n\r\n", 5);
    return feed(bytes, n + 5, step, limit);
}

TEST(bodies_have_limits)
{
    for (size_t step = 100; step < 1000000; step *= 100) {
        CHECK_INT(body(cx, 100000, 100000, step).whole, 1);
        CHECK_INT(body(cx, 100001, 100000, step).refusal, 413);
        CHECK_INT(body(cx, 1, 0, step).refusal, 413);
        CHECK_INT(chunked(cx, 1000, 100, 100000, step).whole, 1);
        CHECK_INT(chunked(cx, 1000, 101, 100000, step).refusal, 413);
        CHECK_INT(chunked(cx, 1, 5000, 5000, step).whole, 1);
        CHECK_INT(chunked(cx, 1, 5001, 5000, step).refusal, 413);
        CHECK_INT(chunked(cx, 1, 1, 0, step).refusal, 413);
    }
}

TEST(the_framing_of_chunks_has_a_budget)
{
    char bytes[10000] = CHUNKED;
    size_t n = strlen(bytes);
    memset(bytes + n, '0', 3000);
    memcpy(bytes + n + 3000, "1\r\na\r\n0\r\n\r\n", 12);
    CHECK_INT(feed_text(bytes, 100).refusal, 400);
    CHECK_INT(feed_text(bytes, 9000).refusal, 400);
    snprintf(bytes + n, sizeof bytes - n, "1\r\na\r\n0\r\nX: %03000d\r\n\r\n", 0);
    CHECK_INT(feed_text(bytes, 100).refusal, 400);
}

TEST(all_input_buffers_share_one_budget)
{
    struct http_budget budget = { .limit = 10000 };
    struct parser p[3];
    size_t room, refused = 0;
    for (int i = 0; i < 3; i++) {
        parser_open(&p[i], &limits, &budget);
        for (char *at; p[i].used < 7000 && (at = parser_room(&p[i], &room));) {
            memset(at, 'a', room);
            parser_filled(&p[i], room);
        }
        refused += p[i].refusal == 503;
    }
    CHECK_INT(refused, 1); /* each holds 4096 beyond its first block */
    for (int i = 0; i < 3; i++) parser_close(&p[i]);
    CHECK_INT(budget.used, 0);
}

TEST(headers_are_found_by_their_name_in_lower_case)
{
    struct http_header fields[] = { { "host", "a" }, { "cookie", "b" }, { "cookie", "c" } };
    struct http_request rq = { .headers = fields, .header_count = 3 };
    CHECK_TEXT(http_header(&rq, "cookie"), "b");
    CHECK_TEXT(http_header(&rq, "accept"), NULL);
}
