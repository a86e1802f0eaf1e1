/* batch.c - see batch.h */
#include "db/batch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "db/driver.h"

enum { RESERVE = 4 * 1024 * 1024 };

struct batch {
    struct db *db;
    struct cx cx; /* for the transaction itself */
    char *reserve;
    bool low; /* the reserve has been given up: only `always` tasks are taken */
    int64_t low_since;
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

static void reserve_release(struct batch *b)
{
    if (!b->low) unlink(b->reserve);
    b->low = true;
    b->low_since = clock_now();
}

static void reserve_refill(struct batch *b)
{
    if (!b->low || clock_now() - b->low_since < SECONDS(1)) return;
    b->low_since = clock_now();
    b->low = !reserve_fill(b->reserve);
}

/* --- one task ------------------------------------------------------------ */

/* A task that asks for more memory than its arena has ends here. */
enum status task_run(struct write_task *task)
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
void task_fail(struct write_task *task)
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
static bool attempt(struct batch *b, struct write_task *task)
{
    task->cx->db = b->db;
    if (b->low && !task->always) {
        b->db->full = true;
        task->status = fail_because(task->cx, BROKEN, "full", "the disk is full");
        task_fail(task);
        return true;
    }
    task->status = db_mark(task->cx);
    if (task->status != OK) return false;
    task->status = task_run(task);
    if (task->status == OK) task->status = db_release(task->cx);
    if (task->status == OK) return true;
    if (db_back(task->cx) != OK) return false;
    task_fail(task);
    return true;
}

static bool run_batch(struct batch *b, struct write_task **tasks, size_t n)
{
    arena_reset(b->cx.mem);
    b->cx.db = b->db;
    enum status status = AGAIN;
    for (int tries = 0; tries < 5 && status == AGAIN; tries++) status = db_begin(&b->cx, true);
    if (status != OK) return false;
    for (size_t i = 0; i < n; i++)
        if (!attempt(b, tasks[i])) {
            db_rollback(&b->cx);
            return false;
        }
    b->db->doomed = false;
    if (db_commit(&b->cx) == OK) return true;
    db_rollback(&b->cx);
    return false;
}

/* The transaction was lost with everybody in it: now each alone. */
static void run_alone(struct batch *b, struct write_task *task)
{
    if (run_batch(b, &task, 1)) return;
    if (b->db->full && task->always) {
        reserve_release(b);
        if (run_batch(b, &task, 1)) return;
    }
    bool full = b->db->full;
    task->status = fail_because(task->cx, BROKEN, full ? "full" : NULL, "could not commit: %s",
                                b->cx.message ? b->cx.message : "");
    task_fail(task);
}

void batch_run(struct batch *b, struct write_task **tasks, size_t n)
{
    reserve_refill(b);
    if (run_batch(b, tasks, n)) return;
    for (size_t i = 0; i < n; i++) run_alone(b, tasks[i]);
}

struct batch *batch_new(struct db *db, const char *reserve)
{
    struct batch *b = calloc(1, sizeof *b);
    if (!b) abort();
    b->db = db;
    b->reserve = strdup(reserve);
    if (!b->reserve) abort();
    b->low = !reserve_fill(reserve);
    b->cx = (struct cx){ .mem = arena_new(1 << 20) };
    return b;
}

void batch_free(struct batch *b)
{
    arena_free(b->cx.mem);
    free(b->reserve);
    free(b);
}
