/* email_change_mail.c - letters about a change of the email that somebody signs in with.
 *
 *   letter_email_confirm   about: the change; to the new address
 *   letter_email_notice    about: the change; details: "asked" or "changed"; to the old address
 *
 * The new address may be a stranger's by a slip of the keyboard, so its letter names nobody. */
#include <string.h>

#include "app/own_email/email_change.h"
#include "app/people/membership.h"
#include "base/time.h"
#include "web/web.h"
#include "work/queue.h"

#include "app/own_email/email_change.text.h"

static enum status is_taken(struct cx *cx, const struct email_change *c, bool *out)
{
    struct person *other;
    TRY(email_is_kept(cx, c->new_key, c->person, out));
    if (*out) return OK;
    enum status status = person_by_email(cx, c->new_key, &other);
    *out = status == OK && !id_same(other->id, c->person);
    return status == NOT_FOUND ? OK : status;
}

enum status letter_email_confirm(struct cx *cx, const struct job *job, struct letter *l)
{
    struct email_change c;
    const char *token;
    bool taken;
    TRY(email_change_find(cx, job->about, &c));
    TRY(is_taken(cx, &c, &taken));
    l->to = c.new_email;
    l->to_name = "";
    if (taken) {
        l->subject = SAY(email_mail_taken_subject);
        letter_say(l, SAY(email_mail_taken));
        letter_say(l, SAY(email_mail_taken_you));
        return OK;
    }
    TRY(email_confirm_link(cx, c.id, &token));
    l->subject = SAY(email_mail_confirm_subject);
    letter_say(l, SAY(email_mail_confirm, (int64_t)EMAIL_CONFIRM_DAYS));
    letter_button(l, SAY(email_mail_confirm_button),
                  url_whole(cx, url_in(cx, "", ROUTE_email_confirm_show, token)));
    letter_say(l, SAY(email_mail_confirm_not_you));
    return OK;
}

enum status letter_email_notice(struct cx *cx, const struct job *job, struct letter *l)
{
    struct email_change c;
    struct person *person;
    const char *token;
    bool changed = strcmp(job->details, "changed") == 0;
    TRY(email_change_find(cx, job->about, &c));
    TRY(person_find(cx, c.person, &person));
    TRY(membership_zone(cx, c.person));
    TRY(email_undo_link(cx, c.id, &token));
    const char *when = time_moment_there(cx, job->created_at);
    l->to = c.old_email;
    l->to_name = person_name(cx, person);
    l->subject = changed ? SAY(email_mail_changed_subject) : SAY(email_mail_asked_subject);
    letter_say(l,
               SAY(email_mail_hello, *person->first_name ? person->first_name : person->last_name));
    letter_say(l, changed ? SAY(email_mail_changed, when) : SAY(email_mail_asked, when));
    letter_say(l, SAY(email_mail_you));
    letter_say(l, SAY(email_mail_not_you));
    letter_button(l, SAY(email_mail_undo_button),
                  url_whole(cx, url_in(cx, "", ROUTE_email_undo_show, token)));
    letter_say(l, SAY(email_mail_undo, (int64_t)EMAIL_UNDO_DAYS));
    return OK;
}
