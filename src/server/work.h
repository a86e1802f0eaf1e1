/* work.h - inside the gateway: one request on its way, and how it is answered. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "server/gateway.h"
#include "server/pool.h"
#include "server/rate.h"
#include "web/web.h"

enum { CALL_PLACES = 256 };

struct gateway {
    struct gateway_options options;
    struct writer *writer;
    struct jobs *jobs;
    struct streams *streams;
    atomic_bool open, leaving;
    struct pool *pages, *together, *hashes;
    pthread_mutex_t lock;              /* of the next one's beginning */
    struct pool *calls;                /* NULL: nobody was called yet */
    _Atomic uint8_t calling[CALL_PLACES];
    _Atomic int32_t last[ROUTE_COUNT]; /* see pages.c */
    struct db **brisk;                 /* one for each loop */
    struct rates *rates;               /* of the API */
    _Atomic uint64_t requests;         /* begins anywhere, so that codes of two runs differ */
};

/* One request on its way through the lanes; lives in the exchange's arena. */
struct work {
    struct pool_work pool; /* first: the pool hands this back */
    struct gateway *gateway;
    struct jobs *jobs; /* outlives the gateway */
    struct exchange *exchange;
    struct cx cx;
    struct request rq;
    struct response rs;
    struct write_task task;
    char reference[9];
    bool ready;                     /* /readyz */
    uint64_t moment;                /* before a stream's standing was found */
    bool late;                      /* it takes longer than the loop can wait */
    struct rate_left budget;        /* of whoever calls the API */
    bool refused;                   /* what the answer shows of patients could not be recorded */
    enum status prepared;           /* what answer_prepare() said */
    enum form parsed;               /* what multipart_parse() said */
    bool sending;                   /* pieces of the answer; from then on: */
    int64_t sent;                   /* where the next one begins */
    struct arena_mark mark;         /* what the one before took goes */
    struct http_header headers[26]; /* of the answer: sending it must need no memory */
};

/* pages.c.  Runs what may ask for more memory than the request has.  False: it did, and the
 * visitor has been told. */
bool work_guarded(struct work *, struct db *, void (*run)(struct work *));
/* To the lane that fits; false if it is full. */
bool pages_submit(struct work *);
bool pages_in_passing(struct work *);
void pages_run(void *arg, struct pool_work *, struct db *);
void pages_run_together(void *arg, struct pool_work **, size_t n, struct db *);
/* gateway.c.  A form that brings files, by a thread of the pages. */
void files_take(struct work *, struct db *);

/* send.c.  Sends w->rs; a long one goes on by itself, piece by piece. */
void send_response(struct work *);
/* The next piece, by a thread of the pages: when w->sending. */
void send_piece(struct work *, struct db *);
/* Without the request's memory, of which there may be none left. */
void send_plain(struct exchange *, int status, const char *text);
void log_broken(const struct work *);

extern const char TOO_MUCH[], TOO_MANY[], CLOSED[], UNCLEAR[], BUSY[];
