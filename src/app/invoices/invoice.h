/* invoice.h - what patients are asked to pay, and what they paid.
 *
 * A draft has no number and can be changed or discarded.  Issuing gives it the
 * next number of the practice, without gaps, and writes down what is printed:
 * from then on neither a page nor a statement changes it (migrations/
 * 0006_invoices.sql).  What happens to the money afterwards are entries, which
 * are only added: payments, refunds of what was paid, and one credit for the
 * rest, which voids the invoice or writes the rest off.
 *
 * The reach of invoices decides which are seen (reach.h), the practitioner's side
 * being the own one.  Who an invoice is for is said only to those whose access
 * reaches the patient, under the pseudonym where names are hidden; then what was
 * typed into its lines stays away, too, for it may name people.  Every change
 * asks INVOICES_EDIT and is announced; the audit log names invoice and patient by
 * number. */
#pragma once
#include "access/access.h"
#include "app/patients/patient.h"
#include "app/patients/reach.h"
#include "base/cx.h"
#include "base/money.h"

enum invoice_state {
    INVOICE_DRAFT,
    INVOICE_DISCARDED,
    INVOICE_ISSUED,
    INVOICE_PART_PAID,
    INVOICE_PAID,
    INVOICE_VOID,
    INVOICE_WRITTEN_OFF,
    INVOICE_STATES
};
const char *invoice_state_key(enum invoice_state);

struct invoice {
    struct id id, patient, practitioner, location;
    int64_t number; /* 0: a draft */
    enum invoice_state state;
    bool overdue;               /* to be paid, and the day is over */
    struct patient_shown shown; /* what the actor may know of the patient */
    bool private;               /* the patient is not known by name: what was typed stays away */
    int64_t patient_number;     /* for the audit log, and for those who see the patient */
    const char *currency, *tax_name;
    const char *issued_on, *due_on; /* dates, "" for a draft */
    /* As printed.  Of a draft as it would be now. */
    const char *practice_name, *business, *pay_to, *location_name, *location_address;
    const char *practitioner_name, *registration;
    const char *patient_name, *patient_address; /* "" unless it is known by name */
    int64_t net_cents, tax_cents, total_cents;
    int64_t paid_cents, credited_cents;
    int64_t created_at, issued_at;
    struct record record; /* what the actor's access to it is judged by */
    int64_t version;
};
/* What is still to be paid. */
int64_t invoice_open(const struct invoice *);
/* Who it is for: a name, a pseudonym, or words for one who is not seen. */
const char *invoice_whom(struct cx *, const struct invoice *);

/* NOT_FOUND for those of other practices, for discarded ones and for ids that are
 * none, alike; FORBIDDEN "record" for one that is out of reach. */
enum status invoice_find(struct cx *, struct id, struct invoice **out);
/* An issued one as it was printed, for whom it was sent to; the actor is nobody, in its
 * practice.  Asks nothing, and notes that it was opened. */
enum status invoice_printed(struct cx *, struct id, struct invoice **out);
bool invoice_may_edit(const struct cx *, const struct invoice *);
/* May the actor make invoices for this practitioner at this location? */
enum status invoice_may(struct cx *, struct id location, struct id practitioner, bool *out);

enum { INVOICE_LINES = 15 };
struct invoice_line {
    struct id appointment; /* or none */
    const char *description;
    int64_t quantity, price_cents, tax_rate, net_cents, tax_cents;
};
struct invoice_lines {
    size_t n;
    struct invoice_line *at;
};
/* BROKEN if an issued invoice's lines do not come to its sums. */
enum status invoice_lines(struct cx *, const struct invoice *, struct invoice_lines *out);

enum entry_kind { ENTRY_PAYMENT, ENTRY_REFUND, ENTRY_CREDIT };
struct invoice_entry {
    enum entry_kind kind;
    int64_t number; /* of refunds and credits, without gaps in a practice; 0 of a payment */
    int64_t cents, at;
    const char *way;  /* "card", "cash" ... or "" */
    const char *note; /* "" if it is kept from the actor */
    const char *on_day, *by;
};
struct invoice_entries {
    size_t n;
    struct invoice_entry *at; /* the oldest first */
};
enum status invoice_entries(struct cx *, const struct invoice *, struct invoice_entries *out);

/* --- lists ---------------------------------------------------------------------- */

enum { INVOICE_ROWS = 50 };
enum invoice_show { SHOW_ALL, SHOW_DRAFTS, SHOW_OPEN, SHOW_OVERDUE, SHOW_PAID, SHOW_CLOSED };
struct invoice_filter {
    enum invoice_show show;                    /* all but the discarded ones */
    struct id patient, practitioner, location; /* none: all */
    struct id after;                           /* the last one of the page before */
};
struct invoice_list {
    size_t n;
    struct invoice *at; /* the newest first */
    bool more;
    int64_t count, total_cents, open_cents; /* of all that fit, not of this page only */
};
/* Those the actor may see.  Notes what is shown of patients. */
enum status invoice_list(struct cx *, const struct invoice_filter *, struct invoice_list *out);

/* --- drafts ---------------------------------------------------------------------- */

/* Of the patient, not on an invoice yet, and such that the actor sees them and may
 * make an invoice of them; the newest first. */
struct billable {
    struct id id, practitioner, location;
    int64_t at;
    const char *zone, *type, *practitioner_name, *location_name;
    int64_t fee_cents;
};
struct billables {
    size_t n;
    struct billable *at;
};
enum status invoice_billable(struct cx *, const struct patient *, struct billables *out);

/* A line as typed.  An empty line is none. */
struct line_draft {
    const char *description, *quantity, *price, *rate;
    struct id appointment; /* or none */
};
/* With appointments, all of one practitioner at one location, a draft of them;
 * otherwise an empty one.  INVALID at "appointments", "practitioner", "location". */
enum status invoice_create(struct cx *, const struct patient *, const struct ids *appointments,
                           struct id practitioner, struct id location, struct id *out);
/* Writes the lines anew.  INVALID with faults at "description-1", "quantity-1",
 * "price-1", "rate-1" ...; CONFLICT "stale" unless it is the draft of `version`.
 * FORBIDDEN "names" for who does not know the patient by name: lines may name people. */
enum status invoice_update(struct cx *, const struct invoice *, const struct line_draft *, size_t n,
                           int64_t version);
/* For good; its appointments can go on another invoice.  Twice is once. */
enum status invoice_discard(struct cx *, const struct invoice *, int64_t version);

/* --- from here on it stays ---------------------------------------------------------- */

/* INVALID if it comes to nothing.  CONFLICT "stale" unless it is the draft of
 * `version`: what is issued is what was seen. */
enum status invoice_issue(struct cx *, const struct invoice *, int64_t version);

struct payment_draft {
    const char *amount; /* as typed */
    const char *way;    /* key */
    const char *on_day; /* as typed; "" is today */
    const char *note;
};
/* INVALID at "amount" for more than is open, "way", "on_day".  CONFLICT "stale"
 * unless `version` is the stored one, so that a form sent twice pays once. */
enum status invoice_pay(struct cx *, const struct invoice *, const struct payment_draft *,
                        int64_t version);
/* The same; INVALID at "amount" for more than was paid. */
enum status invoice_refund(struct cx *, const struct invoice *, const struct payment_draft *,
                           int64_t version);
/* Nobody has to pay the rest.  INVALID at "note" without a reason; CONFLICT if
 * nothing is open.  Voids it if nothing is paid, or else writes the rest off. */
enum status invoice_credit(struct cx *, const struct invoice *, const char *reason,
                           int64_t version);
const char *const *invoice_ways(size_t *n); /* keys */
