/* kept_draft.c - see kept_draft.h */
#include "app/staff/kept_draft.h"

#include "access/access.h"
#include "base/time.h"
#include "db/db.h"

static enum status allow_adding(struct cx *cx)
{
    return allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice });
}

enum status kept_draft_find(struct cx *cx, const struct kept_draft **out)
{
    struct table t;
    *out = NULL;
    TRY(db_select(cx, &t,
                  SQL("SELECT name, fields, kept_at FROM kept_drafts"
                      " WHERE practice_id = $1 AND user_id = $2 AND kept_at > $3"),
                  cx->actor.user, cx->now - HOURS(KEPT_DRAFT_HOURS)));
    if (t.rows == 0) return OK;
    struct kept_draft *kept = NEW(cx->mem, struct kept_draft);
    *kept = (struct kept_draft){ cell_text(&t, 0, "name"), cell_text(&t, 0, "fields"),
                                 cell_int(&t, 0, "kept_at") };
    *out = kept;
    return OK;
}

enum status kept_draft_keep(struct cx *cx, const char *name, const char *fields)
{
    TRY(allow_adding(cx));
    return db_exec(cx,
                   SQL("INSERT INTO kept_drafts (practice_id, user_id, name, fields, kept_at)"
                       " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (practice_id, user_id) DO UPDATE"
                       " SET name = $3, fields = $4, kept_at = $5"),
                   cx->actor.user, name, fields, cx->now);
}

enum status kept_draft_drop(struct cx *cx)
{
    TRY(allow_adding(cx));
    return db_exec(cx, SQL("DELETE FROM kept_drafts WHERE practice_id = $1 AND user_id = $2"),
                   cx->actor.user);
}
