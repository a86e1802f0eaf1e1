/* writer.h - the one thread that changes an embedded database.
 *
 * Whatever waits when it looks goes into one transaction: BEGIN IMMEDIATE, a
 * savepoint for each task, one COMMIT, and only then the answers.  So a task
 * is still all or nothing, one that fails goes back to its savepoint and
 * poisons nobody, and a durable commit is shared by all who wait.  If the
 * engine gives the whole transaction up (disk full, I/O error), each task is
 * started over in a transaction of its own. */
#pragma once
#include "db/db.h"

struct writer;

struct write_task {
    struct cx *cx;     /* the task's; its db is set while the task runs */
    bool always;       /* also when the disk is so full that others are refused */
    enum status (*run)(struct cx *, void *arg);                /* may run more than once */
    void (*failed)(struct cx *, void *arg, enum status);       /* after going back; may be NULL */
    void (*done)(struct cx *, void *arg, enum status);         /* after the commit, or its failure */
    void *arg;
    enum status status;
    struct write_task *next;
};

/* Opens the database for writing, migrates it, starts the thread.  `reserve`
 * names a file that keeps disk space back for tasks that are `always`. */
enum status writer_start(struct cx *, const char *where, const char *reserve, struct writer **out);

/* Calls told(arg) on the writer's thread after each commit in which db_tell()
 * was called, before the answers leave; it must not wait for anything.  To be
 * said while nothing is submitted. */
void writer_watch(struct writer *, void (*told)(void *arg), void *arg);

/* From any thread.  False if the writer is stopping: nothing will happen. */
bool writer_submit(struct writer *, struct write_task *);

/* Run one task and wait for it; the caller's cx keeps its own db. */
enum status writer_run(struct writer *, struct cx *, enum status (*run)(struct cx *, void *),
                       void *arg);

/* Finishes what was submitted, then closes. */
void writer_stop(struct writer *);
