/* parser.h - bytes in, requests out; knows neither sockets nor threads.
 *
 * Two readers look at every request.  The state machine (llhttp, strict) reads
 * along as bytes arrive; narrow.c reads the whole head, and the framing of a
 * chunked body, again by rules of its own.  Where they disagree about method,
 * version, framing or the place where it all ends, the request is refused: one
 * that two readers understand differently is what smuggling is made of.
 *
 * The parser owns the input buffer.  The texts of a request point into it and
 * stay valid until parser_next().  Nothing is parsed after a refusal.
 *
 *     char *at = parser_room(p, &room);      NULL: refused
 *     parser_filled(p, recv(fd, at, room));
 *     for (;;) switch (parser_run(p)) {
 *         PARSED_MORE: wait for bytes;       PARSED_HEAD: parser_head(), parser_body()
 *         PARSED_WHOLE: answer; parser_next  PARSED_REFUSED: p->refusal says how
 *     } */
#pragma once
#include <stdatomic.h>
#include <stdint.h>
#include <llhttp.h>

#include "http/spool.h"
#include "http/narrow.h"

/* What all input buffers together hold beyond the first block of each, and what
 * all spools hold. */
struct http_budget {
    atomic_size_t used, spooled;
    size_t limit, spool_limit;
};

enum parsed { PARSED_MORE, PARSED_HEAD, PARSED_WHOLE, PARSED_REFUSED };

struct parser {
    llhttp_t machine;
    const struct http_limits *limits;
    struct http_budget *budget;
    struct http_request *request; /* whose texts point into the buffer, or NULL */
    char *in;
    size_t size, used; /* bytes allocated, bytes filled */
    size_t parsed;     /* bytes the machine has seen, or does not need to see again */
    size_t head;       /* length of the head, 0 while it is incomplete */
    size_t body;       /* bytes of body so far; they follow the head */
    size_t body_limit; /* set by parser_body() */
    size_t length;     /* of the body, as announced */
    struct chunk_reader reader;
    size_t framing, chunks;          /* bytes of a chunked body that are not body, and its chunks */
    uint64_t received;               /* ever, for the minimum rate */
    int refusal;                     /* status of the refusal, 0 while all is well */
    bool chunked, has_body, expects; /* expects: the client waits for 100 Continue */
    bool whole;
    bool spooling; /* the body goes into the spool, and not into the buffer */
    struct spool spool;
};

void parser_open(struct parser *, const struct http_limits *, struct http_budget *);
void parser_close(struct parser *);

/* A place for at least one byte, and how many fit.  NULL: refused, nothing fits. */
char *parser_room(struct parser *, size_t *room);
void parser_filled(struct parser *, size_t n);
enum parsed parser_run(struct parser *);

/* After PARSED_HEAD, once: read the head into the request, whose `headers` has
 * room for limits->fields.  Answers 0, or the status of the refusal; the
 * request is written only with 0. */
int parser_head(struct parser *, struct http_request *);
/* Then: so many bytes of body are allowed.  Answers 0, or 413. */
int parser_body(struct parser *, size_t limit);
/* Then, if it is to wait on disk: the first `most` bytes of it do, in this folder.
 * Answers 0, or 503.  The request's `spool` lives until parser_next(). */
int parser_spool(struct parser *, const char *folder, size_t most);

/* The answer has left: forget the request, keep what came behind it. */
void parser_next(struct parser *);
