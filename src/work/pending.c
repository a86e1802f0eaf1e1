/* pending.c - letters that are on their way.  Weak: the real ones take their place. */
#include "work/queue.h"

#define TASK(name, ...)                                                                        \
    __attribute__((weak)) enum status name(struct cx *cx, const struct job *job)               \
    {                                                                                          \
        (void)job;                                                                             \
        return fail(cx, BROKEN, "not there yet");                                              \
    }
#define LETTER(name, ...)                                                                      \
    __attribute__((weak)) enum status name(struct cx *cx, const struct job *job, struct letter *l) \
    {                                                                                          \
        (void)job, (void)l;                                                                    \
        return fail(cx, BROKEN, "not there yet");                                              \
    }
#include "work/jobs.def"
#undef TASK
#undef LETTER

__attribute__((weak)) enum status letter_outcome(struct cx *cx, const struct job *job,
                                                 const char *problem)
{
    (void)cx, (void)job, (void)problem;
    return OK;
}
