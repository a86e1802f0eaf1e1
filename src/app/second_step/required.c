/* required.c - see required.h */
#include "app/second_step/required.h"

#include "access/stored.h"
#include "app/second_step/second_step.h"
#include "base/time.h"
#include "db/db.h"

#include "app/second_step/second_step.text.h"

static enum status read_all(struct cx *cx, struct id person, int64_t signed_in_at,
                            struct second_askings *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.name, g.time_zone, " SECOND_RULE_COLUMNS
                             ", g.second_remember,"
                             " u.second_since, " ACCESS_COLUMNS " FROM users u"
                             " JOIN practices g ON g.id = u.practice_id"
                             " WHERE u.person_id = $1 AND u.status = 'active'"
                             " AND g.second_asked + g.second_some_from + g.second_all_from > 0"
                             " ORDER BY g.name, g.id"),
                  person));
    out->at = NEW_ARRAY(cx->mem, struct second_asking, t.rows);
    for (size_t i = 0; i < t.rows; i++) {
        struct second_rule rule = second_rule_stored(&t, i);
        struct access access = access_stored(&t, i);
        int64_t from = second_required_from(&rule, &access, cell_int(&t, i, "second_since"));
        struct second_asking a = { cell_text(&t, i, "name"), cell_text(&t, i, "time_zone"), 0, 0,
                                   cell_bool(&t, i, "second_remember") };
        a.state = second_state(&rule, from, cx->now, signed_in_at, &a.at);
        if (a.state == SECOND_FREE) continue;
        out->closed += a.state == SECOND_CLOSED;
        out->at[out->n++] = a;
    }
    return OK;
}

enum status second_askings(struct cx *cx, struct id person, int64_t signed_in_at,
                           struct second_askings *out)
{
    bool on;
    *out = (struct second_askings){ 0 };
    TRY(second_step_on(cx, person, &on));
    return on ? OK : read_all(cx, person, signed_in_at, out);
}

/* By now, or in a moment: what began before a rule from now on may end after it. */
static bool needed(const struct cx *cx, const struct second_asking *a)
{
    return a->state == SECOND_GRACE || a->state == SECOND_CLOSED
           || (a->state == SECOND_COMING && a->at <= cx->now + MINUTES(1));
}

enum status second_remember_allowed(struct cx *cx, struct id person, bool *allowed)
{
    struct second_askings all = { 0 };
    TRY(read_all(cx, person, cx->now, &all));
    *allowed = true;
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].state == SECOND_CLOSED && !all.at[i].remembers) *allowed = false;
    return OK;
}

enum status second_step_spare(struct cx *cx, struct id person)
{
    struct second_askings all = { 0 };
    TRY(read_all(cx, person, 0, &all));
    for (size_t i = 0; i < all.n; i++)
        if (needed(cx, &all.at[i]))
            return fail(cx, CONFLICT, "%s", SAY(second_needed, all.at[i].name));
    return OK;
}
