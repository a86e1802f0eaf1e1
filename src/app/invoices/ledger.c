/* ledger.c - issuing an invoice, and what happens to its money: see invoice.h */
#include <string.h>

#include "app/invoices/invoicing.h"
#include "app/invoices/reach.h"
#include "app/invoices/tell.h"
#include "app/locations/location.h"
#include "base/date.h"
#include "db/db.h"

#include "app/invoices/invoices.text.h"

/* --- telling ------------------------------------------------------------------------- */

enum status invoice_tell(struct cx *cx, enum event event, struct id invoice, int64_t number,
                         int64_t patient, const char *note)
{
    const char *of = arena_print(cx->mem, "%lld", (long long)patient);
    const char *n = arena_print(cx->mem, "%lld", (long long)number);
    const char *about = number ? SAY(invoice_about, n, of) : SAY(invoice_about_draft, of);
    return announce(cx, event, (struct about){ invoice, about }, NULL, note);
}

const char *invoice_sum(struct cx *cx, const struct invoice *v, int64_t cents)
{
    return arena_print(cx->mem, "%s %s", v->currency, money_words(cx->mem, cents));
}

static enum status tell(struct cx *cx, enum event event, const struct invoice *v, int64_t cents)
{
    return invoice_tell(cx, event, v->id, v->number, v->patient_number, invoice_sum(cx, v, cents));
}

/* --- issuing -------------------------------------------------------------------------- */

/* The row is taken here, so whoever else issues waits for this transaction, or
 * starts over after it; and if this one fails the number was never given. */
static enum status next_number(struct cx *cx, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("INSERT INTO invoicing (practice_id, last_number) VALUES ($1, 1)"
                      " ON CONFLICT (practice_id) DO UPDATE SET"
                      " last_number = invoicing.last_number + 1 RETURNING last_number")));
    *out = cell_int(&t, 0, "last_number");
    return OK;
}

/* The same for refunds and credits. */
static enum status next_note(struct cx *cx, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("INSERT INTO invoicing (practice_id, last_note) VALUES ($1, 1)"
                      " ON CONFLICT (practice_id) DO UPDATE SET"
                      " last_note = invoicing.last_note + 1 RETURNING last_note")));
    *out = cell_int(&t, 0, "last_note");
    return OK;
}

/* As it is printed, whatever the actor may know of the patient. */
static enum status patient_printed(struct cx *cx, struct id patient, const char **name,
                                   const char **address)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT title, first_name, last_name, address FROM patients"
                      " WHERE practice_id = $1 AND id = $2"),
                  patient));
    const char *title = cell_text(&t, 0, "title"), *first = cell_text(&t, 0, "first_name");
    *name = arena_print(cx->mem, "%s%s%s%s%s", title, *title ? " " : "", first, *first ? " " : "",
                        cell_text(&t, 0, "last_name"));
    *address = cell_text(&t, 0, "address");
    return OK;
}

static enum status write_issued(struct cx *cx, const struct invoice *v, int64_t number,
                                const char *issued_on, const char *due_on, int64_t version)
{
    const char *name, *address;
    TRY(patient_printed(cx, v->patient, &name, &address));
    TRY(db_change_one(
        cx, SAY(invoice_stale),
        SQL("UPDATE invoices SET state = 'issued', issued = 1, number = $4, issued_at = $5,"
            " issued_on = $6, due_on = $7, currency = $8, tax_name = $9, practice_name = $10,"
            " business = $11, pay_to = $12, location_name = $13, location_address = $14,"
            " practitioner_name = $15, registration = $16, patient_name = $17,"
            " patient_address = $18, version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $3 AND state = 'draft'"),
        v->id, version, number, cx->now, issued_on, due_on, v->currency, v->tax_name,
        v->practice_name, v->business, v->pay_to, v->location_name, v->location_address,
        v->practitioner_name, v->registration, name, address));
    return db_exec(cx,
                   SQL("UPDATE invoice_lines SET issued = 1 WHERE practice_id = $1"
                       " AND invoice_id = $2"),
                   v->id);
}

enum status invoice_issue(struct cx *cx, const struct invoice *v, int64_t version)
{
    struct invoicing how;
    struct location *location;
    int64_t number;
    TRY(invoice_ask_this(cx, INVOICES_EDIT, v));
    if (v->state != INVOICE_DRAFT || v->version != version)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(invoice_stale));
    if (v->total_cents == 0) field_fault(cx, "lines", SAY(invoice_comes_to_nothing));
    TRY(field_check(cx));
    TRY(invoicing_find(cx, &how));
    TRY(location_find(cx, v->location, &location));
    const char *zone = cx->zone;
    cx->zone = location->time_zone;
    const char *today = date_today(cx);
    cx->zone = zone;
    TRY(next_number(cx, &number));
    TRY(write_issued(cx, v, number, today, date_add(cx, today, (int)how.due_days), version));
    return invoice_tell(cx, EVENT_INVOICE_ISSUED, v->id, number, v->patient_number,
                        invoice_sum(cx, v, v->total_cents));
}

/* --- entries ---------------------------------------------------------------------------- */

static const char *const ways[] = { "card", "cash", "transfer", "insurer", "other" };

const char *const *invoice_ways(size_t *n)
{
    *n = sizeof ways / sizeof *ways;
    return ways;
}

static bool known_way(const char *way)
{
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(ways[i], way) == 0) return true;
    return false;
}

/* What the sums make of it. */
static enum invoice_state state_after(const struct invoice *v, int64_t paid, int64_t credited)
{
    if (paid + credited < v->total_cents) return paid ? INVOICE_PART_PAID : INVOICE_ISSUED;
    if (!credited) return INVOICE_PAID;
    return paid ? INVOICE_WRITTEN_OFF : INVOICE_VOID;
}

static const char *const kinds[] = { "payment", "refund", "credit" };

static enum status enter(struct cx *cx, const struct invoice *v, enum entry_kind kind,
                         int64_t cents, const struct payment_draft *d, int64_t version)
{
    int64_t paid = v->paid_cents, credited = v->credited_cents, number = 0;
    if (kind == ENTRY_PAYMENT) paid += cents;
    if (kind == ENTRY_REFUND) paid -= cents;
    if (kind == ENTRY_CREDIT) credited += cents;
    TRY(db_change_one(cx, SAY(invoice_stale),
                      SQL("UPDATE invoices SET paid_cents = $4, credited_cents = $5, state = $6,"
                          " version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3 AND issued = 1"),
                      v->id, version, paid, credited,
                      invoice_state_key(state_after(v, paid, credited))));
    if (kind != ENTRY_PAYMENT) TRY(next_note(cx, &number));
    return db_exec(cx,
                   SQL("INSERT INTO invoice_entries (practice_id, id, invoice_id, kind, cents, way,"
                       " note, on_day, at, by_id, by_name, number)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
                       " CASE WHEN $12 = 0 THEN NULL ELSE $12 END)"),
                   id_new(cx->now), v->id, kinds[kind], cents, d->way, d->note, d->on_day, cx->now,
                   cx->actor.user, cx->actor.name, number);
}

static enum status gate(struct cx *cx, const struct invoice *v, int64_t version)
{
    TRY(invoice_ask_this(cx, INVOICES_EDIT, v));
    if (v->state == INVOICE_DRAFT)
        return fail_because(cx, CONFLICT, "draft", "%s", SAY(invoice_is_draft));
    if (v->version != version) return fail_because(cx, CONFLICT, "stale", "%s", SAY(invoice_stale));
    return OK;
}

/* Understands what was typed; `most` is all there is to pay, or to give back. */
static enum status check(struct cx *cx, const struct invoice *v, const struct payment_draft *typed,
                         bool back, struct payment_draft *d, int64_t *cents)
{
    int64_t most = back ? v->paid_cents : invoice_open(v);
    const char *sum = invoice_sum(cx, v, most);
    *d = *typed;
    *cents = money_typed(typed->amount);
    if (!*typed->amount || *cents <= 0)
        field_fault(cx, "amount", SAY(payment_amount_wrong));
    else if (*cents > most)
        field_fault(cx, "amount", back ? SAY(refund_too_much, sum) : SAY(payment_too_much, sum));
    if (!known_way(typed->way)) field_fault(cx, "way", SAY(payment_way_choose));
    d->on_day = *typed->on_day ? date_parse(cx, typed->on_day) : date_today(cx);
    if (!d->on_day || strcmp(d->on_day, date_today(cx)) > 0)
        field_fault(cx, "on_day", SAY(payment_day_wrong));
    return field_check(cx);
}

enum status invoice_pay(struct cx *cx, const struct invoice *v, const struct payment_draft *typed,
                        int64_t version)
{
    struct payment_draft d;
    int64_t cents;
    TRY(gate(cx, v, version));
    TRY(check(cx, v, typed, false, &d, &cents));
    TRY(enter(cx, v, ENTRY_PAYMENT, cents, &d, version));
    return tell(cx, EVENT_INVOICE_PAID, v, cents);
}

enum status invoice_refund(struct cx *cx, const struct invoice *v,
                           const struct payment_draft *typed, int64_t version)
{
    struct payment_draft d;
    int64_t cents;
    TRY(gate(cx, v, version));
    TRY(check(cx, v, typed, true, &d, &cents));
    TRY(enter(cx, v, ENTRY_REFUND, cents, &d, version));
    return tell(cx, EVENT_INVOICE_REFUNDED, v, cents);
}

enum status invoice_credit(struct cx *cx, const struct invoice *v, const char *reason,
                           int64_t version)
{
    int64_t rest = invoice_open(v);
    struct payment_draft d = { .way = "", .on_day = date_today(cx), .note = reason };
    TRY(gate(cx, v, version));
    if (rest == 0) return fail_because(cx, CONFLICT, "settled", "%s", SAY(invoice_settled));
    if (!*reason) field_fault(cx, "note", SAY(credit_reason_missing));
    TRY(field_check(cx));
    TRY(enter(cx, v, ENTRY_CREDIT, rest, &d, version));
    return tell(cx, v->paid_cents ? EVENT_INVOICE_WRITTEN_OFF : EVENT_INVOICE_VOIDED, v, rest);
}

/* A reaction: what stood in a record that went into another stands in that one. */
enum status invoices_follow_merge(struct cx *cx, struct id merged)
{
    return db_exec(cx,
                   SQL("UPDATE invoices SET patient_id = (SELECT p.merged_into FROM patients p"
                       "  WHERE p.practice_id = $1 AND p.id = $2), version = version + 1"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   merged);
}
