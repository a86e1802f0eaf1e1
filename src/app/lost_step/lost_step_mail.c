/* lost_step_mail.c - letters about a second step that is lost.
 *
 *   letter_lost_step        about: the user; details: "asked" or "agreed", and which
 *   letter_lost_step_agree  about: a user with Full Access who could agree; details: which
 *
 * What is over by then is not written. */
#include <string.h>

#include "app/lost_step/lost_step.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/lost_step/lost_step.text.h"

static enum status still_open(struct cx *cx, struct id id, struct lost_step **s)
{
    const char *over;
    TRY(lost_step_read(cx, id, s, &over));
    return *over || (*s)->ends_at <= cx->now ? fail(cx, NOT_FOUND, "over meanwhile") : OK;
}

enum status letter_lost_step(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *u;
    struct lost_step *s;
    struct letter_practice practice;
    const char *blank = strchr(job->details, ' ');
    bool agreed = strncmp(job->details, "agreed ", 7) == 0;
    TRY(letter_facts(cx, job->about, &u, &practice));
    TRY(still_open(cx, id_of(blank ? blank + 1 : ""), &s));
    letter_begin(cx, l, u, &practice);
    l->subject = agreed ? SAY(lost_mail_agreed_subject, practice.name)
                        : SAY(lost_mail_asked_subject, practice.name);
    letter_say(l, agreed ? SAY(lost_mail_agreed, s->asked_name, s->agreed_name,
                               time_moment_there(cx, s->ends_at))
                         : SAY(lost_mail_asked, s->asked_name, practice.name, s->reason));
    letter_say(l, SAY(lost_mail_not_you));
    letter_button(l, SAY(lost_mail_button), url_whole(cx, url_in(cx, "", ROUTE_own_sign_in)));
    return OK;
}

enum status letter_lost_step_agree(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader, *u;
    struct lost_step *s;
    struct letter_practice practice;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    TRY(still_open(cx, id_of(job->details), &s));
    bool theirs = access_full(&reader->access) && reader->access.active;
    if (!theirs || s->agreed_at || id_same(reader->id, s->user))
        return fail(cx, NOT_FOUND, "not theirs to answer");
    TRY(user_find(cx, s->user, &u));
    letter_begin(cx, l, reader, &practice);
    const char *name = user_name(cx, u);
    l->subject = SAY(lost_mail_full_subject, name);
    letter_say(l, SAY(lost_mail_full, s->asked_name, practice.name, name, s->reason));
    letter_say(l, SAY(lost_mail_full_check, name));
    letter_button(l, SAY(lost_mail_full_button),
                  url_whole(cx, url_in(cx, practice.slug, ROUTE_lost_step_show, u->id)));
    letter_say(l, SAY(lost_mail_why, practice.name));
    return OK;
}
