/* pool.h - threads that take work from one bounded queue. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct db;
struct pool;

struct pool_work {
    struct pool_work *next;
};

struct pool_options {
    int threads;
    size_t most;          /* waiting pieces of work; more are refused */
    int niceness;         /* added to the threads' priority, so that pages go before hashes */
    const char *database; /* each thread has a reading connection of its own */
    void (*run)(void *arg, struct pool_work *, struct db *);
    void *arg;
    void (*rest)(void); /* on a thread that had nothing to do for a second, and on one that
                           ends; NULL for nothing */
};

struct pool *pool_start(const struct pool_options *); /* NULL if a connection cannot be opened */
bool pool_submit(struct pool *, struct pool_work *);  /* from any thread; false when full */
void pool_stop(struct pool *);                        /* finishes what was submitted */
