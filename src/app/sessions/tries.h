/* tries.h - counting tries, to slow guessing down.
 *
 * After `free` tries within `window` each further one must wait, twice as long
 * every time, up to `longest`.  Success forgets the count.  Counted for an
 * account from one address and for an address over all accounts apart, so a
 * stranger cannot lock somebody out from elsewhere. */
#pragma once
#include "base/cx.h"

struct tries_rule {
    const char *what;
    int64_t free;
    int64_t window, first_wait, longest; /* microseconds */
};

/* Where the acting one comes from, for counting: of IPv6 a whole network, since each machine has
 * millions of addresses to choose from; "" for no address. */
const char *tries_address(struct cx *);

/* 0: go ahead; else microseconds to wait.  Counts nothing. */
enum status tries_wait(struct cx *, const struct tries_rule *, const char *who, int64_t *wait);
enum status tries_count(struct cx *, const struct tries_rule *, const char *who);
/* A wrong guess: counted, and cx_count(). */
enum status tries_wrong(struct cx *, const struct tries_rule *, const char *who);
enum status tries_forget(struct cx *, const struct tries_rule *, const char *who);
/* Counting within a plain limit: CONFLICT-free, says whether one more fits.
 * For "200 adds an hour": counts if it fits. */
enum status tries_take(struct cx *, const char *what, const char *who, int64_t limit,
                       int64_t window, bool *fits);
