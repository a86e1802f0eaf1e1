/* http.h - a request, a response, and the exchange that brings both together.
 *
 * What the front of the program hands over has passed it: the request is
 * whole, its framing is beyond doubt, every text is terminated by zero and
 * holds no control character.  It has not been decoded: `path` and `query`
 * stand as they were sent (see http/form.h), and header values may hold bytes
 * that are no UTF-8. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct exchange;
struct spool;

struct http_header {
    const char *name, *value; /* in requests the name is in lower case */
};

struct http_request {
    const char *method; /* GET HEAD POST PUT PATCH DELETE OPTIONS; nothing else gets here */
    const char *path;   /* as sent, up to the '?'; begins with '/', or is "*" with OPTIONS */
    const char *query;  /* what follows the '?', "" if nothing does */
    struct http_header *headers;
    size_t header_count;
    const char *body; /* bytes, not terminated */
    size_t body_size;
    const struct spool *spool; /* the body, if it waits on disk (http_options.body_kept), else NULL */
    const char *peer; /* address of the other end of the socket, "unix" for a local socket */
    int version;      /* 10 or 11 */
    bool keep_alive;
};

/* Everything a response points to is static, or lives in the exchange's arena:
 * it is read until the last byte has left, long after the handler returned. */
struct http_response {
    int status;                        /* 200 to 599; the body of a 204 or 304 does not leave */
    const char *type;                  /* Content-Type, NULL for none */
    const struct http_header *headers; /* further ones; framing and Date are not the caller's */
    size_t header_count;
    const char *body;
    size_t body_size; /* sent as Content-Length, after HEAD too */
    /* A body that is too long for memory comes in pieces: `body` is NULL, and this is
       called on the loop's thread, which must not wait, whenever all before has left. */
    void (*more)(struct exchange *);
    bool close;       /* end the connection after this answer */
};

/* One request being answered.  Whoever holds it may read `request`, allocate
 * from `mem` and use `user` as it likes, until it calls exchange_answer(). */
struct exchange {
    struct http_request request;
    struct arena *mem;
    void *user; /* the application's; NULL at first */
    int loop;   /* which of the server's loops it came through, from 0 */
    bool spare; /* that loop has a moment for it, see options.take() */
};

/* The value of the first header of that name (in lower case), or NULL. */
const char *http_header(const struct http_request *, const char *name);

/* Answer, from any thread, exactly once for each exchange.  The exchange is
 * gone for the caller afterwards; that the client left meanwhile is no error.
 * A header with a control character in it turns the answer into a plain 500,
 * so that nobody splits a response. */
void exchange_answer(struct exchange *, const struct http_response *);

/* The next piece, from any thread, exactly once for each call of `more`: it is read until
 * the next call, or the end of the exchange.  No bytes: they cannot be had any more,
 * so the connection is cut, and the other end knows from Content-Length. */
void exchange_piece(struct exchange *, const char *bytes, size_t n);

/* An answer that stays open: what is sent afterwards follows its body, until
 * one of both sides ends it.  It costs a connection and 3 KB, and no thread.
 *
 * Nobody is waited for: bytes the other end has not taken yet are kept up to a
 * small limit, and whoever falls further behind, or takes nothing for
 * http_options.stall_ms, is cut off.  A server that drains ends all of them. */
struct http_stream;
enum { HTTP_STREAM_ROOM = 512 }; /* bytes that may wait for the other end */

/* Answer, and leave the answer open: it has no length, and its connection ends
 * with it.  NULL if that cannot be (a HEAD request, no memory): it has then
 * been answered as a whole.  Once per exchange, instead of exchange_answer(). */
struct http_stream *exchange_stream(struct exchange *, const struct http_response *);

/* From any thread, one at a time.  False if the other end has gone or is too
 * far behind, or `n` is more than fits: nothing more will be sent then. */
bool http_stream_send(struct http_stream *, const char *bytes, size_t n);
bool http_stream_open(struct http_stream *); /* as far as is known here */

/* Somebody still looks after the streams of this server: one of them stands for
 * all.  If nobody says so for http_options.unwatched_ms, the loops end them. */
void http_stream_watched(struct http_stream *);

/* Send what waits, end the answer, and let go of the handle.  Exactly once for
 * each stream, also when it is no longer open; before http_drain() answers, or
 * the memory of the server stays. */
void http_stream_end(struct http_stream *);
