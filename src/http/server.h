/* server.h - start, drain and stop the front of the program.
 *
 * A server is a listening socket and a few threads ("loops") that own the
 * connections.  They wait for everything that depends on strangers (reading a
 * request, sending an answer) under deadlines and limits, and refuse by
 * themselves what is malformed, too large or too slow.  Whole requests go to
 * options.take(), on the loop's own thread: it must not block, so it either
 * answers at once or passes the exchange on to a thread of the application.
 * What it does at once keeps all connections of the loop waiting: if that is
 * more than a few microseconds it asks exchange.spare, which says whether the
 * loop can go without for a moment (a millisecond, say).  It can not for the
 * second request of a connection in one turn, nor late in a turn. */
#pragma once
#include "http/http.h"

struct http_server;

/* A number left at zero takes the value in brackets. */
struct http_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080", ":8080" for all, "unix:/path"; port 0
                           takes a free one */
    int loops;          /* threads [1] */
    int connections;    /* at once; more are told 503 [4096] */

    size_t header_limit; /* bytes of request line and headers together [32 KB] */
    size_t target_limit; /* bytes of the request target [8 KB] */
    size_t field_limit;  /* headers in a request [100] */
    size_t memory_limit; /* what all requests being received may hold together [64 MB] */
    size_t arena_limit;  /* of exchange.mem, for each exchange [4 MB] */

    /* How many bytes of body this request may bring; asked when its headers are
     * complete and only if a body is announced.  NULL allows no body at all. */
    size_t (*body_limit)(void *arg, const struct http_request *);
    /* How many bytes of it are kept on disk (http/spool.h) instead of in memory; 0: in
     * memory.  Asked after body_limit.  NULL: always in memory. */
    size_t (*body_kept)(void *arg, const struct http_request *);
    const char *spool_folder; /* for those; NULL: they are refused */
    size_t spool_limit;       /* bytes that all of them may have there together [512 MB] */

    int head_ms;      /* from the first byte to the last header [10 000] */
    int body_ms;      /* in each such period of a body ... [5 000] */
    int body_rate;    /* ... so many bytes a second must arrive [500] */
    int idle_ms;      /* between two requests of a connection [60 000] */
    int stall_ms;     /* an answer of which no byte could be sent [30 000] */
    int unwatched_ms; /* streams that nobody looks after, see http_stream_watched() [no limit] */
    int goodbye_ms;   /* after our last byte, for the other end to close [2 000] */

    void (*take)(void *arg, struct exchange *);
    /* Called on the loop's thread once for every exchange, when its answer has
     * left or cannot leave any more (`bytes` is what left, with headers), and
     * for every refusal by the front itself: then method and path may be "".
     * The request and `user` can still be read here.  May be NULL. */
    void (*log)(void *arg, const struct exchange *, int status, size_t bytes, long microseconds);
    /* Called on each loop's thread before it waits, and at its end.  May be NULL. */
    void (*rest)(void *arg);
    void *arg;
};

/* NULL and a sentence in *error if the address cannot be listened on. */
struct http_server *http_start(const struct http_options *, const char **error);

/* Where the server listens, with its real port: "127.0.0.1:41234". */
const char *http_address(const struct http_server *);

/* Stop accepting, finish the requests in flight (their answers say Connection:
 * close) for at most so many seconds, then stop as http_stop() does.  True if
 * everything was finished. */
bool http_drain(struct http_server *, double seconds);

/* Close everything and release the server.  Exchanges the application still
 * holds may be answered later without harm; for their sake the memory of the
 * server stays, and the answer is false. */
bool http_stop(struct http_server *);
