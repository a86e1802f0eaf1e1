/* asks_mail.c - letters about requests for access.
 *
 * Each is about its reader; its details hold the request.  It says who asks
 * whom, and never whose record it is, why it was asked for, or what was answered
 * in words: that stands behind the sign-in. */
#include "app/asks/row.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/asks/asks_mail.text.h"

static enum status begin(struct cx *cx, const struct job *job, struct letter *l,
                         struct user **reader, struct letter_practice *practice, struct ask **a)
{
    TRY(letter_facts(cx, job->about, reader, practice));
    if (!(*reader)->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(ask_read(cx, id_of(job->details), a));
    letter_begin(cx, l, *reader, practice);
    return OK;
}

static void say_where(struct cx *cx, struct letter *l, const char *label,
                      const struct letter_practice *practice, const struct ask *a)
{
    letter_button(l, label, url_whole(cx, url_in(cx, practice->slug, ROUTE_ask_show, a->id)));
}

enum status letter_access_asked(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct ask *a;
    bool answers;
    TRY(begin(cx, job, l, &reader, &practice, &a));
    if (a->state != ASK_WAITING || a->over) return fail(cx, NOT_FOUND, "answered meanwhile");
    answers = access_full(&reader->access);
    if (answers && id_some(a->patient))
        TRY(user_reaches(cx, reader, a->patient, a->area, EDIT, &answers));
    if (!answers) return fail(cx, NOT_FOUND, "not theirs to answer");
    const char *until = time_day(cx, a->ends_at - 1);
    l->subject = SAY(asked_subject, a->user_name);
    letter_say(l, id_some(a->patient)
                      ? SAY(asked_record, a->user_name, practice.name, until)
                      : SAY(asked_area, a->user_name, practice.name, ask_about(cx, a), until));
    letter_say(l, SAY(asked_where));
    say_where(cx, l, SAY(asked_button), &practice, a);
    letter_say(l, SAY(asked_why, practice.name));
    return OK;
}

enum status letter_access_answered(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct ask *a;
    TRY(begin(cx, job, l, &reader, &practice, &a));
    if (a->state != ASK_GRANTED && a->state != ASK_REFUSED)
        return fail(cx, NOT_FOUND, "taken back meanwhile");
    bool granted = a->state == ASK_GRANTED;
    const char *what = id_some(a->patient) ? SAY(answered_record) : ask_about(cx, a);
    const char *day = time_day(cx, a->asked_at);
    l->subject = granted ? SAY(granted_subject) : SAY(refused_subject);
    letter_say(l, granted ? SAY(granted_text, a->answered_by, practice.name, day, what)
                          : SAY(refused_text, a->answered_by, practice.name, day, what));
    say_where(cx, l, SAY(answered_button), &practice, a);
    return OK;
}
