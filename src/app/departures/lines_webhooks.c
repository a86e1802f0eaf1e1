/* lines_webhooks.c - the checklist's line about webhooks that act for the user. */
#include <string.h>

#include "app/departures/checklist.h"
#include "app/webhooks/webhook.h"

#include "app/departures/departures.text.h"

static const char *hosts_of(struct cx *cx, const struct webhook_list *list)
{
    const char *hosts = "";
    for (size_t i = 0; i < list->n; i++)
        hosts = ARENA_JOIN(cx->mem, hosts, i ? ", " : "", list->at[i].host);
    return hosts;
}

enum status webhooks_state(struct cx *cx, const struct user *u, const char *undo,
                           struct checklist_line *line)
{
    struct webhook_list own;
    TRY(webhooks_of(cx, u->id, &own));
    line->title = SAY(hooks_title);
    line->about = own.n ? SAY(hooks_some, hosts_of(cx, &own)) : SAY(hooks_none);
    line->state = own.n ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(hooks_action);
    line->done = SAY(hooks_done);
    return OK;
}

/* Leaves the ids, so that they can be enabled again. */
enum status webhooks_settle(struct cx *cx, const struct user *u, const char **undo)
{
    struct webhook_list own;
    TRY(webhooks_of(cx, u->id, &own));
    *undo = "";
    for (size_t i = 0; i < own.n; i++) {
        TRY(webhook_disable(cx, own.at[i].id));
        *undo = ARENA_JOIN(cx->mem, *undo, i ? " " : "", own.at[i].id.text);
    }
    return OK;
}

/* They act for whoever takes it back.  What was removed meanwhile stays removed. */
enum status webhooks_undo(struct cx *cx, const struct user *u, const char *undo)
{
    (void)u;
    while (*undo) {
        size_t n = strcspn(undo, " ");
        enum status status = webhook_enable(cx, id_of(arena_copy(cx->mem, undo, n)));
        if (status != OK && status != NOT_FOUND) return status;
        undo += n;
        undo += strspn(undo, " ");
    }
    return OK;
}
