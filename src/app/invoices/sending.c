/* sending.c - see sending.h */
#include "app/invoices/sending.h"

#include <string.h>

#include "app/invoices/reach.h"
#include "app/invoices/tell.h"
#include "app/sessions/tries.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/invoices/sendings.text.h"

enum status invoice_sendings(struct cx *cx, const struct invoice *v, struct sendings *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, address, state, problem, at, by_name, expires_at,"
                      " CASE WHEN ended_at IS NULL AND expires_at > $3 THEN 1 ELSE 0 END AS open"
                      " FROM invoice_sendings WHERE practice_id = $1 AND invoice_id = $2"
                      " ORDER BY id DESC LIMIT 10"),
                  v->id, cx->now));
    *out = (struct sendings){ t.rows, NEW_ARRAY(cx->mem, struct sending, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *state = cell_text(&t, i, "state");
        out->at[i] = (struct sending){
            .id = cell_id(&t, i, "id"),
            .address = v->private ? "" : cell_text(&t, i, "address"),
            .state = *state == 'w'   ? SENDING_WAITING
                     : *state == 's' ? SENDING_SENT
                                     : SENDING_FAILED,
            .problem = v->private ? "" : cell_text(&t, i, "problem"),
            .by = cell_text(&t, i, "by_name"),
            .at = cell_int(&t, i, "at"),
            .expires_at = cell_int(&t, i, "expires_at"),
            .open = cell_bool(&t, i, "open"),
        };
    }
    return OK;
}

/* --- sending ------------------------------------------------------------------------------ */

static enum status gate(struct cx *cx, const struct invoice *v)
{
    TRY(invoice_ask_this(cx, INVOICES_EDIT, v));
    if (!v->number) return fail_because(cx, CONFLICT, "draft", "%s", SAY(send_draft));
    return OK;
}

enum status invoice_send_to(struct cx *cx, const struct invoice *v, const char **address)
{
    struct table t;
    if (v->private) return fail_because(cx, FORBIDDEN, "names", "%s", SAY(send_private));
    TRY(db_select(cx, &t, SQL("SELECT email FROM patients WHERE practice_id = $1 AND id = $2"),
                  v->patient));
    *address = t.rows ? cell_text(&t, 0, "email") : "";
    return OK;
}

static enum status end_open(struct cx *cx, const struct invoice *v, int64_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM invoice_sendings WHERE practice_id = $1 AND invoice_id = $2"
                      " AND ended_at IS NULL"),
                  v->id));
    if (t.rows) TRY(dequeue(cx, JOB_letter_invoice, cell_id(&t, 0, "id")));
    return db_change(cx, n,
                     SQL("UPDATE invoice_sendings SET ended_at = $3 WHERE practice_id = $1"
                         " AND invoice_id = $2 AND ended_at IS NULL"),
                     v->id, cx->now);
}

enum status invoice_send(struct cx *cx, const struct invoice *v, const char *address)
{
    const char *now;
    bool fits;
    int64_t ended;
    struct id id = id_new(cx->now);
    TRY(gate(cx, v));
    TRY(invoice_send_to(cx, v, &now));
    if (!*now) return fail_because(cx, CONFLICT, "address", "%s", SAY(send_nowhere));
    if (strcmp(now, address) != 0)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(send_elsewhere));
    TRY(tries_take(cx, "invoices sent", v->id.text, SENDINGS_A_DAY, DAYS(1), &fits));
    if (!fits) return fail_because(cx, CONFLICT, "slow", "%s", SAY(send_slow));
    TRY(end_open(cx, v, &ended));
    TRY(db_exec(cx,
                SQL("INSERT INTO invoice_sendings (practice_id, id, invoice_id, address, state, at,"
                    " by_id, by_name, expires_at)"
                    " VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)"),
                id, v->id, now, cx->now, cx->actor.user, cx->actor.name,
                cx->now + DAYS(SENDING_DAYS)));
    TRY(enqueue(cx, JOB_letter_invoice, id, ""));
    return invoice_tell(cx, EVENT_INVOICE_SENT, v->id, v->number, v->patient_number, NULL);
}

enum status invoice_send_end(struct cx *cx, const struct invoice *v)
{
    int64_t ended;
    TRY(gate(cx, v));
    TRY(end_open(cx, v, &ended));
    if (!ended) return OK;
    return invoice_tell(cx, EVENT_INVOICE_LINK_ENDED, v->id, v->number, v->patient_number, NULL);
}

/* --- what the link opens ------------------------------------------------------------------- */

enum status sending_write(struct cx *cx, struct id sending, struct sending_letter *out)
{
    struct table t;
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    TRY(db_select(cx, &t,
                  SQL("SELECT s.address, s.expires_at, i.number, i.practice_name, l.phone,"
                      " l.time_zone FROM invoice_sendings s JOIN invoices i"
                      "  ON i.practice_id = s.practice_id AND i.id = s.invoice_id"
                      " JOIN locations l ON l.practice_id = i.practice_id AND l.id = i.location_id"
                      " WHERE s.practice_id = $1 AND s.id = $2 AND s.ended_at IS NULL"
                      " AND s.expires_at > $3"),
                  sending, cx->now));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "ended meanwhile");
    secret_token(secret);
    secret_hash(secret, hash);
    TRY(db_exec(cx,
                SQL("INSERT INTO invoice_links (practice_id, token_hash, sending_id)"
                    " VALUES ($1, $2, $3)"),
                (const char *)hash, sending));
    *out = (struct sending_letter){
        .address = cell_text(&t, 0, "address"),
        .practice = cell_text(&t, 0, "practice_name"),
        .zone = cell_text(&t, 0, "time_zone"),
        .phone = cell_text(&t, 0, "phone"),
        .token = secret,
        .number = cell_int(&t, 0, "number"),
        .expires_at = cell_int(&t, 0, "expires_at"),
    };
    return OK;
}

/* How often links showed something of this patient in the last hour. */
static enum status looked(struct cx *cx, struct id patient, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM looked_at k JOIN looks l"
                      " ON l.practice_id = k.practice_id AND l.id = k.look_id"
                      " WHERE k.practice_id = $1 AND k.patient_id = $2 AND l.user_id IS NULL"
                      " AND l.at > $3"),
                  patient, cx->now - HOURS(1)));
    *out = table_number(&t);
    return OK;
}

enum status sending_open(struct cx *cx, const char *token, struct id *invoice)
{
    struct table t = { 0 };
    char hash[SECRET_SIZE];
    int64_t times;
    if (!secret_shape(token)) return fail(cx, NOT_FOUND, "no such link");
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT s.practice_id, s.invoice_id, i.patient_id FROM invoice_links k"
                             " JOIN invoice_sendings s ON s.practice_id = k.practice_id"
                             "  AND s.id = k.sending_id"
                             " JOIN invoices i ON i.practice_id = s.practice_id"
                             "  AND i.id = s.invoice_id"
                             " WHERE k.token_hash = $1 AND s.ended_at IS NULL"
                             " AND s.expires_at > $2"),
                  (const char *)hash, cx->now));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such link");
    *invoice = cell_id(&t, 0, "invoice_id");
    cx->actor = (struct actor){ .practice = cell_id(&t, 0, "practice_id"),
                                .name = SAY(send_holder),
                                .address = cx->actor.address,
                                .agent = cx->actor.agent,
                                .via = cx->actor.via };
    TRY(looked(cx, cell_id(&t, 0, "patient_id"), &times));
    if (times < SENDING_LOOKS) return OK;
    return fail_because(cx, CONFLICT, "often", "%s", SAY(send_often));
}
