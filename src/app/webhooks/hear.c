/* hear.c - what happens in a practice becomes messages: see webhook.h */
#include <string.h>

#include "app/webhooks/webhook.h"
#include "base/json.h"
#include "db/db.h"
#include "work/queue.h"

/* Ids, and nothing that anybody typed. */
static const char *body_of(struct cx *cx, const char *kind, struct id about)
{
    struct id who = id_some(cx->actor.viewer) ? cx->actor.viewer : cx->actor.user;
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_text(&j, "type", kind);
    json_text(&j, "timestamp", time_iso(cx->mem, cx->now));
    json_object(&j, "data");
    json_text(&j, "practice_id", cx->actor.practice.text);
    json_text(&j, "id", about.text);
    json_text(&j, "by_user_id", id_some(who) ? who.text : NULL);
    json_end(&j);
    json_end(&j);
    return json_done(&j);
}

enum status webhook_write(struct cx *cx, struct id webhook, const char *kind, struct id about)
{
    struct id id = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO webhook_messages (practice_id, id, webhook_id, kind, body, at,"
                    " waiting_since) VALUES ($1, $2, $3, $4, $5, $6, $6)"),
                id, webhook, kind, body_of(cx, kind, about), cx->now));
    return enqueue(cx, JOB_webhook_call, id, "");
}

enum status event_heard(struct cx *cx, enum event event, struct id about)
{
    struct table t;
    const char *wanted = ARENA_JOIN(cx->mem, " ", event_key(event), " ");
    TRY(db_select(cx, &t,
                  SQL("SELECT id, events FROM webhooks WHERE practice_id = $1 AND state = 'on'"
                      " ORDER BY id")));
    for (size_t i = 0; i < t.rows; i++)
        if (strstr(cell_text(&t, i, "events"), wanted))
            TRY(webhook_write(cx, cell_id(&t, i, "id"), event_key(event), about));
    return OK;
}
