/* emergency_mail.c - who is told that a record was opened in an emergency.
 *
 * About the reader; the details hold the emergency.  It says who and when, and
 * nothing of the patient or the reason. */
#include "app/emergencies/row.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/emergencies/emergency_mail.text.h"

enum status letter_emergency(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct emergency *e;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(emergency_read(cx, id_of(job->details), &e));
    letter_begin(cx, l, reader, &practice);
    l->subject = SAY(emergency_subject, e->user_name);
    letter_say(l,
               SAY(emergency_text, e->user_name, practice.name, time_moment_there(cx, e->since)));
    letter_say(l, SAY(emergency_until, time_clock(cx, e->since + MINUTES(EMERGENCY_MINUTES))));
    letter_button(l, SAY(emergency_button),
                  url_whole(cx, url_in(cx, practice.slug, ROUTE_emergency_show, e->id)));
    letter_say(l, SAY(emergency_why, practice.name));
    return OK;
}
