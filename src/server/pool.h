/* pool.h - threads that take work from one bounded queue. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct pool;

enum { POOL_MOST = 32 };

struct pool_work {
    struct pool_work *next;
    int64_t since; /* microseconds of a clock that never jumps */
};

struct pool_options {
    int threads;
    size_t most;          /* waiting pieces of work; more are refused */
    int niceness;         /* added to the threads' priority, so that pages go before hashes */
    const char *database; /* each thread has a reading connection of its own; NULL: none */
    void (*run)(void *arg, struct pool_work *, struct db *);
    /* In its place, for work that goes better together: what waits, but at most so much of it,
       POOL_MOST.  Then threads are woken only as they are needed. */
    size_t together;
    void (*run_together)(void *arg, struct pool_work **, size_t n, struct db *);
    void *arg;
    void (*rest)(void); /* on a thread that had nothing to do for a second, and on one that
                           ends; NULL for nothing */
};

struct pool *pool_start(const struct pool_options *); /* NULL if a connection cannot be opened */
bool pool_submit(struct pool *, struct pool_work *);  /* from any thread; false when full */
/* How long the first has been waiting that no thread has taken yet, in microseconds. */
int64_t pool_lag(struct pool *);
void pool_stop(struct pool *); /* finishes what was submitted */
