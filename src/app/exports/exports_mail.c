/* exports_mail.c - letters about own data; about the reader, the details say which:
 * "allowed", "ready", or "taken" and who took it. */
#include <string.h>

#include "app/exports/export.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/exports/exports_mail.text.h"

static enum status write_taken(struct cx *cx, struct letter *l, struct id who, const char *group)
{
    struct user *u;
    TRY(user_find(cx, who, &u));
    l->subject = SAY(taken_subject, user_name(cx, u));
    letter_say(l, SAY(taken_text, user_name(cx, u), group));
    letter_say(l, SAY(taken_why, group));
    return OK;
}

enum status letter_export(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    int64_t until;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    letter_begin(cx, l, reader, &practice);
    if (strncmp(job->details, "taken ", 6) == 0)
        return write_taken(cx, l, id_of(job->details + 6), practice.name);
    bool ready = strcmp(job->details, "ready") == 0;
    TRY(export_permit_until(cx, reader->id, &until));
    if (!ready && until == 0) return fail(cx, NOT_FOUND, "taken back meanwhile");
    l->subject = ready ? SAY(ready_subject) : SAY(allowed_subject, time_day(cx, until - 1));
    letter_say(l, ready ? SAY(ready_text, practice.name)
                        : SAY(allowed_text, practice.name, time_day(cx, until - 1)));
    letter_button(l, SAY(export_button),
                  url_whole(cx, url_in(cx, practice.slug, ROUTE_my_data_show)));
    letter_say(l, SAY(export_why, practice.name));
    return OK;
}
