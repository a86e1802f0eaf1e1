/* pool.c - see pool.h */
#include "server/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "db/db.h"

struct pool {
    struct pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct pool_work *first, **last;
    size_t waiting, idle, woken; /* woken: of the idle ones, and not here yet */
    bool stopping;
    struct db **databases;
    pthread_t *threads;
    int started;
};

/* Past a second without work, for those who rest then. */
static bool wait_a_second(struct pool *p)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec++;
    return pthread_cond_clockwait(&p->wake, &p->lock, CLOCK_MONOTONIC, &until) != ETIMEDOUT;
}

static size_t most(const struct pool *p)
{
    return p->options.together ? p->options.together : 1;
}

static size_t take(struct pool *p, struct pool_work **out)
{
    bool rested = !p->options.rest;
    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->stopping) {
        p->idle++;
        if (rested)
            pthread_cond_wait(&p->wake, &p->lock);
        else if (!wait_a_second(p)) {
            pthread_mutex_unlock(&p->lock);
            p->options.rest();
            pthread_mutex_lock(&p->lock);
            rested = true;
        }
        p->idle--;
        if (p->woken) p->woken--;
    }
    size_t n = 0;
    while (p->first && n < most(p)) {
        out[n++] = p->first;
        p->first = p->first->next;
        p->waiting--;
    }
    if (!p->first) p->last = &p->first;
    pthread_mutex_unlock(&p->lock);
    return n;
}

struct start {
    struct pool *pool;
    struct db *db;
};

static void *run(void *arg)
{
    struct start start = *(struct start *)arg;
    free(arg);
    if (start.pool->options.niceness)
        setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid),
                    getpriority(PRIO_PROCESS, 0) + start.pool->options.niceness);
    if (start.db) db_connect(start.db);
    const struct pool_options *options = &start.pool->options;
    struct pool_work *taken[POOL_MOST];
    for (size_t n; (n = take(start.pool, taken)) > 0;)
        if (options->run_together)
            options->run_together(options->arg, taken, n, start.db);
        else
            options->run(options->arg, taken[0], start.db);
    if (options->rest) options->rest();
    return NULL;
}

struct pool *pool_start(const struct pool_options *options)
{
    struct pool *p = calloc(1, sizeof *p);
    struct cx cx = { .mem = arena_new(1 << 16) };
    if (!p) abort();
    p->options = *options;
    p->last = &p->first;
    p->threads = calloc((size_t)options->threads, sizeof *p->threads);
    p->databases = calloc((size_t)options->threads, sizeof(struct db *));
    if (!p->threads || !p->databases) abort();
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->wake, NULL);
    for (; p->started < options->threads; p->started++) {
        struct start *start = malloc(sizeof *start);
        if (!start) abort();
        if (options->database
            && db_open(&cx, options->database, DB_READER, &p->databases[p->started]) != OK) {
            free(start);
            pool_stop(p);
            p = NULL;
            break;
        }
        *start = (struct start){ p, p->databases[p->started] };
        if (pthread_create(&p->threads[p->started], NULL, run, start) != 0) abort();
    }
    arena_free(cx.mem);
    return p;
}

/* Those that were woken take as much as they may. */
static bool wants_another(const struct pool *p)
{
    return p->idle > 0 && (!p->options.together || p->waiting >= p->woken * most(p));
}

bool pool_submit(struct pool *p, struct pool_work *work)
{
    work->next = NULL;
    work->since = clock_steady();
    pthread_mutex_lock(&p->lock);
    bool room = !p->stopping && p->waiting < p->options.most, wake = room && wants_another(p);
    if (room) {
        *p->last = work;
        p->last = &work->next;
        p->waiting++;
    }
    p->woken += wake;
    pthread_mutex_unlock(&p->lock);
    if (wake) pthread_cond_signal(&p->wake);
    return room;
}

int64_t pool_lag(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    int64_t since = p->first ? p->first->since : 0;
    pthread_mutex_unlock(&p->lock);
    return since ? clock_steady() - since : 0;
}

void pool_stop(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_broadcast(&p->wake);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->started; i++) {
        pthread_join(p->threads[i], NULL);
        if (p->databases[i]) db_close(p->databases[i]);
    }
    free(p->threads);
    free(p->databases);
    free(p);
}
