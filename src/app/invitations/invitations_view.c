/* invitations_view.c - see invitations_view.h */
#include "app/invitations/invitations_view.h"

#include <string.h>

#include "app/users/access_words.h"
#include "app/users/profession.h"
#include "base/text.h"
#include "base/time.h"

#include "app/invitations/invitations.text.h"

const char *invitation_day(struct cx *cx, const struct invitation *inv, int64_t at)
{
    return time_in(cx, inv->practice_zone, time_short_day, at);
}

const char *invitation_offer(struct cx *cx, const struct invitation *inv)
{
    const struct user_draft *draft = &inv->draft;
    return SAY(strip_offer, levels[draft->access.level].label(cx), draft_locations(cx, draft));
}

static const char *initials(struct cx *cx, const struct invitation *inv)
{
    return text_initials(cx->mem, inv->draft.first_name, inv->draft.last_name);
}

/* "Invited 2 days ago", by the calendar of the practice. */
static const char *sent_words(struct cx *cx, const struct invitation *inv)
{
    int days = day_count(time_zone(cx), inv->sent_at, cx->now);
    return days > 0 ? SAY(row_sent, days) : SAY(row_sent_today);
}

static const char *state_words(struct cx *cx, const struct invitation *inv)
{
    const char *day = invitation_day(cx, inv, inv->answered_at);
    switch (inv->state) {
    case INVITATION_PENDING:
        return SAY(row_pending, sent_words(cx, inv), time_left(cx, inv->expires_at));
    case INVITATION_ACCEPTED: return SAY(row_accepted, day);
    case INVITATION_DECLINED: return SAY(row_declined, day);
    case INVITATION_EXPIRED: return SAY(row_expired, day);
    case INVITATION_WITHDRAWN: break;
    }
    return inv->lost ? SAY(row_lost, inv->inviter_name) : SAY(row_withdrawn, day);
}

static const char *state_tag(struct cx *cx, const struct invitation *inv)
{
    switch (inv->state) {
    case INVITATION_PENDING: return SAY(tag_pending);
    case INVITATION_ACCEPTED: return SAY(tag_accepted);
    case INVITATION_DECLINED: return SAY(tag_declined);
    case INVITATION_EXPIRED: return SAY(tag_expired);
    case INVITATION_WITHDRAWN: break;
    }
    return SAY(tag_withdrawn);
}

/* Of a form that was sent and refused: which of several strips it was. */
static bool at_fault(const struct cx *cx, const struct request *rq, const struct invitation *inv)
{
    return rq->method == POST && cx->faults && strcmp(param_text(rq, "id"), inv->id.text) == 0;
}

#include "app/invitations/invitations_view.html.h"

void invitation_strips(struct html *h, struct request *rq, const struct invitation_list *list)
{
    if (list->n == 0) return;
    if (!rq->visit->proven)
        unproven_view(h, rq, (int64_t)list->n);
    else
        strips_view(h, rq, list);
}

void invitation_row(struct html *h, const struct request *rq, const struct invitation *inv,
                    bool fresh)
{
    row_view(h, rq, inv, fresh);
}
