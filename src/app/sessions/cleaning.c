/* cleaning.c - see cleaning.h */
#include "app/sessions/cleaning.h"

#include "app/sessions/known_device.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

static const struct id daily = { "daily" }; /* the job is about nobody */

enum status people_clean_up(struct cx *cx, const struct job *job)
{
    (void)job;
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM tries WHERE last_at < $1"), cx->now - DAYS(2)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM kept_drafts WHERE kept_at < $1"), cx->now - DAYS(1)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM jobs WHERE attempts_left = 0 AND run_at < $1"),
                cx->now - DAYS(30)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM letters_last WHERE at < $1"), cx->now - DAYS(1)));
    TRY(db_exec(cx,
                SQL_GLOBAL("DELETE FROM authenticators WHERE proven_at IS NULL"
                           " AND created_at < $1"),
                cx->now - DAYS(1)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM api_answers WHERE at < $1"), cx->now - DAYS(1)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM challenges WHERE created_at < $1"), cx->now - DAYS(1)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM links WHERE expires_at < $1"), cx->now - DAYS(30)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM not_me_links WHERE expires_at < $1"), cx->now));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM remembered_devices WHERE ends_at < $1"), cx->now));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM email_links WHERE made_at < $1"), cx->now - DAYS(30)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM email_changes WHERE asked_at < $1"),
                cx->now - DAYS(30)));
    /* The last one stays, however old: without any, a stranger's would be the first. */
    TRY(db_exec(cx,
                SQL_GLOBAL("DELETE FROM known_devices WHERE seen_at < $1 AND seen_at <"
                           " (SELECT max(n.seen_at) FROM known_devices n"
                           " WHERE n.person_id = known_devices.person_id)"),
                cx->now - DAYS(KNOWN_DAYS)));
    /* Its session began no later than it did, so it is over, too. */
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM user_devices WHERE since < $1"),
                cx->now - cx->setup->session_life - DAYS(30)));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM sessions WHERE signed_in_at < $1"),
                cx->now - cx->setup->session_life - DAYS(30)));
    return enqueue_at(cx, JOB_people_clean_up, daily, "", cx->now + DAYS(1));
}

enum status people_clean_up_begin(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) FROM jobs WHERE practice_id = ''"
                             " AND kind = 'people.clean_up'")));
    if (table_number(&t) > 0) return OK;
    return enqueue(cx, JOB_people_clean_up, daily, "");
}
