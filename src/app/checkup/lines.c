/* lines.c - the lines of the check-up about people. */
#include <string.h>

#include "app/audit/event.h"
#include "app/checkup/checkup.h"
#include "app/departures/departure.h"
#include "app/sessions/tries.h"
#include "app/staff/user_change.h"
#include "app/users/user.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/checkup/checkup.text.h"

static const char *seen_words(struct cx *cx, const struct checkup_user *u)
{
    const char *level = u->access.level < LEVEL_COUNT ? levels[u->access.level].label(cx) : "";
    return u->seen_at ? SAY(seen_last, level, time_day(cx, u->seen_at))
                      : SAY(seen_never, level, time_day(cx, u->created_at));
}

static struct checkup_entry *person(struct cx *cx, struct checkup_line *line, size_t most,
                                    const struct checkup_user *u)
{
    struct checkup_entry *e = checkup_entry(cx, line, most);
    e->id = e->user = u->id;
    e->name = u->name;
    e->about = seen_words(cx, u);
    return e;
}

/* --- without a second step --------------------------------------------------------------- */

enum status second_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    for (size_t i = 0; i < users->n; i++) {
        const struct checkup_user *u = &users->at[i];
        if (u->second) continue;
        struct checkup_entry *e = person(cx, line, users->n, u);
        e->button = !id_same(u->id, cx->actor.user);
        if (!e->button) e->way = WAY_OWN;
        if (access_full(&u->access)) e->tag = SAY(tag_full);
    }
    line->title = SAY(second_title);
    line->about = line->n ? SAY(second_some, (int64_t)line->n, (int64_t)users->n) : SAY(second_none);
    line->button = SAY(second_button);
    line->all = line->n > 1 ? SAY(second_all) : NULL;
    line->open = line->n > 0;
    return OK;
}

enum status second_mend(struct cx *cx, struct id id, const char **said)
{
    struct user *u;
    struct table t;
    bool first;
    TRY(user_find(cx, id, &u));
    struct subject subject = user_subject(u);
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(db_select(cx, &t,
                  SQL("SELECT 1 FROM users u WHERE u.practice_id = $1 AND u.id = $2"
                      " AND u.status = 'active' AND NOT EXISTS (SELECT 1 FROM authenticators a"
                      "  WHERE a.person_id = u.person_id AND a.proven_at IS NOT NULL)"
                      " AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = u.person_id)"),
                  id));
    if (table_none(&t)) return fail(cx, CONFLICT, "%s", SAY(second_not_so, user_name(cx, u)));
    TRY(tries_take(cx, "asked for a second step", u->id.text, 1, HOURS(24), &first));
    if (!first) return fail(cx, CONFLICT, "%s", SAY(second_asked_today, user_name(cx, u)));
    *said = SAY(second_said, user_name(cx, u));
    TRY(announce(cx, EVENT_SECOND_STEP_WANTED, (struct about){ u->id, user_name(cx, u) }, NULL,
                 NULL));
    return enqueue(cx, JOB_letter_second_wanted, u->id, "");
}

/* --- Full Access -------------------------------------------------------------------------- */

enum status full_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    bool lacking = false;
    for (size_t i = 0; i < users->n; i++) {
        const struct checkup_user *u = &users->at[i];
        if (!access_full(&u->access)) continue;
        struct checkup_entry *e = person(cx, line, users->n, u);
        if (!u->second) e->tag = SAY(tag_no_second);
        if (!id_same(u->id, cx->actor.user)) e->way = WAY_LOWER;
        lacking |= !u->second;
    }
    line->title = SAY(full_title);
    line->about = line->n > 1 ? SAY(full_some, (int64_t)line->n) : SAY(full_one);
    line->open = lacking || line->n < 2;
    return OK;
}

/* --- not seen ------------------------------------------------------------------------------ */

enum status quiet_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    for (size_t i = 0; i < users->n; i++) {
        const struct checkup_user *u = &users->at[i];
        int64_t since = u->seen_at ? u->seen_at : u->created_at;
        if (since > cx->now - DAYS(CHECKUP_QUIET_DAYS)) continue;
        struct checkup_entry *e = person(cx, line, users->n, u);
        bool full = access_full(&u->access), reads = u->access.set[SETTING_read_only];
        e->button = !full && !reads;
        if (full) e->tag = SAY(tag_full);
        if (reads) e->tag = SAY(tag_read_only);
        if (!id_same(u->id, cx->actor.user)) e->way = full ? WAY_LOWER : WAY_DEACTIVATE;
    }
    line->title = SAY(quiet_title, (int64_t)CHECKUP_QUIET_DAYS);
    line->about = line->n ? SAY(quiet_some, (int64_t)line->n)
                          : SAY(quiet_none, (int64_t)CHECKUP_QUIET_DAYS);
    line->button = SAY(quiet_button);
    line->open = line->n > 0;
    return OK;
}

enum status quiet_mend(struct cx *cx, struct id id, const char **said)
{
    struct user *u;
    TRY(user_find(cx, id, &u));
    TRY(user_read_only(cx, u, true));
    *said = SAY(quiet_said, user_name(cx, u));
    return OK;
}

/* --- failed sign-ins ------------------------------------------------------------------------ */

/* People sign in above the practice groups, so that is where failures stand.  Looked at are
 * those of this group's users, from their first day here, and nothing of where from. */
static enum status read_failed(struct cx *cx, struct table *t)
{
    return db_select(
        cx, t,
        SQL_GLOBAL("SELECT u.id, u.first_name, u.last_name, count(*) AS n,"
                   " sum(CASE a.kind WHEN $4 THEN 1 ELSE 0 END) AS codes, max(a.at) AS last_at"
                   " FROM users u JOIN audit a ON a.practice_id = '' AND a.about_id = u.person_id"
                   "  AND a.at > $2 AND a.at >= u.created_at AND a.kind IN ($3, $4)"
                   " WHERE u.practice_id = $1 AND u.status = 'active'"
                   " GROUP BY u.id, u.first_name, u.last_name, u.sort_key"
                   " HAVING count(*) >= $5 OR sum(CASE a.kind WHEN $4 THEN 1 ELSE 0 END) >= $6"
                   " ORDER BY u.sort_key, u.id"),
        cx->actor.practice, cx->now - DAYS(CHECKUP_FAILED_DAYS), event_key(EVENT_SIGN_IN_FAILED),
        event_key(EVENT_SECOND_STEP_FAILED), (int64_t)CHECKUP_FAILED_MANY,
        (int64_t)CHECKUP_CODES_MANY);
}

enum status failed_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    struct table t;
    (void)users;
    TRY(read_failed(cx, &t));
    for (size_t i = 0; i < t.rows; i++) {
        struct checkup_entry *e = checkup_entry(cx, line, t.rows);
        int64_t codes = cell_int(&t, i, "codes"), all = cell_int(&t, i, "n");
        const char *last = time_moment(cx, cell_int(&t, i, "last_at"));
        e->id = e->user = cell_id(&t, i, "id");
        e->name = text_name(cx->mem, "", cell_text(&t, i, "first_name"),
                            cell_text(&t, i, "last_name"));
        e->about = codes ? SAY(failed_codes, all - codes, codes, last) : SAY(failed_times, all, last);
        if (codes) e->tag = SAY(tag_knows);
        e->button = true;
        e->way = WAY_DEVICES;
    }
    line->title = SAY(failed_title);
    line->about = line->n ? SAY(failed_some, (int64_t)CHECKUP_FAILED_DAYS)
                          : SAY(failed_none, (int64_t)CHECKUP_FAILED_DAYS);
    line->button = SAY(failed_button);
    line->open = line->n > 0;
    return OK;
}

enum status failed_mend(struct cx *cx, struct id id, const char **said)
{
    struct user *u;
    TRY(user_find(cx, id, &u));
    TRY(user_reset_send(cx, u));
    *said = SAY(failed_said, user_name(cx, u));
    return OK;
}
