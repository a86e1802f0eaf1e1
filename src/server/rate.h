/* rate.h - how often one key may call the API.
 *
 * API_A_MINUTE (web/api.h) requests for each key, and for each address that brings none.  Counted
 * by this process, in the memory of a fixed table: other nodes count for themselves, and what falls
 * out of the table begins anew. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct rates;
struct request;

struct rate_left {
    bool limited;
    const char *policy, *left; /* the header fields RateLimit-Policy and RateLimit */
};

struct rates *rates_new(void);
void rates_free(struct rates *);

/* From any thread.  False: no more in this minute. */
bool rate_take(struct rates *, const struct request *, struct arena *, int64_t now,
               struct rate_left *out);
