/* writer.c - see writer.h */
#include "db/writer.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "db/driver.h"
#include "db/migrations.h"

enum { BATCH = 128, RESERVE = 4 * 1024 * 1024 };

struct writer {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct write_task *first, **last;
    bool stopping;
    struct db *db;
    struct cx cx; /* for the transaction itself */
    char *reserve;
    bool low; /* the reserve has been given up: only `always` tasks are taken */
    int64_t low_since;
    void (*told)(void *arg);
    void *told_arg;
};

/* --- the reserve ---------------------------------------------------------- */

static bool reserve_fill(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return false;
    bool filled = posix_fallocate(file, 0, RESERVE) == 0;
    close(file);
    if (!filled) unlink(path);
    return filled;
}

static void reserve_release(struct writer *w)
{
    if (!w->low) unlink(w->reserve);
    w->low = true;
    w->low_since = clock_now();
}

static void reserve_refill(struct writer *w)
{
    if (!w->low || clock_now() - w->low_since < SECONDS(1)) return;
    w->low_since = clock_now();
    w->low = !reserve_fill(w->reserve);
}

/* --- one batch ------------------------------------------------------------ */

/* A task that asks for more memory than its arena has ends here. */
static enum status run_task(struct write_task *task)
{
    jmp_buf full;
    enum status status;
    if (setjmp(full)) {
        status = task->cx->why = BROKEN; /* no memory even for a sentence */
        task->cx->reason = "memory";
        task->cx->message = "a request asked for too much memory";
    } else {
        arena_catch(task->cx->mem, &full);
        status = task->run(task->cx, task->arg);
    }
    arena_catch(task->cx->mem, NULL);
    return status;
}

/* Its arena may be full already, so this can end early, too. */
static void fail_task(struct write_task *task)
{
    jmp_buf full;
    if (!task->failed) return;
    if (setjmp(full) == 0) {
        arena_catch(task->cx->mem, &full);
        task->failed(task->cx, task->arg, task->status);
    }
    arena_catch(task->cx->mem, NULL);
}

/* True unless the engine lost the transaction. */
static bool attempt(struct writer *w, struct write_task *task)
{
    task->cx->db = w->db;
    if (w->low && !task->always) {
        w->db->full = true;
        task->status = fail_because(task->cx, BROKEN, "full", "the disk is full");
        fail_task(task);
        return true;
    }
    task->status = db_mark(task->cx);
    if (task->status != OK) return false;
    task->status = run_task(task);
    if (task->status == OK) task->status = db_release(task->cx);
    if (task->status == OK) return true;
    if (db_back(task->cx) != OK) return false;
    fail_task(task);
    return true;
}

static bool run_batch(struct writer *w, struct write_task **tasks, size_t n)
{
    arena_reset(w->cx.mem);
    w->cx.db = w->db;
    enum status status = AGAIN;
    for (int tries = 0; tries < 5 && status == AGAIN; tries++) status = db_begin(&w->cx, true);
    if (status != OK) return false;
    for (size_t i = 0; i < n; i++)
        if (!attempt(w, tasks[i])) {
            db_rollback(&w->cx);
            return false;
        }
    w->db->doomed = false;
    bool committed = db_commit(&w->cx) == OK;
    if (committed && w->db->told && w->told) w->told(w->told_arg);
    w->db->told = false;
    if (!committed) db_rollback(&w->cx);
    return committed;
}

/* The transaction was lost with everybody in it: now each alone. */
static void run_alone(struct writer *w, struct write_task *task)
{
    if (run_batch(w, &task, 1)) return;
    if (w->db->full && task->always) {
        reserve_release(w);
        if (run_batch(w, &task, 1)) return;
    }
    bool full = w->db->full;
    task->status = fail_because(task->cx, BROKEN, full ? "full" : NULL, "could not commit: %s",
                                w->cx.message ? w->cx.message : "");
    fail_task(task);
}

static size_t take(struct writer *w, struct write_task **tasks)
{
    size_t n = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stopping) pthread_cond_wait(&w->wake, &w->lock);
    while (w->first && n < BATCH) {
        tasks[n++] = w->first;
        w->first = w->first->next;
    }
    if (!w->first) w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void *work(void *arg)
{
    struct writer *w = arg;
    struct write_task *tasks[BATCH];
    for (size_t n; (n = take(w, tasks)) > 0;) {
        reserve_refill(w);
        if (!run_batch(w, tasks, n))
            for (size_t i = 0; i < n; i++) run_alone(w, tasks[i]);
        for (size_t i = 0; i < n; i++) {
            tasks[i]->cx->db = NULL;
            tasks[i]->done(tasks[i]->cx, tasks[i]->arg, tasks[i]->status);
        }
    }
    return NULL;
}

/* --- from outside --------------------------------------------------------- */

enum status writer_start(struct cx *cx, const char *where, const char *reserve, struct writer **out)
{
    struct writer *w = calloc(1, sizeof *w);
    int done;
    if (!w) abort();
    TRY(db_open(cx, where, DB_WRITER, &w->db));
    struct db *before = cx->db;
    cx->db = w->db;
    enum status status = db_migrate(cx, &done);
    cx->db = before;
    if (status != OK) {
        db_close(w->db);
        free(w);
        return status;
    }
    w->last = &w->first;
    w->reserve = strdup(reserve);
    w->low = !reserve_fill(reserve);
    w->cx = (struct cx){ .mem = arena_new(1 << 20) };
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    if (pthread_create(&w->thread, NULL, work, w) != 0) abort();
    *out = w;
    return OK;
}

void writer_watch(struct writer *w, void (*told)(void *arg), void *arg)
{
    w->told = told;
    w->told_arg = arg;
}

bool writer_submit(struct writer *w, struct write_task *task)
{
    task->next = NULL;
    pthread_mutex_lock(&w->lock);
    bool open = !w->stopping;
    if (open) {
        *w->last = task;
        w->last = &task->next;
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&w->lock);
    return open;
}

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    enum status (*run)(struct cx *, void *);
    void *arg;
};

static enum status run_waiting(struct cx *cx, void *arg)
{
    struct waiting *waiting = arg;
    return waiting->run(cx, waiting->arg);
}

static void wake_waiting(struct cx *cx, void *arg, enum status status)
{
    struct waiting *waiting = arg;
    (void)cx, (void)status;
    pthread_mutex_lock(&waiting->lock);
    waiting->done = true;
    pthread_cond_signal(&waiting->over);
    pthread_mutex_unlock(&waiting->lock);
}

enum status writer_run(struct writer *w, struct cx *cx, enum status (*run)(struct cx *, void *),
                       void *arg)
{
    struct waiting waiting = { .run = run, .arg = arg };
    struct write_task task = { .cx = cx, .always = true, .run = run_waiting, .done = wake_waiting,
                               .arg = &waiting };
    struct db *before = cx->db;
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.over, NULL);
    if (!writer_submit(w, &task)) {
        task.status = fail(cx, BROKEN, "the program is stopping");
    } else {
        pthread_mutex_lock(&waiting.lock);
        while (!waiting.done) pthread_cond_wait(&waiting.over, &waiting.lock);
        pthread_mutex_unlock(&waiting.lock);
    }
    pthread_mutex_destroy(&waiting.lock);
    pthread_cond_destroy(&waiting.over);
    cx->db = before;
    return task.status;
}

void writer_stop(struct writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    db_close(w->db);
    arena_free(w->cx.mem);
    free(w->reserve);
    free(w);
}
