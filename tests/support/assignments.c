/* assignments.c - rows of tests as the program would have written them. */
#include "tests/support/practice.h"
#include "tests/support/random.h"

void copy_locations(struct cx *cx)
{
    struct table t;
    random_must(cx, db_select(cx, &t,
                              SQL_GLOBAL("SELECT practice_id, user_id, location_id FROM assignments"
                                         " ORDER BY practice_id, user_id, location_id")));
    random_must(cx,
                db_exec(cx, SQL_GLOBAL("UPDATE users SET locations = '' WHERE locations <> ''")));
    for (size_t i = 0; i < t.rows; i++)
        random_must(
            cx, db_exec(cx,
                        SQL_GLOBAL("UPDATE users SET locations = CASE WHEN locations = '' THEN ''"
                                   " ELSE locations || ' ' END || $3"
                                   " WHERE practice_id = $1 AND id = $2"),
                        cell_id(&t, i, "practice_id"), cell_id(&t, i, "user_id"),
                        cell_text(&t, i, "location_id")));
}
