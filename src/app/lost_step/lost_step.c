/* lost_step.c - see lost_step.h */
#include "app/lost_step/lost_step.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/second_step/second_step.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "db/db.h"

#include "app/lost_step/lost_step.text.h"

/* --- reading ------------------------------------------------------------------------------- */

#define COLUMNS                                                                             \
    "id, user_id, reason, asked_by, asked_name, asked_at, agreed_name, agreed_at, ends_at," \
    " over_how"

static struct lost_step *read_row(struct cx *cx, const struct table *t)
{
    struct lost_step *s = NEW(cx->mem, struct lost_step);
    *s = (struct lost_step){ .id = cell_id(t, 0, "id"),
                             .user = cell_id(t, 0, "user_id"),
                             .reason = cell_text(t, 0, "reason"),
                             .asked_name = cell_text(t, 0, "asked_name"),
                             .agreed_name = cell_text(t, 0, "agreed_name"),
                             .asked_at = cell_int(t, 0, "asked_at"),
                             .agreed_at = cell_int(t, 0, "agreed_at"),
                             .ends_at = cell_int(t, 0, "ends_at"),
                             .own = id_same(cell_id(t, 0, "asked_by"), cx->actor.user) };
    s->mine = id_same(s->user, cx->actor.user);
    return s;
}

static enum status gate(struct cx *cx)
{
    return allow(cx, USERS_EDIT, &(struct subject){ .practice = cx->actor.practice });
}

enum status lost_step_find(struct cx *cx, struct id user, struct lost_step **out)
{
    struct table t;
    TRY(gate(cx));
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM lost_steps WHERE practice_id = $1 AND user_id = $2"
                      " AND over_at IS NULL AND ends_at > $3"),
                  user, cx->now));
    *out = t.rows ? read_row(cx, &t) : NULL;
    return OK;
}

enum status lost_step_read(struct cx *cx, struct id id, struct lost_step **out, const char **over)
{
    struct table t;
    TRY(db_select(
        cx, &t, SQL("SELECT " COLUMNS " FROM lost_steps WHERE practice_id = $1 AND id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such thing.");
    *out = read_row(cx, &t);
    *over = cell_text(&t, 0, "over_how");
    return OK;
}

/* --- the group's side --------------------------------------------------------------------------
 */

/* Somebody else than the two has Full Access, too. */
static enum status others(struct cx *cx, struct id user, int64_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM users WHERE practice_id = $1 AND level = 'full'"
                      " AND status = 'active' AND id <> $2 AND id <> $3"),
                  user, cx->actor.user));
    *n = table_number(&t);
    return OK;
}

static enum status check_ask(struct cx *cx, const struct user *u, const char *reason)
{
    struct lost_step *now;
    int64_t n;
    bool on;
    if (id_same(u->id, cx->actor.user))
        return fail_because(cx, CONFLICT, "self", "%s", SAY(lost_self));
    if (!u->access.active) return fail_because(cx, CONFLICT, "none", "%s", SAY(lost_gone));
    TRY(second_step_on(cx, u->person, &on));
    if (!on) return fail_because(cx, CONFLICT, "none", "%s", SAY(lost_none));
    TRY(others(cx, u->id, &n));
    if (n == 0) return fail_because(cx, CONFLICT, "alone", "%s", SAY(lost_alone));
    TRY(lost_step_find(cx, u->id, &now));
    if (now) return fail_because(cx, CONFLICT, "another", "%s", SAY(lost_another, now->asked_name));
    if (!*reason) field_fault(cx, "reason", SAY(lost_no_reason));
    return field_check(cx);
}

static enum status tell(struct cx *cx, const struct lost_step *s, const char *what)
{
    return enqueue(cx, JOB_letter_lost_step, s->user,
                   arena_print(cx->mem, "%s %s", what, s->id.text));
}

static enum status note(struct cx *cx, enum event event, const struct user *u, const char *why)
{
    return announce(cx, event, (struct about){ u->id, user_name(cx, u) }, NULL, why);
}

enum status lost_step_ask(struct cx *cx, struct id user, const char *reason)
{
    struct user *u;
    const struct lost_step s = { .id = id_new(cx->now), .user = user };
    TRY(gate(cx));
    TRY(user_find(cx, user, &u));
    TRY(check_ask(cx, u, reason));
    TRY(db_exec(cx,
                SQL("UPDATE lost_steps SET over_at = $3, over_how = 'ended' WHERE practice_id = $1"
                    " AND user_id = $2 AND over_at IS NULL AND ends_at <= $3"),
                user, cx->now));
    TRY(db_exec(cx,
                SQL("INSERT INTO lost_steps (practice_id, id, user_id, reason, asked_by,"
                    " asked_name, asked_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
                s.id, user, reason, cx->actor.user, cx->actor.name, cx->now,
                cx->now + HOURS(LOST_ASK_HOURS)));
    TRY(tell(cx, &s, "asked"));
    TRY(letters_to_full_access(cx, JOB_letter_lost_step_agree, cx->actor.user, s.id.text));
    return note(cx, EVENT_LOST_STEP_ASKED, u, reason);
}

enum status lost_step_agree(struct cx *cx, struct id user)
{
    struct user *u;
    struct lost_step *s;
    TRY(gate(cx));
    TRY(user_find(cx, user, &u));
    TRY(lost_step_find(cx, user, &s));
    if (!s || s->agreed_at) return fail_because(cx, CONFLICT, "moved", "%s", SAY(lost_moved));
    if (s->own || s->mine) return fail_because(cx, CONFLICT, "self", "%s", SAY(lost_second));
    TRY(db_change_one(cx, SAY(lost_moved),
                      SQL("UPDATE lost_steps SET agreed_by = $3, agreed_name = $4, agreed_at = $5,"
                          " ends_at = $6 WHERE practice_id = $1 AND id = $2 AND over_at IS NULL"
                          " AND agreed_at IS NULL AND EXISTS (SELECT 1 FROM users a WHERE"
                          "  a.practice_id = $1 AND a.id = lost_steps.asked_by"
                          "  AND a.status = 'active' AND a.level = 'full')"),
                      s->id, cx->actor.user, cx->actor.name, cx->now,
                      cx->now + HOURS(LOST_USE_HOURS)));
    TRY(tell(cx, s, "agreed"));
    return note(cx, EVENT_LOST_STEP_AGREED, u, s->asked_name);
}

enum status lost_step_withdraw(struct cx *cx, struct id user)
{
    struct user *u;
    struct lost_step *s;
    TRY(gate(cx));
    TRY(user_find(cx, user, &u));
    TRY(lost_step_find(cx, user, &s));
    if (!s) return OK;
    TRY(db_change_one(cx, SAY(lost_moved),
                      SQL("UPDATE lost_steps SET over_at = $3, over_how = 'withdrawn'"
                          " WHERE practice_id = $1 AND id = $2 AND over_at IS NULL"),
                      s->id, cx->now));
    return note(cx, EVENT_LOST_STEP_ENDED, u, s->asked_name);
}

/* --- the person's side ---------------------------------------------------------------------------
 */

enum status lost_step_groups(struct cx *cx, struct id person, struct lost_groups *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.id AS practice_id, g.name, g.time_zone, l.id, l.asked_name,"
                             " l.agreed_name, l.ends_at, l.agreed_at, u.access_ended_at, a.id AS asked,"
                             " b.id AS agreed FROM users u"
                             " JOIN practices g ON g.id = u.practice_id LEFT JOIN lost_steps l"
                             "  ON l.practice_id = u.practice_id AND l.user_id = u.id"
                             "  AND l.over_at IS NULL AND l.ends_at > $2"
                             " LEFT JOIN users a ON a.practice_id = l.practice_id"
                             "  AND a.id = l.asked_by AND a.status = 'active' AND a.level = 'full'"
                             " LEFT JOIN users b ON b.practice_id = l.practice_id"
                             "  AND b.id = l.agreed_by AND b.status = 'active' AND b.level = 'full'"
                             " WHERE u.person_id = $1 AND u.status = 'active'"
                             " ORDER BY g.name, g.id"),
                  person, cx->now));
    *out = (struct lost_groups){ .n = t.rows, .at = NEW_ARRAY(cx->mem, struct lost_group, t.rows) };
    out->all = t.rows > 0;
    for (size_t i = 0; i < t.rows; i++) {
        struct lost_group *g = &out->at[i];
        *g = (struct lost_group){ .practice = cell_id(&t, i, "practice_id"),
                                  .id = cell_id(&t, i, "id"),
                                  .name = cell_text(&t, i, "name"),
                                  .zone = cell_text(&t, i, "time_zone"),
                                  .asked_name = cell_text(&t, i, "asked_name"),
                                  .agreed_name = cell_text(&t, i, "agreed_name"),
                                  .ends_at = cell_int(&t, i, "ends_at") };
        g->agreed = cell_text(&t, i, "asked") && cell_text(&t, i, "agreed")
                    && cell_int(&t, i, "agreed_at") > cell_int(&t, i, "access_ended_at");
        out->open += id_some(g->id);
        out->all = out->all && g->agreed;
    }
    return OK;
}

/* In the group, which knows its user by its own name, and nothing of the person's device. */
static enum status end_there(struct cx *cx, const struct lost_group *g, const char *how,
                             enum event event)
{
    struct lost_step *s;
    struct user *u;
    const char *over;
    const struct actor before = cx->actor;
    cx->actor = (struct actor){ .practice = g->practice, .via = before.via };
    enum status status = lost_step_read(cx, g->id, &s, &over);
    if (status == OK) status = user_find(cx, s->user, &u);
    if (status == OK) cx->actor.name = user_name(cx, u);
    if (status == OK)
        status = db_change_one(cx, SAY(lost_moved),
                               SQL("UPDATE lost_steps SET over_at = $3, over_how = $4"
                                   " WHERE practice_id = $1 AND id = $2 AND over_at IS NULL"),
                               g->id, cx->now, how);
    if (status == OK) status = note(cx, event, u, s->asked_name);
    cx->actor = before;
    return status;
}

enum status lost_step_refuse(struct cx *cx, struct id id)
{
    struct lost_groups groups;
    TRY(lost_step_groups(cx, cx->actor.person, &groups));
    for (size_t i = 0; i < groups.n; i++)
        if (id_some(id) && id_same(groups.at[i].id, id))
            return end_there(cx, &groups.at[i], "refused", EVENT_LOST_STEP_REFUSED);
    return fail(cx, NOT_FOUND, "There is no such thing.");
}

enum status lost_step_use(struct cx *cx)
{
    struct lost_groups groups;
    struct id person = cx->actor.person;
    TRY(lost_step_groups(cx, person, &groups));
    if (!groups.all) return fail(cx, CONFLICT, "%s", SAY(lost_not_all));
    for (size_t i = 0; i < groups.n; i++)
        TRY(end_there(cx, &groups.at[i], "used", EVENT_LOST_STEP_USED));
    TRY(second_step_remove(cx, person, "groups"));
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE people SET proven_at = NULL, version = version + 1"
                              " WHERE id = $1"),
                   person);
}
