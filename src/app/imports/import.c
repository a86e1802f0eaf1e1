/* import.c - see import.h */
#include "app/imports/import.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/imports/dates.h"
#include "app/imports/row.h"
#include "base/text.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/imports/imports.text.h"

static const char *const kinds[] = { "patients", "users" };
static const char *const states[] = {
    "matching", "checking", "ready", "running", "done", "stopped"
};

enum status import_gate(struct cx *cx, enum import_kind kind)
{
    if (kind == IMPORT_OF_PATIENTS) return patient_gate_adding(cx);
    return allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice });
}

/* --- reading ------------------------------------------------------------------- */

static struct csv_row cells_of(struct cx *cx, const char *text)
{
    struct csv_row row = { 0 };
    struct csv c = csv_begin(text, strlen(text));
    c.separator = ',';
    if (csv_next(cx->mem, &c, &row) != CSV_ROW) row.n = 0;
    return row;
}

static int which(const char *const *all, int n, const char *key)
{
    int i = 0;
    while (i < n - 1 && strcmp(all[i], key) != 0) i++;
    return i;
}

struct import *import_read(struct cx *cx, const struct table *t, size_t row)
{
    struct import *i = NEW(cx->mem, struct import);
    struct csv_row columns = cells_of(cx, cell_text(t, row, "columns"));
    struct csv_row fields = cells_of(cx, cell_text(t, row, "fields"));
    *i = (struct import){
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .kind = (enum import_kind)which(kinds, 2, cell_text(t, row, "kind")),
        .state = (enum import_state)which(states, 6, cell_text(t, row, "state")),
        .encoding = (enum csv_encoding)cell_int(t, row, "encoding"),
        .rows = cell_int(t, row, "rows_n"),
        .columns_n = columns.n,
        .columns = columns.cells,
        .fields = NEW_ARRAY(cx->mem, enum import_field, columns.n + 1),
        .date_order = cell_text(t, row, "date_order"),
        .locations = cell_text(t, row, "locations"),
        .role = cell_text(t, row, "role"),
        .level_practitioner = cell_text(t, row, "level_practitioner"),
        .level_administrator = cell_text(t, row, "level_administrator"),
        .entry = cell_text(t, row, "entry"),
        .add_alike = cell_bool(t, row, "add_alike"),
        .planned = cell_int(t, row, "planned"),
        .why = cell_text(t, row, "why"),
        .created_at = cell_int(t, row, "created_at"),
        .touched_at = cell_int(t, row, "touched_at"),
    };
    for (size_t c = 0; c < columns.n; c++)
        i->fields[c] = c < fields.n ? import_field_find(i->kind, fields.cells[c]) : FIELD_NONE;
    return i;
}

enum status import_find(struct cx *cx, enum import_kind kind, struct id id, struct import **out)
{
    struct table t;
    TRY(import_gate(cx, kind));
    TRY(db_select(cx, &t,
                  SQL(IMPORT_COLUMN_LIST " AND i.id = $2 AND i.user_id = $3 AND i.kind = $4"), id,
                  cx->actor.user, kinds[kind]));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such import.");
    *out = import_read(cx, &t, 0);
    return OK;
}

enum status import_list(struct cx *cx, enum import_kind kind, struct imports *out)
{
    enum { MOST = 10 };
    struct table t;
    TRY(import_gate(cx, kind));
    TRY(db_select(cx, &t,
                  SQL(IMPORT_COLUMN_LIST " AND i.user_id = $2 AND i.kind = $3"
                                         " ORDER BY i.id DESC LIMIT $4"),
                  cx->actor.user, kinds[kind], MOST));
    *out = (struct imports){ t.rows, NEW_ARRAY(cx->mem, struct import, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = *import_read(cx, &t, i);
    return OK;
}

/* --- staging ---------------------------------------------------------------------- */

static enum status refuse(struct cx *cx, const char *why)
{
    field_fault(cx, "text", why);
    return field_check(cx);
}

static enum status decode(struct cx *cx, const char *bytes, size_t n, struct csv_text *out)
{
    if (n == 0) return refuse(cx, SAY(file_missing));
    if (n > IMPORT_BYTES) return refuse(cx, SAY(file_big));
    switch (csv_decode(cx->mem, bytes, n, out)) {
    case CSV_TEXT: return OK;
    case CSV_WORKBOOK: return refuse(cx, SAY(file_workbook));
    case CSV_NO_TEXT: break;
    }
    return refuse(cx, SAY(file_no_text));
}

static const char *fields_words(struct cx *cx, const enum import_field *fields, size_t n)
{
    const char **keys = NEW_ARRAY(cx->mem, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        keys[i] = fields[i] < IMPORT_FIELDS ? import_fields[fields[i]].key : "";
    return csv_write(cx->mem, keys, n);
}

static enum status write_import(struct cx *cx, enum import_kind kind, const struct csv_text *text,
                                const struct csv_row *head, struct id *out)
{
    enum import_field *fields = NEW_ARRAY(cx->mem, enum import_field, head->n);
    import_guess(cx, kind, head, fields);
    *out = id_new(cx->now);
    return db_exec(cx,
                   SQL("INSERT INTO imports (practice_id, id, user_id, kind, state, encoding,"
                       " rows_n, columns, fields, created_at, touched_at)"
                       " VALUES ($1, $2, $3, $4, 'matching', $5, 0, $6, $7, $8, $8)"),
                   *out, cx->actor.user, kinds[kind], (int)text->encoding,
                   csv_write(cx->mem, head->cells, head->n), fields_words(cx, fields, head->n),
                   cx->now);
}

/* What is being collected of a part. */
struct staging {
    struct id import;
    int64_t part, rows;
    size_t n;
    const char *cells[PART_ROWS], *numbers;
    bool secret[IMPORT_COLUMNS]; /* columns whose cells are not kept */
    size_t columns;
};

static enum status write_part(struct cx *cx, struct staging *s)
{
    char verdicts[PART_ROWS + 1] = "";
    if (s->n == 0) return OK;
    memset(verdicts, VERDICT_WAITING, s->n);
    TRY(db_exec(cx,
                SQL("INSERT INTO import_rows (practice_id, import_id, part, numbers, cells,"
                    " verdicts) VALUES ($1, $2, $3, $4, $5, $6)"),
                s->import, s->part, s->numbers, (const char *)arena_join(cx->mem, s->cells, s->n),
                (const char *)verdicts));
    s->part++;
    s->rows += (int64_t)s->n;
    s->n = 0;
    s->numbers = "";
    return OK;
}

static bool says_nothing(const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->cells[i][strspn(row->cells[i], " \t\r\n")]) return false;
    return true;
}

static enum status stage_row(struct cx *cx, struct staging *s, struct csv_row *row)
{
    if (row->n > IMPORT_COLUMNS)
        return refuse(cx, SAY(file_wide, row->number, (int64_t)IMPORT_COLUMNS));
    for (size_t i = 0; i < row->n; i++)
        if (i < s->columns && s->secret[i]) row->cells[i] = "";
    if (says_nothing(row)) return OK;
    s->numbers = arena_print(cx->mem, "%s%s%lld", s->numbers, *s->numbers ? " " : "",
                             (long long)row->number);
    s->cells[s->n++] = csv_write(cx->mem, row->cells, row->n);
    return OK;
}

static enum status stage_rows(struct cx *cx, enum import_kind kind, struct csv *c,
                              struct staging *s)
{
    struct csv_row row;
    enum csv_step step;
    int64_t most = kind == IMPORT_OF_PATIENTS ? IMPORT_PATIENTS : IMPORT_USERS;
    struct arena_mark mark = arena_mark(cx->mem);
    while ((step = csv_next(cx->mem, c, &row)) == CSV_ROW) {
        if (s->rows + (int64_t)s->n == most) return refuse(cx, SAY(file_long, most));
        TRY(stage_row(cx, s, &row));
        if (s->n < PART_ROWS) continue;
        TRY(write_part(cx, s));
        arena_rewind(cx->mem, mark);
    }
    if (step == CSV_OPEN) return refuse(cx, SAY(file_quote, row.number));
    TRY(write_part(cx, s));
    return s->rows ? OK : refuse(cx, SAY(file_empty));
}

enum status import_stage(struct cx *cx, enum import_kind kind, const char *bytes, size_t n,
                         struct id *out)
{
    struct csv_text text = { 0 };
    struct csv_row head;
    struct staging s = { .numbers = "" };
    TRY(import_gate(cx, kind));
    TRY(decode(cx, bytes, n, &text));
    struct csv c = csv_begin(text.text, text.n);
    enum csv_step step = csv_next(cx->mem, &c, &head);
    if (step == CSV_OPEN) return refuse(cx, SAY(file_quote, head.number));
    if (step == CSV_END) return refuse(cx, SAY(file_empty));
    if (head.n > IMPORT_COLUMNS)
        return refuse(cx, SAY(file_wide, head.number, (int64_t)IMPORT_COLUMNS));
    TRY(write_import(cx, kind, &text, &head, out));
    s.import = *out;
    s.columns = head.n;
    for (size_t i = 0; i < head.n; i++) s.secret[i] = import_secret(cx, head.cells[i]);
    TRY(stage_rows(cx, kind, &c, &s));
    TRY(db_exec(cx, SQL("UPDATE imports SET rows_n = $3 WHERE practice_id = $1 AND id = $2"), *out,
                s.rows));
    return enqueue_at(cx, JOB_import_expire, *out, "", cx->now + DAYS(1));
}

/* --- from state to state --------------------------------------------------------------- */

enum status import_move(struct cx *cx, const struct import *i, enum import_state to,
                        const char *why)
{
    return db_change_one(cx, SAY(import_moved),
                         SQL("UPDATE imports SET state = $4, why = $5, touched_at = $6"
                             " WHERE practice_id = $1 AND id = $2 AND state = $3"),
                         i->id, states[i->state], states[to], why, cx->now);
}

enum status import_wipe(struct cx *cx, struct id id)
{
    TRY(db_exec(cx,
                SQL("UPDATE import_rows SET cells = '' WHERE practice_id = $1 AND import_id = $2"),
                id));
    TRY(db_exec(cx, SQL("UPDATE imports SET columns = '' WHERE practice_id = $1 AND id = $2"), id));
    return db_exec(cx, SQL("DELETE FROM import_marks WHERE practice_id = $1 AND import_id = $2"),
                   id);
}

enum status import_look_anew(struct cx *cx, const struct import *i)
{
    TRY(db_exec(cx, SQL("DELETE FROM import_marks WHERE practice_id = $1 AND import_id = $2"),
                i->id));
    TRY(parts_forget(cx, i));
    TRY(dequeue(cx, JOB_import_work, i->id));
    return enqueue(cx, JOB_import_work, i->id, "");
}

static bool has_field(const struct import *i, const enum import_field *fields, enum import_field f)
{
    for (size_t c = 0; c < i->columns_n; c++)
        if (fields[c] == f) return true;
    return false;
}

static bool may_repeat(enum import_field f)
{
    return f == FIELD_NONE || f == FIELD_PATIENTS_address;
}

static void check_columns(struct cx *cx, const struct import *i, const struct import_choices *c)
{
    for (size_t a = 0; a < i->columns_n; a++)
        for (size_t b = 0; b < a; b++)
            if (c->fields[a] == c->fields[b] && !may_repeat(c->fields[a]))
                field_fault(cx, "columns",
                            SAY(columns_twice, import_fields[c->fields[a]].label(cx)));
    bool patients = i->kind == IMPORT_OF_PATIENTS;
    enum import_field must = patients ? FIELD_PATIENTS_last_name : FIELD_USERS_last_name;
    if (!has_field(i, c->fields, must)) field_fault(cx, "columns", SAY(columns_last_name));
    if (!patients && !has_field(i, c->fields, FIELD_USERS_email))
        field_fault(cx, "columns", SAY(columns_email));
}

static enum status check_dates(struct cx *cx, const struct import *i,
                               const struct import_choices *c)
{
    struct date_doubt doubt;
    TRY(import_dates(cx, i, c->fields, &doubt));
    if (*c->date_order) return OK;
    if (doubt.either && doubt.day_first == doubt.month_first)
        field_fault(cx, "date_order", SAY(dates_unclear, doubt.example));
    return OK;
}

/* Without a choice, the order that can be read at all. */
static enum status settled_order(struct cx *cx, const struct import *i,
                                 const struct import_choices *c, const char **out)
{
    struct date_doubt doubt;
    *out = c->date_order;
    if (**out) return OK;
    TRY(import_dates(cx, i, c->fields, &doubt));
    *out = doubt.month_first && !doubt.day_first ? "month" : "day";
    return OK;
}

static const char *places_words(struct cx *cx, const struct import_choices *c)
{
    const char *all = "";
    if (c->all_locations) return "all";
    for (size_t i = 0; i < c->locations.n; i++)
        all = arena_print(cx->mem, "%s %s", all, c->locations.at[i].text);
    return *all ? arena_print(cx->mem, "%s ", all) : "";
}

static void check_users(struct cx *cx, const struct import_choices *c)
{
    enum role_type role;
    if (!role_find(c->role, &role)) field_fault(cx, "role", SAY(role_missing));
    enum level p = level_find(PRACTITIONER, c->level_practitioner);
    enum level a = level_find(ADMINISTRATOR, c->level_administrator);
    if (p == LEVEL_NONE || p == LEVEL_P_FULL)
        field_fault(cx, "level_practitioner", SAY(level_missing));
    if (a == LEVEL_NONE || a == LEVEL_A_FULL)
        field_fault(cx, "level_administrator", SAY(level_missing));
}

enum status import_match(struct cx *cx, const struct import *i, const struct import_choices *c)
{
    const char *order;
    TRY(import_gate(cx, i->kind));
    if (i->state >= IMPORT_RUNNING) return fail(cx, CONFLICT, "%s", SAY(import_moved));
    check_columns(cx, i, c);
    TRY(check_dates(cx, i, c));
    if (i->kind == IMPORT_OF_USERS) check_users(cx, c);
    if (i->kind == IMPORT_OF_PATIENTS && c->locations.n == 0)
        field_fault(cx, "locations", SAY(locations_missing));
    TRY(field_check(cx));
    TRY(settled_order(cx, i, c, &order));
    TRY(import_move(cx, i, IMPORT_CHECKING, ""));
    TRY(db_exec(cx,
                SQL("UPDATE imports SET fields = $3, date_order = $4, locations = $5, role = $6,"
                    " level_practitioner = $7, level_administrator = $8, entry = $9"
                    " WHERE practice_id = $1 AND id = $2"),
                i->id, fields_words(cx, c->fields, i->columns_n), order, places_words(cx, c),
                c->role, c->level_practitioner, c->level_administrator,
                strcmp(c->entry, "invitation") == 0 ? "invitation" : "link"));
    return import_look_anew(cx, i);
}

/* What it is called in the audit log: how many, and of what. */
static struct about about(struct cx *cx, const struct import *i, int64_t n)
{
    return (struct about){ i->id,
                           i->kind == IMPORT_OF_PATIENTS ? SAY(n_patients, n) : SAY(n_users, n) };
}

enum status import_start(struct cx *cx, const struct import *i, bool add_alike)
{
    struct verdicts v;
    TRY(import_gate(cx, i->kind));
    if (i->state != IMPORT_READY)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(import_moved));
    TRY(import_verdicts(cx, i, &v));
    int64_t planned = v.count[VERDICT_NEW] + (add_alike ? v.count[VERDICT_ALIKE] : 0);
    if (planned == 0) return fail(cx, CONFLICT, "%s", SAY(import_nothing));
    TRY(import_move(cx, i, IMPORT_RUNNING, ""));
    TRY(db_exec(cx,
                SQL("UPDATE imports SET add_alike = $3, planned = $4"
                    " WHERE practice_id = $1 AND id = $2"),
                i->id, add_alike, planned));
    TRY(dequeue(cx, JOB_import_work, i->id));
    TRY(enqueue(cx, JOB_import_work, i->id, ""));
    return announce(cx, EVENT_IMPORT_STARTED, about(cx, i, planned), NULL, NULL);
}

enum status import_stop(struct cx *cx, const struct import *i)
{
    struct verdicts v;
    TRY(import_gate(cx, i->kind));
    if (i->state >= IMPORT_DONE) return OK;
    TRY(import_verdicts(cx, i, &v));
    TRY(import_move(cx, i, IMPORT_STOPPED, "user"));
    TRY(import_wipe(cx, i->id));
    TRY(dequeue(cx, JOB_import_work, i->id));
    if (i->state != IMPORT_RUNNING) return OK;
    return announce(cx, EVENT_IMPORT_STOPPED, about(cx, i, v.count[VERDICT_CREATED]), NULL, NULL);
}
