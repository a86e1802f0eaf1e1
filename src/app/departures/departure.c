/* departure.c - see departure.h */
#include "app/departures/departure.h"

#include "app/audit/event.h"
#include "app/departures/checklist.h"
#include "app/invitations/invitation.h"
#include "app/sessions/session.h"
#include "app/users/onboarding.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/departures/departures.text.h"

/* --- what to say ---------------------------------------------------------------- */

static const char *when_said(struct cx *cx, int64_t at)
{
    int64_t minutes = (cx->now - at) / MINUTES(1);
    if (minutes < 1) return SAY(already_now);
    if (minutes < 60) return SAY(already_minutes, minutes);
    return SAY(already_on, time_moment(cx, at));
}

static enum status refuse_already(struct cx *cx, const struct user *u)
{
    if (user_awaited(u))
        return fail_because(cx, CONFLICT, "already", "%s", SAY(is_awaited, user_name(cx, u)));
    return fail_because(
        cx, CONFLICT, "already", "%s",
        SAY(already, u->deactivated_by_name, user_name(cx, u), when_said(cx, u->deactivated_at)));
}

/* Whoever was last to do something to the user, from the audit log. */
static enum status refuse_stale(struct cx *cx, const struct user *u)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT actor_name, at FROM audit WHERE practice_id = $1 AND about_id = $2"
                      " ORDER BY seq DESC LIMIT 1"),
                  u->id));
    const char *by = t.rows ? cell_text(&t, 0, "actor_name") : "Linden";
    int64_t at = t.rows ? cell_int(&t, 0, "at") : cx->now;
    return fail_because(cx, CONFLICT, "stale", "%s", SAY(stale, by, when_said(cx, at)));
}

static struct about about_user(struct cx *cx, const struct user *u)
{
    return (struct about){ u->id, user_name(cx, u) };
}

/* --- out ------------------------------------------------------------------------- */

enum status user_devices(struct cx *cx, const struct user *u, int64_t *out)
{
    *out = 0;
    return u->access.active ? sessions_entering(cx, u->person, u->access_ended_at, out) : OK;
}

/* The row itself.  Its conditions are the rules once more, so that whatever
 * happened between looking and writing, no one with Full Access goes. */
static enum status end_access(struct cx *cx, const struct user *u, int64_t *ended)
{
    TRY(user_devices(cx, u, ended));
    TRY(db_change_one(
        cx, "This user was changed meanwhile.",
        SQL("UPDATE users SET status = 'deactivated', access_ended_at = $4, deactivated_at = $4,"
            " deactivated_by = $5, deactivated_by_name = $6, version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $3 AND status = 'active'"
            " AND level <> 'full' AND owner = 0"),
        u->id, u->version, cx->now, cx->actor.user, cx->actor.name));
    return headcount_change(cx, -1, 1);
}

/* What ends with it, for everyone who goes, in whichever way (rule 5). */
static enum status end_consequences(struct cx *cx, const struct user *u)
{
    TRY(dequeue(cx, JOB_letter_reactivated, u->id));
    TRY(invitations_withdraw_by(cx, u->id, SAY(withdrawn_with, user_name(cx, u))));
    return invitations_withdraw_for(cx, u->email_key);
}

static struct changes status_changes(struct cx *cx, const char *before, const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, SAY(status), before, after);
    return changes;
}

enum status user_deactivate(struct cx *cx, const struct user *u, bool notify, const char *note,
                            int64_t *ended)
{
    struct subject subject = user_subject(u);
    if (allow(cx, USERS_DEACTIVATE, &subject) != OK) {
        if (!subject.full || id_same(u->id, cx->actor.user)) return FORBIDDEN;
        return fail_because(cx, FORBIDDEN, "full", "%s", SAY(full_first, user_name(cx, u)));
    }
    if (!u->access.active) return refuse_already(cx, u);
    enum status status = end_access(cx, u, ended);
    if (status == CONFLICT) return refuse_stale(cx, u);
    TRY(status);
    TRY(end_consequences(cx, u));
    struct changes changes = status_changes(cx, SAY(status_active), SAY(status_deactivated));
    TRY(announce(cx, EVENT_USER_DEACTIVATED, about_user(cx, u), &changes, note));
    return notify ? enqueue(cx, JOB_letter_deactivated, u->id, "") : OK;
}

static enum status refuse_full(struct cx *cx, const struct user *u)
{
    int64_t full, owners;
    struct table t;
    TRY(full_access_count(cx, &full, &owners));
    if (full > 1 && !(u->access.owner && owners == 1))
        return fail_because(cx, CONFLICT, "full", "%s", SAY(full_own));
    TRY(db_select(cx, &t, SQL("SELECT name FROM practices WHERE id = $1")));
    return fail_because(cx, CONFLICT, "last", "%s",
                        SAY(full_last, t.rows ? cell_text(&t, 0, "name") : ""));
}

enum status user_leave(struct cx *cx, int64_t *ended)
{
    struct user *u;
    TRY(user_find(cx, cx->actor.user, &u));
    if (access_full(&u->access)) return refuse_full(cx, u);
    TRY(end_access(cx, u, ended));
    TRY(end_consequences(cx, u));
    struct changes changes = status_changes(cx, SAY(status_active), SAY(status_deactivated));
    TRY(announce(cx, EVENT_USER_LEFT, about_user(cx, u), &changes, NULL));
    return enqueue(cx, JOB_letter_left_group, u->id, "");
}

enum status user_end_sessions(struct cx *cx, const struct user *u, int64_t *ended)
{
    struct subject subject = user_subject(u);
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(user_devices(cx, u, ended));
    TRY(db_exec(cx, SQL("UPDATE users SET access_ended_at = $3 WHERE practice_id = $1 AND id = $2"),
                u->id, cx->now));
    return announce(cx, EVENT_USER_SIGNED_OUT, about_user(cx, u), NULL, NULL);
}

/* --- and back -------------------------------------------------------------------- */

struct access access_least(const struct user *u)
{
    struct access a = { .role = u->access.role,
                        .level = LEVEL_NONE,
                        .active = true,
                        .all_locations = u->access.all_locations,
                        .locations = u->access.locations };
    for (enum level l = LEVEL_COUNT; l-- > 0;)
        if (levels[l].role == a.role) a.level = l;
    for (enum area area = 0; area < AREA_COUNT; area++) a.others[area] = FOLLOWS;
    a.set[SETTING_read_only] = true;
    return a;
}

static const char *yes_no(struct cx *cx, bool yes)
{
    return yes ? SAY(yes) : SAY(no);
}

static enum status choose_access(struct cx *cx, const struct user *u, const struct access *access,
                                 struct changes *changes)
{
    struct user fresh = *u;
    struct user_draft draft = user_as_draft(u);
    draft.access = *access;
    fresh.version++;
    change_note(cx, changes, SAY(change_level), levels[u->access.level].label(cx),
                levels[access->level].label(cx));
    change_note(cx, changes, SAY(change_read_only), yes_no(cx, u->access.set[SETTING_read_only]),
                yes_no(cx, access->set[SETTING_read_only]));
    return user_write(cx, &fresh, &draft);
}

enum status user_read_only(struct cx *cx, const struct user *u, bool on)
{
    struct access mine;
    struct changes changes = { 0 };
    struct subject subject = user_subject(u);
    struct user_draft draft = user_as_draft(u);
    subject.lowers = on;
    TRY(allow(cx, USERS_EDIT, &subject));
    if (access_full(&u->access))
        return fail_because(cx, FORBIDDEN, "full", "%s", SAY(full_read_only, user_name(cx, u)));
    if (!u->access.active) return refuse_already(cx, u);
    if (u->access.set[SETTING_read_only] == on) return OK;
    draft.access.set[SETTING_read_only] = on;
    TRY(actor_access(cx, &mine));
    if (access_gives_too_much(&cx->actor, &mine, &u->access, &draft.access,
                              id_same(u->id, cx->actor.user)))
        return fail_because(cx, FORBIDDEN, "more", "%s", SAY(too_much));
    change_note(cx, &changes, SAY(change_read_only), yes_no(cx, !on), yes_no(cx, on));
    TRY(user_write(cx, u, &draft));
    TRY(announce(cx, EVENT_USER_ACCESS_CHANGED, about_user(cx, u), &changes, NULL));
    return enqueue(cx, JOB_letter_access_changed, u->id,
                   on ? SAY(read_only_on) : SAY(read_only_off));
}

enum status user_activate(struct cx *cx, const struct user *u, const struct access *access)
{
    struct subject subject = user_subject(u);
    struct access mine, after = access ? *access : u->access;
    TRY(allow(cx, USERS_ACTIVATE, &subject));
    if (u->access.active) return OK;
    TRY(actor_access(cx, &mine));
    after.active = true;
    if (access_gives_too_much(&cx->actor, &mine, NULL, &after, false))
        return fail_because(cx, FORBIDDEN, "more", "%s", SAY(too_much));
    struct changes changes = status_changes(cx, SAY(status_deactivated), SAY(status_active));
    TRY(db_expect_one(cx, "This user was changed meanwhile.",
                      SQL("UPDATE users SET status = 'active', deactivated_at = NULL,"
                          " deactivated_by = NULL, deactivated_by_name = NULL,"
                          " version = version + 1 WHERE practice_id = $1 AND id = $2"
                          " AND version = $3 AND status = 'deactivated'"),
                      u->id, u->version));
    TRY(headcount_change(cx, 1, -1));
    if (access) TRY(choose_access(cx, u, access, &changes));
    TRY(checklist_forget(cx, u->id));
    TRY(dequeue(cx, JOB_letter_deactivated, u->id));
    TRY(announce(cx, EVENT_USER_ACTIVATED, about_user(cx, u), &changes, NULL));
    if (user_awaited(u)) TRY(onboarding_begin(cx, u->id));
    return enqueue(cx, JOB_letter_reactivated, u->id, user_awaited(u) ? "first" : "");
}
