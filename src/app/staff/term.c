/* term.c - see term.h */
#include "app/staff/term.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/departures/plan.h"
#include "app/invitations/invitation.h"
#include "app/users/acting.h"
#include "base/date.h"
#include "base/say.h"
#include "base/time.h"

#include "app/staff/staff.text.h"

/* --- as typed --------------------------------------------------------------------- */

struct days {
    const char *first, *last; /* "" none, NULL no day */
};

static struct days days_typed(struct cx *cx, const char *first, const char *last)
{
    return (struct days){ first && *first ? date_parse(cx, first) : "",
                          last && *last ? date_parse(cx, last) : "" };
}

static void take(struct cx *cx, struct days days, struct user_draft *d)
{
    bool later = *days.first && strcmp(days.first, date_today(cx)) > 0;
    d->starts_at = later ? date_start(cx, days.first) : 0;
    d->ends_at = *days.last ? date_moment(cx, days.last, 24 * 60 - 1) : 0;
}

void term_guess(struct cx *cx, const char *first, const char *last, struct user_draft *d)
{
    struct days days = days_typed(cx, first, last);
    if (!days.first) days.first = "";
    if (!days.last) days.last = "";
    take(cx, days, d);
    if (d->ends_at <= cx->now || d->ends_at < d->starts_at) d->ends_at = 0;
}

void term_check(struct cx *cx, const char *first, const char *last, struct user_draft *d)
{
    struct days days = days_typed(cx, first, last);
    int64_t farthest = day_add(time_zone(cx), cx->now, PLAN_DAYS_MOST);
    if (!days.first) field_fault(cx, "first_day", SAY(term_none));
    if (!days.last) field_fault(cx, "last_day", SAY(term_none));
    if (!days.first || !days.last) return;
    take(cx, days, d);
    if (*days.first && strcmp(days.first, date_today(cx)) < 0)
        field_fault(cx, "first_day", SAY(term_over));
    if (d->starts_at > farthest) field_fault(cx, "first_day", SAY(term_far));
    if (d->ends_at && d->ends_at <= cx->now)
        field_fault(cx, "last_day", SAY(term_over));
    else if (d->ends_at && d->ends_at < d->starts_at)
        field_fault(cx, "last_day", SAY(term_order));
    if (d->ends_at > farthest) field_fault(cx, "last_day", SAY(term_far));
    if (access_full(&d->access) && (*days.first || *days.last))
        field_fault(cx, *days.first ? "first_day" : "last_day", SAY(term_full));
}

/* --- as planned ------------------------------------------------------------------- */

enum status term_begin(struct cx *cx, struct id user, const struct user_draft *d)
{
    struct user *u;
    bool later = d->starts_at > cx->now;
    if (!later && !d->ends_at) return OK;
    TRY(user_find(cx, user, &u));
    if (later) TRY(plan_make_at(cx, u, PLAN_ACTIVATE, d->starts_at));
    return d->ends_at ? plan_make_at(cx, u, PLAN_DEACTIVATE, d->ends_at) : OK;
}

/* As whoever invited, who could still do so a moment ago: invitation_accept() asks that. */
enum status terms_follow_acceptance(struct cx *cx, struct id user)
{
    struct id inviter;
    struct user_draft d = { 0 };
    TRY(invitation_term(cx, user, &inviter, &d));
    if (!d.starts_at && !d.ends_at) return OK;
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    enum status status = user_acts(cx, inviter, INT64_MAX);
    if (status == OK) status = term_begin(cx, user, &d);
    cx->actor = before;
    cx->zone = zone;
    return status;
}
