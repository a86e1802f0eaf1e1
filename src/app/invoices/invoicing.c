/* invoicing.c - see invoicing.h */
#include "app/invoices/invoicing.h"

#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/money.h"
#include "db/db.h"

#include "app/invoices/invoicing.text.h"

enum { DUE_MOST = 365 };

static const char *const currencies[] = { "AUD", "CAD", "CHF", "DKK", "EUR",
                                          "GBP", "NOK", "NZD", "SEK", "USD" };

const char *const *invoicing_currencies(size_t *n)
{
    *n = sizeof currencies / sizeof *currencies;
    return currencies;
}

enum status invoicing_find(struct cx *cx, struct invoicing *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT currency, tax_name, tax_rate, due_days, business, pay_to, version"
                      " FROM invoicing WHERE practice_id = $1")));
    *out = (struct invoicing){ "AUD", "GST", 0, 14, "", "", 0 };
    if (t.rows == 0) return OK;
    *out = (struct invoicing){
        .currency = cell_text(&t, 0, "currency"),
        .tax_name = cell_text(&t, 0, "tax_name"),
        .tax_rate = cell_int(&t, 0, "tax_rate"),
        .due_days = cell_int(&t, 0, "due_days"),
        .business = cell_text(&t, 0, "business"),
        .pay_to = cell_text(&t, 0, "pay_to"),
        .version = cell_int(&t, 0, "version"),
    };
    return OK;
}

struct invoicing_draft invoicing_as_draft(struct cx *cx, const struct invoicing *s)
{
    return (struct invoicing_draft){ s->currency,
                                     s->tax_name,
                                     rate_words(cx->mem, s->tax_rate),
                                     arena_print(cx->mem, "%lld", (long long)s->due_days),
                                     s->business,
                                     s->pay_to };
}

static int64_t days_typed(const char *typed)
{
    size_t digits = strspn(typed, "0123456789");
    if (digits == 0 || digits > 3 || typed[digits]) return -1;
    int64_t n = strtoll(typed, NULL, 10);
    return n > DUE_MOST ? -1 : n;
}

static bool known_currency(const char *key)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (strcmp(currencies[i], key) == 0) return true;
    return false;
}

static enum status gate(struct cx *cx)
{
    return allow(cx, PRACTICE_EDIT, &(struct subject){ .practice = cx->actor.practice });
}

static enum status practice_about(struct cx *cx, struct about *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT id, name FROM practices WHERE id = $1")));
    *out = (struct about){ cell_id(&t, 0, "id"), cell_text(&t, 0, "name") };
    return OK;
}

enum status invoicing_update(struct cx *cx, const struct invoicing_draft *d, int64_t version)
{
    struct invoicing now;
    struct changes changes = { 0 };
    struct about about;
    TRY(gate(cx));
    TRY(invoicing_find(cx, &now));
    struct invoicing_draft before = invoicing_as_draft(cx, &now);
    int64_t rate = rate_typed(d->tax_rate), days = days_typed(d->due_days);
    if (!known_currency(d->currency)) field_fault(cx, "currency", SAY(currency_choose));
    if (!*d->tax_name) field_fault(cx, "tax_name", SAY(tax_name_missing));
    if (rate < 0) field_fault(cx, "tax_rate", SAY(tax_rate_wrong));
    if (days < 0) field_fault(cx, "due_days", SAY(due_days_wrong));
    TRY(field_check(cx));
    if (now.version != version)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(invoicing_stale));
    change_note(cx, &changes, SAY(invoicing_currency), before.currency, d->currency);
    change_note(cx, &changes, SAY(invoicing_tax_name), before.tax_name, d->tax_name);
    change_note(cx, &changes, SAY(invoicing_tax_rate), before.tax_rate, rate_words(cx->mem, rate));
    change_note(cx, &changes, SAY(invoicing_due_days), before.due_days,
                arena_print(cx->mem, "%lld", (long long)days));
    change_note(cx, &changes, SAY(invoicing_business), before.business, d->business);
    change_note(cx, &changes, SAY(invoicing_pay_to), before.pay_to, d->pay_to);
    if (!changes.first) return OK;
    TRY(db_exec(cx,
                SQL("INSERT INTO invoicing (practice_id, currency, tax_name, tax_rate, due_days,"
                    " business, pay_to) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                    " ON CONFLICT (practice_id) DO UPDATE SET currency = excluded.currency,"
                    " tax_name = excluded.tax_name, tax_rate = excluded.tax_rate,"
                    " due_days = excluded.due_days, business = excluded.business,"
                    " pay_to = excluded.pay_to, version = invoicing.version + 1"),
                d->currency, d->tax_name, rate, days, d->business, d->pay_to));
    TRY(practice_about(cx, &about));
    return announce(cx, EVENT_INVOICING_CHANGED, about, &changes, NULL);
}

/* --- numbers of practitioners ----------------------------------------------------------- */

enum status provider_numbers(struct cx *cx, struct provider_numbers *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id AS user_id, l.id AS location_id, u.title, u.first_name,"
                      " u.last_name, u.registration_number, l.name AS location_name,"
                      " COALESCE(n.number, '') AS number FROM users u"
                      " JOIN locations l ON l.practice_id = u.practice_id"
                      " LEFT JOIN provider_numbers n ON n.practice_id = u.practice_id"
                      "  AND n.user_id = u.id AND n.location_id = l.id"
                      " WHERE u.practice_id = $1 AND u.status = 'active'"
                      " AND u.role_type = 'practitioner' AND (u.all_locations = 1 OR EXISTS"
                      " (SELECT 1 FROM assignments w WHERE w.practice_id = $1 AND w.user_id = u.id"
                      "  AND w.location_id = l.id)) ORDER BY u.sort_key, u.id, l.name, l.id")));
    *out = (struct provider_numbers){ t.rows, NEW_ARRAY(cx->mem, struct provider_number, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *title = cell_text(&t, i, "title"), *first = cell_text(&t, i, "first_name");
        out->at[i] = (struct provider_number){
            .user = cell_id(&t, i, "user_id"),
            .location = cell_id(&t, i, "location_id"),
            .user_name = arena_print(cx->mem, "%s%s%s%s%s", title, *title ? " " : "", first,
                                     *first ? " " : "", cell_text(&t, i, "last_name")),
            .location_name = cell_text(&t, i, "location_name"),
            .own = cell_text(&t, i, "registration_number"),
            .number = cell_text(&t, i, "number"),
        };
    }
    return OK;
}

enum status provider_number_set(struct cx *cx, struct id user, struct id location,
                                const char *number)
{
    struct provider_numbers all;
    const struct provider_number *p = NULL;
    struct changes changes = { 0 };
    TRY(gate(cx));
    TRY(provider_numbers(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].user, user) && id_same(all.at[i].location, location)) p = &all.at[i];
    if (!p) return fail(cx, NOT_FOUND, "Nobody of that name works there.");
    change_note(cx, &changes, SAY(invoicing_number_at, p->location_name), p->number, number);
    if (!changes.first) return OK;
    if (*number)
        TRY(db_exec(cx,
                    SQL("INSERT INTO provider_numbers (practice_id, user_id, location_id, number)"
                        " VALUES ($1, $2, $3, $4) ON CONFLICT (practice_id, user_id, location_id)"
                        " DO UPDATE SET number = excluded.number"),
                    user, location, number));
    else
        TRY(db_exec(cx,
                    SQL("DELETE FROM provider_numbers WHERE practice_id = $1 AND user_id = $2"
                        " AND location_id = $3"),
                    user, location));
    return announce(cx, EVENT_PROVIDER_NUMBER_SET, (struct about){ user, p->user_name }, &changes,
                    NULL);
}
