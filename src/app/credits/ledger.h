/* ledger.h - credits, and every move of them.
 *
 * A practice has one account, and users who keep credits of their own one each.
 * Nothing is ever added or taken away: credits move from one account to another,
 * and each move is one row, numbered on both sides and never changed.  Two more
 * accounts stand for the world outside: 'bought', where all credits come from,
 * and 'used', where all of them go.  So the balances of a practice add up to
 * zero at any moment, and each balance is what its last move says.
 *
 * No account but 'bought' goes below zero, however many spend at the same time:
 * the statement that takes looks at the balance that it changes.
 *
 * Functions that move ask nothing and announce nothing: whoever buys or spends
 * knows for what. */
#pragma once
#include "base/cx.h"

/* Which account: the user's own one; no user: the group's. */
struct credit_account {
    struct id user;
    int64_t balance, moves; /* 0 if nothing was ever moved */
};
enum status credit_account_of(struct cx *, struct id user, struct credit_account *out);
/* The one that pays for this user's messages: the own one of an active user with
 * a setting of their own, otherwise the group's. */
enum status credit_payer(struct cx *, struct id user, struct id *out);

/* Each answers OK and does nothing if the same `once` was moved before.  `about`
 * is what it was for.  CONFLICT "credits" if there are not enough. */
enum status credits_add(struct cx *, struct id user, int64_t credits, const char *once,
                        struct id about, const char *note);
enum status credits_spend(struct cx *, struct id payer, int64_t credits, const char *once,
                          struct id about);
/* Takes back what was spent as `once`, to whoever paid; OK if nothing was, or
 * if it was taken back before. */
enum status credits_return(struct cx *, const char *once);
/* All that this user's own account holds goes to the group's. */
enum status credits_join(struct cx *, struct id user, int64_t *credits);

enum credit_kind { CREDITS_BOUGHT, CREDITS_USED, CREDITS_RETURNED, CREDITS_JOINED };
/* A move as one of its two accounts sees it. */
struct credit_entry {
    enum credit_kind kind;
    int64_t n, credits, balance; /* its number; what it added (or took, below 0); what was then */
    struct id about;             /* an appointment, an order, or none */
    const char *note, *by_name;
    int64_t at;
};
struct credit_entries {
    size_t n;
    struct credit_entry *at;
};
/* Of this account, the newest first: `most` of them after the first `skip`.
 * Asks CREDITS_VIEW about the account's user. */
enum status credit_entries(struct cx *, struct id user, int64_t skip, int64_t most,
                           struct credit_entries *out);

/* What an account held at the end of each of the last days, of 24 hours each and
 * the last one ending now; and what was bought and spent on it.  Asks the same. */
enum { CREDIT_DAYS = 60 };
struct credit_days {
    int64_t held[CREDIT_DAYS], bought[CREDIT_DAYS], spent[CREDIT_DAYS]; /* the newest last */
    int64_t first;   /* what was held before all of them */
    int64_t per_day; /* spent a day, in hundredths, over the last 30 of them */
};
enum status credit_history(struct cx *, struct id user, struct credit_days *out);
