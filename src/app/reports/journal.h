/* journal.h - invoices and what came of them as double entries, for a bookkeeper's program.
 *
 * The file is a plain text journal as hledger (https://hledger.org) and Ledger
 * (https://ledger-cli.org) read it; only what both understand is used.  Each invoice, payment,
 * refund and credit is an entry of its day, which comes to zero:
 *
 *   invoice   assets:receivable    +total   income:services  -net    liabilities:tax  -tax
 *   payment   assets:received:WAY  +        assets:receivable -
 *   refund    assets:receivable    +        assets:received:WAY -
 *   credit    income:credited      +net     liabilities:tax  +tax    assets:receivable -
 *
 * The tax in a credit is what its note says (money_share()).  Who sees others' records at
 * assigned locations only gets the entries of these, as in the report of income; and sums
 * agree with that report.
 *
 * What people typed stands in comments only, without any sign that means something there. */
#pragma once
#include "base/cx.h"
#include "db/db.h"

enum {
    JOURNAL_MOST = 10000, /* entries: more would keep others waiting */
    JOURNAL_DAYS = 366
};

struct journal_draft {
    const char *from, *until; /* days as typed, both included */
    bool names;               /* say for whom each invoice is */
};
struct journal {
    const char *from, *until;
    bool names;
    int64_t entries, bytes;
    int64_t made_at;
    struct { /* the last entry that was read */
        char day[11];
        int64_t order;
        struct id id;
    } at;
};

/* It takes REPORTS_VIEW, and the sight of others' invoices. */
bool journal_may(const struct cx *);
/* Works out how long the file is, notes whom it names ("exported") and announces it.
 * INVALID at "from" or "until": no days, the wrong way round, or too much for one file. */
enum status journal_make(struct cx *, const struct journal_draft *, struct journal **out);
/* The next bytes, from the beginning for at = 0.  BROKEN if it is not what it was any more. */
enum status journal_read(struct cx *, struct journal *, int64_t at, struct bytes *out);
