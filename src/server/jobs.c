/* jobs.c - see jobs.h */
#include "server/jobs.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/time.h"
#include "work/queue.h"

enum { JOB_MEMORY = 16 << 20, CALLS_EVERY = 5 }; /* bytes, seconds */

struct jobs {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_bool woken, stopping;
    enum lane lane;
    const struct setup *setup;
    struct writer *writer;
    struct jobs *calls; /* the other thread, or NULL: nobody was called yet */
    int64_t looked_at;  /* for calls */
};

static struct jobs *start(const struct setup *, struct writer *, enum lane);

static void look_for_calls(struct jobs *j, struct arena *mem)
{
    int64_t now = clock_steady();
    if (j->lane == CALL_LANE || j->calls || now - j->looked_at < SECONDS(CALLS_EVERY)) return;
    struct cx cx = {
        .mem = mem, .now = clock_now(), .lang = "en", .zone = "UTC", .setup = j->setup
    };
    j->looked_at = now;
    if (work_calls(&cx, j->writer) == OK) j->calls = start(j->setup, j->writer, CALL_LANE);
    arena_reset(mem);
}

/* False when it is time to stop. */
static bool rest(struct jobs *j)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += j->lane == CALL_LANE ? CALLS_EVERY : 1;
    pthread_mutex_lock(&j->lock);
    while (!j->woken && !j->stopping)
        if (pthread_cond_timedwait(&j->wake, &j->lock, &until) != 0) break;
    j->woken = false;
    pthread_mutex_unlock(&j->lock);
    return !j->stopping;
}

static void *run(void *arg)
{
    struct jobs *j = arg;
    struct arena *mem = arena_new(JOB_MEMORY);
    enum status status = OK;
    bool down = false;  /* the database; said once */
    bool behind = true; /* a job may be in our hand, of before the start or half done */
    while (status == OK ? !j->stopping : rest(j)) {
        look_for_calls(j, mem);
        struct cx cx = {
            .mem = mem, .now = clock_now(), .lang = "en", .zone = "UTC", .setup = j->setup
        };
        status = behind ? work_again(&cx, j->writer, j->lane) : work_lane(&cx, j->writer, j->lane);
        if (behind && status == NOT_FOUND) {
            behind = false;
            status = OK;
            arena_reset(mem);
            continue;
        }
        bool failed = status != OK && status != NOT_FOUND;
        behind |= failed;
        bool was_down = down;
        down = status == BROKEN && cx.reason && strcmp(cx.reason, "down") == 0;
        if (failed && !(down && was_down))
            log_line(LOG_BROKEN, "job", log_text("file", cx.file), log_int("line", cx.line),
                     log_text("why", cx.message));
        arena_reset(mem);
    }
    arena_free(mem);
    return NULL;
}

static struct jobs *start(const struct setup *setup, struct writer *writer, enum lane lane)
{
    struct jobs *j = calloc(1, sizeof *j);
    pthread_condattr_t clock;
    if (!j) abort();
    j->setup = setup;
    j->writer = writer;
    j->lane = lane;
    pthread_mutex_init(&j->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&j->wake, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&j->thread, NULL, run, j) != 0) abort();
    return j;
}

struct jobs *jobs_start(const struct setup *setup, struct writer *writer)
{
    return start(setup, writer, LETTER_LANE);
}

void jobs_wake(struct jobs *j)
{
    if (!j || j->woken) return;
    pthread_mutex_lock(&j->lock);
    j->woken = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
}

void jobs_stop(struct jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_signal(&j->wake);
    pthread_mutex_unlock(&j->lock);
    pthread_join(j->thread, NULL);
    if (j->calls) jobs_stop(j->calls);
}

void jobs_free(struct jobs *j)
{
    if (j->calls) jobs_free(j->calls);
    pthread_cond_destroy(&j->wake);
    pthread_mutex_destroy(&j->lock);
    free(j);
}
