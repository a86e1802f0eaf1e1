/* loop.h - inside the front: servers, loops, connections and the work between them.
 *
 * A connection belongs to one loop and is touched by that loop's thread only.
 * The one exception is its `work` while the application holds the exchange:
 * then the loop keeps its hands off it until exchange_answer() has put it on
 * the loop's list of finished work.
 *
 * Every connection waits for exactly one thing at a time, and each kind of
 * waiting has a time that is the same for all.  So a deadline needs no tree:
 * who began to wait first is first in the queue. */
#pragma once
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "http/parser.h"
#include "http/server.h"

struct loop;

enum waiting {
    WAIT_HEAD,    /* for the rest of a head, or the first byte of a new connection */
    WAIT_BODY,    /* for the rest of a body */
    WAIT_IDLE,    /* for the next request */
    WAIT_WORK,    /* for the application; without a deadline */
    WAIT_SEND,    /* for the other end to take the answer */
    WAIT_STREAM,  /* for something to send in an answer that stays open; no deadline either */
    WAIT_GOODBYE, /* for the other end to close */
    WAITS,
};

/* An exchange and what the front needs to answer it.  Kept for the next one. */
struct work {
    struct exchange exchange; /* first: a pointer to one is a pointer to the other */
    struct conn *conn;
    struct work *next; /* in the loop's spare or finished list */
    int64_t began;     /* microseconds */
    int status;
    bool keep; /* the connection lives on after this answer */
    bool answered;
    bool failed; /* there was no memory for the head of the answer */
    char *head;  /* of the answer */
    size_t head_size, head_room;
    const char *body; /* of the answer, or the piece of it that is at hand: */
    size_t body_size, piece_at, piece_size; /* all of it; where the piece begins */
    void (*more)(struct exchange *);        /* NULL: it is all at hand */
    bool cut;                               /* the rest cannot be had */
    size_t sent;
    struct http_stream *stream; /* if the answer stays open */
    struct http_header fields[];
};

/* An answer that stays open.  The loop's lock guards what is not the loop's own. */
struct http_stream {
    struct loop *loop;
    struct conn *conn;        /* NULL once it is gone */
    struct http_stream *next; /* in the loop's list of those with something to do */
    int holders;              /* the connection, the application, the list */
    bool listed;
    bool ending; /* no more will come: send what is left, and close */
    bool behind; /* more came than fits: close */
    size_t used;
    char waiting[HTTP_STREAM_ROOM];
    size_t leaving_n, left; /* the loop's own: bytes on their way, and those that went */
    char leaving[HTTP_STREAM_ROOM];
};

struct conn {
    struct parser parser;
    struct loop *loop;
    struct work *work;
    struct http_stream *stream;  /* once the head of an answer that stays open has left */
    struct conn *before, *after; /* in the queue of those who wait for the same */
    int64_t since;               /* when it began to wait, milliseconds */
    uint64_t turn;               /* of the loop, when it last handed out a request */
    uint64_t mark;               /* bytes received when the period of a body began */
    size_t discarded;            /* after our last byte */
    int fd;                      /* -1 once the other end is gone */
    uint32_t events;             /* what epoll is asked for */
    enum waiting waiting;
    bool taking, at_once; /* inside options.take(); answered in there */
    char peer[INET6_ADDRSTRLEN];
};

struct queue {
    struct conn *first, *last;
    int64_t limit; /* milliseconds, 0 for none */
};

struct loop {
    struct http_server *server;
    pthread_t thread;
    int epoll, wake;
    int64_t now;        /* milliseconds, read once each turn */
    int64_t turn_began; /* microseconds */
    uint64_t turn;
    struct queue queues[WAITS];
    size_t conns;
    struct conn *closed; /* released at the end of the turn: epoll may still name them */
    struct work *spare;
    size_t spares;
    bool listening, draining;
    int64_t deaf_until;   /* no new connections before, for want of descriptors */
    pthread_mutex_t lock; /* guards the lists below */
    struct work *finished, **finished_last;
    struct http_stream *streams, **streams_last; /* with something to do */
    char scratch[16384];
};

struct http_server {
    struct http_options options;
    struct http_limits limits;
    struct http_budget budget;
    int listener;
    bool local;        /* a unix socket */
    char address[128]; /* as http_address() answers */
    atomic_size_t connections;
    atomic_size_t streams;      /* that the application holds */
    _Atomic int64_t watched_at; /* milliseconds */
    atomic_bool draining;
    _Atomic int64_t stop_at; /* milliseconds */
    int loops;
    struct loop loop[];
};

/* loop.c */
bool loop_open(struct loop *, struct http_server *);
void loop_close(struct loop *);
void *loop_run(void *loop);
bool loop_is_here(const struct loop *); /* is this its thread? */
int64_t clock_us(void);
struct work *work_take(struct loop *, struct conn *);
void work_give(struct loop *, struct work *);

/* conn.c */
void conn_open(struct loop *, int fd, const char *peer, bool too_many);
void conn_event(struct conn *, uint32_t events);
void conn_finished(struct work *); /* the application has answered */
void conn_expired(struct conn *);  /* it has waited long enough */
void conn_drain(struct conn *);    /* close it if it waits for a request that has not begun */
void conn_close(struct conn *);
void conn_answered(struct work *); /* from any thread: head and body stand in it */
void conn_wait_for(struct conn *, enum waiting);
void conn_ask(struct conn *, uint32_t events); /* what epoll is to tell of */
void conn_goodbye(struct conn *);              /* nothing more from us; a moment for them */

/* stream.c: answers that stay open. */
void stream_begin(struct conn *);       /* the head has left */
void stream_drive(struct conn *);       /* send what there is; end it if it is to end */
void stream_turn(struct http_stream *); /* out of the list: something is to be done */
void stream_gone(struct http_stream *); /* its connection is closed */

/* answer.c: put head and body of the answer into the work. */
void answer_write(struct work *, const struct http_response *, bool closing);
void answer_refuse(struct work *, int status);
