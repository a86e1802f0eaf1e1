/* batch.h - many tasks in one transaction, for a database that one may write at a time.
 *
 * Each task gets a savepoint; there is one COMMIT, and only then are they
 * answered.  If the engine gives the whole transaction up (disk full, I/O
 * error), each is started over in a transaction of its own. */
#pragma once
#include "db/writer.h"

struct batch;

struct batch *batch_new(struct db *, const char *reserve);
void batch_run(struct batch *, struct write_task **, size_t n); /* sets the status of each */
void batch_free(struct batch *);

/* What a task does, and what it does about a failure.  One that asks for more
 * memory than its arena has ends here. */
enum status task_run(struct write_task *);
void task_fail(struct write_task *);
