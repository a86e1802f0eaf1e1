/* invitation_term.c - what happens to invitations nobody answers. */
#include "app/invitations/invitation_row.h"
#include "base/setup.h"
#include "work/queue.h"

/* One that is gone, or not of this practice, needs nothing any more. */
static enum status find(struct cx *cx, const struct job *job, struct invitation **out)
{
    *out = NULL;
    enum status status = invitation_find(cx, job->about, out);
    return status == NOT_FOUND ? OK : status;
}

enum status invitation_remind(struct cx *cx, const struct job *job)
{
    struct invitation *inv;
    TRY(find(cx, job, &inv));
    if (!inv || inv->state != INVITATION_PENDING) return OK;
    if (cx->now < inv->expires_at - cx->setup->invitation_reminder) return OK;
    return enqueue(cx, JOB_letter_invitation_reminder, inv->id, "");
}

enum status invitation_expire(struct cx *cx, const struct job *job)
{
    struct invitation *inv;
    TRY(find(cx, job, &inv));
    return inv ? invitation_end_term(cx, inv) : OK;
}
