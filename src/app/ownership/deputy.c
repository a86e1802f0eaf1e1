/* deputy.c - see deputy.h */
#include "app/ownership/deputy.h"

#include <stdlib.h>

#include "app/audit/event.h"
#include "app/ownership/ownership.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/ownership/ownership.text.h"

static const int before[DEPUTY_NOTICES] = { 14, 7, 1 }; /* days */
enum { FIRST_AT_LEAST = 7, LAST_AT_LEAST = 1 };

static const struct id nobody = { "" };

/* --- reading ---------------------------------------------------------------------- */

/* The first notice that lies within the days: of 14 the one that is 14 before does not. */
static int64_t first_notice(int64_t days)
{
    int64_t n = 0;
    while (before[n] >= days) n++;
    return n;
}

static int64_t end_of(struct cx *cx, int64_t since, int64_t days)
{
    return day_add(time_zone(cx), since, (int)days);
}

/* What was kept, and whether there was a sign of life after it. */
static void bring_up_to_date(struct cx *cx, struct deputy *d, int64_t last_seen)
{
    int64_t first = first_notice(d->days);
    if (last_seen > d->quiet_since) {
        d->back = d->told > first;
        d->quiet_since = last_seen;
        d->due_at = end_of(cx, last_seen, d->days);
        d->told = first;
    }
    d->announced = d->told > first;
}

enum status deputy_find(struct cx *cx, struct deputy **out)
{
    struct table t;
    *out = NULL;
    TRY(db_select(cx, &t,
                  SQL("SELECT d.user_id, d.days, d.named_at, d.named_name, d.quiet_since, d.due_at,"
                      " d.told, d.look_at, u.first_name, u.last_name, (SELECT max(o.seen_at)"
                      "  FROM users o WHERE o.practice_id = $1 AND o.level = 'full'"
                      "  AND o.status = 'active' AND o.owner = 1) AS seen_at FROM deputies d"
                      " JOIN users u ON u.practice_id = d.practice_id AND u.id = d.user_id"
                      " WHERE d.practice_id = $1")));
    if (t.rows == 0) return OK;
    struct deputy *d = *out = NEW(cx->mem, struct deputy);
    *d = (struct deputy){
        .user = cell_id(&t, 0, "user_id"),
        .name =
            text_name(cx->mem, "", cell_text(&t, 0, "first_name"), cell_text(&t, 0, "last_name")),
        .days = cell_int(&t, 0, "days"),
        .named_at = cell_int(&t, 0, "named_at"),
        .named_name = cell_text(&t, 0, "named_name"),
        .quiet_since = cell_int(&t, 0, "quiet_since"),
        .due_at = cell_int(&t, 0, "due_at"),
        .told = cell_int(&t, 0, "told"),
        .look_at = cell_int(&t, 0, "look_at"),
    };
    bring_up_to_date(cx, d, cell_int(&t, 0, "seen_at"));
    return OK;
}

/* --- naming ------------------------------------------------------------------------ */

/* The next notice, or the day itself; every day while the owners are being called. */
static int64_t next_look(struct cx *cx, const struct deputy *d)
{
    int64_t next = d->due_at, tomorrow = end_of(cx, cx->now, 1);
    if (d->told < DEPUTY_NOTICES) next = end_of(cx, d->due_at, -before[d->told]);
    return d->announced && tomorrow < next ? tomorrow : next;
}

static enum status look_again(struct cx *cx, const struct deputy *d)
{
    int64_t next = next_look(cx, d);
    TRY(db_exec(cx,
                SQL("UPDATE deputies SET quiet_since = $2, due_at = $3, told = $4, look_at = $5"
                    " WHERE practice_id = $1"),
                d->quiet_since, d->due_at, d->told, next));
    return enqueue_at(cx, JOB_deputy_look, d->user, arena_print(cx->mem, "%lld", (long long)next),
                      next);
}

static const char *words_of(struct cx *cx, const struct deputy *d)
{
    return d ? SAY(deputy_change_words, d->name, d->days) : "";
}

static enum status note_down(struct cx *cx, enum event event, const struct deputy *was,
                             const struct deputy *is)
{
    struct changes changes = { 0 };
    const struct deputy *d = is ? is : was;
    change_note(cx, &changes, SAY(deputy_change), words_of(cx, was), words_of(cx, is));
    return announce(cx, event, (struct about){ d->user, d->name }, &changes, NULL);
}

static enum status check(struct cx *cx, struct id user, const char *typed, struct deputy *d)
{
    struct owner_list all;
    char *end;
    long days = strtol(typed, &end, 10);
    TRY(ownership_candidates(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].user, user)) d->user = user, d->name = all.at[i].name;
    if (!id_some(d->user)) field_fault(cx, "deputy", SAY(deputy_missing));
    if (!*typed || *end || days < DEPUTY_DAYS_LEAST || days > DEPUTY_DAYS_MOST)
        field_fault(cx, "days",
                    SAY(deputy_days_none, (int64_t)DEPUTY_DAYS_LEAST, (int64_t)DEPUTY_DAYS_MOST));
    d->days = days;
    return field_check(cx);
}

enum status deputy_name(struct cx *cx, struct id user, const char *days)
{
    struct deputy *was, is = { .quiet_since = cx->now };
    TRY(ownership_ask(cx));
    TRY(check(cx, user, days, &is));
    TRY(deputy_find(cx, &was));
    if (was && id_same(was->user, is.user) && was->days == is.days) return OK;
    is.due_at = end_of(cx, cx->now, is.days);
    is.told = first_notice(is.days);
    TRY(db_exec(cx,
                SQL("INSERT INTO deputies (practice_id, user_id, days, named_at, named_by,"
                    " named_name, quiet_since, due_at, look_at) VALUES ($1, $2, $3, $4, $5, $6,"
                    " $4, $7, $7) ON CONFLICT (practice_id) DO UPDATE SET"
                    " user_id = excluded.user_id, days = excluded.days,"
                    " named_at = excluded.named_at, named_by = excluded.named_by,"
                    " named_name = excluded.named_name"),
                is.user, is.days, cx->now, cx->actor.user, cx->actor.name, is.due_at));
    TRY(look_again(cx, &is));
    TRY(note_down(cx, EVENT_DEPUTY_NAMED, was, &is));
    return ownership_tell(cx, TO_OWNERS, is.user, "named", is.user, cx->actor.user, cx->now);
}

static enum status remove_deputy(struct cx *cx)
{
    return db_exec(cx, SQL("DELETE FROM deputies WHERE practice_id = $1"));
}

enum status deputy_end(struct cx *cx)
{
    struct deputy *d;
    TRY(ownership_ask(cx));
    TRY(deputy_find(cx, &d));
    if (!d) return OK;
    TRY(remove_deputy(cx));
    TRY(note_down(cx, EVENT_DEPUTY_ENDED, d, NULL));
    return ownership_tell(cx, TO_OWNERS, d->user, "ended", d->user, cx->actor.user, cx->now);
}

/* --- what overtakes it -------------------------------------------------------------- */

static enum status follow(struct cx *cx, struct id user)
{
    struct deputy *d;
    struct user *u;
    TRY(deputy_find(cx, &d));
    if (!d || !id_same(d->user, user)) return OK;
    TRY(user_find(cx, user, &u));
    bool may_be = u->access.active && access_full(&u->access);
    if (may_be && !u->access.owner) return OK;
    TRY(remove_deputy(cx));
    TRY(note_down(cx, EVENT_DEPUTY_ENDED, d, NULL));
    return may_be ? OK : ownership_tell(cx, TO_OWNERS, nobody, "lost", user, nobody, cx->now);
}

enum status deputy_follows_access(struct cx *cx, struct id user)
{
    return follow(cx, user);
}

enum status deputy_follows_leaving(struct cx *cx, struct id user)
{
    return follow(cx, user);
}

/* --- looking ------------------------------------------------------------------------ */

static enum status inherit(struct cx *cx, const struct deputy *d)
{
    TRY(ownership_set(cx, d->user, true)); /* which ends the deputy: follow() */
    TRY(announce(cx, EVENT_OWNERSHIP_INHERITED, (struct about){ d->user, d->name }, NULL,
                 SAY(inherited_note, d->days, time_day(cx, d->quiet_since))));
    return ownership_tell(cx, TO_FULL_ACCESS, d->user, "inherited", d->user, nobody, cx->now);
}

/* Which notices are due; one that is late puts the day off. */
static bool call_owners(struct cx *cx, struct deputy *d)
{
    int64_t told = d->told, at_least = d->announced ? LAST_AT_LEAST : FIRST_AT_LEAST;
    if (told == DEPUTY_NOTICES || cx->now < end_of(cx, d->due_at, -before[told])) return false;
    if (d->due_at < end_of(cx, cx->now, at_least)) d->due_at = end_of(cx, cx->now, at_least);
    while (d->told < DEPUTY_NOTICES && cx->now >= end_of(cx, d->due_at, -before[d->told]))
        d->told++;
    d->announced = true;
    return true;
}

static enum status take_zone(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT time_zone FROM practices WHERE id = $1")));
    if (t.rows > 0) cx->zone = cell_text(&t, 0, "time_zone");
    return OK;
}

enum status deputy_look(struct cx *cx, const struct job *job)
{
    struct deputy *d;
    TRY(take_zone(cx));
    TRY(follow(cx, job->about));
    TRY(deputy_find(cx, &d));
    if (!d || d->look_at != strtoll(job->details, NULL, 10)) return OK;
    if (d->back) TRY(ownership_tell(cx, TO_OWNERS, d->user, "back", d->user, nobody, cx->now));
    if (call_owners(cx, d))
        TRY(ownership_tell(cx, TO_OWNERS, d->user, "notice", d->user, nobody, d->due_at));
    else if (d->told == DEPUTY_NOTICES && cx->now >= d->due_at)
        return inherit(cx, d);
    return look_again(cx, d);
}
