/* audit_mail.c - the anchor of a practice's audit log, mailed to its owners. */
#include "app/audit/verify.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/audit/audit_mail.text.h"

static const int64_t WEEK = DAYS(7);
static const struct id nobody = { "" };

enum status audit_anchor_begin(struct cx *cx)
{
    TRY(dequeue(cx, JOB_audit_anchor_weekly, nobody));
    return enqueue_at(cx, JOB_audit_anchor_weekly, nobody, "", cx->now + WEEK);
}

/* Twice in one week, after a worker died, changes nothing: the next one is
 * put into the queue by the same transaction that ends this one. */
enum status audit_anchor_weekly(struct cx *cx, const struct job *job)
{
    struct table t;
    const char *line;
    (void)job;
    TRY(audit_anchor_own(cx, &line));
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM users WHERE practice_id = $1 AND owner = 1"
                      " AND status = 'active' ORDER BY id")));
    for (size_t i = 0; i < t.rows; i++)
        TRY(enqueue(cx, JOB_letter_anchor, cell_id(&t, i, "id"), line));
    return enqueue_at(cx, JOB_audit_anchor_weekly, nobody, "", cx->now + WEEK);
}

enum status letter_anchor(struct cx *cx, const struct job *job, struct letter *letter)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT p.email, u.first_name, u.last_name, g.name, g.time_zone FROM users u"
            " JOIN people p ON p.id = u.person_id JOIN practices g ON g.id = u.practice_id"
            " WHERE u.practice_id = $1 AND u.id = $2 AND u.owner = 1"
            " AND u.status = 'active'"),
        job->about));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "Not an owner any more.");
    const char *first = cell_text(&t, 0, "first_name"), *last = cell_text(&t, 0, "last_name");
    const char *group = cell_text(&t, 0, "name");
    cx->zone = cell_text(&t, 0, "time_zone");
    letter->to = cell_text(&t, 0, "email");
    letter->to_name = arena_print(cx->mem, "%s%s%s", first, *first ? " " : "", last);
    letter->from_name = group;
    letter->subject = SAY(anchor_subject, group, time_day(cx, job->created_at));
    letter_say(letter, SAY(anchor_hello, *first ? first : last));
    letter_say(letter, SAY(anchor_what, group, time_moment_there(cx, job->created_at)));
    letter_say(letter, job->details);
    letter_say(letter, SAY(anchor_how));
    letter_say(letter, SAY(anchor_why, group));
    return OK;
}
