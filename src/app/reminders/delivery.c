/* delivery.c - what the gateway says has become of a text message. */
#include "app/credits/ledger.h"
#include "app/reminders/reminder.h"
#include "base/secret.h"
#include "db/db.h"

/* Kannel's, as asked for with SMS_REPORTS (work/sms.h). */
enum { PHONE_HAS_IT = 1, NO_PHONE_TOOK_IT = 2, NETWORK_REFUSED = 16 };

/* It was not sent after all. */
static enum status refused(struct cx *cx, struct id id)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("UPDATE reminders SET state = 'failed', why = 'network', at = $3"
                      " WHERE practice_id = $1 AND id = $2 AND state IN ('waiting', 'sent')"
                      " AND report IS NULL RETURNING spent"),
                  id, cx->now));
    return t.rows ? credits_return(cx, cell_text(&t, 0, "spent")) : OK;
}

/* What a phone has, it has: gateways try again, and may say so in any order. */
static enum status note(struct cx *cx, struct id id, const char *report)
{
    return db_exec(cx,
                   SQL("UPDATE reminders SET report = $3, reported_at = $4 WHERE practice_id = $1"
                       " AND id = $2 AND state IN ('waiting', 'sent')"
                       " AND (report IS NULL OR report <> 'delivered')"),
                   id, report, cx->now);
}

enum status reminder_reported(struct cx *cx, const char *token, int64_t said)
{
    struct table t = { 0 };
    char hash[SECRET_SIZE];
    if (secret_shape(token)) {
        secret_hash(token, hash);
        TRY(db_select(cx, &t,
                      SQL_GLOBAL("SELECT practice_id, id FROM reminders WHERE report_hash = $1"),
                      (const char *)hash));
    }
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such page.");
    struct id id = cell_id(&t, 0, "id");
    cx->actor = (struct actor){ .practice = cell_id(&t, 0, "practice_id"),
                                .address = cx->actor.address,
                                .agent = cx->actor.agent,
                                .via = "sms" };
    switch (said) {
    case PHONE_HAS_IT: return note(cx, id, "delivered");
    case NO_PHONE_TOOK_IT: return note(cx, id, "missed");
    case NETWORK_REFUSED: return refused(cx, id);
    default: return OK;
    }
}
