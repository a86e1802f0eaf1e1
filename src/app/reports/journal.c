/* journal.c - see journal.h */
#include "app/reports/journal.h"

#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "app/invoices/invoicing.h"
#include "app/invoices/reach.h"
#include "base/date.h"
#include "base/money.h"

#include "app/reports/journal.text.h"

enum { AT_ONCE = 250, LINES = 16 };
enum { INVOICE, PAYMENT, REFUND, CREDIT }; /* ord */

/* --- who may ------------------------------------------------------------------------ */

bool journal_may(const struct cx *cx)
{
    return has(&cx->actor, REPORTS_VIEW) && reach_others(cx->actor.reach, AREA_INVOICES) >= VIEW;
}

/* Somebody else's invoice at a location where the actor works. */
static enum status gate(struct cx *cx)
{
    const struct record others = { .own = false, .here = true, .grant = NO_GRANT };
    TRY(allow(cx, REPORTS_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    return allow(cx, INVOICES_VIEW,
                 &(struct subject){ .practice = cx->actor.practice, .record = &others });
}

/* --- reading ------------------------------------------------------------------------- */

/* clang-format off */
/* One after the other, by day, what it is, and id.  What was written after `now` is left out,
 * so that a file that is read piece by piece stays the same. */
#define ENTRIES                                                                                 \
    "SELECT x.day, x.ord, x.id, x.kind, x.cents, x.way, x.number AS own_number, i.number,"      \
    " i.currency, i.tax_name, i.net_cents, i.tax_cents, i.total_cents, i.due_on,"               \
    " i.practitioner_name, i.location_name, i.patient_id"
#define ENTRIES_FROM(limited, from, until, now, day, order, id, most)                           \
    " FROM (SELECT y.day, y.ord, y.id, y.invoice_id, y.kind, y.cents, y.way, y.number FROM"     \
    "  (SELECT i.issued_on AS day, 0 AS ord, i.id, i.id AS invoice_id, 'invoice' AS kind,"      \
    "    i.total_cents AS cents, '' AS way, i.number FROM invoices i WHERE i.practice_id = $1"  \
    "    AND i.issued = 1 AND i.issued_on >= " from " AND i.issued_on <= " until                \
    "    AND i.issued_at <= " now " AND (" limited " = 0 OR " AT_ASSIGNED("i.location_id") ")"  \
    "   UNION ALL SELECT e.on_day, CASE e.kind WHEN 'payment' THEN 1 WHEN 'refund' THEN 2"      \
    "    ELSE 3 END, e.id, e.invoice_id, e.kind, e.cents, e.way, COALESCE(e.number, 0)"         \
    "    FROM invoice_entries e JOIN invoices i ON i.practice_id = e.practice_id"               \
    "     AND i.id = e.invoice_id WHERE e.practice_id = $1 AND e.on_day >= " from               \
    "    AND e.on_day <= " until " AND e.at <= " now                                            \
    "    AND (" limited " = 0 OR " AT_ASSIGNED("i.location_id") ")) AS y"                       \
    "  WHERE (y.day, y.ord, y.id) > (" day ", " order ", " id ")"                               \
    "  ORDER BY y.day, y.ord, y.id LIMIT " most ") AS x"                                        \
    " JOIN invoices i ON i.practice_id = $1 AND i.id = x.invoice_id"
#define IN_ORDER " ORDER BY x.day, x.ord, x.id"
/* clang-format on */

/* What comes behind j->at, `most` of it. */
static enum status walk(struct cx *cx, const struct journal *j, int most, row_function *each,
                        void *arg)
{
    const char *from = *j->at.day ? j->at.day : j->from;
    bool limited = reach_limited(cx->actor.reach);
    const char *day = j->at.day, *id = j->at.id.text;
    /* clang-format off */
    if (!j->names)
        return db_each(cx, each, arg,
                       SQL(ENTRIES
                           ENTRIES_FROM("$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10") IN_ORDER),
                       cx->actor.user, limited, from, j->until, j->made_at, day, j->at.order, id,
                       most);
    return db_each(cx, each, arg,
                   SQL(ENTRIES ", " PATIENT_SHOWN("p")
                       ENTRIES_FROM("$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15")
                       " JOIN patients p ON p.practice_id = i.practice_id AND p.id = i.patient_id"
                       IN_ORDER),
                   SIGHT(sight_of(cx, VIEW)), limited, from, j->until, j->made_at, day,
                   j->at.order, id, most);
    /* clang-format on */
}

static void move_on(struct journal *j, const struct table *row)
{
    strncat(memset(j->at.day, 0, sizeof j->at.day), cell_text(row, 0, "day"), sizeof j->at.day - 1);
    j->at.order = cell_int(row, 0, "ord");
    j->at.id = cell_id(row, 0, "id");
}

/* --- writing ------------------------------------------------------------------------- */

/* Letters, digits and a few signs: nothing that ends a line, a comment or a tag, or begins one. */
static const char *harmless(struct cx *cx, const char *typed)
{
    char *out = arena_alloc(cx->mem, strlen(typed) + 1), *to = out;
    for (const char *c = typed; *c; c++) {
        bool keep = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z')
                    || (unsigned char)*c >= 0x80 || strchr("-'.&/()+", *c);
        if (keep)
            *to++ = *c;
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > out && to[-1] == ' ') to--;
    *to = '\0';
    return out;
}

/* The lines of one entry. */
struct lines {
    struct cx *cx;
    const char *currency;
    size_t n;
    const char *at[LINES];
};

static void tag(struct lines *l, const char *name, const char *value)
{
    value = harmless(l->cx, value);
    if (*value) l->at[l->n++] = arena_print(l->cx->mem, "    ; %s: %s\n", name, value);
}

static void post(struct lines *l, const char *account, int64_t cents)
{
    if (cents)
        l->at[l->n++] = arena_print(l->cx->mem, "    %-28s  %s %s\n", account, l->currency,
                                    money_words(l->cx->mem, cents));
}

static const char *received(struct cx *cx, const char *way)
{
    return ARENA_JOIN(cx->mem, "assets:received:", *way ? way : "other");
}

static void post_all(struct lines *l, const struct table *t, size_t i)
{
    int64_t cents = cell_int(t, i, "cents");
    const char *money = received(l->cx, cell_text(t, i, "way"));
    switch (cell_int(t, i, "ord")) {
    case INVOICE:
        post(l, "assets:receivable", cents);
        post(l, "income:services", -cell_int(t, i, "net_cents"));
        post(l, "liabilities:tax", -cell_int(t, i, "tax_cents"));
        break;
    case PAYMENT:
        post(l, money, cents);
        post(l, "assets:receivable", -cents);
        break;
    case REFUND:
        post(l, "assets:receivable", cents);
        post(l, money, -cents);
        break;
    default: {
        int64_t tax =
            money_share(cents, cell_int(t, i, "tax_cents"), cell_int(t, i, "total_cents"));
        post(l, "income:credited", cents - tax);
        post(l, "liabilities:tax", tax);
        post(l, "assets:receivable", -cents);
    }
    }
}

static const char *title_of(struct cx *cx, const struct table *t, size_t i)
{
    const char *of = arena_number(cx->mem, cell_int(t, i, "number"));
    const char *own = arena_number(cx->mem, cell_int(t, i, "own_number"));
    switch (cell_int(t, i, "ord")) {
    case INVOICE: return SAY(journal_invoice, of);
    case PAYMENT: return SAY(journal_payment, of);
    case REFUND: return SAY(journal_refund, own, of);
    default: return SAY(journal_credit, own, of);
    }
}

static const char *entry(struct cx *cx, const struct journal *j, const struct table *t, size_t i)
{
    struct lines l = { .cx = cx, .currency = cell_text(t, i, "currency") };
    bool invoice = cell_int(t, i, "ord") == INVOICE;
    bool taxed = (invoice || cell_int(t, i, "ord") == CREDIT) && cell_int(t, i, "tax_cents");
    l.at[l.n++] = arena_print(cx->mem, "\n%s %s\n", cell_text(t, i, "day"), title_of(cx, t, i));
    tag(&l, "kind", cell_text(t, i, "kind"));
    tag(&l, "invoice", arena_number(cx->mem, cell_int(t, i, "number")));
    tag(&l, "practitioner", cell_text(t, i, "practitioner_name"));
    tag(&l, "location", cell_text(t, i, "location_name"));
    if (j->names) tag(&l, "patient", patient_shown_read(cx, t, i).name);
    if (taxed) tag(&l, "tax", cell_text(t, i, "tax_name"));
    if (invoice) tag(&l, "due", cell_text(t, i, "due_on"));
    post_all(&l, t, i);
    return arena_join(cx->mem, l.at, l.n);
}

static const char *head(struct cx *cx, const struct journal *j)
{
    static const char *const accounts[] = { "assets:receivable",       "assets:received:card",
                                            "assets:received:cash",    "assets:received:transfer",
                                            "assets:received:insurer", "assets:received:other",
                                            "income:services",         "income:credited",
                                            "liabilities:tax" };
    size_t n;
    const char *const *currencies = invoicing_currencies(&n);
    const char *text = arena_print(cx->mem, "; %s\n; %s\n\n", SAY(journal_head, j->from, j->until),
                                   SAY(journal_format));
    for (size_t i = 0; i < n; i++)
        text = arena_print(cx->mem, "%scommodity %s\n    format %s 1000.00\n", text, currencies[i],
                           currencies[i]);
    text = ARENA_JOIN(cx->mem, text, "\n");
    for (size_t i = 0; i < sizeof accounts / sizeof *accounts; i++)
        text = ARENA_JOIN(cx->mem, text, "account ", accounts[i], "\n");
    return text;
}

/* --- making it -------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

static void show_all(struct cx *cx, struct id *patients, size_t n)
{
    if (n) qsort(patients, n, sizeof *patients, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !id_same(patients[i], patients[i - 1])) cx_show(cx, "exported", patients[i]);
}

struct measure {
    struct journal *journal;
    size_t named;
    struct id *patients;
};

static enum status measure_one(struct cx *cx, const struct table *row, void *arg)
{
    struct measure *m = arg;
    struct arena_mark mark = arena_mark(cx->mem);
    m->journal->entries++;
    m->journal->bytes += (int64_t)strlen(entry(cx, m->journal, row, 0));
    if (m->journal->names && cell_bool(row, 0, "patient_seen"))
        m->patients[m->named++] = cell_id(row, 0, "patient_id");
    arena_rewind(cx->mem, mark);
    return OK;
}

/* All of it once, for its length and for whom it names. */
static enum status measure(struct cx *cx, struct journal *j)
{
    struct measure m = { j, 0, NEW_ARRAY(cx->mem, struct id, j->names ? JOURNAL_MOST + 1 : 1) };
    j->bytes = (int64_t)strlen(head(cx, j));
    TRY(walk(cx, j, JOURNAL_MOST + 1, measure_one, &m));
    show_all(cx, m.patients, m.named);
    return OK;
}

static enum status understand(struct cx *cx, const struct journal_draft *d, struct journal *j)
{
    *j = (struct journal){ .names = d->names, .made_at = cx->now };
    j->from = *d->from ? date_parse(cx, d->from) : NULL;
    j->until = *d->until ? date_parse(cx, d->until) : NULL;
    if (!j->from) field_fault(cx, "from", SAY(journal_day_wrong));
    if (!j->until) field_fault(cx, "until", SAY(journal_day_wrong));
    TRY(field_check(cx));
    if (strcmp(j->from, j->until) > 0) field_fault(cx, "until", SAY(journal_wrong_way));
    if (strcmp(j->until, date_add(cx, j->from, JOURNAL_DAYS - 1)) > 0)
        field_fault(cx, "until", SAY(journal_too_long, (int64_t)JOURNAL_DAYS));
    return field_check(cx);
}

enum status journal_make(struct cx *cx, const struct journal_draft *d, struct journal **out)
{
    struct journal *j = *out = NEW(cx->mem, struct journal);
    TRY(gate(cx));
    TRY(understand(cx, d, j));
    TRY(measure(cx, j));
    if (j->entries > JOURNAL_MOST)
        field_fault(cx, "until", SAY(journal_too_much, (int64_t)JOURNAL_MOST));
    TRY(field_check(cx));
    const char *days = SAY(journal_about, date_words(cx, j->from), date_words(cx, j->until));
    return announce(cx, EVENT_JOURNAL_TAKEN, (struct about){ cx->actor.practice, days }, NULL,
                    j->names ? SAY(journal_noted_names, j->entries)
                             : SAY(journal_noted, j->entries));
}

struct reading {
    struct journal *journal;
    size_t n;
    const char *texts[AT_ONCE];
};

static enum status read_one(struct cx *cx, const struct table *row, void *arg)
{
    struct reading *r = arg;
    r->texts[r->n++] = entry(cx, r->journal, row, 0);
    move_on(r->journal, row);
    return OK;
}

enum status journal_read(struct cx *cx, struct journal *j, int64_t at, struct bytes *out)
{
    struct reading r = { .journal = j };
    if (at == 0) {
        memset(&j->at, 0, sizeof j->at);
        const char *text = head(cx, j);
        *out = (struct bytes){ text, strlen(text) };
        return OK;
    }
    const struct journal before = *j;
    TRY(walk(cx, &before, AT_ONCE, read_one, &r));
    const char *text = arena_join(cx->mem, r.texts, r.n);
    *out = (struct bytes){ text, strlen(text) };
    if (r.n == 0 || at + (int64_t)out->n > j->bytes)
        return fail(cx, BROKEN, "a journal changed while it was read");
    return OK;
}
