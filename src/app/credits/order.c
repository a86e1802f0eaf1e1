/* order.c - see order.h */
#include "app/credits/order.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/credits/credits_mail.h"
#include "app/credits/ledger.h"
#include "app/credits/provider.h"
#include "app/credits/setting.h"
#include "base/money.h"
#include "base/setup.h"
#include "db/db.h"

#include "app/credits/credits.text.h"

static const char *const states[] = {
    [ORDER_ASKED] = "asked",
    [ORDER_PAID] = "paid",
    [ORDER_WITHDRAWN] = "withdrawn",
    [ORDER_UNPAID] = "unpaid",
};

#define COLUMNS                                                                    \
    "o.id, o.account_id, o.credits, o.cents, o.currency, o.provider, o.reference," \
    " o.automatic, o.state, o.asked_at, o.asked_name, o.ended_at, o.ended_name, o.version"

static struct order read_row(const struct table *t, size_t row)
{
    struct order o = {
        .id = cell_id(t, row, "id"),
        .credits = cell_int(t, row, "credits"),
        .cents = cell_int(t, row, "cents"),
        .currency = cell_text(t, row, "currency"),
        .provider = cell_text(t, row, "provider"),
        .reference = cell_text(t, row, "reference"),
        .automatic = cell_bool(t, row, "automatic"),
        .asked_at = cell_int(t, row, "asked_at"),
        .asked_name = cell_text(t, row, "asked_name"),
        .ended_at = cell_int(t, row, "ended_at"),
        .ended_name = cell_text(t, row, "ended_name"),
        .version = cell_int(t, row, "version"),
    };
    if (strcmp(cell_text(t, row, "account_id"), "group") != 0)
        o.user = cell_id(t, row, "account_id");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i], cell_text(t, row, "state")) == 0) o.state = (enum order_state)i;
    return o;
}

static const char *priced(struct cx *cx, const char *currency, int64_t cents)
{
    return cents ? arena_print(cx->mem, "%s %s", currency, money_words(cx->mem, cents)) : "";
}

const char *credits_price(struct cx *cx, int64_t credits)
{
    const char *currency = cx->setup->credit_currency;
    return priced(cx, currency ? currency : "", credits * cx->setup->credit_cents);
}

const char *order_price(struct cx *cx, const struct order *o)
{
    return priced(cx, o->currency, o->cents);
}

static enum status ask(struct cx *cx, enum permission permission, struct id user)
{
    return allow(cx, permission, &(struct subject){ .practice = cx->actor.practice, .user = user });
}

bool order_may_confirm(const struct cx *cx)
{
    return may(&cx->actor, CREDITS_CONFIRM, &(struct subject){ .practice = cx->actor.practice },
               NULL);
}

/* --- finding -------------------------------------------------------------------------- */

static enum status found(struct cx *cx, const struct table *t, struct order *out)
{
    if (!t->rows) return fail(cx, NOT_FOUND, "%s", SAY(order_none));
    *out = read_row(t, 0);
    return cx->actor.job ? OK : ask(cx, CREDITS_VIEW, out->user);
}

enum status order_find(struct cx *cx, struct id id, struct order *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM credit_orders o"
                      " WHERE o.practice_id = $1 AND o.id = $2"),
                  id));
    return found(cx, &t, out);
}

enum status order_by_reference(struct cx *cx, const char *reference, struct order *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM credit_orders o"
                      " WHERE o.practice_id = $1 AND o.reference = $2"),
                  reference));
    return found(cx, &t, out);
}

enum status order_list(struct cx *cx, struct id user, int64_t most, struct orders *out)
{
    struct table t;
    TRY(ask(cx, CREDITS_VIEW, user));
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM credit_orders o WHERE o.practice_id = $1"
                      " AND o.account_id = COALESCE(CAST($2 AS TEXT), 'group')"
                      " ORDER BY CASE WHEN o.state = 'asked' THEN 0 ELSE 1 END, o.asked_at DESC,"
                      " o.id DESC LIMIT $3"),
                  user, most));
    *out = (struct orders){ t.rows, NEW_ARRAY(cx->mem, struct order, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

/* --- asking --------------------------------------------------------------------------- */

/* Whose order it is, for the log: "the group's credits, LN-7K3Q9MXT". */
static enum status about_of(struct cx *cx, const struct order *o, struct about *out)
{
    struct table t;
    const char *name = SAY(credits_of_group);
    if (id_some(o->user)) {
        TRY(db_select(cx, &t,
                      SQL("SELECT TRIM(first_name || ' ' || last_name) AS name FROM users"
                          " WHERE practice_id = $1 AND id = $2"),
                      o->user));
        name = SAY(credits_of_user, t.rows ? cell_text(&t, 0, "name") : "");
    }
    *out = (struct about){ o->id, SAY(order_about, name, o->reference) };
    return OK;
}

static enum status tell(struct cx *cx, enum event event, const struct order *o)
{
    struct about about;
    struct changes changes = { 0 };
    const char *price = order_price(cx, o);
    TRY(about_of(cx, o, &about));
    const char *number = arena_print(cx->mem, "%lld", (long long)o->credits);
    change_note(cx, &changes, SAY(order_credits), "", number);
    if (*price) change_note(cx, &changes, SAY(order_price), "", price);
    return announce(cx, event, about, &changes, NULL);
}

/* Eight letters and digits, none of which look alike. */
static const char *new_reference(struct cx *cx)
{
    struct id fresh = id_new(cx->now);
    char *out = arena_print(cx->mem, "LN-%s", fresh.text + 18);
    for (char *c = out; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c -= 'a' - 'A';
    return out;
}

static struct order new_order(struct cx *cx, struct id user, struct id id, int64_t credits)
{
    const char *currency = cx->setup->credit_currency;
    return (struct order){
        .id = id,
        .user = user,
        .credits = credits,
        .cents = credits * cx->setup->credit_cents,
        .currency = currency && cx->setup->credit_cents ? currency : "",
        .provider = payment_bank.key,
        .reference = new_reference(cx),
        .asked_at = cx->now,
        .asked_name = cx->actor.name ? cx->actor.name : "",
        .ended_name = "",
        .version = 1,
    };
}

/* An account that nothing moved on so far has no row yet. */
static enum status write(struct cx *cx, const struct order *o)
{
    const char *account = id_some(o->user) ? o->user.text : "group";
    TRY(db_exec(cx,
                SQL("INSERT INTO credit_accounts (practice_id, id, user_id) VALUES ($1, $2, $3)"
                    " ON CONFLICT (practice_id, id) DO NOTHING"),
                account, o->user));
    TRY(db_exec(cx,
                SQL("INSERT INTO credit_orders (practice_id, id, account_id, credits, cents,"
                    " currency, provider, reference, automatic, asked_at, asked_by, asked_name)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
                o->id, account, o->credits, o->cents, o->currency, o->provider, o->reference,
                o->automatic, o->asked_at, (const char *)cx->actor.user.text, o->asked_name));
    return tell(cx, EVENT_CREDITS_ASKED, o);
}

static int64_t typed_credits(const char *typed)
{
    int64_t n = 0;
    for (const char *c = typed; *c; c++) {
        if (*c < '0' || *c > '9' || n > CREDITS_MOST) return 0;
        n = n * 10 + (*c - '0');
    }
    return n > CREDITS_MOST ? 0 : n;
}

static bool fresh_id(struct id id)
{
    return strlen(id.text) == 26 && strspn(id.text, "0123456789abcdefghjkmnpqrstvwxyz") == 26;
}

static enum status check_own(struct cx *cx, struct id user)
{
    struct credit_person person;
    if (!id_some(user)) return OK;
    TRY(credit_person_find(cx, user, &person));
    if (!person.active)
        return fail_because(cx, CONFLICT, "deactivated", "%s",
                            SAY(credits_deactivated, person.name));
    if (person.has_own) return OK;
    return fail_because(cx, CONFLICT, "none", "%s", SAY(credits_no_own, person.name));
}

enum status order_ask(struct cx *cx, struct id user, struct id id, const char *typed,
                      struct order *out)
{
    int64_t credits = typed_credits(typed);
    TRY(ask(cx, CREDITS_EDIT, user));
    TRY(check_own(cx, user));
    enum status status = order_find(cx, id, out);
    if (status != NOT_FOUND) return status;
    if (!credits)
        field_fault(cx, "credits",
                    SAY(credits_number_wrong, "1", arena_print(cx->mem, "%d", (int)CREDITS_MOST)));
    TRY(field_check(cx));
    *out = new_order(cx, user, fresh_id(id) ? id : id_new(cx->now), credits);
    return write(cx, out);
}

enum status order_automatic(struct cx *cx, struct id user, int64_t credits, struct order *out)
{
    *out = new_order(cx, user, id_new(cx->now), credits);
    out->automatic = true;
    return write(cx, out);
}

/* --- how it ends ----------------------------------------------------------------------- */

static enum status end(struct cx *cx, const struct order *o, enum order_state state)
{
    return db_change_one(cx, SAY(order_stale),
                         SQL("UPDATE credit_orders SET state = $4, ended_at = $5, ended_name = $6,"
                             " version = version + 1"
                             " WHERE practice_id = $1 AND id = $2 AND version = $3"
                             " AND state IN ('asked', 'unpaid')"),
                         o->id, o->version, states[state], cx->now,
                         cx->actor.name ? cx->actor.name : "");
}

enum status order_confirm(struct cx *cx, const struct order *o)
{
    if (!cx->actor.job) TRY(ask(cx, CREDITS_CONFIRM, (struct id){ 0 }));
    if (o->state == ORDER_PAID) return OK;
    if (o->state == ORDER_WITHDRAWN)
        return fail_because(cx, CONFLICT, "withdrawn", "%s", SAY(order_was_withdrawn));
    TRY(end(cx, o, ORDER_PAID));
    TRY(credits_add(cx, o->user, o->credits, arena_print(cx->mem, "order %s", o->id.text), o->id,
                    o->reference));
    TRY(tell(cx, EVENT_CREDITS_PAID, o));
    return credits_tell(cx, o->user, CREDITS_TELL_PAID, o->id);
}

enum status order_withdraw(struct cx *cx, const struct order *o)
{
    TRY(ask(cx, CREDITS_EDIT, o->user));
    if (o->state == ORDER_WITHDRAWN) return OK;
    if (o->state == ORDER_PAID)
        return fail_because(cx, CONFLICT, "paid", "%s", SAY(order_was_paid));
    TRY(end(cx, o, ORDER_WITHDRAWN));
    return tell(cx, EVENT_CREDITS_WITHDRAWN, o);
}

enum status orders_withdraw_for(struct cx *cx, struct id user)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM credit_orders o WHERE o.practice_id = $1"
                      " AND o.account_id = $2 AND o.state = 'asked' ORDER BY o.id"),
                  user));
    for (size_t i = 0; i < t.rows; i++) {
        struct order o = read_row(&t, i);
        TRY(end(cx, &o, ORDER_WITHDRAWN));
        TRY(tell(cx, EVENT_CREDITS_WITHDRAWN, &o));
    }
    return OK;
}

enum status order_unpaid(struct cx *cx, const struct order *o, bool *done)
{
    *done = o->state == ORDER_ASKED;
    if (!*done) return OK;
    TRY(end(cx, o, ORDER_UNPAID));
    return tell(cx, EVENT_CREDITS_UNPAID, o);
}
