/* ledger.c - see ledger.h */
#include "app/credits/ledger.h"

#include <string.h>

#include "access/access.h"
#include "base/time.h"
#include "db/db.h"

#include "app/credits/credits.text.h"

static const char GROUP[] = "group", BOUGHT[] = "bought", USED[] = "used";

static const char *const kinds[] = {
    [CREDITS_BOUGHT] = "bought",
    [CREDITS_USED] = "used",
    [CREDITS_RETURNED] = "returned",
    [CREDITS_JOINED] = "joined",
};

static struct id account_of(struct id user)
{
    return id_some(user) ? user : id_of(GROUP);
}

enum status credit_account_of(struct cx *cx, struct id user, struct credit_account *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT balance, moves FROM credit_accounts"
                      " WHERE practice_id = $1 AND id = $2"),
                  account_of(user)));
    *out = (struct credit_account){ .user = user };
    if (!t.rows) return OK;
    out->balance = cell_int(&t, 0, "balance");
    out->moves = cell_int(&t, 0, "moves");
    return OK;
}

enum status credit_payer(struct cx *cx, struct id user, struct id *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT 1 AS one FROM credit_settings s JOIN users u"
                      "  ON u.practice_id = s.practice_id AND u.id = s.user_id"
                      " WHERE s.practice_id = $1 AND s.user_id = $2 AND u.status = 'active'"),
                  user));
    *out = t.rows ? user : (struct id){ 0 };
    return OK;
}

/* --- moving ------------------------------------------------------------------------- */

struct move {
    enum credit_kind kind;
    const char *once;
    struct id from, to, about;
    int64_t credits;
    const char *note;
};

static enum status make_account(struct cx *cx, struct id id)
{
    bool world =
        strcmp(id.text, GROUP) == 0 || strcmp(id.text, BOUGHT) == 0 || strcmp(id.text, USED) == 0;
    struct id owner = { 0 };
    if (!world) owner = id;
    return db_exec(cx,
                   SQL("INSERT INTO credit_accounts (practice_id, id, user_id)"
                       " VALUES ($1, $2, $3) ON CONFLICT (practice_id, id) DO NOTHING"),
                   id, owner);
}

/* The number of the move on this account's side, and the balance after it. */
static enum status shift(struct cx *cx, struct id account, int64_t by, int64_t *n, int64_t *balance)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("UPDATE credit_accounts SET balance = balance + $3, moves = moves + 1"
                      " WHERE practice_id = $1 AND id = $2"
                      " AND (balance + $3 >= 0 OR id = 'bought') RETURNING moves, balance"),
                  account, by));
    if (!t.rows) return fail_because(cx, CONFLICT, "credits", "%s", SAY(credits_too_few));
    *n = cell_int(&t, 0, "moves");
    *balance = cell_int(&t, 0, "balance");
    return OK;
}

static enum status moved_before(struct cx *cx, const char *once, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT 1 AS one FROM credit_moves WHERE practice_id = $1 AND once = $2"),
                  once));
    *out = t.rows > 0;
    return OK;
}

static enum status move(struct cx *cx, const struct move *m)
{
    bool before;
    int64_t from_n, from_balance, to_n, to_balance;
    TRY(moved_before(cx, m->once, &before));
    if (before) return OK;
    TRY(make_account(cx, m->from));
    TRY(make_account(cx, m->to));
    TRY(shift(cx, m->from, -m->credits, &from_n, &from_balance));
    TRY(shift(cx, m->to, m->credits, &to_n, &to_balance));
    return db_exec(cx,
                   SQL("INSERT INTO credit_moves (practice_id, id, kind, once, credits, from_id,"
                       " from_n, from_balance, to_id, to_n, to_balance, about_id, note, at, by_id,"
                       " by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13,"
                       " $14, $15, $16)"),
                   id_new(cx->now), kinds[m->kind], m->once, m->credits, m->from, from_n,
                   from_balance, m->to, to_n, to_balance, (const char *)m->about.text,
                   m->note ? m->note : "", cx->now, (const char *)cx->actor.user.text,
                   cx->actor.name ? cx->actor.name : "");
}

enum status credits_add(struct cx *cx, struct id user, int64_t credits, const char *once,
                        struct id about, const char *note)
{
    return move(cx, &(struct move){ .kind = CREDITS_BOUGHT,
                                    .once = once,
                                    .from = id_of(BOUGHT),
                                    .to = account_of(user),
                                    .about = about,
                                    .credits = credits,
                                    .note = note });
}

enum status credits_spend(struct cx *cx, struct id payer, int64_t credits, const char *once,
                          struct id about)
{
    return move(cx, &(struct move){ .kind = CREDITS_USED,
                                    .once = once,
                                    .from = account_of(payer),
                                    .to = id_of(USED),
                                    .about = about,
                                    .credits = credits });
}

enum status credits_return(struct cx *cx, const char *once)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT from_id, credits, about_id FROM credit_moves"
                      " WHERE practice_id = $1 AND once = $2 AND kind = 'used'"),
                  once));
    if (!t.rows) return OK;
    return move(cx, &(struct move){ .kind = CREDITS_RETURNED,
                                    .once = arena_print(cx->mem, "back %s", once),
                                    .from = id_of(USED),
                                    .to = cell_id(&t, 0, "from_id"),
                                    .about = cell_id(&t, 0, "about_id"),
                                    .credits = cell_int(&t, 0, "credits") });
}

enum status credits_join(struct cx *cx, struct id user, int64_t *credits)
{
    struct credit_account own;
    TRY(credit_account_of(cx, user, &own));
    *credits = own.balance;
    if (!own.balance) return OK;
    return move(cx, &(struct move){ .kind = CREDITS_JOINED,
                                    .once = arena_print(cx->mem, "join %s %lld", user.text,
                                                        (long long)own.moves),
                                    .from = user,
                                    .to = id_of(GROUP),
                                    .credits = own.balance });
}

/* --- reading ------------------------------------------------------------------------ */

static enum status ask_to_see(struct cx *cx, struct id user)
{
    struct subject subject = { .practice = cx->actor.practice, .user = user };
    return allow(cx, CREDITS_VIEW, &subject);
}

static struct credit_entry read_entry(const struct table *t, size_t row, struct id account)
{
    bool in = id_same(cell_id(t, row, "to_id"), account);
    struct credit_entry e = {
        .n = in ? cell_int(t, row, "to_n") : cell_int(t, row, "from_n"),
        .credits = in ? cell_int(t, row, "credits") : -cell_int(t, row, "credits"),
        .balance = in ? cell_int(t, row, "to_balance") : cell_int(t, row, "from_balance"),
        .about = cell_id(t, row, "about_id"),
        .note = cell_text(t, row, "note"),
        .by_name = cell_text(t, row, "by_name"),
        .at = cell_int(t, row, "at"),
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i], cell_text(t, row, "kind")) == 0) e.kind = (enum credit_kind)i;
    return e;
}

/* The numbers of an account have no gap, so a page is a range of them. */
enum status credit_entries(struct cx *cx, struct id user, int64_t skip, int64_t most,
                           struct credit_entries *out)
{
    struct table t;
    struct credit_account account;
    struct id id = account_of(user);
    TRY(ask_to_see(cx, user));
    TRY(credit_account_of(cx, user, &account));
    int64_t newest = account.moves - skip;
    TRY(db_select(cx, &t,
                  SQL("SELECT kind, credits, from_n, from_balance, to_id, to_n, to_balance,"
                      " about_id, note, at, by_name, from_n AS n FROM credit_moves"
                      " WHERE practice_id = $1 AND from_id = $2 AND from_n > $3 AND from_n <= $4"
                      " UNION ALL"
                      " SELECT kind, credits, from_n, from_balance, to_id, to_n, to_balance,"
                      " about_id, note, at, by_name, to_n AS n FROM credit_moves"
                      " WHERE practice_id = $1 AND to_id = $2 AND to_n > $3 AND to_n <= $4"
                      " ORDER BY n DESC"),
                  id, newest - most, newest));
    *out = (struct credit_entries){ t.rows, NEW_ARRAY(cx->mem, struct credit_entry, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_entry(&t, i, id);
    return OK;
}

enum status credit_history(struct cx *cx, struct id user, struct credit_days *out)
{
    struct table t;
    struct credit_account account;
    TRY(ask_to_see(cx, user));
    TRY(credit_account_of(cx, user, &account));
    TRY(db_select(
        cx, &t,
        SQL("SELECT (CAST($3 AS BIGINT) - at) / 86400000000 AS ago, kind, 1 AS came,"
            " CAST(SUM(credits) AS BIGINT) AS credits FROM credit_moves"
            " WHERE practice_id = $1 AND to_id = $2 AND at > $4 AND at <= $3 GROUP BY 1, 2"
            " UNION ALL"
            " SELECT (CAST($3 AS BIGINT) - at) / 86400000000 AS ago, kind, 0 AS came,"
            " CAST(SUM(credits) AS BIGINT) AS credits FROM credit_moves"
            " WHERE practice_id = $1 AND from_id = $2 AND at > $4 AND at <= $3 GROUP BY 1, 2"),
        account_of(user), cx->now, cx->now - DAYS(CREDIT_DAYS)));
    *out = (struct credit_days){ 0 };
    int64_t change[CREDIT_DAYS] = { 0 }, month = 0;
    for (size_t i = 0; i < t.rows; i++) {
        int64_t ago = cell_int(&t, i, "ago"), credits = cell_int(&t, i, "credits");
        size_t day = (size_t)(CREDIT_DAYS - 1 - ago);
        bool came = cell_bool(&t, i, "came");
        bool used = strcmp(cell_text(&t, i, "kind"), kinds[CREDITS_USED]) == 0;
        bool back = strcmp(cell_text(&t, i, "kind"), kinds[CREDITS_RETURNED]) == 0;
        if (day >= CREDIT_DAYS) continue;
        change[day] += came ? credits : -credits;
        if (came && !back) out->bought[day] += credits;
        if (used || back) out->spent[day] += came ? -credits : credits;
        if ((used || back) && ago < 30) month += came ? -credits : credits;
    }
    int64_t held = account.balance;
    for (size_t day = CREDIT_DAYS; day-- > 0; held -= change[day]) out->held[day] = held;
    out->first = held;
    out->per_day = month > 0 ? month * 100 / 30 : 0;
    return OK;
}
