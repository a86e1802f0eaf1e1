/* handovers_mail.c - the summary for whoever got appointments.
 *
 * About the receiver; the details say which way, and the hand-over: "moved 01J…".
 * It says how many, whose and when the next is, and nothing of the patients. */
#include <string.h>

#include "app/handovers/row.h"
#include "app/users/users_mail.h"
#include "base/date.h"
#include "base/time.h"
#include "web/web.h"

#include "app/handovers/handovers_mail.text.h"

enum status letter_handover(struct cx *cx, const struct job *job, struct letter *l)
{
    struct user *reader, *whose;
    struct letter_practice practice;
    struct table t, rows;
    bool back = strncmp(job->details, "back ", 5) == 0;
    struct id id = id_of(job->details + (back ? 5 : 6));
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!reader->access.active) return fail(cx, NOT_FOUND, "deactivated meanwhile");
    TRY(db_select(cx, &t, SQL(HANDOVER_COLUMN_LIST " AND v.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such hand-over");
    const struct handover *v = handover_read(cx, &t, 0);
    TRY(user_find(cx, v->user, &whose));
    TRY(db_select(cx, &rows,
                  SQL("SELECT count(*) AS n, COALESCE(min(starts_at), 0) AS next"
                      " FROM handover_rows WHERE practice_id = $1 AND handover_id = $2"
                      " AND receiver_id = $3 AND result = $4"),
                  v->id, reader->id, handover_result_key(back ? ROW_BACK : ROW_MOVED)));
    int64_t n = cell_int(&rows, 0, "n"), next = cell_int(&rows, 0, "next");
    if (n == 0) return fail(cx, NOT_FOUND, "nothing to tell any more");
    const char *from = user_name(cx, whose), *when = time_moment_there(cx, next);
    letter_begin(cx, l, reader, &practice);
    l->subject = back ? SAY(back_subject, n, from) : SAY(moved_subject, n);
    letter_say(l, back ? SAY(back_text, v->by_name, n, from, practice.name)
                       : SAY(moved_text, v->by_name, n, from, practice.name));
    letter_say(l, back ? SAY(back_next, when) : SAY(moved_next, when));
    letter_button(l, SAY(handover_button),
                  url_whole(cx, url_with(cx, url_in(cx, practice.slug, ROUTE_calendar_show), "date",
                                         date_at(cx, next))));
    letter_say(l, SAY(handover_why, practice.name));
    return OK;
}
