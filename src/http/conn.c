/* conn.c - the life of a connection: read, hand out, send, say goodbye */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "http/loop.h"

/* What may still arrive after our last byte before we close without patience. */
enum { DISCARD_LIMIT = 1 << 20 };

/* How long a turn may have lasted before nothing more is done in passing. */
enum { SPARE_US = 5000 };

static void queue_leave(struct conn *c)
{
    struct queue *q = &c->loop->queues[c->waiting];
    *(c->before ? &c->before->after : &q->first) = c->after;
    *(c->after ? &c->after->before : &q->last) = c->before;
}

static void queue_join(struct conn *c, enum waiting waiting)
{
    struct queue *q = &c->loop->queues[waiting];
    c->waiting = waiting;
    c->since = c->loop->now;
    c->after = NULL;
    c->before = q->last;
    *(q->last ? &q->last->after : &q->first) = c;
    q->last = c;
}

void conn_wait_for(struct conn *c, enum waiting waiting)
{
    queue_leave(c);
    queue_join(c, waiting);
}

void conn_ask(struct conn *c, uint32_t events)
{
    if (c->events == events) return;
    c->events = events;
    struct epoll_event event = { .events = events, .data.ptr = c };
    epoll_ctl(c->loop->epoll, EPOLL_CTL_MOD, c->fd, &event);
}

/* The exchange is over, one way or another. */
static void work_end(struct conn *c)
{
    struct work *w = c->work;
    const struct http_options *options = &c->loop->server->options;
    c->work = NULL;
    if (options->log && w->answered)
        options->log(options->arg, &w->exchange, w->status, w->sent, (long)(clock_us() - w->began));
    work_give(c->loop, w);
}

/* Close the socket, and let go of the connection unless the application still
 * holds its exchange: then conn_finished() does, later. */
void conn_close(struct conn *c)
{
    struct loop *loop = c->loop;
    if (c->fd >= 0) close(c->fd);
    c->fd = -1;
    if (c->waiting == WAIT_WORK) return;
    if (c->work) work_end(c);
    if (c->stream) stream_gone(c->stream);
    queue_leave(c);
    parser_close(&c->parser);
    c->after = loop->closed;
    loop->closed = c;
    loop->conns--;
    atomic_fetch_sub(&loop->server->connections, 1);
}

/* Closing at once while bytes are unread would make the system reset the
 * connection, and the other end might lose our answer.  So: no more from us,
 * and a moment for them. */
void conn_goodbye(struct conn *c)
{
    shutdown(c->fd, SHUT_WR);
    parser_close(&c->parser);
    conn_wait_for(c, WAIT_GOODBYE);
    conn_ask(c, EPOLLIN);
}

/* The application holds the exchange once more, until exchange_piece(). */
static void ask_more(struct conn *c)
{
    conn_wait_for(c, WAIT_WORK);
    conn_ask(c, 0);
    c->work->more(&c->work->exchange);
}

/* True if everything has left and the connection goes on. */
static bool send_answer(struct conn *c)
{
    struct work *w = c->work;
    size_t total = w->head_size + w->body_size;
    conn_wait_for(c, WAIT_SEND);
    while (w->sent < total) {
        struct iovec parts[2];
        struct msghdr message = { .msg_iov = parts };
        size_t body_sent = w->sent > w->head_size ? w->sent - w->head_size : 0;
        size_t at_hand = w->piece_at + w->piece_size;
        if (w->sent >= w->head_size && body_sent == at_hand) {
            ask_more(c);
            return false;
        }
        if (w->sent < w->head_size)
            parts[message.msg_iovlen++] =
                (struct iovec){ w->head + w->sent, w->head_size - w->sent };
        if (body_sent < at_hand)
            parts[message.msg_iovlen++] =
                (struct iovec){ (char *)w->body + (body_sent - w->piece_at), at_hand - body_sent };
        ssize_t n = sendmsg(c->fd, &message, MSG_NOSIGNAL);
        if (n >= 0) {
            w->sent += (size_t)n;
        } else if (errno == EAGAIN) {
            conn_ask(c, EPOLLOUT);
            return false;
        } else if (errno != EINTR) {
            conn_close(c);
            return false;
        }
    }
    bool keep = w->keep && !c->loop->draining;
    work_end(c);
    if (c->stream) {
        stream_begin(c);
        return false;
    }
    if (!keep) {
        conn_goodbye(c);
        return false;
    }
    parser_next(&c->parser);
    return true;
}

static void refuse(struct conn *c, int status)
{
    if (!c->work) c->work = work_take(c->loop, c);
    c->work->began = clock_us();
    answer_refuse(c->work, status);
    send_answer(c); /* and never goes on */
}

static bool say_continue(struct conn *c)
{
    static const char words[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (send(c->fd, words, sizeof words - 1, MSG_NOSIGNAL) == sizeof words - 1) return true;
    conn_close(c);
    return false;
}

/* The head is there: read it, ask how much body may follow.  True to go on. */
static bool accept_head(struct conn *c)
{
    struct parser *p = &c->parser;
    const struct http_options *options = &c->loop->server->options;
    c->work = work_take(c->loop, c);
    struct http_request *rq = &c->work->exchange.request;
    int refusal = parser_head(p, rq);
    if (!refusal) {
        size_t limit = 0;
        if (p->has_body && options->body_limit) limit = options->body_limit(options->arg, rq);
        refusal = parser_body(p, limit);
        size_t kept = 0;
        if (!refusal && p->has_body && options->body_kept)
            kept = options->body_kept(options->arg, rq);
        if (kept) refusal = parser_spool(p, options->spool_folder, kept);
    }
    if (refusal) {
        refuse(c, refusal);
        return false;
    }
    /* Who has sent some of the body already does not wait for leave. */
    return !p->expects || p->used > p->head || say_continue(c);
}

/* The request is whole: to the application.  True if it was answered at once
 * and the connection goes on.  Otherwise a worker may hold the exchange, or may
 * have finished it already: nothing of it can be read here. */
static bool hand_out(struct conn *c)
{
    const struct http_options *options = &c->loop->server->options;
    struct work *w = c->work;
    w->began = clock_us();
    w->exchange.spare = c->turn != c->loop->turn && w->began - c->loop->turn_began < SPARE_US;
    c->turn = c->loop->turn;
    conn_wait_for(c, WAIT_WORK);
    c->at_once = false;
    c->taking = true;
    options->take(options->arg, &w->exchange);
    c->taking = false;
    if (!c->at_once) return false;
    c->stream = w->stream;
    return send_answer(c);
}

static void wait_for_input(struct conn *c)
{
    struct parser *p = &c->parser;
    if (p->head) {
        if (c->waiting != WAIT_BODY) {
            conn_wait_for(c, WAIT_BODY);
            c->mark = p->received;
        }
    } else if (p->used) {
        if (c->waiting != WAIT_HEAD) conn_wait_for(c, WAIT_HEAD);
    } else if (c->loop->draining) {
        conn_close(c);
        return;
    } else if (c->waiting != WAIT_HEAD && c->waiting != WAIT_IDLE) {
        conn_wait_for(c, WAIT_IDLE);
    }
    conn_ask(c, EPOLLIN);
}

static void drive(struct conn *c)
{
    for (;;) {
        switch (parser_run(&c->parser)) {
        case PARSED_MORE: wait_for_input(c); return;
        case PARSED_HEAD:
            if (!accept_head(c)) return;
            break;
        case PARSED_WHOLE:
            if (!hand_out(c)) return;
            break;
        case PARSED_REFUSED: refuse(c, c->parser.refusal); return;
        }
    }
}

static void receive(struct conn *c)
{
    size_t room;
    char *at = parser_room(&c->parser, &room);
    if (!at) {
        refuse(c, c->parser.refusal);
        return;
    }
    ssize_t n = recv(c->fd, at, room, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        conn_close(c);
        return;
    }
    parser_filled(&c->parser, (size_t)n);
    drive(c);
}

static void discard(struct conn *c)
{
    ssize_t n = recv(c->fd, c->loop->scratch, sizeof c->loop->scratch, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n > 0 && (c->discarded += (size_t)n) < DISCARD_LIMIT) return;
    conn_close(c);
}

void conn_event(struct conn *c, uint32_t events)
{
    if (c->fd < 0) return; /* closed earlier in this turn */
    bool gone = events & (EPOLLERR | EPOLLHUP);
    switch (c->waiting) {
    case WAIT_WORK:
        /* What comes now is read when this request is answered. */
        if (gone)
            conn_close(c);
        else
            conn_ask(c, 0);
        break;
    case WAIT_SEND:
        if (gone)
            conn_close(c);
        else if (!c->work)
            stream_drive(c);
        else if (send_answer(c))
            drive(c);
        break;
    case WAIT_STREAM: /* who has asked for a stream has nothing more to say */
    case WAIT_GOODBYE: discard(c); break;
    default: receive(c);
    }
}

void conn_finished(struct work *w)
{
    struct conn *c = w->conn;
    c->stream = w->stream;
    if (c->fd < 0 || w->cut) {
        conn_wait_for(c, WAIT_SEND); /* not in the application's hands any more */
        conn_close(c);
    } else if (send_answer(c)) {
        drive(c);
    }
}

void conn_expired(struct conn *c)
{
    const struct http_options *options = &c->loop->server->options;
    switch (c->waiting) {
    case WAIT_BODY: {
        uint64_t wanted = (uint64_t)options->body_rate * (uint64_t)options->body_ms / 1000;
        if (c->parser.received - c->mark < wanted) {
            refuse(c, 408);
        } else {
            c->mark = c->parser.received;
            conn_wait_for(c, WAIT_BODY);
        }
        break;
    }
    case WAIT_HEAD:
        if (c->parser.used)
            refuse(c, 408);
        else
            conn_close(c);
        break;
    default: conn_close(c);
    }
}

void conn_drain(struct conn *c)
{
    if (c->waiting == WAIT_STREAM) {
        stream_drive(c);
        return;
    }
    if (c->waiting != WAIT_IDLE && !(c->waiting == WAIT_HEAD && c->parser.used == 0)) return;
    receive(c); /* it may have arrived and not been read: then it is still served */
    if (c->fd >= 0 && c->parser.used == 0 && c->waiting <= WAIT_IDLE) conn_close(c);
}

void conn_open(struct loop *loop, int fd, const char *peer, bool too_many)
{
    struct conn *c = calloc(1, sizeof *c);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };
    if (!c || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0) {
        free(c);
        close(fd);
        atomic_fetch_sub(&loop->server->connections, 1);
        return;
    }
    c->loop = loop;
    c->fd = fd;
    c->events = EPOLLIN;
    memcpy(c->peer, peer, strnlen(peer, sizeof c->peer - 1));
    parser_open(&c->parser, &loop->server->limits, &loop->server->budget);
    queue_join(c, WAIT_HEAD);
    loop->conns++;
    if (too_many) refuse(c, 503);
}

/* The answer is written down: to the loop with it. */
void conn_answered(struct work *w)
{
    struct conn *c = w->conn;
    struct loop *loop = c->loop;
    w->answered = true;
    if (loop_is_here(loop) && c->taking) {
        c->at_once = true;
        return;
    }
    pthread_mutex_lock(&loop->lock);
    bool first = !loop->finished;
    w->next = NULL;
    *loop->finished_last = w;
    loop->finished_last = &w->next;
    if (first) eventfd_write(loop->wake, 1);
    pthread_mutex_unlock(&loop->lock);
}

void exchange_answer(struct exchange *x, const struct http_response *rs)
{
    struct work *w = (struct work *)x;
    struct http_server *server = w->conn->loop->server;
    answer_write(w, rs, atomic_load_explicit(&server->draining, memory_order_relaxed));
    conn_answered(w);
}

void exchange_piece(struct exchange *x, const char *bytes, size_t n)
{
    struct work *w = (struct work *)x;
    size_t left = w->body_size - w->piece_at - w->piece_size;
    w->piece_at += w->piece_size;
    w->body = bytes;
    w->piece_size = n < left ? n : left;
    w->cut = !n;
    conn_answered(w);
}
