/* lines_invitations.c - the checklist's line about invitations the user sent. */
#include "app/departures/checklist.h"

#include <string.h>

#include "app/invitations/invitation.h"
#include "db/db.h"

#include "app/departures/departures.text.h"

static enum status waiting(struct cx *cx, const struct user *u, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT id, first_name, last_name FROM invitations WHERE practice_id = $1"
                         " AND inviter_id = $2 AND state = 'pending' AND expires_at > $3"
                         " ORDER BY created_at, id"),
                     u->id, cx->now);
}

/* "Ingrid Haaland, Hana Sato and 4 others" */
static const char *names_of(struct cx *cx, const struct table *t)
{
    const char *names = "";
    size_t shown = t->rows > 4 ? 3 : t->rows;
    for (size_t i = 0; i < shown; i++) {
        const char *first = cell_text(t, i, "first_name");
        names = arena_print(cx->mem, "%s%s%s%s%s", names, i ? ", " : "", first, *first ? " " : "",
                            cell_text(t, i, "last_name"));
    }
    if (shown == t->rows) return SAY(invitations_some, names);
    return SAY(invitations_more, names, (int64_t)(t->rows - shown));
}

enum status invitations_state(struct cx *cx, const struct user *u, const char *undo,
                              struct checklist_line *line)
{
    struct table t;
    TRY(waiting(cx, u, &t));
    line->title = SAY(invitations_title);
    line->about = t.rows ? names_of(cx, &t) : SAY(invitations_none);
    line->state = t.rows ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(invitations_action, (int64_t)t.rows);
    line->done = SAY(invitations_done);
    return OK;
}

/* Leaves the ids, so that they can be sent again. */
enum status invitations_settle(struct cx *cx, const struct user *u, const char **undo)
{
    struct table t;
    TRY(waiting(cx, u, &t));
    *undo = "";
    for (size_t i = 0; i < t.rows; i++)
        *undo = arena_print(cx->mem, "%s%s%s", *undo, i ? " " : "", cell_text(&t, i, "id"));
    return invitations_withdraw_by(cx, u->id, SAY(invitations_done));
}

/* Sent again in the name of whoever takes it back: the old links are dead.
 * What has been cleared, answered or sent again meanwhile stays as it is. */
enum status invitations_undo(struct cx *cx, const struct user *u, const char *undo)
{
    (void)u;
    while (*undo) {
        size_t n = strcspn(undo, " ");
        struct invitation *invitation;
        enum status status = invitation_find(cx, id_of(arena_copy(cx->mem, undo, n)), &invitation);
        if (status != OK && status != NOT_FOUND) return status;
        if (status == OK && invitation->state == INVITATION_WITHDRAWN && invitation->lost)
            TRY(invitation_resend(cx, invitation->id));
        undo += n;
        undo += strspn(undo, " ");
    }
    return OK;
}
