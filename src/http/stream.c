/* stream.c - answers that stay open. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "http/loop.h"

/* --- holding it; under the loop's lock ------------------------------------------- */

/* True if nobody holds it any more. */
static bool let_go(struct http_stream *s)
{
    return --s->holders == 0;
}

static void list(struct http_stream *s)
{
    struct loop *loop = s->loop;
    if (s->listed || !s->conn) return;
    if (!loop->streams) eventfd_write(loop->wake, 1);
    s->listed = true;
    s->holders++;
    s->next = NULL;
    *loop->streams_last = s;
    loop->streams_last = &s->next;
}

/* --- the loop's side --------------------------------------------------------------- */

enum then { GO_ON, END, CUT };

/* Takes over what came meanwhile; what to do when it is sent. */
static enum then refill(struct http_stream *s)
{
    pthread_mutex_lock(&s->loop->lock);
    memcpy(s->leaving, s->waiting, s->used);
    s->leaving_n = s->used;
    s->left = s->used = 0;
    enum then then = s->behind ? CUT : s->ending || s->loop->draining ? END : GO_ON;
    pthread_mutex_unlock(&s->loop->lock);
    return then;
}

void stream_drive(struct conn *c)
{
    struct http_stream *s = c->stream;
    for (;;) {
        if (s->left == s->leaving_n) {
            enum then then = refill(s);
            if (then == CUT) return conn_close(c);
            if (s->leaving_n == 0 && then == END) return conn_goodbye(c);
            if (s->leaving_n == 0) break;
        }
        ssize_t n = send(c->fd, s->leaving + s->left, s->leaving_n - s->left, MSG_NOSIGNAL);
        if (n >= 0) {
            s->left += (size_t)n;
        } else if (errno == EAGAIN) {
            if (c->waiting != WAIT_SEND) conn_wait_for(c, WAIT_SEND);
            conn_ask(c, EPOLLOUT);
            return;
        } else if (errno != EINTR) {
            return conn_close(c);
        }
    }
    if (c->waiting != WAIT_STREAM) conn_wait_for(c, WAIT_STREAM);
    conn_ask(c, EPOLLIN);
}

/* So little is sent that it would take the system a quarter of an hour to
 * notice that nobody is there any more. */
void stream_begin(struct conn *c)
{
    unsigned patience_ms = (unsigned)c->loop->server->options.stall_ms;
    setsockopt(c->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
    parser_close(&c->parser); /* nothing more will be read */
    stream_drive(c);
}

void stream_turn(struct http_stream *s)
{
    pthread_mutex_lock(&s->loop->lock);
    s->listed = false;
    struct conn *c = s->conn;
    bool behind = s->behind, over = let_go(s);
    pthread_mutex_unlock(&s->loop->lock);
    if (over) {
        free(s);
    } else if (c && c->stream == s && behind) {
        conn_close(c);
    } else if (c && c->stream == s && c->waiting == WAIT_STREAM) {
        stream_drive(c);
    } /* otherwise its head is still on its way, or what was sent before is */
}

void stream_gone(struct http_stream *s)
{
    pthread_mutex_lock(&s->loop->lock);
    s->conn = NULL;
    bool over = let_go(s);
    pthread_mutex_unlock(&s->loop->lock);
    if (over) free(s);
}

/* --- the application's side ---------------------------------------------------------- */

struct http_stream *exchange_stream(struct exchange *x, const struct http_response *rs)
{
    struct work *w = (struct work *)x;
    struct loop *loop = w->conn->loop;
    bool head = strcmp(x->request.method, "HEAD") == 0;
    struct http_stream *s = head ? NULL : calloc(1, sizeof *s);
    if (!s) {
        exchange_answer(x, rs);
        return NULL;
    }
    *s = (struct http_stream){ .loop = loop, .conn = w->conn, .holders = 2 };
    w->stream = s;
    answer_write(w, rs, true);
    s->ending = w->status != rs->status || w->failed; /* it says something else instead */
    if (atomic_fetch_add(&loop->server->streams, 1) == 0)
        http_stream_watched(s); /* nobody had to look before */
    conn_answered(w);
    return s;
}

bool http_stream_send(struct http_stream *s, const char *bytes, size_t n)
{
    pthread_mutex_lock(&s->loop->lock);
    bool fits = n <= HTTP_STREAM_ROOM - s->used && !s->behind;
    if (s->conn && fits) {
        memcpy(s->waiting + s->used, bytes, n);
        s->used += n;
    }
    s->behind = !fits;
    list(s);
    bool fine = s->conn && fits;
    pthread_mutex_unlock(&s->loop->lock);
    return fine;
}

void http_stream_watched(struct http_stream *s)
{
    atomic_store(&s->loop->server->watched_at, clock_us() / 1000);
}

bool http_stream_open(struct http_stream *s)
{
    pthread_mutex_lock(&s->loop->lock);
    bool open = s->conn && !s->behind && !s->ending;
    pthread_mutex_unlock(&s->loop->lock);
    return open;
}

void http_stream_end(struct http_stream *s)
{
    struct loop *loop = s->loop;
    struct http_server *server = loop->server;
    pthread_mutex_lock(&loop->lock);
    s->ending = true;
    list(s);
    bool over = let_go(s);
    pthread_mutex_unlock(&loop->lock);
    if (over) free(s);
    atomic_fetch_sub(&server->streams, 1);
}
