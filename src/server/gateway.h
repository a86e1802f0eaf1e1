/* gateway.h - from the HTTP front to the pages, each request in its lane.
 *
 * GET is answered by the loop it came through, which saves handing it over and
 * back, as long as it takes no more than a moment and waits for nothing; what
 * does starts over in the pages' pool, each thread of which has a reading
 * connection, and so does all that comes while the loop has no moment.  Forms go
 * to the writer; a form with a password first goes through the hash lane, so
 * that hashing never keeps a page or a commit waiting.  One that has to ask another machine waits
 * for it in a lane of calls, with no database at hand. */
#pragma once
#include "base/setup.h"
#include "db/writer.h"
#include "http/proxy.h"
#include "http/server.h"
#include "server/jobs.h"
#include "server/streams.h"

struct gateway;

struct gateway_options {
    const struct setup *setup;
    const struct proxies *proxies;
    int loops; /* of the front; 0: none of them answers pages */
    int page_threads, hash_threads;
    /* Threads that read several pages in one transaction (db_read_together()): those that take
       no longer than a moment, so that none of them waits for a long one; 0 for none. */
    int together;
    size_t hash_queue; /* sign-ins waiting for a hash; more are told to come back */
};

/* Answers 503 to everything but /healthz and assets until it is opened. */
struct gateway *gateway_start(const struct gateway_options *);
/* The database is there.  `jobs` is woken by every form that was kept, and
 * answers that stay open go to `streams`; either may be NULL.  False if the
 * database cannot be read. */
bool gateway_open(struct gateway *, struct writer *, struct jobs *, struct streams *);
/* /readyz says 404 from now on: this node is about to stop, so let others be asked.
 * HAProxy's disable-on-404 lets what is under way end.  All else goes on. */
void gateway_leave(struct gateway *);
void gateway_stop(struct gateway *); /* after http_drain() */

/* For struct http_options; their `arg` is the gateway. */
void gateway_take(void *gateway, struct exchange *);
size_t gateway_body_limit(void *gateway, const struct http_request *);
size_t gateway_body_kept(void *gateway, const struct http_request *);
void gateway_log(void *gateway, const struct exchange *, int status, size_t bytes,
                 long microseconds);
void gateway_rest(void *gateway);
