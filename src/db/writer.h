/* writer.h - the threads that change the database.
 *
 * SQLite: one.  Whatever waits when it looks goes into one transaction (BEGIN
 * IMMEDIATE, a savepoint for each task, one COMMIT) and is answered only then:
 * a durable commit is shared by all who wait, a task is still all or nothing,
 * and one that fails goes back to its savepoint and poisons nobody.
 *
 * PostgreSQL: several, each with a connection; a task is one SERIALIZABLE
 * transaction and starts over when it lost a race (db_transact). */
#pragma once
#include "db/db.h"

struct writer;

struct write_task {
    struct cx *cx; /* the task's; its db is set while the task runs */
    bool always;   /* also when the disk is so full that others are refused */
    enum status (*run)(struct cx *, void *arg); /* may run more than once */
    /* After going back; may be NULL, and may run more than once.  What it changes is
       kept, if the database is still there: db_lost() says so. */
    void (*failed)(struct cx *, void *arg, enum status);
    void (*done)(struct cx *, void *arg, enum status); /* after the commit, or its failure */
    void *arg;
    enum status status;
    struct write_task *next;
};

struct writer_options {
    const char *where;
    const char *reserve; /* SQLite: a file that keeps disk space back for tasks that are `always` */
    int lanes;           /* PostgreSQL: how many may write at the same time */
};

/* Brings the database up to date and starts the threads. */
enum status writer_start(struct cx *, const struct writer_options *, struct writer **out);

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
