/* telling.c - the job that sends one message, and what comes of it: see webhook.h
 *
 * While an address does not answer, all of its messages rest: a machine that is away costs one
 * try for each rest, whatever waits for it. */
#include <string.h>

#include "access/access.h"
#include "app/second_step/seal.h"
#include "app/users/acting.h"
#include "app/webhooks/webhook.h"
#include "base/secret.h"
#include "base/setup.h"
#include "db/db.h"
#include "work/queue.h"

/* After so many failures: a minute, two, four ... four hours. */
static int64_t rest_after(int64_t fails)
{
    return fails > 8 ? HOURS(4) : MINUTES(1) << (fails > 0 ? fails - 1 : 0);
}

/* --- composing ------------------------------------------------------------------------- */

static enum status drop(struct cx *cx, struct id message)
{
    return db_exec(cx,
                   SQL("UPDATE webhook_messages SET state = 'dropped' WHERE practice_id = $1"
                       " AND id = $2 AND state = 'waiting'"),
                   message);
}

/* Is whoever it acts for still one who may connect it? */
static enum status still_may(struct cx *cx, struct id user, bool *out)
{
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    enum status status = user_acts(cx, user, cx->now + 1);
    *out = status == OK
           && may(&cx->actor, INTEGRATIONS_EDIT, &(struct subject){ cx->actor.practice }, NULL);
    cx->actor = before;
    cx->zone = zone;
    if (status != FORBIDDEN) return status;
    cx_forget(cx);
    return OK;
}

/* webhook-signature of Standard Webhooks: over the id, the second, and the body. */
static const char *signature(struct cx *cx, const unsigned char *secret, const char *id,
                             const char *second, const char *body)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    const char *head = ARENA_JOIN(cx->mem, id, ".", second, ".");
    char text[64];
    crypto_auth_hmacsha256_init(&state, secret, WEBHOOK_SECRET);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, strlen(head));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    secret_wipe(&state, sizeof state);
    return ARENA_JOIN(cx->mem, "webhook-signature: v1,", text);
}

static bool fill(struct cx *cx, const struct table *t, const struct job *job, struct call *out)
{
    unsigned char secret[WEBHOOK_SECRET];
    struct id hook = cell_id(t, 0, "webhook_id");
    const char *body = cell_text(t, 0, "body");
    const char *second = arena_number(cx->mem, cx->now / SECONDS(1));
    if (!cx->setup->key
        || !seal_open(cx->setup->key, webhook_owner(cx, hook), cell_text(t, 0, "sealed"), secret,
                      sizeof secret))
        return false;
    *out = (struct call){
        .url = cell_text(t, 0, "url"),
        .headers = { ARENA_JOIN(cx->mem, "webhook-id: ", job->about.text),
                     ARENA_JOIN(cx->mem, "webhook-timestamp: ", second),
                     signature(cx, secret, job->about.text, second, body) },
        .body = body,
        .anywhere = cx->setup->webhooks_anywhere,
    };
    secret_wipe(secret, sizeof secret);
    return true;
}

enum status webhook_call(struct cx *cx, const struct job *job, struct call *out)
{
    struct table t;
    bool fine;
    TRY(db_select(cx, &t,
                  SQL("SELECT m.webhook_id, m.body, w.url, w.sealed, w.state, w.user_id,"
                      " w.rest_until FROM webhook_messages m JOIN webhooks w"
                      "  ON w.practice_id = m.practice_id AND w.id = m.webhook_id"
                      " WHERE m.practice_id = $1 AND m.id = $2 AND m.state = 'waiting'"),
                  job->about));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "told already, or removed");
    struct id hook = cell_id(&t, 0, "webhook_id");
    bool on = strcmp(cell_text(&t, 0, "state"), "on") == 0;
    int64_t rest = cell_int(&t, 0, "rest_until");
    if (on && rest > cx->now) {
        TRY(enqueue_at(cx, JOB_webhook_call, job->about, "", rest));
        return fail(cx, NOT_FOUND, "it rests");
    }
    TRY(still_may(cx, cell_id(&t, 0, "user_id"), &fine));
    if (on && !fine) TRY(webhook_stop(cx, hook, "access"));
    if (!on || !fine) {
        TRY(drop(cx, job->about));
        return fail(cx, NOT_FOUND, "it is off");
    }
    if (fill(cx, &t, job, out)) return OK;
    static const struct call unsigned_ = { .said = "the key of this installation is missing" };
    TRY(webhook_called(cx, job, &unsigned_));
    return fail(cx, NOT_FOUND, "there is no signature, and so no message");
}

/* --- what came of it --------------------------------------------------------------------- */

struct outcome {
    struct id message, hook, user;
    const char *url;
    bool fine, on, over; /* over: it is not tried again */
    int64_t tries, fails, failing_since;
};

static enum status note_message(struct cx *cx, const struct outcome *o, const struct call *call)
{
    const char *state = o->fine ? "told" : o->over ? "failed" : o->on ? "waiting" : "dropped";
    TRY(db_exec(
        cx,
        SQL("UPDATE webhook_messages SET state = $3, tries = $4, tried_at = $5, status = $6,"
            " answer = $7 WHERE practice_id = $1 AND id = $2"),
        o->message, state, o->tries, cx->now, call->status, call->said));
    TRY(db_exec(cx,
                SQL("DELETE FROM webhook_messages WHERE practice_id = $1 AND webhook_id = $2"
                    " AND at < $3 AND state <> 'waiting'"),
                o->hook, cx->now - DAYS(WEBHOOK_KEPT_DAYS)));
    if (strcmp(state, "waiting") != 0) return OK;
    return enqueue_at(cx, JOB_webhook_call, o->message, "", cx->now + rest_after(o->tries));
}

/* Only who does not answer at all, or says that it is busy, lets the others rest. */
static enum status note_hook(struct cx *cx, const struct outcome *o, const struct call *call)
{
    bool away = call->status == 0 || call->status >= 500 || call->status == 429;
    if (o->fine)
        return db_exec(cx,
                       SQL("UPDATE webhooks SET tried_at = $3, fails = 0, failing_since = NULL,"
                           " rest_until = 0 WHERE practice_id = $1 AND id = $2"),
                       o->hook, cx->now);
    return db_exec(cx,
                   SQL("UPDATE webhooks SET tried_at = $3, fails = $4, failing_since = $5,"
                       " rest_until = $6 WHERE practice_id = $1 AND id = $2"),
                   o->hook, cx->now, o->fails, o->failing_since,
                   away ? cx->now + rest_after(o->fails) : 0);
}

static enum status give_up(struct cx *cx, const struct outcome *o, const char *why)
{
    TRY(webhook_stop(cx, o->hook, why));
    TRY(announce(cx, EVENT_WEBHOOK_STOPPED, (struct about){ o->hook, webhook_host(cx, o->url) },
                 NULL, NULL));
    return enqueue(cx, JOB_letter_webhook, o->user,
                   ARENA_JOIN(cx->mem, why, " ", webhook_host(cx, o->url)));
}

enum status webhook_called(struct cx *cx, const struct job *job, const struct call *call)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT m.webhook_id, m.tries, m.waiting_since, w.url, w.user_id, w.state,"
                      " w.fails, COALESCE(w.failing_since, $3) AS failing_since"
                      " FROM webhook_messages m JOIN webhooks w ON w.practice_id = m.practice_id"
                      "  AND w.id = m.webhook_id WHERE m.practice_id = $1 AND m.id = $2"),
                  job->about, cx->now));
    if (t.rows == 0) return OK; /* removed meanwhile */
    struct outcome o = {
        .message = job->about,
        .hook = cell_id(&t, 0, "webhook_id"),
        .user = cell_id(&t, 0, "user_id"),
        .url = cell_text(&t, 0, "url"),
        .fine = call->status >= 200 && call->status < 300,
        .on = strcmp(cell_text(&t, 0, "state"), "on") == 0,
        .tries = cell_int(&t, 0, "tries") + 1,
        .fails = cell_int(&t, 0, "fails") + 1,
        .failing_since = cell_int(&t, 0, "failing_since"),
    };
    bool gone = call->status == 410; /* Standard Webhooks: do not come again */
    bool long_ago = cx->now - o.failing_since >= WEBHOOK_PATIENCE;
    o.over = gone || cx->now - cell_int(&t, 0, "waiting_since") >= WEBHOOK_PATIENCE;
    TRY(note_message(cx, &o, call));
    TRY(note_hook(cx, &o, call));
    if (o.fine || !o.on || !(gone || long_ago)) return OK;
    return give_up(cx, &o, gone ? "gone" : "failed");
}
