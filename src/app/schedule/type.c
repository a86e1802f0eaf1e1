/* type.c - see type.h */
#include "app/schedule/type.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/money.h"
#include "base/text.h"
#include "db/db.h"

#include "app/schedule/schedule.text.h"

#define COLUMNS "id, name, minutes, fee_cents, retired, version"

static struct appointment_type read_row(const struct table *t, size_t row)
{
    return (struct appointment_type){
        .id = cell_id(t, row, "id"),
        .name = cell_text(t, row, "name"),
        .minutes = cell_int(t, row, "minutes"),
        .fee_cents = cell_int(t, row, "fee_cents"),
        .retired = cell_bool(t, row, "retired"),
        .version = cell_int(t, row, "version"),
    };
}

enum status type_list(struct cx *cx, struct appointment_types *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " COLUMNS " FROM appointment_types WHERE practice_id = $1"
                      " ORDER BY retired, name, id")));
    *out =
        (struct appointment_types){ t.rows, NEW_ARRAY(cx->mem, struct appointment_type, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_row(&t, i);
    return OK;
}

enum status type_find(struct cx *cx, struct id id, struct appointment_type **out)
{
    struct table t;
    TRY(db_select(
        cx, &t, SQL("SELECT " COLUMNS " FROM appointment_types WHERE practice_id = $1 AND id = $2"),
        id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such appointment type.");
    *out = NEW(cx->mem, struct appointment_type);
    **out = read_row(&t, 0);
    return OK;
}

const char *type_fee(struct cx *cx, int64_t cents)
{
    return money_words(cx->mem, cents);
}

struct type_draft type_as_draft(struct cx *cx, const struct appointment_type *t)
{
    return (struct type_draft){ t->name, arena_number(cx->mem, t->minutes),
                                type_fee(cx, t->fee_cents), t->retired };
}

int64_t type_minutes(const char *typed)
{
    int64_t n = 0;
    typed += strspn(typed, " ");
    size_t digits = strspn(typed, "0123456789");
    if (digits == 0 || digits > 4 || typed[digits + strspn(typed + digits, " ")]) return -1;
    for (; *typed >= '0' && *typed <= '9'; typed++) n = n * 10 + (*typed - '0');
    return n < TYPE_LEAST_MINUTES || n > TYPE_MOST_MINUTES ? -1 : n;
}

static enum status check(struct cx *cx, const struct type_draft *d, struct id self)
{
    struct appointment_types all;
    const char *key = text_fold(cx->mem, d->name);
    TRY(type_list(cx, &all));
    if (!*d->name) field_fault(cx, "name", SAY(type_name_missing));
    for (size_t i = 0; i < all.n; i++)
        if (!id_same(all.at[i].id, self) && strcmp(text_fold(cx->mem, all.at[i].name), key) == 0)
            field_fault(cx, "name", SAY(type_name_taken, all.at[i].name));
    if (type_minutes(d->minutes) < 0) field_fault(cx, "minutes", SAY(type_minutes_wrong));
    if (money_typed(d->fee) < 0) field_fault(cx, "fee", SAY(type_fee_wrong));
    return field_check(cx);
}

static enum status gate(struct cx *cx)
{
    return allow(cx, CALENDAR_TYPES, &(struct subject){ .practice = cx->actor.practice });
}

enum status type_create(struct cx *cx, const struct type_draft *d, struct id *out)
{
    TRY(gate(cx));
    TRY(check(cx, d, (struct id){ "" }));
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO appointment_types (practice_id, id, name, minutes, fee_cents,"
                    " retired) VALUES ($1, $2, $3, $4, $5, $6)"),
                *out, d->name, type_minutes(d->minutes), money_typed(d->fee), d->retired));
    return announce(cx, EVENT_TYPE_ADDED, (struct about){ *out, d->name }, NULL, NULL);
}

enum status type_update(struct cx *cx, const struct appointment_type *t, const struct type_draft *d,
                        int64_t version)
{
    struct changes changes = { 0 };
    struct type_draft before = type_as_draft(cx, t);
    TRY(gate(cx));
    TRY(check(cx, d, t->id));
    int64_t minutes = type_minutes(d->minutes), cents = money_typed(d->fee);
    change_note(cx, &changes, SAY(type_name), before.name, d->name);
    change_note(cx, &changes, SAY(type_minutes_label), before.minutes,
                arena_number(cx->mem, minutes));
    change_note(cx, &changes, SAY(type_fee_label), before.fee, type_fee(cx, cents));
    change_note(cx, &changes, SAY(type_offered), t->retired ? SAY(type_no) : SAY(type_yes),
                d->retired ? SAY(type_no) : SAY(type_yes));
    if (!changes.first) return OK;
    TRY(db_change_one(cx, SAY(type_stale),
                      SQL("UPDATE appointment_types SET name = $4, minutes = $5, fee_cents = $6,"
                          " retired = $7, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      t->id, version, d->name, minutes, cents, d->retired));
    return announce(cx, EVENT_TYPE_CHANGED, (struct about){ t->id, d->name }, &changes, NULL);
}
