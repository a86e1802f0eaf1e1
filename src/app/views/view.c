/* view.c - see view.h */
#include "app/views/view.h"

#include <string.h>

#include "app/audit/event.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/views/view.text.h"

enum status view_refusal(struct cx *cx, const struct user *u, const char **out)
{
    struct access mine;
    struct subject subject = user_subject(u);
    *out = NULL;
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(actor_access(cx, &mine));
    if (!u->access.active)
        *out = SAY(view_gone, user_name(cx, u));
    else if (!reach_may_be_viewed(&u->access))
        *out = SAY(view_full, user_name(cx, u));
    else if (!reach_may_view(&mine))
        *out = SAY(view_restricted);
    return OK;
}

static enum status write(struct cx *cx, const struct user *u, const char *reason, struct id *out)
{
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("UPDATE views SET ends_at = $4 WHERE practice_id = $1 AND user_id = $2"
                    " AND session_id = $3 AND ends_at > $4"),
                cx->actor.user, cx->actor.session, cx->now));
    return db_exec(
        cx,
        SQL("INSERT INTO views (practice_id, id, session_id, user_id, as_user_id, reason,"
            " since, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
        *out, cx->actor.session, cx->actor.user, u->id, reason, cx->now,
        cx->now + MINUTES(VIEW_MINUTES));
}

enum status view_begin(struct cx *cx, const struct user *u, const char *reason)
{
    const char *refusal;
    struct id view;
    TRY(view_refusal(cx, u, &refusal));
    if (refusal) return fail_because(cx, CONFLICT, "view", "%s", refusal);
    if (!*reason) field_fault(cx, "reason", SAY(view_no_reason));
    TRY(field_check(cx));
    TRY(write(cx, u, reason, &view));
    TRY(announce(cx, EVENT_VIEW_BEGUN, (struct about){ u->id, user_name(cx, u) }, NULL, reason));
    return enqueue(cx, JOB_letter_viewed, u->id, arena_copy(cx->mem, view.text, strlen(view.text)));
}

enum status view_end(struct cx *cx, struct id view)
{
    struct user *u;
    struct table t;
    if (!id_some(view) || !id_some(cx->actor.viewer)) return OK;
    TRY(db_select(cx, &t,
                  SQL("UPDATE views SET ends_at = $4 WHERE practice_id = $1 AND id = $2"
                      " AND user_id = $3 AND ends_at > $4 RETURNING as_user_id"),
                  view, cx->actor.viewer, cx->now));
    if (t.rows == 0) return OK;
    TRY(user_find(cx, cell_id(&t, 0, "as_user_id"), &u));
    return announce(cx, EVENT_VIEW_ENDED, (struct about){ u->id, user_name(cx, u) }, NULL, NULL);
}
