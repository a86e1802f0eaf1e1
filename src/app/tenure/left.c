/* left.c - see left.h */
#include "app/tenure/left.h"

#include "db/db.h"

enum status left_to_settle(struct cx *cx, size_t most, int64_t since, struct left_list *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT id FROM users WHERE practice_id = $1 AND status = 'deactivated'"
            " AND deactivated_at > $2 AND deactivated_by IS NOT NULL ORDER BY deactivated_at DESC, id LIMIT $3" GUESSED),
        since, (int64_t)most));
    *out = (struct left_list){ 0, NEW_ARRAY(cx->mem, struct left_user, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        struct left_user *left = &out->at[out->n];
        struct user *user;
        TRY(user_find(cx, cell_id(&t, i, "id"), &user));
        TRY(checklist_lines(cx, user, &left->list));
        left->user = user;
        out->n += left->list.open > 0;
    }
    return OK;
}
