/* policy_mail.c - the letter to who has no second step where one is required, or will be.
 *
 *   letter_second_required   about: the user; details: the moment from which on
 *
 * Whoever has one meanwhile, and of whom it is required from another moment or never, is not
 * written. */
#include <stdlib.h>

#include "app/second_step/second_step.h"
#include "app/security/policy.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/security/security.text.h"

static enum status still_true(struct cx *cx, const struct user *u, int64_t moment)
{
    struct second_policy p;
    bool on;
    TRY(second_policy_find(cx, &p));
    TRY(second_step_on(cx, u->person, &on));
    bool of_rule = moment == p.rule.some_from || moment == p.rule.all_from;
    if (u->access.active && !on && of_rule) return OK;
    return fail(cx, NOT_FOUND, "not so any more");
}

enum status letter_second_required(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    int64_t moment = strtoll(job->details, NULL, 10);
    TRY(letter_facts(cx, job->about, &u, &practice));
    TRY(still_true(cx, u, moment));
    bool now = moment <= cx->now;
    const char *day = time_day(cx, moment);
    letter_begin(cx, l, u, &practice);
    l->subject =
        now ? SAY(mail_now_subject, practice.name) : SAY(mail_soon_subject, practice.name, day);
    letter_say(l, now ? SAY(mail_now, practice.name) : SAY(mail_soon, practice.name, day));
    letter_say(l, SAY(mail_what));
    letter_say(l, SAY(mail_then, practice.name, (int64_t)SECOND_GRACE_HOURS));
    letter_button(l, SAY(mail_button), url_whole(cx, url_in(cx, "", ROUTE_own_second_show)));
    return OK;
}
