/* exports_mail.c - letters about exports; about the reader, the details say which: "allowed",
 * "ready", "left" (what is kept after leaving), or "taken" and who took it; of a whole practice
 * group "group" and who took it, or "asked", "ready" or "declined" and which export. */
#include <string.h>

#include "app/exports/group_export.h"
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

/* To who has left, as long as there is something to take. */
static enum status write_left(struct cx *cx, struct letter *l, const struct user *reader,
                              const struct letter_practice *practice)
{
    struct export_permit permit;
    TRY(export_permit_find(cx, reader->id, &permit));
    if (reader->access.active || !permit.waits || !permit.outlives)
        return fail(cx, NOT_FOUND, "nothing is kept any more");
    letter_begin(cx, l, reader, practice);
    l->subject = SAY(left_subject, time_day(cx, permit.until - 1));
    letter_say(l, SAY(left_text, practice->name, time_day(cx, permit.until - 1)));
    letter_button(l, SAY(left_button),
                  url_whole(cx, url_in(cx, "", ROUTE_left_data_show, practice->slug)));
    letter_say(l, SAY(left_why, practice->name));
    return OK;
}

/* --- of a whole practice group ---------------------------------------------------------- */

static enum status write_group_taken(struct cx *cx, struct letter *l, struct id who,
                                     const char *group)
{
    struct user *u;
    TRY(user_find(cx, who, &u));
    l->subject = SAY(group_taken_subject, user_name(cx, u), group);
    letter_say(l, SAY(group_taken_text, user_name(cx, u), group));
    letter_say(l, SAY(taken_why, group));
    return OK;
}

static enum status write_group(struct cx *cx, struct letter *l, const char *what, struct id id,
                               const struct letter_practice *practice)
{
    struct export *x;
    bool asked = strcmp(what, "asked") == 0, ready = strcmp(what, "ready") == 0;
    TRY(group_export_read(cx, id, &x));
    if (asked && x->state != EXPORT_ASKED) return fail(cx, NOT_FOUND, "not asked any more");
    l->subject = asked   ? SAY(group_asked_subject, x->by_name)
                 : ready ? SAY(group_ready_subject, practice->name)
                         : SAY(group_declined_subject, practice->name);
    letter_say(l, asked   ? SAY(group_asked_text, x->by_name, practice->name, x->reason)
                  : ready ? SAY(group_ready_text, practice->name)
                          : SAY(group_declined_text, practice->name));
    letter_button(l, SAY(group_button),
                  url_whole(cx, url_in(cx, practice->slug, ROUTE_group_export_show)));
    letter_say(l, SAY(taken_why, practice->name));
    return OK;
}

/* Whether the details begin with this word and a blank; what follows. */
static const char *behind(const char *details, const char *word)
{
    size_t n = strlen(word);
    return strncmp(details, word, n) == 0 && details[n] == ' ' ? details + n + 1 : NULL;
}

enum status letter_export(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct export_permit permit;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (strcmp(job->details, "left") == 0) return write_left(cx, l, reader, &practice);
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    letter_begin(cx, l, reader, &practice);
    const char *of;
    if ((of = behind(job->details, "taken"))) return write_taken(cx, l, id_of(of), practice.name);
    if ((of = behind(job->details, "group")))
        return write_group_taken(cx, l, id_of(of), practice.name);
    static const char *const about[] = { "asked", "declined", "ready" };
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        if ((of = behind(job->details, about[i])))
            return write_group(cx, l, about[i], id_of(of), &practice);
    bool ready = strcmp(job->details, "ready") == 0;
    TRY(export_permit_find(cx, reader->id, &permit));
    const char *day = permit.until ? time_day(cx, permit.until - 1) : "";
    if (!ready && !permit.until) return fail(cx, NOT_FOUND, "taken back meanwhile");
    l->subject = ready ? SAY(ready_subject) : SAY(allowed_subject, day);
    letter_say(l, !ready            ? SAY(allowed_text, practice.name, day)
                  : permit.outlives ? SAY(ready_kept_text, practice.name, day)
                                    : SAY(ready_text, practice.name));
    if (!ready && permit.outlives) letter_say(l, SAY(allowed_kept_text));
    letter_button(l, SAY(export_button),
                  url_whole(cx, url_in(cx, practice.slug, ROUTE_my_data_show)));
    letter_say(l, SAY(export_why, practice.name));
    return OK;
}
