/* second_step_mail.c - letters about the second step. */
#include <string.h>

#include "app/people/membership.h"
#include "app/people/person.h"
#include "app/second_step/second_step.h"
#include "base/say.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/second_step/second_step_mail.text.h"

/* To whom; and from here on times are those of the person's practice. */
static enum status begin(struct cx *cx, const struct job *job, struct letter *l)
{
    struct person *person;
    TRY(person_find(cx, job->about, &person));
    TRY(membership_zone(cx, job->about));
    l->to = person->email;
    l->to_name = person_name(cx, person);
    letter_say(
        l, SAY(second_mail_hello, *person->first_name ? person->first_name : person->last_name));
    return OK;
}

static const char *what_happened(struct cx *cx, const char *what, const char *when, int64_t left)
{
    if (strcmp(what, "added") == 0) return SAY(second_mail_added, when);
    if (strcmp(what, "removed") == 0) return SAY(second_mail_removed, when);
    if (strcmp(what, "off") == 0) return SAY(second_mail_off, when);
    if (strcmp(what, "codes") == 0) return SAY(second_mail_codes, when);
    if (strcmp(what, "used") == 0) return SAY(second_mail_used, when, left);
    if (strcmp(what, "passkey added") == 0) return SAY(second_mail_passkey_added, when);
    if (strcmp(what, "passkey removed") == 0) return SAY(second_mail_passkey_removed, when);
    if (strcmp(what, "passkey off") == 0) return SAY(second_mail_passkey_off, when);
    if (strcmp(what, "undone") == 0) return SAY(second_mail_undone, when);
    if (strcmp(what, "groups") == 0) return SAY(second_mail_groups, when);
    return SAY(second_mail_host, when);
}

enum status letter_second_step(struct cx *cx, const struct job *job, struct letter *l)
{
    struct second_step now;
    bool used = strcmp(job->details, "used") == 0;
    TRY(begin(cx, job, l));
    TRY(second_step_find(cx, job->about, &now));
    l->subject = used                                       ? SAY(second_mail_used_subject)
                 : strncmp(job->details, "passkey", 7) == 0 ? SAY(second_mail_passkey_subject)
                                                            : SAY(second_mail_subject);
    letter_say(
        l, what_happened(cx, job->details, time_moment_there(cx, job->created_at), now.codes_left));
    letter_say(l, SAY(second_mail_sessions));
    letter_say(l, SAY(second_mail_you));
    letter_say(l, SAY(second_mail_not_you));
    return OK;
}

enum status letter_wrong_codes(struct cx *cx, const struct job *job, struct letter *l)
{
    TRY(begin(cx, job, l));
    l->subject = SAY(codes_mail_subject);
    letter_say(l, SAY(codes_mail_said, time_moment_there(cx, job->created_at)));
    letter_say(l, SAY(codes_mail_you));
    letter_say(l, SAY(codes_mail_not_you));
    return OK;
}
