/* webhook.c - see webhook.h */
#include "app/webhooks/webhook.h"

#include <string.h>

#include "access/access.h"
#include "app/second_step/seal.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/webhooks/webhooks.text.h"

const struct webhook_kind webhook_kinds[] = {
#define KIND(event, group) { EVENT_##event, group },
#include "app/webhooks/kinds.def"
#undef KIND
};
const size_t webhook_kinds_n = sizeof webhook_kinds / sizeof *webhook_kinds;

static enum status gate(struct cx *cx, enum permission permission)
{
    return allow(cx, permission, &(struct subject){ .practice = cx->actor.practice });
}

const char *webhook_owner(struct cx *cx, struct id webhook)
{
    return ARENA_JOIN(cx->mem, "webhook ", cx->actor.practice.text, " ", webhook.text);
}

const char *webhook_host(struct cx *cx, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    return arena_copy(cx->mem, host, strcspn(host, "/?"));
}

static enum status tell(struct cx *cx, enum event event, struct id id, const char *url)
{
    return announce(cx, event, (struct about){ id, webhook_host(cx, url) }, NULL, NULL);
}

/* --- reading -------------------------------------------------------------------------- */

#define COLUMNS                                                                           \
    "SELECT w.id, w.user_id, u.first_name, u.last_name, w.url, w.events, w.state,"        \
    " w.stopped, w.made_at, w.tried_at, w.failing_since,"                                 \
    " (SELECT count(*) FROM webhook_messages m WHERE m.practice_id = $1"                  \
    "   AND m.webhook_id = w.id AND m.state = 'waiting') AS waiting"                      \
    " FROM webhooks w JOIN users u ON u.practice_id = w.practice_id AND u.id = w.user_id" \
    " WHERE w.practice_id = $1"

static void read_rows(struct cx *cx, const struct table *t, struct webhook_list *out)
{
    *out = (struct webhook_list){ t->rows, NEW_ARRAY(cx->mem, struct webhook, t->rows) };
    for (size_t i = 0; i < t->rows; i++) {
        const char *first = cell_text(t, i, "first_name"), *last = cell_text(t, i, "last_name");
        out->at[i] = (struct webhook){
            .id = cell_id(t, i, "id"),
            .user = cell_id(t, i, "user_id"),
            .user_name = *first ? ARENA_JOIN(cx->mem, first, " ", last) : last,
            .url = cell_text(t, i, "url"),
            .events = cell_text(t, i, "events"),
            .host = webhook_host(cx, cell_text(t, i, "url")),
            .on = strcmp(cell_text(t, i, "state"), "on") == 0,
            .stopped = cell_text(t, i, "stopped"),
            .made_at = cell_int(t, i, "made_at"),
            .tried_at = cell_int(t, i, "tried_at"),
            .failing_since = cell_int(t, i, "failing_since"),
            .waiting = cell_int(t, i, "waiting"),
        };
    }
}

enum status webhook_list(struct cx *cx, struct webhook_list *out)
{
    struct table t;
    TRY(gate(cx, INTEGRATIONS_VIEW));
    TRY(db_select(cx, &t, SQL(COLUMNS " ORDER BY w.id DESC")));
    read_rows(cx, &t, out);
    return OK;
}

enum status webhooks_of(struct cx *cx, struct id user, struct webhook_list *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(COLUMNS " AND w.user_id = $2 AND w.state = 'on' ORDER BY w.id DESC"),
                  user));
    read_rows(cx, &t, out);
    return OK;
}

enum status webhook_find(struct cx *cx, struct id id, struct webhook **out)
{
    struct webhook_list list;
    struct table t;
    TRY(gate(cx, INTEGRATIONS_VIEW));
    TRY(db_select(cx, &t, SQL(COLUMNS " AND w.id = $2"), id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such webhook.");
    read_rows(cx, &t, &list);
    *out = &list.at[0];
    return OK;
}

/* --- connecting ------------------------------------------------------------------------- */

static bool known(const char *key)
{
    for (size_t i = 0; i < webhook_kinds_n; i++)
        if (strcmp(event_key(webhook_kinds[i].event), key) == 0) return true;
    return false;
}

/* " user.added location.added ", in the order of kinds.def. */
static const char *events_of(struct cx *cx, const struct webhook_draft *d)
{
    const char *all = " ";
    for (size_t i = 0; i < d->n; i++)
        if (!known(d->events[i])) return "";
    for (size_t i = 0; i < webhook_kinds_n; i++) {
        const char *key = event_key(webhook_kinds[i].event);
        bool chosen = false;
        for (size_t j = 0; j < d->n; j++) chosen = chosen || strcmp(key, d->events[j]) == 0;
        if (chosen) all = ARENA_JOIN(cx->mem, all, key, " ");
    }
    return all;
}

static void check_url(struct cx *cx, const char *url)
{
    switch (call_url_fault(cx->mem, url, cx->setup->webhooks_anywhere)) {
    case CALL_FINE: return;
    case CALL_NO_URL: return field_fault(cx, "url", SAY(webhook_no_url));
    case CALL_NO_TLS: return field_fault(cx, "url", SAY(webhook_no_tls));
    case CALL_PRIVATE: return field_fault(cx, "url", SAY(webhook_private));
    }
}

enum status webhook_make(struct cx *cx, const struct webhook_draft *d, struct id *out,
                         const char **secret)
{
    unsigned char bytes[WEBHOOK_SECRET];
    char text[64];
    struct table t;
    TRY(gate(cx, INTEGRATIONS_EDIT));
    const char *events = events_of(cx, d);
    check_url(cx, d->url);
    if (strlen(events) < 2) field_fault(cx, "events", SAY(webhook_no_events));
    TRY(field_check(cx));
    TRY(db_select(cx, &t, SQL("SELECT count(*) AS n FROM webhooks WHERE practice_id = $1")));
    if (table_number(&t) >= WEBHOOKS_MOST)
        return fail_because(cx, CONFLICT, "full", "%s", SAY(webhooks_full, (int64_t)WEBHOOKS_MOST));
    if (!cx->setup->key) return fail_because(cx, CONFLICT, "key", "%s", SAY(webhook_no_key));
    *out = id_new(cx->now);
    randombytes_buf(bytes, sizeof bytes);
    const char *sealed =
        seal(cx->mem, cx->setup->key, webhook_owner(cx, *out), bytes, sizeof bytes);
    sodium_bin2base64(text, sizeof text, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    *secret = ARENA_JOIN(cx->mem, "whsec_", text);
    secret_wipe(bytes, sizeof bytes);
    secret_wipe(text, sizeof text);
    TRY(db_exec(cx,
                SQL("INSERT INTO webhooks (practice_id, id, user_id, url, sealed, events, made_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                *out, cx->actor.user, d->url, sealed, events, cx->now));
    return tell(cx, EVENT_WEBHOOK_MADE, *out, d->url);
}

/* --- on and off --------------------------------------------------------------------------- */

/* The one that is there, for whoever may change it. */
static enum status to_change(struct cx *cx, struct id id, struct webhook **out)
{
    TRY(gate(cx, INTEGRATIONS_EDIT));
    return webhook_find(cx, id, out);
}

enum status webhook_stop(struct cx *cx, struct id webhook, const char *why)
{
    return db_exec(cx,
                   SQL("UPDATE webhooks SET state = 'off', stopped = $3 WHERE practice_id = $1"
                       " AND id = $2 AND state = 'on'"),
                   webhook, why);
}

enum status webhook_disable(struct cx *cx, struct id id)
{
    struct webhook *w;
    TRY(to_change(cx, id, &w));
    if (!w->on) return OK;
    TRY(webhook_stop(cx, w->id, "user"));
    return tell(cx, EVENT_WEBHOOK_DISABLED, w->id, w->url);
}

enum status webhook_enable(struct cx *cx, struct id id)
{
    struct webhook *w;
    TRY(to_change(cx, id, &w));
    if (w->on) return OK;
    TRY(db_exec(cx,
                SQL("UPDATE webhooks SET state = 'on', stopped = '', user_id = $3, fails = 0,"
                    " failing_since = NULL, rest_until = 0 WHERE practice_id = $1 AND id = $2"),
                w->id, cx->actor.user));
    return tell(cx, EVENT_WEBHOOK_ENABLED, w->id, w->url);
}

enum status webhook_remove(struct cx *cx, struct id id)
{
    struct webhook *w;
    TRY(to_change(cx, id, &w));
    TRY(db_exec(cx, SQL("DELETE FROM webhook_messages WHERE practice_id = $1 AND webhook_id = $2"),
                w->id));
    TRY(db_exec(cx, SQL("DELETE FROM webhooks WHERE practice_id = $1 AND id = $2"), w->id));
    return tell(cx, EVENT_WEBHOOK_REMOVED, w->id, w->url);
}

enum status webhook_test(struct cx *cx, struct id id)
{
    struct webhook *w;
    TRY(to_change(cx, id, &w));
    if (!w->on) return fail_because(cx, CONFLICT, "off", "%s", SAY(webhook_is_off));
    return webhook_write(cx, w->id, "webhook.test", w->id);
}

/* A reaction: what acts for somebody ends with their access. */
enum status webhooks_follow_leaving(struct cx *cx, struct id user)
{
    return db_exec(cx,
                   SQL("UPDATE webhooks SET state = 'off', stopped = 'left' WHERE practice_id = $1"
                       " AND user_id = $2 AND state = 'on'"),
                   user);
}

/* --- messages ------------------------------------------------------------------------------ */

enum status webhook_messages(struct cx *cx, struct id webhook, struct id after,
                             struct webhook_messages *out)
{
    struct table t;
    TRY(gate(cx, INTEGRATIONS_VIEW));
    TRY(db_select(cx, &t,
                  SQL("SELECT id, kind, state, answer, at, tries, tried_at, status"
                      " FROM webhook_messages WHERE practice_id = $1 AND webhook_id = $2"
                      " AND ($3 = '' OR id < $3) ORDER BY id DESC LIMIT $4"),
                  webhook, (const char *)after.text, WEBHOOK_MESSAGES + 1));
    *out = (struct webhook_messages){ .more = t.rows > WEBHOOK_MESSAGES };
    out->n = out->more ? WEBHOOK_MESSAGES : t.rows;
    out->at = NEW_ARRAY(cx->mem, struct webhook_message, out->n);
    for (size_t i = 0; i < out->n; i++)
        out->at[i] = (struct webhook_message){
            .id = cell_id(&t, i, "id"),
            .kind = cell_text(&t, i, "kind"),
            .state = cell_text(&t, i, "state"),
            .answer = cell_text(&t, i, "answer"),
            .at = cell_int(&t, i, "at"),
            .tries = cell_int(&t, i, "tries"),
            .tried_at = cell_int(&t, i, "tried_at"),
            .status = cell_int(&t, i, "status"),
        };
    return OK;
}

enum status webhook_resend(struct cx *cx, struct id webhook, struct id message)
{
    struct webhook *w;
    int64_t changed;
    TRY(to_change(cx, webhook, &w));
    if (!w->on) return fail_because(cx, CONFLICT, "off", "%s", SAY(webhook_is_off));
    TRY(db_change(cx, &changed,
                  SQL("UPDATE webhook_messages SET state = 'waiting', waiting_since = $4, tries = 0"
                      " WHERE practice_id = $1 AND id = $2 AND webhook_id = $3"),
                  message, w->id, cx->now));
    if (!changed) return fail(cx, NOT_FOUND, "There is no such message.");
    TRY(db_exec(cx, SQL("UPDATE webhooks SET rest_until = 0 WHERE practice_id = $1 AND id = $2"),
                w->id));
    TRY(dequeue(cx, JOB_webhook_call, message));
    TRY(enqueue(cx, JOB_webhook_call, message, ""));
    return tell(cx, EVENT_WEBHOOK_RESENT, w->id, w->url);
}
