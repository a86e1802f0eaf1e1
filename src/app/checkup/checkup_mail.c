/* checkup_mail.c - the letter that asks somebody to set up a second step.
 *
 *   letter_second_wanted   about: the user
 *
 * Whoever has one meanwhile is not written. */
#include "app/second_step/second_step.h"
#include "app/users/users_mail.h"
#include "web/web.h"

#include "app/checkup/checkup.text.h"

enum status letter_second_wanted(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct letter_practice practice;
    bool on;
    TRY(letter_facts(cx, job->about, &u, &practice));
    TRY(second_step_on(cx, u->person, &on));
    if (!u->access.active || on) return fail(cx, NOT_FOUND, "not so any more");
    letter_begin(cx, l, u, &practice);
    l->subject = SAY(wanted_subject, practice.name);
    letter_say(l, SAY(wanted_what, practice.name));
    letter_say(l, SAY(wanted_how));
    letter_button(l, SAY(wanted_button), url_whole(cx, url_in(cx, "", ROUTE_own_sign_in)));
    return OK;
}
