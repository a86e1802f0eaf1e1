/* front.h - a server with a small application, and raw clients, for the tests of the front.
 *
 * /echo answers at once; /later from another thread; /held from another thread
 * once the test says so; /big with eight megabytes; the answer to /stream stays
 * open, and the test sends what it likes; /pieces answers with BIG bytes in pieces, and /cut
 * ends in the middle of them; what comes to /files waits on disk.  Every request is counted,
 * and those to /smuggled are counted twice over. */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "http/spool.h"
#include "http/server.h"
#include "tests/test.h"

enum { BIG = 8 << 20, BODY_LIMIT = 1000, UPLOAD_LIMIT = 3 << 20, KEPT = 1 << 20, PIECE_OF = 50000 };

struct front {
    struct http_server *server;
    pthread_t worker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct exchange *waiting[64];
    int waiting_n, held_n;
    bool go, end;
    struct http_stream *streams[512];
    int streams_n;
    char *big;
    atomic_int taken, smuggled, logged, last_status;
    atomic_size_t last_bytes;
};

static inline void front_echo(struct front *front, struct exchange *x)
{
    const struct http_request *rq = &x->request;
    struct http_header *extra = NEW_ARRAY(x->mem, struct http_header, 2);
    extra[0] = (struct http_header){ "X-Peer", rq->peer };
    const char *break_in = http_header(rq, "x-break");
    extra[1] = (struct http_header){ "X-Break", break_in ? "a\r\nSet-Cookie: b" : "" };
    char *body =
        arena_print(x->mem, "%s %s?%s %zu ", rq->method, rq->path, rq->query, rq->body_size);
    size_t n = strlen(body);
    char *whole = arena_take(x->mem, n + rq->body_size);
    memcpy(whole, body, n);
    memcpy(whole + n, rq->body, rq->body_size);
    struct http_response rs = { .status = 200,
                                .type = "text/plain",
                                .headers = extra,
                                .header_count = break_in ? 2 : 1,
                                .body = whole,
                                .body_size = n + rq->body_size };
    if (strcmp(rq->path, "/big") == 0) rs.body = front->big, rs.body_size = BIG;
    if (strcmp(rq->path, "/nothing") == 0) rs.status = 204;
    if (strcmp(rq->path, "/close") == 0) rs.close = true;
    exchange_answer(x, &rs);
}

static inline void front_open(struct front *front, struct exchange *x)
{
    struct http_response rs = {
        .status = 200, .type = "text/event-stream", .body = "first\n", .body_size = 6
    };
    pthread_mutex_lock(&front->lock);
    struct http_stream *s = exchange_stream(x, &rs);
    if (s) front->streams[front->streams_n++] = s;
    pthread_cond_broadcast(&front->changed);
    pthread_mutex_unlock(&front->lock);
}

/* Wait until so many streams are open. */
static inline struct http_stream *front_stream(struct front *front, int n)
{
    pthread_mutex_lock(&front->lock);
    while (front->streams_n < n) pthread_cond_wait(&front->changed, &front->lock);
    pthread_mutex_unlock(&front->lock);
    return front->streams[n - 1];
}

/* What came, and where it stood. */
static inline void front_files(struct exchange *x)
{
    char first[8] = "";
    const struct spool *s = x->request.spool;
    if (s) (void)spool_read(s, 0, first, 7);
    char *said = arena_print(x->mem, "%zu+%zu %s", s ? s->size : 0, s ? s->beyond : 0, first);
    exchange_answer(
        x, &(struct http_response){ .status = 200, .body = said, .body_size = strlen(said) });
}

/* How many bytes have been given already stands in the exchange. */
static inline void front_more(struct exchange *x)
{
    size_t *given = x->user;
    bool cut = strcmp(x->request.path, "/cut") == 0 && *given > BIG / 2;
    size_t n = BIG - *given < PIECE_OF ? BIG - *given : PIECE_OF;
    char *piece = arena_take(x->mem, n);
    memset(piece, 'a' + (int)(*given / PIECE_OF % 26), n);
    *given += n;
    exchange_piece(x, piece, cut ? 0 : n);
}

static inline void front_pieces(struct exchange *x)
{
    x->user = NEW(x->mem, size_t);
    exchange_answer(x,
                    &(struct http_response){ .status = 200, .body_size = BIG, .more = front_more });
}

static inline void front_take(void *arg, struct exchange *x)
{
    struct front *front = arg;
    const char *path = x->request.path;
    front->taken++;
    if (strcmp(path, "/smuggled") == 0) front->smuggled++;
    if (strcmp(path, "/stream") == 0) {
        front_open(front, x);
        return;
    }
    if (strcmp(path, "/files") == 0) {
        front_files(x);
        return;
    }
    if (strcmp(path, "/pieces") == 0 || strcmp(path, "/cut") == 0) {
        front_pieces(x);
        return;
    }
    if (strcmp(path, "/later") != 0 && strcmp(path, "/held") != 0) {
        front_echo(front, x);
        return;
    }
    pthread_mutex_lock(&front->lock);
    front->waiting[front->waiting_n++] = x;
    pthread_cond_broadcast(&front->changed);
    pthread_mutex_unlock(&front->lock);
}

static inline void *front_work(void *arg)
{
    struct front *front = arg;
    pthread_mutex_lock(&front->lock);
    for (;;) {
        struct exchange *x = NULL;
        for (int i = 0; i < front->waiting_n && !x; i++) {
            if (strcmp(front->waiting[i]->request.path, "/held") == 0 && !front->go) continue;
            x = front->waiting[i];
            front->waiting[i] = front->waiting[--front->waiting_n];
        }
        if (!x && front->end) break;
        if (!x) {
            pthread_cond_wait(&front->changed, &front->lock);
            continue;
        }
        pthread_mutex_unlock(&front->lock);
        front_echo(front, x);
        pthread_mutex_lock(&front->lock);
    }
    pthread_mutex_unlock(&front->lock);
    return NULL;
}

/* Let the worker answer what it holds. */
static inline void front_go(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    front->go = true;
    pthread_cond_broadcast(&front->changed);
    pthread_mutex_unlock(&front->lock);
}

/* Wait until so many requests are in the worker's hands. */
static inline void front_holds(struct front *front, int n)
{
    pthread_mutex_lock(&front->lock);
    while (front->waiting_n < n) pthread_cond_wait(&front->changed, &front->lock);
    pthread_mutex_unlock(&front->lock);
}

static inline size_t front_body_limit(void *arg, const struct http_request *rq)
{
    (void)arg;
    bool upload = strcmp(rq->path, "/upload") == 0 || strcmp(rq->path, "/files") == 0;
    return upload ? UPLOAD_LIMIT : BODY_LIMIT;
}

static inline size_t front_body_kept(void *arg, const struct http_request *rq)
{
    (void)arg;
    return strcmp(rq->path, "/files") == 0 ? KEPT : 0;
}

static inline void front_log(void *arg, const struct exchange *x, int status, size_t bytes,
                             long microseconds)
{
    struct front *front = arg;
    front->last_status = status;
    front->last_bytes = bytes;
    if (x->request.peer && microseconds >= 0) front->logged++;
}

/* Start with these options; the rest is the tests'. */
static inline struct front *front_start(struct cx *cx, struct http_options options)
{
    struct front *front = NEW(cx->mem, struct front);
    front->big = arena_take(cx->mem, BIG);
    memset(front->big, 'b', BIG);
    pthread_mutex_init(&front->lock, NULL);
    pthread_cond_init(&front->changed, NULL);
    pthread_create(&front->worker, NULL, front_work, front);
    if (!options.listen) options.listen = "127.0.0.1:0";
    options.body_limit = front_body_limit;
    options.body_kept = front_body_kept;
    options.take = front_take;
    options.log = front_log;
    options.arg = front;
    const char *error = NULL;
    front->server = http_start(&options, &error);
    if (!front->server) printf("  %s: %s\n", options.listen, error), abort();
    return front;
}

static inline void front_end_worker(struct front *front)
{
    pthread_mutex_lock(&front->lock);
    front->end = front->go = true;
    pthread_cond_broadcast(&front->changed);
    pthread_mutex_unlock(&front->lock);
    pthread_join(front->worker, NULL);
}

static inline void front_stop(struct front *front)
{
    front_end_worker(front);
    CHECK(http_drain(front->server, 5));
}

/* A raw client. */
static inline int dial(const struct front *front)
{
    const char *address = http_address(front->server);
    struct timeval patience = { .tv_sec = 5 };
    int fd;
    if (strncmp(address, "unix:", 5) == 0) {
        struct sockaddr_un to = { .sun_family = AF_UNIX };
        snprintf(to.sun_path, sizeof to.sun_path, "%s", address + 5);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    } else {
        int port = atoi(strrchr(address, ':') + 1);
        struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
        struct sockaddr_in6 to6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to6.sin6_addr = in6addr_loopback;
        bool six = address[0] == '[';
        fd = socket(six ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
        CHECK(connect(fd, six ? (void *)&to6 : (void *)&to, six ? sizeof to6 : sizeof to) == 0);
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static inline void tell_bytes(int fd, const char *bytes, size_t n)
{
    for (size_t sent = 0; sent < n;) {
        ssize_t some = send(fd, bytes + sent, n - sent, MSG_NOSIGNAL);
        if (some <= 0) return; /* refused and closed already */
        sent += (size_t)some;
    }
}

static inline void tell_text(int fd, const char *text)
{
    tell_bytes(fd, text, strlen(text));
}

/* Everything until the server closes; *closed is false if it did not in time. */
static inline const char *hear_all(struct cx *cx, int fd, bool *closed)
{
    size_t room = 1 << 16, n = 0;
    char *text = arena_alloc(cx->mem, room);
    ssize_t some = 1;
    while (n < room - 1 && (some = recv(fd, text + n, room - 1 - n, 0)) > 0) n += (size_t)some;
    *closed = some == 0 || (some < 0 && errno == ECONNRESET);
    return text;
}

/* One answer: its head, and as much body as it announces (unless it cannot have one). */
static inline const char *hear(struct cx *cx, int fd, bool body)
{
    size_t room = 1 << 16, n = 0;
    char *text = arena_alloc(cx->mem, room), *end = NULL;
    while (n < room - 1 && !end && recv(fd, text + n, 1, 0) == 1) {
        n++;
        end = n >= 4 && memcmp(text + n - 4, "\r\n\r\n", 4) == 0 ? text + n : NULL;
    }
    const char *length = strstr(text, "Content-Length: ");
    size_t left = length && body ? (size_t)atol(length + 16) : 0;
    for (ssize_t some = 1; left && some > 0;) {
        /* of a long body only the beginning is kept */
        char *to = n < room / 2 ? text + n : text + room / 2;
        size_t fits = (size_t)(text + room - 1 - to);
        some = recv(fd, to, left < fits ? left : fits, 0);
        if (some > 0) n += (size_t)some, left -= (size_t)some;
    }
    return text;
}

static inline int answers(const char *text)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, "HTTP/1.1 ")); at++) n++;
    return n;
}

static inline int status_of(const char *text)
{
    return strncmp(text, "HTTP/1.1 ", 9) == 0 ? atoi(text + 9) : 0;
}

static inline const char *body_of(const char *text)
{
    const char *end = strstr(text, "\r\n\r\n");
    return end ? end + 4 : "";
}

static inline bool ends_with_close(int fd)
{
    char byte;
    ssize_t n = recv(fd, &byte, 1, 0);
    return n == 0 || (n < 0 && errno == ECONNRESET);
}

static inline double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
