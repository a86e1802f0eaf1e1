/* invoice.c - reading invoices, and who may: see invoice.h */
#include "app/invoices/invoice.h"

#include <string.h>

#include "app/invoices/reach.h"
#include "base/date.h"
#include "db/db.h"

#include "app/invoices/invoices.text.h"

static const char *const keys[INVOICE_STATES] = { "draft", "discarded", "issued",     "part_paid",
                                                  "paid",  "void",      "written_off" };

const char *invoice_state_key(enum invoice_state state)
{
    return keys[state];
}

static enum invoice_state state_of(const char *key)
{
    enum invoice_state state = INVOICE_DRAFT;
    while (state < INVOICE_WRITTEN_OFF && strcmp(keys[state], key) != 0) state++;
    return state;
}

int64_t invoice_open(const struct invoice *v)
{
    return v->number ? v->total_cents - v->paid_cents - v->credited_cents : 0;
}

const char *invoice_whom(struct cx *cx, const struct invoice *v)
{
    return v->shown.seen ? v->shown.name : SAY(invoice_somebody);
}

/* clang-format off */
#define COLUMNS                                                                                 \
    "i.id, i.number, i.state, i.patient_id, i.user_id, i.location_id, i.currency, i.tax_name,"  \
    " i.issued_on, i.due_on, i.practice_name, i.business, i.pay_to, i.location_name,"           \
    " i.location_address, i.practitioner_name, i.registration, i.patient_name,"                 \
    " i.patient_address, i.net_cents, i.tax_cents, i.total_cents, i.paid_cents,"                \
    " i.credited_cents, i.issued_at, i.created_at, i.version,"                     \
    " g.name AS now_practice, COALESCE(c.business, '') AS now_business,"                        \
    " COALESCE(c.pay_to, '') AS now_pay_to, COALESCE(c.currency, 'AUD') AS now_currency,"       \
    " COALESCE(c.tax_name, 'GST') AS now_tax_name, l.name AS now_location,"                     \
    " l.address AS now_address, u.title AS user_title, u.first_name AS user_first,"             \
    " u.last_name AS user_last, COALESCE(n.number, u.registration_number) AS now_registration," \
    " p.address AS now_patient_address, CASE WHEN i.user_id = $2 THEN 1 ELSE 0 END AS own,"     \
    " CASE WHEN " AT_ASSIGNED("i.location_id") " THEN 1 ELSE 0 END AS here, "                   \
    PATIENT_SHOWN("p")
#define JOINED                                                                                  \
    " FROM invoices i JOIN practices g ON g.id = i.practice_id"                                 \
    " JOIN locations l ON l.practice_id = i.practice_id AND l.id = i.location_id"               \
    " JOIN users u ON u.practice_id = i.practice_id AND u.id = i.user_id"                       \
    " JOIN patients p ON p.practice_id = i.practice_id AND p.id = i.patient_id"                 \
    " LEFT JOIN invoicing c ON c.practice_id = i.practice_id"                                   \
    " LEFT JOIN provider_numbers n ON n.practice_id = i.practice_id"                            \
    "  AND n.user_id = i.user_id AND n.location_id = i.location_id"
/* clang-format on */

static const char *user_words(struct cx *cx, const struct table *t, size_t row)
{
    const char *title = cell_text(t, row, "user_title"), *first = cell_text(t, row, "user_first");
    return arena_print(cx->mem, "%s%s%s%s%s", title, *title ? " " : "", first, *first ? " " : "",
                       cell_text(t, row, "user_last"));
}

/* What would be printed if it were issued now. */
static void read_now(struct cx *cx, const struct table *t, size_t row, struct invoice *v)
{
    v->practice_name = cell_text(t, row, "now_practice");
    v->business = cell_text(t, row, "now_business");
    v->pay_to = cell_text(t, row, "now_pay_to");
    v->currency = cell_text(t, row, "now_currency");
    v->tax_name = cell_text(t, row, "now_tax_name");
    v->location_name = cell_text(t, row, "now_location");
    v->location_address = cell_text(t, row, "now_address");
    v->practitioner_name = user_words(cx, t, row);
    v->registration = cell_text(t, row, "now_registration");
    v->patient_name = v->shown.name;
    v->patient_address = cell_text(t, row, "now_patient_address");
}

static void read_printed(const struct table *t, size_t row, struct invoice *v)
{
    v->number = cell_int(t, row, "number");
    v->issued_at = cell_int(t, row, "issued_at");
    v->practice_name = cell_text(t, row, "practice_name");
    v->business = cell_text(t, row, "business");
    v->pay_to = cell_text(t, row, "pay_to");
    v->currency = cell_text(t, row, "currency");
    v->tax_name = cell_text(t, row, "tax_name");
    v->location_name = cell_text(t, row, "location_name");
    v->location_address = cell_text(t, row, "location_address");
    v->practitioner_name = cell_text(t, row, "practitioner_name");
    v->registration = cell_text(t, row, "registration");
    v->patient_name = cell_text(t, row, "patient_name");
    v->patient_address = cell_text(t, row, "patient_address");
}

static void read_row(struct cx *cx, const struct table *t, size_t row, struct invoice *v)
{
    *v = (struct invoice){
        .id = cell_id(t, row, "id"),
        .patient = cell_id(t, row, "patient_id"),
        .practitioner = cell_id(t, row, "user_id"),
        .location = cell_id(t, row, "location_id"),
        .state = state_of(cell_text(t, row, "state")),
        .shown = patient_shown_read(cx, t, row),
        .patient_number = cell_int(t, row, "patient_number"),
        .issued_on = cell_text(t, row, "issued_on"),
        .due_on = cell_text(t, row, "due_on"),
        .net_cents = cell_int(t, row, "net_cents"),
        .tax_cents = cell_int(t, row, "tax_cents"),
        .total_cents = cell_int(t, row, "total_cents"),
        .paid_cents = cell_int(t, row, "paid_cents"),
        .credited_cents = cell_int(t, row, "credited_cents"),
        .created_at = cell_int(t, row, "created_at"),
        .record = { cell_bool(t, row, "own"), cell_bool(t, row, "here"), NO_GRANT },
        .version = cell_int(t, row, "version"),
    };
    if (v->state == INVOICE_DRAFT || v->state == INVOICE_DISCARDED)
        read_now(cx, t, row, v);
    else
        read_printed(t, row, v);
    v->private = !v->shown.seen || v->shown.hidden;
    if (v->private) v->patient_name = v->patient_address = "";
    v->overdue = (v->state == INVOICE_ISSUED || v->state == INVOICE_PART_PAID)
                 && strcmp(v->due_on, date_today(cx)) < 0;
}

/* --- gates ------------------------------------------------------------------------ */

static struct subject subject_of(const struct cx *cx, const struct record *record)
{
    return (struct subject){ .practice = cx->actor.practice, .record = record };
}

static enum status ask(struct cx *cx, enum permission permission, const struct record *record)
{
    struct subject subject = subject_of(cx, record);
    enum status status = allow(cx, permission, &subject);
    if (status != FORBIDDEN || !cx->reason || strcmp(cx->reason, "record") != 0) return status;
    return fail_because(cx, FORBIDDEN, "record", "%s", SAY(invoice_out_of_reach));
}

enum status invoice_ask_this(struct cx *cx, enum permission permission, const struct invoice *v)
{
    return ask(cx, permission, &v->record);
}

bool invoice_may_edit(const struct cx *cx, const struct invoice *v)
{
    struct subject subject = subject_of(cx, &v->record);
    return may(&cx->actor, INVOICES_EDIT, &subject, NULL);
}

static enum status books_of(struct cx *cx, struct id location, struct id user, struct record *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT user_id FROM assignments WHERE practice_id = $1 AND user_id = $2"
                      " AND location_id = $3"),
                  cx->actor.user, location));
    *out = (struct record){ id_same(user, cx->actor.user), t.rows > 0, NO_GRANT };
    return OK;
}

enum status invoice_ask(struct cx *cx, struct id location, struct id practitioner)
{
    struct record record;
    TRY(books_of(cx, location, practitioner, &record));
    return ask(cx, INVOICES_EDIT, &record);
}

enum status invoice_may(struct cx *cx, struct id location, struct id practitioner, bool *out)
{
    struct record record;
    TRY(books_of(cx, location, practitioner, &record));
    struct subject subject = subject_of(cx, &record);
    *out = may(&cx->actor, INVOICES_EDIT, &subject, NULL);
    return OK;
}

/* --- one --------------------------------------------------------------------------- */

enum status invoice_find(struct cx *cx, struct id id, struct invoice **out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS ", CASE WHEN " INVOICE_SEEN("i") " THEN 1 ELSE 0 END"
                      " AS seen" JOINED " WHERE i.practice_id = $1 AND i.id = $11"
                      " AND i.state <> 'discarded'"),
                  INVOICE_SIGHT(cx), id));
    /* clang-format on */
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such invoice.");
    struct invoice *v = *out = NEW(cx->mem, struct invoice);
    read_row(cx, &t, 0, v);
    enum status status = ask(cx, INVOICES_VIEW, &v->record);
    if ((status == OK) != cell_bool(&t, 0, "seen"))
        return fail(cx, BROKEN, "both rules disagree about %s", id.text);
    if (status != OK || v->shown.seen) cx_show(cx, status == OK ? "opened" : "denied", v->patient);
    return status;
}

enum status invoice_printed(struct cx *cx, struct id id, struct invoice **out)
{
    struct table t;
    const struct sight all = { .own = true, .others = true, .now = cx->now, .immune = true };
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS JOINED " WHERE i.practice_id = $1 AND i.id = $8"
                      " AND i.issued = 1"),
                  SIGHT(all), id));
    /* clang-format on */
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such invoice.");
    struct invoice *v = *out = NEW(cx->mem, struct invoice);
    read_row(cx, &t, 0, v);
    cx_show(cx, "opened", v->patient);
    return OK;
}

static struct invoice_line line_of(struct cx *cx, const struct table *t, size_t row,
                                   const struct invoice *v)
{
    struct invoice_line line = {
        .description = cell_text(t, row, "description"),
        .quantity = cell_int(t, row, "quantity"),
        .price_cents = cell_int(t, row, "price_cents"),
        .tax_rate = cell_int(t, row, "tax_rate"),
        .net_cents = cell_int(t, row, "net_cents"),
        .tax_cents = cell_int(t, row, "tax_cents"),
    };
    if (cell_text(t, row, "appointment_id")) line.appointment = cell_id(t, row, "appointment_id");
    const char *type = cell_text(t, row, "type_name");
    if (v->private) line.description = *type ? type : SAY(invoice_line_kept, (int)row + 1);
    return line;
}

enum status invoice_lines(struct cx *cx, const struct invoice *v, struct invoice_lines *out)
{
    struct table t;
    int64_t net = 0, tax = 0;
    TRY(db_select(cx, &t,
                  SQL("SELECT appointment_id, type_name, description, quantity, price_cents,"
                      " tax_rate, net_cents, tax_cents FROM invoice_lines"
                      " WHERE practice_id = $1 AND invoice_id = $2 ORDER BY line"),
                  v->id));
    *out = (struct invoice_lines){ t.rows, NEW_ARRAY(cx->mem, struct invoice_line, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        out->at[i] = line_of(cx, &t, i, v);
        net += out->at[i].net_cents, tax += out->at[i].tax_cents;
    }
    if (net == v->net_cents && tax == v->tax_cents) return OK;
    return fail(cx, BROKEN, "the lines of invoice %s do not come to its sums", v->id.text);
}

enum status invoice_entries(struct cx *cx, const struct invoice *v, struct invoice_entries *out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT kind, number, cents, way, note, on_day, at, by_name FROM invoice_entries"
            " WHERE practice_id = $1 AND invoice_id = $2 ORDER BY id"),
        v->id));
    *out = (struct invoice_entries){ t.rows, NEW_ARRAY(cx->mem, struct invoice_entry, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *kind = cell_text(&t, i, "kind");
        out->at[i] = (struct invoice_entry){
            .kind = *kind == 'p'   ? ENTRY_PAYMENT
                    : *kind == 'r' ? ENTRY_REFUND
                                   : ENTRY_CREDIT,
            .number = cell_int(&t, i, "number"),
            .cents = cell_int(&t, i, "cents"),
            .at = cell_int(&t, i, "at"),
            .way = cell_text(&t, i, "way"),
            .note = v->private ? "" : cell_text(&t, i, "note"),
            .on_day = cell_text(&t, i, "on_day"),
            .by = cell_text(&t, i, "by_name"),
        };
    }
    return OK;
}

/* --- lists -------------------------------------------------------------------------- */

/* clang-format off */
#define FITS(patient, user, location, show, today)                                              \
    " WHERE i.practice_id = $1 AND (CAST(" patient " AS TEXT) IS NULL OR i.patient_id = " patient ")" \
    " AND (CAST(" user " AS TEXT) IS NULL OR i.user_id = " user ")"                             \
    " AND (CAST(" location " AS TEXT) IS NULL OR i.location_id = " location ")"                 \
    " AND i.state <> 'discarded' AND (" show " = 0 OR (" show " = 1 AND i.state = 'draft')"     \
    "  OR (" show " = 2 AND i.state IN ('issued', 'part_paid'))"                                \
    "  OR (" show " = 3 AND i.state IN ('issued', 'part_paid') AND i.due_on < " today ")"       \
    "  OR (" show " = 4 AND i.state = 'paid')"                                                  \
    "  OR (" show " = 5 AND i.state IN ('void', 'written_off'))) AND "
#define FILTER(cx, f) (f)->patient, (f)->practitioner, (f)->location, (f)->show, date_today(cx)
/* clang-format on */

static enum status count(struct cx *cx, const struct invoice_filter *f, struct invoice_list *out)
{
    struct table t;
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(sum(i.total_cents - i.credited_cents), 0)"
                      " AS total, COALESCE(sum(CASE WHEN i.issued = 1 THEN i.total_cents"
                      "  - i.paid_cents - i.credited_cents ELSE 0 END), 0) AS due FROM invoices i"
                      FITS("$6", "$7", "$8", "$9", "$10") INVOICE_SEEN_BY("i", "$3", "$4", "$5")),
                  cx->actor.user, INVOICE_SIDES(cx), FILTER(cx, f)));
    /* clang-format on */
    out->count = cell_int(&t, 0, "n");
    out->total_cents = cell_int(&t, 0, "total");
    out->open_cents = cell_int(&t, 0, "due");
    return OK;
}

enum status invoice_list(struct cx *cx, const struct invoice_filter *f, struct invoice_list *out)
{
    struct table t;
    *out = (struct invoice_list){ 0 };
    TRY(count(cx, f, out));
    /* clang-format off */
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS JOINED FITS("$11", "$12", "$13", "$14", "$15")
                      INVOICE_SEEN("i") " AND ($16 = '' OR i.id < $16)"
                      " ORDER BY i.id DESC LIMIT $17"),
                  INVOICE_SIGHT(cx), FILTER(cx, f), (const char *)f->after.text,
                  INVOICE_ROWS + 1));
    /* clang-format on */
    out->more = t.rows > INVOICE_ROWS;
    out->n = out->more ? INVOICE_ROWS : t.rows;
    out->at = NEW_ARRAY(cx->mem, struct invoice, out->n);
    for (size_t i = 0; i < out->n; i++) {
        struct invoice *v = &out->at[i];
        read_row(cx, &t, i, v);
        struct subject subject = subject_of(cx, &v->record);
        if (!may(&cx->actor, INVOICES_VIEW, &subject, NULL))
            return fail(cx, BROKEN, "a list holds %s, which is out of reach", v->id.text);
        if (v->shown.seen) cx_show(cx, "listed", v->patient);
    }
    return OK;
}
