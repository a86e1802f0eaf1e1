/* headcount.c - how many users a practice has.
 *
 * Counting ten thousand rows for one line of a page costs more than the page,
 * so the practice's row keeps the figures.  They are written in the transaction
 * that changes a status; `linden db check` counts and compares. */
#include "app/users/user.h"
#include "db/db.h"

enum status headcount_change(struct cx *cx, int active, int deactivated)
{
    return db_expect_one(cx, "This practice group is not there any more.",
                         SQL("UPDATE practices SET active_users = active_users + $2,"
                             " deactivated_users = deactivated_users + $3 WHERE id = $1"),
                         active, deactivated);
}

enum status user_count(struct cx *cx, struct user_counts *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT active_users, deactivated_users,"
                      " (SELECT count(*) FROM invitations WHERE practice_id = $1"
                      " AND (state = 'pending' OR state = 'declined'"
                      " OR state = 'expired' OR lost = 1)"
                      " AND cleared = 0) AS invited,"
                      " (SELECT count(*) FROM planned_changes WHERE practice_id = $1) AS planned"
                      " FROM practices WHERE id = $1")));
    if (table_none(&t)) return fail(cx, NOT_FOUND, "There is no such practice group.");
    *out = (struct user_counts){ .active = cell_int(&t, 0, "active_users"),
                                 .invited = cell_int(&t, 0, "invited"),
                                 .deactivated = cell_int(&t, 0, "deactivated_users"),
                                 .planned = cell_int(&t, 0, "planned") };
    return OK;
}

enum status headcounts_check(struct cx *cx)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT slug, active_users, deactivated_users, active, gone FROM"
                             " (SELECT g.slug, g.active_users, g.deactivated_users,"
                             "  (SELECT count(*) FROM users u WHERE u.practice_id = g.id"
                             "   AND u.status = 'active') AS active,"
                             "  (SELECT count(*) FROM users u WHERE u.practice_id = g.id"
                             "   AND u.status = 'deactivated') AS gone FROM practices g) AS counted"
                             " WHERE active_users <> active OR deactivated_users <> gone"
                             " ORDER BY slug LIMIT 1")));
    if (t.rows == 0) return OK;
    return fail(cx, BROKEN,
                "the group %s has %lld active and %lld deactivated users, and its row says"
                " %lld and %lld",
                cell_text(&t, 0, "slug"), (long long)cell_int(&t, 0, "active"),
                (long long)cell_int(&t, 0, "gone"), (long long)cell_int(&t, 0, "active_users"),
                (long long)cell_int(&t, 0, "deactivated_users"));
}
