/* parser.c - see parser.h */
#include "http/parser.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 4096,         /* the first input buffer, and what an idle connection keeps */
    KEEP = 16384,         /* a larger buffer is not kept for the next request */
    SLACK = 4096,         /* room for the framing of a chunked body */
    FRAMING = 2048,       /* bytes of framing a chunked body may have, trailers too, and ... */
    FRAMING_A_CHUNK = 12, /* ... so many more for each chunk */
    SPOOLING = 32768,     /* the buffer of a body on its way to disk */
};

static int on_headers_complete(llhttp_t *machine)
{
    machine->upgrade = 0; /* there is nothing to upgrade to */
    return HPE_PAUSED;
}

static int to_spool(struct parser *p, const char *at, size_t n)
{
    size_t before = p->spool.size;
    bool taken = spool_add(&p->spool, at, n);
    size_t more = p->spool.size - before, used = atomic_fetch_add(&p->budget->spooled, more);
    p->body += n;
    if (taken && used + more <= p->budget->spool_limit) return 0;
    p->refusal = 503;
    return -1;
}

static void spool_drop(struct parser *p)
{
    if (!p->spooling) return;
    atomic_fetch_sub(&p->budget->spooled, p->spool.size);
    spool_close(&p->spool);
    p->spooling = false;
}

static int on_body(llhttp_t *machine, const char *at, size_t n)
{
    struct parser *p = machine->data;
    if (n > p->body_limit - p->body) {
        p->refusal = 413;
        return -1;
    }
    if (p->spooling) return to_spool(p, at, n);
    /* The pieces of a chunked body move together; a plain one is in place. */
    char *to = p->in + p->head + p->body;
    if (to != at) memmove(to, at, n);
    p->body += n;
    return 0;
}

static int on_chunk_header(llhttp_t *machine)
{
    struct parser *p = machine->data;
    p->chunks++;
    if (machine->content_length <= p->body_limit - p->body) return 0;
    p->refusal = 413;
    return -1;
}

/* Nobody sends chunk extensions but those who try how they are read. */
static int on_chunk_extension(llhttp_t *machine, const char *at, size_t n)
{
    (void)machine, (void)at, (void)n;
    return -1;
}

static int on_message_complete(llhttp_t *machine)
{
    struct parser *p = machine->data;
    p->whole = true;
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_chunk_header = on_chunk_header,
    .on_chunk_extension_name = on_chunk_extension,
    .on_chunk_extension_value = on_chunk_extension,
    .on_message_complete = on_message_complete,
};

static void machine_start(struct parser *p)
{
    llhttp_init(&p->machine, HTTP_REQUEST, &settings);
    p->machine.data = p;
}

void parser_open(struct parser *p, const struct http_limits *limits, struct http_budget *budget)
{
    *p = (struct parser){ .limits = limits, .budget = budget };
    machine_start(p);
}

static size_t beyond(size_t size)
{
    return size > BLOCK ? size - BLOCK : 0;
}

static void buffer_drop(struct parser *p)
{
    if (p->size > BLOCK) atomic_fetch_sub(&p->budget->used, beyond(p->size));
    free(p->in);
    p->in = NULL;
    p->size = p->used = p->parsed = 0;
}

void parser_close(struct parser *p)
{
    spool_drop(p);
    buffer_drop(p);
    p->request = NULL;
}

static enum parsed refuse(struct parser *p, int status)
{
    p->refusal = status;
    return PARSED_REFUSED;
}

static const char *moved(const char *text, const char *from, size_t size, char *to)
{
    return text >= from && text < from + size ? to + (text - from) : text; /* or it is static */
}

/* Move into a buffer of another size, and the texts of the request along. */
static bool buffer_move(struct parser *p, size_t size)
{
    size_t more = beyond(size) - beyond(p->size);
    if (more) {
        size_t used = atomic_fetch_add(&p->budget->used, more);
        if (used + more > p->budget->limit) {
            atomic_fetch_sub(&p->budget->used, more);
            return false;
        }
    }
    char *to = malloc(size);
    if (!to) {
        if (more) atomic_fetch_sub(&p->budget->used, more);
        return false;
    }
    if (p->used) memcpy(to, p->in, p->used);
    struct http_request *rq = p->request;
    if (rq) {
        rq->method = moved(rq->method, p->in, p->used, to);
        rq->path = moved(rq->path, p->in, p->used, to);
        rq->query = moved(rq->query, p->in, p->used, to);
        for (size_t i = 0; i < rq->header_count; i++) {
            rq->headers[i].name = moved(rq->headers[i].name, p->in, p->used, to);
            rq->headers[i].value = moved(rq->headers[i].value, p->in, p->used, to);
        }
    }
    free(p->in);
    p->in = to;
    p->size = size;
    return true;
}

char *parser_room(struct parser *p, size_t *room)
{
    if (p->refusal) return NULL;
    if (p->used == p->size) {
        size_t most = p->limits->header;
        if (p->head) most = p->head + (p->chunked ? p->body_limit + SLACK : p->length);
        if (p->spooling) most = p->head + SPOOLING;
        if (most < p->used + 1)
            most = p->used + 1; /* what is too much is refused when it is seen */
        size_t size = p->size ? p->size * 2 : BLOCK;
        if (size > most && most > BLOCK) size = most;
        if (!buffer_move(p, size)) {
            p->refusal = 503;
            return NULL;
        }
    }
    *room = p->size - p->used;
    return p->in + p->used;
}

void parser_filled(struct parser *p, size_t n)
{
    p->used += n;
    p->received += n;
}

/* Why the machine did not like the head. */
static int head_refusal(const struct parser *p, llhttp_errno_t error)
{
    switch (error) {
    case HPE_INVALID_METHOD: {
        const char *at = p->in, *end = p->in + p->used;
        while (at < end && (*at == '\r' || *at == '\n')) at++;
        const char *word = at;
        while (at < end && *at >= 'A' && *at <= 'Z') at++;
        return at > word && (at == end || *at == ' ' || *at == '-') ? 501 : 400;
    }
    case HPE_INVALID_TRANSFER_ENCODING: return 501;
    case HPE_INVALID_VERSION:
    case HPE_PAUSED_H2_UPGRADE: return 505;
    default: return 400;
    }
}

/* The head has no end yet: may it go on? */
static enum parsed head_goes_on(struct parser *p)
{
    size_t line = p->limits->target + 32; /* the method, the spaces, the version */
    if (p->used > line) {
        size_t skip = 0;
        while (skip < p->used && (p->in[skip] == '\r' || p->in[skip] == '\n')) skip++;
        size_t length = p->used - skip;
        if (length > line && !memchr(p->in + skip, '\n', line)) return refuse(p, 414);
    }
    return p->used >= p->limits->header ? refuse(p, 431) : PARSED_MORE;
}

static enum parsed run_head(struct parser *p)
{
    llhttp_errno_t error = llhttp_execute(&p->machine, p->in + p->parsed, p->used - p->parsed);
    if (error == HPE_OK) {
        p->parsed = p->used;
        return head_goes_on(p);
    }
    if (error != HPE_PAUSED || p->whole) return refuse(p, head_refusal(p, error));
    llhttp_resume(&p->machine);
    p->head = p->parsed = (size_t)(llhttp_get_error_pos(&p->machine) - p->in);
    if (p->head > p->limits->header) return refuse(p, 431);
    return PARSED_HEAD;
}

/* Both readers must find the same body, and the same end. */
static bool readers_agree(const struct parser *p, size_t before, size_t taken)
{
    return p->parsed - before == taken && p->reader.body == p->body
           && (p->reader.state == CHUNKS_END) == p->whole;
}

static enum parsed run_body(struct parser *p)
{
    size_t before = p->parsed, body_before = p->body, taken = 0;
    /* First, for the machine's callbacks move the bytes. */
    if (p->chunked && !chunks_read(&p->reader, p->in + p->parsed, p->used - p->parsed, &taken))
        return refuse(p, 400);

    llhttp_errno_t error = llhttp_execute(&p->machine, p->in + p->parsed, p->used - p->parsed);
    if (error == HPE_OK)
        p->parsed = p->used;
    else if (error == HPE_PAUSED && p->whole)
        p->parsed = (size_t)(llhttp_get_error_pos(&p->machine) - p->in);
    else
        return refuse(p, p->refusal ? p->refusal : 400);

    if (p->chunked) {
        if (!readers_agree(p, before, taken)) return refuse(p, 400);
        p->framing += taken - (p->body - body_before);
        if (p->framing > FRAMING + FRAMING_A_CHUNK * p->chunks) return refuse(p, 400);
    }
    if (p->whole) {
        p->request->body = p->spooling ? "" : p->in + p->head;
        p->request->body_size = p->spooling ? 0 : p->body;
        p->request->spool = p->spooling ? &p->spool : NULL;
        return PARSED_WHOLE;
    }
    p->used = p->parsed =
        p->head + (p->spooling ? 0 : p->body); /* the framing is not needed any more */
    return PARSED_MORE;
}

enum parsed parser_run(struct parser *p)
{
    if (p->refusal) return PARSED_REFUSED;
    if (p->whole) return PARSED_WHOLE;
    /* A request without a body is whole without another byte. */
    if (p->parsed == p->used && !(p->head && !p->has_body)) return PARSED_MORE;
    return p->head ? run_body(p) : run_head(p);
}

int parser_head(struct parser *p, struct http_request *rq)
{
    struct framing framing;
    int refusal = head_read(p->in, p->head, p->limits, rq, &framing);
    if (refusal) return p->refusal = refusal;

    const llhttp_t *machine = &p->machine;
    bool agree = machine->http_major == 1 && machine->http_minor == rq->version - 10
                 && strcmp(llhttp_method_name(machine->method), rq->method) == 0
                 && !(machine->flags & F_CHUNKED) == !framing.chunked
                 && !(machine->flags & F_CONTENT_LENGTH) == !framing.has_length
                 && machine->content_length == framing.length;
    if (!agree) return p->refusal = 400;

    rq->keep_alive = llhttp_should_keep_alive(machine);
    rq->body = "";
    rq->body_size = 0;
    rq->spool = NULL;
    p->request = rq;
    p->length = framing.length;
    p->chunked = framing.chunked;
    p->has_body = framing.chunked || framing.length > 0;
    p->expects = framing.expects && p->has_body;
    return 0;
}

int parser_body(struct parser *p, size_t limit)
{
    p->body_limit = limit;
    if (!p->chunked && p->length > limit) p->refusal = 413;
    return p->refusal;
}

int parser_spool(struct parser *p, const char *folder, size_t most)
{
    if (!folder || !spool_open(&p->spool, folder, most)) return p->refusal = 503;
    p->spooling = true;
    if (p->size < p->head + SPOOLING && !buffer_move(p, p->head + SPOOLING))
        return p->refusal = 503;
    return 0;
}

void parser_next(struct parser *p)
{
    spool_drop(p);
    size_t rest = p->used - p->parsed;
    p->request = NULL;
    if (p->size > KEEP && rest <= BLOCK) {
        char small[BLOCK];
        memcpy(small, p->in + p->parsed, rest);
        buffer_drop(p);
        if (rest && buffer_move(p, BLOCK))
            memcpy(p->in, small, rest);
        else if (rest)
            p->refusal = 503, rest = 0;
    } else if (rest) {
        memmove(p->in, p->in + p->parsed, rest);
    }
    p->used = rest;
    p->parsed = p->head = p->body = p->body_limit = p->length = p->framing = p->chunks = 0;
    p->chunked = p->has_body = p->expects = p->whole = false;
    p->reader = (struct chunk_reader){ 0 };
    machine_start(p);
}
