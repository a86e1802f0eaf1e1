/* streams.h - all answers that stay open on this node, and the one thread that
 * looks after them.
 *
 * It asks how they stand, from stored rows and for all at once, when something
 * was committed here (streams_changed()), and twice a second in any case: that
 * is what bounds the time in which another process, or another node whose word
 * was lost, can end one.  Those whose standing is not confirmed are ended; so
 * are those that are older than an hour: the page comes back by itself. */
#pragma once
#include "base/setup.h"
#include "http/http.h"
#include "web/stream.h"

struct streams;

/* A number left at zero takes the value in brackets. */
struct streams_options {
    const struct setup *setup;
    size_t most;            /* at once [2 000] */
    size_t most_of_person;  /* on all devices [24] */
    size_t most_of_session; /* a browser opens six connections and needs some for pages [4] */
    int check_ms;           /* between two looks when nothing is heard of [500] */
    int gap_ms;             /* between two looks however much happens [50] */
    int beat_ms;            /* a sign of life, so that proxies keep the connection [15 000] */
    int64_t life_ms;        /* [3 600 000] */
};

/* NULL if the database cannot be read. */
struct streams *streams_start(const struct streams_options *);

/* Something was committed: look soon.  From any thread, without waiting. */
void streams_changed(struct streams *);

/* A number that grows with every streams_changed().  Who reads it before the
 * transaction in which a stream's standing was found, and hands it to
 * streams_add(), misses no change in between. */
uint64_t streams_moment(struct streams *);

/* Answers the exchange and keeps the answer open.  False: nothing was answered,
 * because there are too many streams, or no more are taken. */
bool streams_add(struct streams *, struct exchange *, const struct http_response *,
                 const struct stream *, uint64_t moment);

/* Ends all of them and takes no more.  Before http_drain(). */
void streams_end(struct streams *);
void streams_stop(struct streams *); /* when nobody calls the others any more */
