/* jobs.h - the threads that do the work behind the pages.
 *
 * Each takes the jobs of its lane out of the queue one by one until none is due, then sleeps
 * until it is woken, at most a second, that of calls five: most installations call nobody. */
#pragma once
#include "base/setup.h"
#include "db/writer.h"
#include "work/queue.h"

struct jobs;

struct jobs *jobs_start(const struct setup *, struct writer *, enum lane);
void jobs_wake(struct jobs *); /* from any thread; cheap, and NULL is fine */
void jobs_stop(struct jobs *); /* finishes the job at hand; the others wait in the database */
void jobs_free(struct jobs *); /* when nobody can wake it any more */
