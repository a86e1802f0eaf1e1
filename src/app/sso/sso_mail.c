/* sso_mail.c - who is told when a user is connected with the group's provider, or it changes. */
#include "app/sso/provider.h"
#include "app/users/users_mail.h"
#include "base/time.h"

#include "app/sso/sso_mail.text.h"

/* About the user; details: what the provider is called, "" if they are connected no more. */
enum status letter_identity(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    letter_begin(cx, l, reader, &practice);
    l->subject = *job->details ? SAY(identity_subject, practice.name)
                               : SAY(identity_ended_subject, practice.name);
    letter_say(l, *job->details ? SAY(identity_text, job->details, practice.name)
                                : SAY(identity_ended_text, practice.name));
    letter_say(l, SAY(identity_not_you));
    return OK;
}

/* About each user with Full Access; details: what it is called, "" if it was taken away. */
enum status letter_provider(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    letter_begin(cx, l, reader, &practice);
    l->subject = SAY(provider_mail_subject, practice.name);
    letter_say(l, *job->details ? SAY(provider_mail_text, practice.name, job->details)
                                : SAY(provider_mail_removed, practice.name));
    letter_say(l, SAY(provider_mail_check));
    return OK;
}
