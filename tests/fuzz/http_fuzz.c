/* http_fuzz.c - any bytes through the request parser, the form decoder and the proxy list
 *
 * Build and run, in the root of the project (after `make build/llhttp/llhttp.c`):
 *
 *   clang -std=gnu2x -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -w
 *     -D_GNU_SOURCE -DLLHTTP_STRICT_MODE=1 -I. -Isrc -Ibuild/llhttp
 *     tests/fuzz/http_fuzz.c src/http/parser.c src/http/narrow.c src/http/form.c src/http/proxy.c
 *     src/base/mem.c src/http/spool.c src/base/text.c build/llhttp/api.c build/llhttp/http.c build/llhttp/llhttp.c
 *     -lunistring -lsodium -o build/http_fuzz
 *   build/http_fuzz -max_total_time=60 -max_len=4096
 *
 * The first byte says how the rest is cut.  Besides crashes these are errors:
 * a stream that reads differently in one piece and in many; a request that
 * breaks what http.h promises; a budget that does not return to zero. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/form.h"
#include "http/parser.h"
#include "http/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY = 600 };

static const struct http_limits limits = { .header = 2048, .target = 256, .fields = 12 };

static void must(bool truth)
{
    if (!truth) abort();
}

static uint64_t mix(uint64_t sum, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) sum = (sum ^ (unsigned char)bytes[i]) * 1099511628211u;
    return sum * 31 + n;
}

static uint64_t mix_text(uint64_t sum, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
        must(*at >= ' ' || *at == '\t');
    return mix(sum, text, strlen(text));
}

/* Does a request keep the promises?  Answers a sum over all of it. */
static uint64_t request_sum(const struct http_request *rq)
{
    must(rq->version == 10 || rq->version == 11);
    must(rq->path[0] == '/' || strcmp(rq->path, "*") == 0);
    must(strlen(rq->path) <= limits.target && !strpbrk(rq->path, "? #\\"));
    must(rq->header_count >= 1 && rq->header_count <= limits.fields);
    must(rq->body_size <= BODY && http_header(rq, "host"));
    uint64_t sum = mix_text(mix_text(mix_text(1, rq->method), rq->path), rq->query);
    for (size_t i = 0; i < rq->header_count; i++) {
        must(rq->headers[i].name[0]);
        sum = mix_text(mix_text(sum, rq->headers[i].name), rq->headers[i].value);
    }
    return mix(sum, rq->body, rq->body_size) + rq->keep_alive;
}

struct heard {
    uint64_t sum;
    size_t requests;
    int refusal;
};

static struct heard feed(const char *bytes, size_t n, unsigned cut)
{
    struct heard heard = { 0 };
    struct http_budget budget = { .limit = 1 << 20 };
    struct http_header fields[12];
    struct http_request rq;
    struct parser p;
    parser_open(&p, &limits, &budget);
    for (size_t at = 0; at < n && !p.refusal;) {
        size_t room, take = cut ? 1 + cut % 17 : n;
        cut = cut * 1103515245 + (cut ? 12345 : 0);
        char *to = parser_room(&p, &room);
        if (!to) break;
        if (take > n - at) take = n - at;
        if (take > room) take = room;
        memcpy(to, bytes + at, take);
        at += take;
        parser_filled(&p, take);
        for (enum parsed parsed; (parsed = parser_run(&p)) != PARSED_MORE;) {
            if (parsed == PARSED_REFUSED) break;
            if (parsed == PARSED_HEAD) {
                rq = (struct http_request){ .headers = fields };
                if (!parser_head(&p, &rq)) (void)parser_body(&p, BODY);
            } else {
                heard.sum = heard.sum * 31 + request_sum(&rq);
                heard.requests++;
                parser_next(&p);
            }
        }
    }
    heard.refusal = p.refusal;
    parser_close(&p);
    must(budget.used == 0);
    return heard;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    const char *bytes = (const char *)data + 1;
    size_t n = size - 1;
    struct heard whole = feed(bytes, n, 0), cut = feed(bytes, n, 1 + data[0] * 2);
    must(whole.sum == cut.sum && whole.requests == cut.requests);
    must(!whole.refusal == !cut.refusal);

    static struct arena *mem;
    if (!mem) mem = arena_new(1 << 20);
    arena_reset(mem);
    struct pair *pairs;
    size_t pair_count, length;
    const char *text;
    if (form_parse(mem, bytes, n, 64, &pairs, &pair_count) == FORM_OK) {
        must(pair_count <= 64);
        for (size_t i = 0; i < pair_count; i++)
            must(strlen(pairs[i].name) + strlen(pairs[i].value) <= n);
    }
    if (percent_decode(mem, bytes, n, &text)) must(strlen(text) <= n);
    text = arena_copy(mem, bytes, n);
    if (cookie_find(text, "a", &length)) must(length < n);

    struct proxies proxies;
    (void)proxies_parse(mem, text, &proxies);
    must(proxies_parse(mem, "10.0.0.0/8 ::/16", &proxies));
    struct http_header headers[] = { { "x-forwarded-for", text }, { "x-forwarded-proto", text } };
    struct http_request rq = { .peer = "10.0.0.1", .headers = headers, .header_count = 2 };
    must(client_address(&rq, &proxies).address[0]);
    return 0;
}
