/* jobs.h - the threads that do the work behind the pages.
 *
 * One takes jobs out of the queue one by one until none is due, then sleeps until it is woken, at
 * most a second.  Every five seconds it looks for calls, too, and leaves them to a second thread,
 * which is there from the first one on: most installations call nobody. */
#pragma once
#include "base/setup.h"
#include "db/writer.h"

struct jobs;

struct jobs *jobs_start(const struct setup *, struct writer *);
void jobs_wake(struct jobs *); /* from any thread; cheap, and NULL is fine */
void jobs_stop(struct jobs *); /* finishes the job at hand; the others wait in the database */
void jobs_free(struct jobs *); /* when nobody can wake it any more */
