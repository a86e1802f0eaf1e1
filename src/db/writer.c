/* writer.c - see writer.h */
#include "db/writer.h"

#include <pthread.h>
#include <stdlib.h>

#include "db/batch.h"
#include "db/driver.h"
#include "db/migrations.h"

enum { BATCH = 128 };

struct lane {
    struct writer *writer;
    struct db *db;
    pthread_t thread;
};

struct writer {
    struct lane *lanes;
    int lanes_n;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct write_task *first, **last;
    bool stopping;
    void (*told)(void *arg);
    void *told_arg;
    struct batch *batch; /* NULL: each lane runs tasks in transactions of their own */
};

static size_t take(struct writer *w, struct write_task **tasks)
{
    size_t n = 0;
    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->stopping) pthread_cond_wait(&w->wake, &w->lock);
    while (w->first && n < (w->batch ? BATCH : 1)) {
        tasks[n++] = w->first;
        w->first = w->first->next;
    }
    if (!w->first) w->last = &w->first;
    pthread_mutex_unlock(&w->lock);
    return n;
}

/* --- a transaction for each ------------------------------------------------- */

static enum status run_in_transaction(struct cx *cx, void *arg)
{
    (void)cx;
    return task_run(arg);
}

struct failure {
    struct write_task *task;
    struct cx cx; /* as it was when the task had failed */
};

static enum status fail_in_transaction(struct cx *cx, void *arg)
{
    struct failure *failure = arg;
    *cx = failure->cx;
    task_fail(failure->task);
    return OK;
}

static void run_apart(struct lane *lane, struct write_task *task)
{
    task->cx->db = lane->db;
    task->status = db_transact(task->cx, true, run_in_transaction, task);
    if (task->status == OK || !task->failed) return;
    struct failure failure = { task, *task->cx };
    if (db_transact(task->cx, true, fail_in_transaction, &failure) == OK) return;
    *task->cx = failure.cx;
    task_fail(task); /* there is no database to ask any more */
}

/* --- threads ----------------------------------------------------------------- */

static void *work(void *arg)
{
    struct lane *lane = arg;
    struct writer *w = lane->writer;
    struct write_task *tasks[BATCH];
    db_connect(lane->db);
    for (size_t n; (n = take(w, tasks)) > 0;) {
        if (w->batch)
            batch_run(w->batch, tasks, n);
        else
            run_apart(lane, tasks[0]);
        if (lane->db->told && w->told) w->told(w->told_arg);
        lane->db->told = false;
        for (size_t i = 0; i < n; i++) {
            tasks[i]->cx->db = NULL;
            tasks[i]->done(tasks[i]->cx, tasks[i]->arg, tasks[i]->status);
        }
    }
    return NULL;
}

static enum status migrate(struct cx *cx, struct db *db)
{
    int done;
    struct db *before = cx->db;
    cx->db = db;
    enum status status = db_migrate(cx, &done);
    cx->db = before;
    return status;
}

/* On a connection of its own: changing tables may take long. */
static enum status migrate_server(struct cx *cx, const char *where)
{
    struct db *db;
    TRY(db_open(cx, where, DB_WRITER | DB_PATIENT, &db));
    enum status status = migrate(cx, db);
    db_close(db);
    return status;
}

static enum status lane_start(struct cx *cx, struct writer *w, const struct writer_options *o)
{
    struct lane *lane = &w->lanes[w->lanes_n];
    lane->writer = w;
    TRY(db_open(cx, o->where, DB_WRITER, &lane->db));
    if (!db_is_shared(o->where)) {
        enum status status = migrate(cx, lane->db);
        if (status != OK) {
            db_close(lane->db);
            return status;
        }
        w->batch = batch_new(lane->db, o->reserve);
    }
    if (pthread_create(&lane->thread, NULL, work, lane) != 0) abort();
    w->lanes_n++;
    return OK;
}

enum status writer_start(struct cx *cx, const struct writer_options *o, struct writer **out)
{
    int lanes = db_is_shared(o->where) ? o->lanes : 1;
    enum status status = OK;
    if (db_is_shared(o->where)) TRY(migrate_server(cx, o->where));
    struct writer *w = calloc(1, sizeof *w);
    if (!w || !(w->lanes = calloc((size_t)lanes, sizeof *w->lanes))) abort();
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    while (w->lanes_n < lanes && status == OK) status = lane_start(cx, w, o);
    if (status == OK)
        *out = w;
    else
        writer_stop(w);
    return status;
}

void writer_watch(struct writer *w, void (*told)(void *arg), void *arg)
{
    pthread_mutex_lock(&w->lock);
    w->told = told;
    w->told_arg = arg;
    pthread_mutex_unlock(&w->lock);
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
    struct write_task task = {
        .cx = cx, .always = true, .run = run_waiting, .done = wake_waiting, .arg = &waiting
    };
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
    pthread_cond_broadcast(&w->wake);
    pthread_mutex_unlock(&w->lock);
    for (int i = 0; i < w->lanes_n; i++) {
        pthread_join(w->lanes[i].thread, NULL);
        db_close(w->lanes[i].db);
    }
    if (w->batch) batch_free(w->batch);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->wake);
    free(w->lanes);
    free(w);
}
