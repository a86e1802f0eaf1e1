/* looks_job.c - lists that were shown become looks at each of their patients. */
#include "access/looks.h"
#include "work/queue.h"

enum status looks_move_on(struct cx *cx, const struct job *job)
{
    bool left;
    TRY(looks_move(cx, &left));
    return left ? enqueue(cx, JOB_looks_move_on, job->about, "") : OK;
}
