/* plan.c - being reminded of the next review, every so many months; see review.h
 *
 *   review_due   about: the practice; details: the moment it was put in the queue for
 */
#include <stdlib.h>

#include "app/reviews/review.h"
#include "app/users/users_mail.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

#include "app/reviews/reviews.text.h"

/* Nine in the morning, so many months on; the last day of a month that is shorter. */
static int64_t months_after(struct cx *cx, int64_t months)
{
    const char *today = date_today(cx), *date = NULL; /* "2026-11-21" */
    long month = 12 * strtol(today, NULL, 10) + strtol(today + 5, NULL, 10) - 1 + (long)months;
    for (long day = strtol(today + 8, NULL, 10); !date && day > 0; day--)
        date = date_parse(cx, arena_print(cx->mem, "%04ld-%02ld-%02ld", month / 12,
                                          month % 12 + 1, day));
    return date_moment(cx, date, 9 * 60);
}

enum status review_plan_find(struct cx *cx, struct review_plan *out)
{
    struct table t;
    TRY(review_gate(cx));
    TRY(db_select(cx, &t,
                  SQL("SELECT months, due_at FROM access_review_plans WHERE practice_id = $1")));
    *out = (struct review_plan){ 0 };
    if (t.rows) *out = (struct review_plan){ cell_int(&t, 0, "months"), cell_int(&t, 0, "due_at") };
    return OK;
}

static enum status put(struct cx *cx, struct id practice, int64_t months)
{
    int64_t due = months_after(cx, months);
    TRY(db_exec(cx,
                SQL("INSERT INTO access_review_plans (practice_id, months, due_at) VALUES ($1, $2, $3)"
                    " ON CONFLICT (practice_id) DO UPDATE SET months = excluded.months,"
                    " due_at = excluded.due_at"),
                months, due));
    return enqueue_at(cx, JOB_review_due, practice, arena_print(cx->mem, "%lld", (long long)due), due);
}

static const char *plan_words(struct cx *cx, int64_t months)
{
    return months ? SAY(plan_every, months) : SAY(plan_never);
}

enum status review_plan_set(struct cx *cx, int64_t months)
{
    struct review_plan was;
    struct changes changes = { 0 };
    TRY(review_plan_find(cx, &was));
    if (months < 0 || months > REVIEW_MONTHS_MOST)
        field_fault(cx, "months", SAY(plan_wrong, (int64_t)REVIEW_MONTHS_MOST));
    TRY(field_check(cx));
    if (months == was.months) return OK;
    TRY(dequeue(cx, JOB_review_due, cx->actor.practice));
    if (months) TRY(put(cx, cx->actor.practice, months));
    else TRY(db_exec(cx, SQL("DELETE FROM access_review_plans WHERE practice_id = $1")));
    change_note(cx, &changes, SAY(plan_field), plan_words(cx, was.months), plan_words(cx, months));
    return announce(cx, EVENT_REVIEW_PLANNED, (struct about){ cx->actor.practice, SAY(reviews_title) },
                    &changes, NULL);
}

enum status review_plan_put_off(struct cx *cx)
{
    struct review_plan plan;
    TRY(review_plan_find(cx, &plan));
    if (plan.months) TRY(dequeue(cx, JOB_review_due, cx->actor.practice));
    return plan.months ? put(cx, cx->actor.practice, plan.months) : OK;
}

enum status review_due(struct cx *cx, const struct job *job)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT p.months, p.due_at, g.time_zone FROM access_review_plans p"
                      " JOIN practices g ON g.id = p.practice_id WHERE p.practice_id = $1")));
    if (t.rows == 0 || cell_int(&t, 0, "due_at") != strtoll(job->details, NULL, 10)) return OK;
    cx->zone = cell_text(&t, 0, "time_zone");
    TRY(letters_to_full_access(cx, JOB_letter_review_due, job->about, "")); /* but no user: all */
    return put(cx, job->about, cell_int(&t, 0, "months"));
}
