/* loop.c - one thread: wait, serve whoever is ready, look at the deadlines */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/loop.h"

enum {
    EVENTS = 128,      /* served in one turn */
    ACCEPTS = 16,      /* accepted in one turn, so that other loops get theirs */
    SPARES = 64,       /* exchanges kept for the next request */
    DEAF_MS = 100,     /* after running out of file descriptors */
    REFUSED_MORE = 64, /* connections beyond the limit that still hear a 503 */
};

static _Thread_local const struct loop *here;

bool loop_is_here(const struct loop *loop)
{
    return here == loop;
}

int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

struct work *work_take(struct loop *loop, struct conn *c)
{
    struct work *w = loop->spare;
    if (w) {
        loop->spare = w->next;
        loop->spares--;
    } else {
        size_t fields = loop->server->limits.fields;
        /* Like an arena's, the absence of so little memory is no request's fault. */
        w = calloc(1, sizeof *w + fields * sizeof *w->fields);
        if (!w) abort();
        w->exchange.mem = arena_new(loop->server->options.arena_limit);
    }
    w->conn = c;
    w->exchange.loop = (int)(loop - loop->server->loop);
    w->next = NULL;
    w->answered = false;
    w->stream = NULL;
    w->sent = 0;
    w->exchange.user = NULL;
    w->exchange.request = (struct http_request){
        .method = "", .path = "", .query = "", .body = "", .peer = c->peer, .headers = w->fields
    };
    return w;
}

static void work_free(struct work *w)
{
    arena_free(w->exchange.mem);
    free(w->head);
    free(w);
}

void work_give(struct loop *loop, struct work *w)
{
    if (loop->spares >= SPARES) {
        work_free(w);
        return;
    }
    arena_reset(w->exchange.mem);
    w->next = loop->spare;
    loop->spare = w;
    loop->spares++;
}

static void peer_text(const struct sockaddr_storage *from, char *out, size_t size)
{
    if (from->ss_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)from)->sin_addr, out, (socklen_t)size);
    } else if (from->ss_family == AF_INET6) {
        const struct in6_addr *address = &((const struct sockaddr_in6 *)from)->sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(address))
            inet_ntop(AF_INET, &address->s6_addr[12], out, (socklen_t)size);
        else
            inet_ntop(AF_INET6, address, out, (socklen_t)size);
    } else {
        memcpy(out, "unix", 5);
    }
}

static void listen_begin(struct loop *loop)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = loop->server };
    loop->listening = epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->server->listener, &event) == 0;
}

static void listen_end(struct loop *loop)
{
    if (loop->listening) epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->server->listener, NULL);
    loop->listening = false;
}

/* True while there may be more. */
static bool accept_one(struct loop *loop)
{
    struct http_server *server = loop->server;
    struct sockaddr_storage from = { 0 };
    socklen_t size = sizeof from;
    int fd =
        accept4(server->listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
        if (errno == EINTR || errno == ECONNABORTED) return true;
        if (errno != EAGAIN) {
            /* No descriptors left.  The listener would report itself for ever. */
            listen_end(loop);
            loop->deaf_until = loop->now + DEAF_MS;
        }
        return false;
    }
    size_t count = atomic_fetch_add(&server->connections, 1) + 1;
    size_t most = (size_t)server->options.connections;
    if (count > most + REFUSED_MORE) {
        close(fd);
        atomic_fetch_sub(&server->connections, 1);
        return true;
    }
    char peer[INET6_ADDRSTRLEN] = "";
    peer_text(&from, peer, sizeof peer);
    conn_open(loop, fd, peer, count > most);
    return true;
}

static void take_finished(struct loop *loop)
{
    eventfd_t ignored;
    pthread_mutex_lock(&loop->lock);
    eventfd_read(loop->wake, &ignored);
    struct work *w = loop->finished;
    struct http_stream *s = loop->streams;
    loop->finished = NULL;
    loop->finished_last = &loop->finished;
    loop->streams = NULL;
    loop->streams_last = &loop->streams;
    pthread_mutex_unlock(&loop->lock);
    for (struct work *next; w; w = next) {
        next = w->next;
        conn_finished(w);
    }
    for (struct http_stream *next; s; s = next) {
        next = s->next;
        stream_turn(s);
    }
}

/* When streams that nobody looks after must end. */
static int64_t unwatched_at(const struct loop *loop)
{
    int patience = loop->server->options.unwatched_ms;
    if (!patience || !loop->queues[WAIT_STREAM].first) return INT64_MAX;
    return atomic_load(&loop->server->watched_at) + patience;
}

static void expire(struct loop *loop)
{
    while (unwatched_at(loop) <= loop->now) conn_expired(loop->queues[WAIT_STREAM].first);
    for (struct queue *q = loop->queues; q < loop->queues + WAITS; q++)
        while (q->limit && q->first && q->first->since + q->limit <= loop->now)
            conn_expired(q->first);
}

/* How long epoll may wait. */
static int patience(const struct loop *loop)
{
    int64_t until = INT64_MAX;
    for (const struct queue *q = loop->queues; q < loop->queues + WAITS; q++)
        if (q->limit && q->first && q->first->since + q->limit < until)
            until = q->first->since + q->limit;
    if (unwatched_at(loop) < until) until = unwatched_at(loop);
    if (loop->deaf_until && loop->deaf_until < until) until = loop->deaf_until;
    if (loop->draining) {
        int64_t stop_at = atomic_load(&loop->server->stop_at);
        if (stop_at < until) until = stop_at;
    }
    if (until == INT64_MAX) return -1;
    int64_t left = until - loop->now;
    return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void each_conn(struct loop *loop, void (*what)(struct conn *))
{
    for (struct queue *q = loop->queues; q < loop->queues + WAITS; q++)
        for (struct conn *c = q->first, *after; c; c = after) {
            after = c->after;
            what(c);
        }
}

static void drain_begin(struct loop *loop)
{
    loop->draining = true;
    loop->deaf_until = 0;
    bool time_left = loop->now < atomic_load(&loop->server->stop_at);
    /* Who has connected before the end is served before the end. */
    if (loop->listening && time_left)
        while (accept_one(loop)) continue;
    listen_end(loop);
    if (time_left) each_conn(loop, conn_drain);
}

static void release_closed(struct loop *loop)
{
    for (struct conn *c = loop->closed, *next; c; c = next) {
        next = c->after;
        free(c);
    }
    loop->closed = NULL;
}

static void serve(struct loop *loop, const struct epoll_event *events, int n)
{
    bool woken = false;
    for (int i = 0; i < n; i++) {
        void *whom = events[i].data.ptr;
        if (whom == loop) {
            woken = true;
        } else if (whom == loop->server) {
            for (int k = 0; k < ACCEPTS && accept_one(loop); k++) continue;
        } else {
            conn_event(whom, events[i].events);
        }
    }
    if (woken) take_finished(loop);
}

static void rest(const struct loop *loop)
{
    const struct http_options *options = &loop->server->options;
    if (options->rest) options->rest(options->arg);
}

void *loop_run(void *arg)
{
    struct loop *loop = arg;
    struct epoll_event events[EVENTS];
    here = loop;
    pthread_setname_np(pthread_self(), "http");
    loop->now = clock_us() / 1000;
    listen_begin(loop);
    for (;;) {
        rest(loop);
        int n = epoll_wait(loop->epoll, events, EVENTS, patience(loop));
        loop->turn++;
        loop->turn_began = clock_us();
        loop->now = loop->turn_began / 1000;
        serve(loop, events, n);
        expire(loop);
        if (loop->deaf_until && loop->deaf_until <= loop->now) {
            loop->deaf_until = 0;
            listen_begin(loop);
        }
        if (!loop->draining && atomic_load(&loop->server->draining)) drain_begin(loop);
        release_closed(loop);
        if (!loop->draining) continue;
        if (loop->conns == 0) break;
        if (loop->now >= atomic_load(&loop->server->stop_at)) break;
    }
    each_conn(loop, conn_close);
    take_finished(loop);
    release_closed(loop);
    rest(loop);
    return NULL;
}

bool loop_open(struct loop *loop, struct http_server *server)
{
    const struct http_options *o = &server->options;
    loop->server = server;
    loop->queues[WAIT_HEAD].limit = o->head_ms;
    loop->queues[WAIT_BODY].limit = o->body_ms;
    loop->queues[WAIT_IDLE].limit = o->idle_ms;
    loop->queues[WAIT_SEND].limit = o->stall_ms;
    loop->queues[WAIT_GOODBYE].limit = o->goodbye_ms;
    loop->finished_last = &loop->finished;
    loop->streams_last = &loop->streams;
    pthread_mutex_init(&loop->lock, NULL);
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    loop->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = loop };
    return loop->epoll >= 0 && loop->wake >= 0
           && epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake, &event) == 0;
}

void loop_close(struct loop *loop)
{
    for (struct work *w = loop->spare, *next; w; w = next) {
        next = w->next;
        work_free(w);
    }
    if (loop->epoll >= 0) close(loop->epoll);
    if (loop->wake >= 0) close(loop->wake);
    pthread_mutex_destroy(&loop->lock);
}
