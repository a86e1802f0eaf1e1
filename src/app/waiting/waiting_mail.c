/* waiting_mail.c - letters to those who wait: to confirm it, that a time is kept, and that nobody
 * can be booked there any more.
 *
 *   letter_waiting   about: the waiter; details: "asked", "kept MOMENT" or "ended"
 *
 * When, where and with whom; nothing of why.  What is over by now is not written of.
 */
#include <stdlib.h>
#include <string.h>

#include "app/practices/practice.h"
#include "app/waiting/waiting.h"
#include "base/time.h"
#include "web/web.h"
#include "work/queue.h"

#include "app/waiting/waiting.text.h"

static enum status with_link(struct cx *cx, const struct waiter *w, struct letter *l,
                             const char *label)
{
    const char *token;
    TRY(waiter_link(cx, w->id, &token));
    letter_button(l, label, url_whole(cx, url_in(cx, "", ROUTE_waiting_show, token)));
    return OK;
}

static enum status say_asked(struct cx *cx, const struct waiter *w, const char *practice,
                             struct letter *l)
{
    l->subject = SAY(wait_mail_asked_subject, practice);
    letter_say(l, SAY(wait_mail_asked, practice, w->user_name, w->location_name,
                      time_day(cx, w->until_at - 1)));
    letter_say(l, SAY(wait_mail_then));
    TRY(with_link(cx, w, l, SAY(wait_mail_confirm)));
    letter_say(l, SAY(wait_mail_not_you, time_moment_there(cx, w->expires_at)));
    return OK;
}

static enum status say_kept(struct cx *cx, const struct waiter *w, const char *practice,
                            struct letter *l)
{
    l->subject = SAY(wait_mail_kept_subject, practice);
    letter_say(l, SAY(wait_mail_kept, w->user_name, w->location_name,
                      time_weekday_day(cx, w->kept_at), time_clock(cx, w->kept_at)));
    letter_say(l, SAY(wait_mail_until, time_moment_there(cx, w->kept_until)));
    TRY(with_link(cx, w, l, SAY(wait_mail_look)));
    letter_say(l, SAY(wait_mail_why, practice));
    return OK;
}

static bool still(const struct waiter *w, const char *details)
{
    if (strcmp(details, "ended") == 0) return w->state == WAITER_ENDED;
    if (w->over) return false;
    if (strcmp(details, "asked") == 0) return w->state == WAITER_ASKED;
    return w->kept_until && !w->confirms && w->kept_at == strtoll(details + 5, NULL, 10);
}

enum status letter_waiting(struct cx *cx, const struct job *job, struct letter *l)
{
    struct waiter w;
    struct practice *practice;
    TRY(waiter_read(cx, job->about, &w));
    if (!still(&w, job->details)) return fail(cx, NOT_FOUND, "it went on meanwhile");
    TRY(practice_find(cx, &practice));
    cx->zone = w.zone;
    l->to = w.email;
    l->from_name = practice->name;
    letter_say(l, SAY(wait_mail_hello));
    if (w.state == WAITER_ASKED) return say_asked(cx, &w, practice->name, l);
    if (w.state == WAITER_WAITING) return say_kept(cx, &w, practice->name, l);
    l->subject = SAY(wait_mail_ended_subject, practice->name);
    letter_say(l, SAY(wait_mail_ended, w.user_name, w.location_name));
    return OK;
}
