/* draft.c - invoices that are not issued yet: see invoice.h */
#include <stdlib.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/calendar/appointment.h"
#include "app/calendar/reach.h"
#include "app/invoices/invoicing.h"
#include "app/invoices/reach.h"
#include "app/invoices/tell.h"
#include "base/time.h"
#include "db/db.h"

#include "app/invoices/invoices.text.h"

enum { BILLABLE_MOST = 20, BILLABLE_DAYS = 400, QUANTITY_MOST = 999 };

/* --- what can go on one ------------------------------------------------------------ */

/* clang-format off */
#define ON_NO_INVOICE(appointment)                                                              \
    "NOT EXISTS (SELECT 1 FROM invoice_lines l JOIN invoices i"                                 \
    "  ON i.practice_id = l.practice_id AND i.id = l.invoice_id"                                \
    "  WHERE l.practice_id = $1 AND l.appointment_id = " appointment                            \
    "  AND i.state NOT IN ('discarded', 'void'))"
/* clang-format on */

enum status invoice_billable(struct cx *cx, const struct patient *p, struct billables *out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT a.id, a.user_id, a.location_id, a.starts_at, b.time_zone,"
                      " b.name AS location_name, COALESCE(k.name, '') AS type_name,"
                      " COALESCE(k.fee_cents, 0) AS fee, u.title, u.first_name, u.last_name"
                      " FROM appointments a JOIN locations b"
                      "  ON b.practice_id = a.practice_id AND b.id = a.location_id"
                      " JOIN users u ON u.practice_id = a.practice_id AND u.id = a.user_id"
                      " LEFT JOIN appointment_types k"
                      "  ON k.practice_id = a.practice_id AND k.id = a.type_id"
                      " WHERE a.practice_id = $1 AND a.patient_id = $3 AND a.state <> 'cancelled'"
                      " AND a.starts_at > $4 AND ((CAST($5 AS BIGINT) = 1 AND a.user_id = $2)"
                      "  OR (CAST($6 AS BIGINT) = 1 AND (CAST($7 AS BIGINT) = 0"
                      "   OR " AT_ASSIGNED("a.location_id") ")))"
                      " AND " ON_NO_INVOICE("a.id") " ORDER BY a.starts_at DESC, a.id LIMIT $8"),
                  cx->actor.user, p->id, cx->now - DAYS(BILLABLE_DAYS),
                  reach_own(cx->actor.reach, AREA_CALENDAR) >= VIEW,
                  reach_others(cx->actor.reach, AREA_CALENDAR) >= VIEW,
                  reach_limited(cx->actor.reach),
                  BILLABLE_MOST));
    /* clang-format on */
    *out = (struct billables){ 0, NEW_ARRAY(cx->mem, struct billable, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        bool may;
        struct billable *b = &out->at[out->n];
        const char *title = cell_text(&t, i, "title"), *first = cell_text(&t, i, "first_name");
        *b = (struct billable){
            .id = cell_id(&t, i, "id"),
            .practitioner = cell_id(&t, i, "user_id"),
            .location = cell_id(&t, i, "location_id"),
            .at = cell_int(&t, i, "starts_at"),
            .zone = cell_text(&t, i, "time_zone"),
            .type = cell_text(&t, i, "type_name"),
            .fee_cents = cell_int(&t, i, "fee"),
            .location_name = cell_text(&t, i, "location_name"),
            .practitioner_name = arena_print(cx->mem, "%s%s%s%s%s", title, *title ? " " : "", first,
                                             *first ? " " : "", cell_text(&t, i, "last_name")),
        };
        TRY(invoice_may(cx, b->location, b->practitioner, &may));
        out->n += may;
    }
    return OK;
}

/* --- a new one ---------------------------------------------------------------------- */

static enum status check_patient(struct cx *cx, const struct patient *p)
{
    struct patient_shown shown;
    if (p->state == PATIENT_MERGED) return fail(cx, CONFLICT, "%s", SAY(invoice_merged));
    TRY(appointment_patient(cx, p->id, &shown));
    if (!shown.seen) return fail(cx, NOT_FOUND, "There is no such patient.");
    return OK;
}

/* The chosen ones among those that can go on one; all of one practitioner at one place. */
static enum status choose(struct cx *cx, const struct patient *p, const struct ids *chosen,
                          struct billables *out)
{
    struct billables all;
    TRY(invoice_billable(cx, p, &all));
    *out = (struct billables){ 0, NEW_ARRAY(cx->mem, struct billable, all.n) };
    for (size_t i = all.n; i-- > 0;)
        for (size_t j = 0; j < chosen->n; j++)
            if (id_same(all.at[i].id, chosen->at[j])) {
                out->at[out->n++] = all.at[i];
                break;
            }
    if (out->n != chosen->n) field_fault(cx, "appointments", SAY(invoice_appointment_gone));
    for (size_t i = 1; i < out->n; i++)
        if (!id_same(out->at[i].practitioner, out->at[0].practitioner)
            || !id_same(out->at[i].location, out->at[0].location))
            field_fault(cx, "appointments", SAY(invoice_appointments_differ));
    return field_check(cx);
}

/* A practitioner of the group, who may have been deactivated meanwhile: what was
 * done has to be paid.  And one of its locations. */
static enum status check_books(struct cx *cx, struct id practitioner, struct id location)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT (SELECT count(*) FROM users u WHERE u.practice_id = $1 AND u.id = $2"
                      "  AND u.role_type = 'practitioner') AS practitioners,"
                      " (SELECT count(*) FROM locations l WHERE l.practice_id = $1 AND l.id = $3)"
                      " AS places"),
                  practitioner, location));
    if (!cell_int(&t, 0, "practitioners"))
        field_fault(cx, "practitioner", SAY(invoice_practitioner_choose));
    if (!cell_int(&t, 0, "places")) field_fault(cx, "location", SAY(invoice_location_choose));
    return field_check(cx);
}

struct sums {
    int64_t net, tax;
};

static enum status add_line(struct cx *cx, struct id invoice, size_t n,
                            const struct invoice_line *l, const char *type, struct sums *sums)
{
    sums->net += l->net_cents, sums->tax += l->tax_cents;
    return db_exec(cx,
                   SQL("INSERT INTO invoice_lines (practice_id, invoice_id, line, appointment_id,"
                       " type_name, description, quantity, price_cents, tax_rate, net_cents,"
                       " tax_cents) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
                   invoice, n, l->appointment, type, l->description, l->quantity, l->price_cents,
                   l->tax_rate, l->net_cents, l->tax_cents);
}

static struct invoice_line priced(const char *description, int64_t quantity, int64_t price,
                                  int64_t rate, struct id appointment)
{
    int64_t net = quantity * price;
    return (struct invoice_line){ appointment, description,         quantity, price, rate,
                                  net,         money_tax(net, rate) };
}

static enum status add_appointments(struct cx *cx, struct id invoice, const struct billables *all,
                                    struct sums *sums)
{
    struct invoicing how;
    TRY(invoicing_find(cx, &how));
    for (size_t i = 0; i < all->n; i++) {
        const struct billable *b = &all->at[i];
        const char *zone = cx->zone, *type = *b->type ? b->type : SAY(invoice_appointment);
        cx->zone = b->zone;
        struct invoice_line line = priced(SAY(invoice_type_on, type, time_day(cx, b->at)), 1,
                                          b->fee_cents, how.tax_rate, b->id);
        cx->zone = zone;
        TRY(add_line(cx, invoice, i + 1, &line, type, sums));
    }
    return OK;
}

static enum status write_sums(struct cx *cx, struct id invoice, const struct sums *sums)
{
    return db_exec(cx,
                   SQL("UPDATE invoices SET net_cents = $3, tax_cents = $4, total_cents = $5"
                       " WHERE practice_id = $1 AND id = $2"),
                   invoice, sums->net, sums->tax, sums->net + sums->tax);
}

enum status invoice_create(struct cx *cx, const struct patient *p, const struct ids *appointments,
                           struct id practitioner, struct id location, struct id *out)
{
    struct billables chosen = { 0 };
    struct sums sums = { 0 };
    TRY(check_patient(cx, p));
    if (appointments->n) {
        TRY(choose(cx, p, appointments, &chosen));
        practitioner = chosen.at[0].practitioner;
        location = chosen.at[0].location;
    }
    TRY(check_books(cx, practitioner, location));
    TRY(invoice_ask(cx, location, practitioner));
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO invoices (practice_id, id, patient_id, user_id, location_id,"
                    " created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
                *out, p->id, practitioner, location, cx->now));
    TRY(add_appointments(cx, *out, &chosen, &sums));
    TRY(write_sums(cx, *out, &sums));
    return invoice_tell(cx, EVENT_INVOICE_DRAFTED, *out, 0, p->number, NULL);
}

/* --- its lines ------------------------------------------------------------------------ */

static int64_t quantity_typed(const char *typed)
{
    int64_t n = 0;
    if (!*typed) return 1;
    for (; *typed >= '0' && *typed <= '9' && n <= QUANTITY_MOST; typed++)
        n = n * 10 + (*typed - '0');
    return *typed || n < 1 || n > QUANTITY_MOST ? -1 : n;
}

static void fault(struct cx *cx, const char *field, size_t n, const char *message)
{
    field_fault(cx, arena_print(cx->mem, "%s-%zu", field, n + 1), message);
}

/* False for a line on which nothing stands. */
static bool read_line(struct cx *cx, const struct line_draft *d, size_t n, struct invoice_line *out)
{
    if (!*d->description && !*d->price && !id_some(d->appointment)) return false;
    int64_t quantity = quantity_typed(d->quantity), price = money_typed(d->price),
            rate = rate_typed(d->rate);
    if (!*d->description) fault(cx, "description", n, SAY(invoice_description_missing, (int)n + 1));
    if (quantity < 0) fault(cx, "quantity", n, SAY(invoice_quantity_wrong, (int)n + 1));
    if (!*d->price || price < 0) fault(cx, "price", n, SAY(invoice_price_wrong, (int)n + 1));
    if (rate < 0) fault(cx, "rate", n, SAY(invoice_rate_wrong, (int)n + 1));
    if (quantity > 0 && price > MONEY_MOST / quantity)
        fault(cx, "price", n, SAY(invoice_price_wrong, (int)n + 1));
    *out = priced(d->description, quantity, price, rate, d->appointment);
    return true;
}

static enum status gate(struct cx *cx, const struct invoice *v)
{
    TRY(invoice_ask_this(cx, INVOICES_EDIT, v));
    if (v->state != INVOICE_DRAFT)
        return fail_because(cx, CONFLICT, "issued", "%s", SAY(invoice_is_issued));
    return OK;
}

/* Which of its lines stand for an appointment, and what kind it is of: that is not
 * for a form to say. */
static enum status known(struct cx *cx, const struct invoice *v, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT appointment_id, type_name FROM invoice_lines"
                         " WHERE practice_id = $1 AND invoice_id = $2"
                         " AND appointment_id IS NOT NULL ORDER BY line"),
                     v->id);
}

enum status invoice_update(struct cx *cx, const struct invoice *v, const struct line_draft *drafts,
                           size_t n, int64_t version)
{
    struct invoice_line lines[INVOICE_LINES];
    const char *types[INVOICE_LINES];
    struct table before;
    struct sums sums = { 0 };
    size_t used = 0;
    TRY(gate(cx, v));
    if (v->private) return fail_because(cx, FORBIDDEN, "names", "%s", SAY(invoice_lines_private));
    TRY(known(cx, v, &before));
    for (size_t i = 0; i < n && used < INVOICE_LINES; i++) {
        if (!read_line(cx, &drafts[i], i, &lines[used])) continue;
        types[used] = "";
        struct id claimed = lines[used].appointment;
        lines[used].appointment = (struct id){ "" };
        for (size_t k = 0; k < before.rows && id_some(claimed); k++) {
            if (!id_same(cell_id(&before, k, "appointment_id"), claimed)) continue;
            lines[used].appointment = claimed;
            types[used] = cell_text(&before, k, "type_name");
        }
        used++;
    }
    TRY(field_check(cx));
    TRY(db_change_one(cx, SAY(invoice_stale_lines),
                      SQL("UPDATE invoices SET version = version + 1 WHERE practice_id = $1"
                          " AND id = $2 AND version = $3 AND state = 'draft'"),
                      v->id, version));
    TRY(db_exec(cx, SQL("DELETE FROM invoice_lines WHERE practice_id = $1 AND invoice_id = $2"),
                v->id));
    for (size_t i = 0; i < used; i++) TRY(add_line(cx, v->id, i + 1, &lines[i], types[i], &sums));
    TRY(write_sums(cx, v->id, &sums));
    return invoice_tell(cx, EVENT_INVOICE_CHANGED, v->id, 0, v->patient_number,
                        invoice_sum(cx, v, sums.net + sums.tax));
}

enum status invoice_discard(struct cx *cx, const struct invoice *v, int64_t version)
{
    TRY(gate(cx, v));
    TRY(db_change_one(cx, SAY(invoice_stale),
                      SQL("UPDATE invoices SET state = 'discarded', version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"
                          " AND state = 'draft'"),
                      v->id, version));
    return invoice_tell(cx, EVENT_INVOICE_DISCARDED, v->id, 0, v->patient_number, NULL);
}
