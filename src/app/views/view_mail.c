/* view_mail.c - who was viewed as is told.  About them; the details hold the view. */
#include "app/users/users_mail.h"
#include "app/views/view.h"
#include "base/time.h"
#include "db/db.h"

#include "app/views/view_mail.text.h"

enum status letter_viewed(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader;
    struct letter_practice practice;
    struct table t;
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(db_select(cx, &t,
                  SQL("SELECT w.since, u.first_name, u.last_name FROM views w JOIN users u"
                      " ON u.practice_id = w.practice_id AND u.id = w.user_id"
                      " WHERE w.practice_id = $1 AND w.id = $2"),
                  id_of(job->details)));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such view");
    struct user viewer = { .first_name = cell_text(&t, 0, "first_name"),
                           .last_name = cell_text(&t, 0, "last_name") };
    const char *name = user_name(cx, &viewer);
    letter_begin(cx, l, reader, &practice);
    l->subject = SAY(viewed_subject, name);
    letter_say(
        l, SAY(viewed_text, name, practice.name, time_moment_there(cx, cell_int(&t, 0, "since"))));
    letter_say(l, SAY(viewed_limits, (int64_t)VIEW_MINUTES));
    return OK;
}
