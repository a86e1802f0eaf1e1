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
    bool close;       /* end the connection after this answer */
};

/* One request being answered.  Whoever holds it may read `request`, allocate
 * from `mem` and use `user` as it likes, until it calls exchange_answer(). */
struct exchange {
    struct http_request request;
    struct arena *mem;
    void *user; /* the application's; NULL at first */
};

/* The value of the first header of that name (in lower case), or NULL. */
const char *http_header(const struct http_request *, const char *name);

/* Answer, from any thread, exactly once for each exchange.  The exchange is
 * gone for the caller afterwards; that the client left meanwhile is no error.
 * A header with a control character in it turns the answer into a plain 500,
 * so that nobody splits a response. */
void exchange_answer(struct exchange *, const struct http_response *);
