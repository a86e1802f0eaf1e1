/* fields.c - what the columns of a file are: see import.h */
#include <string.h>

#include "app/imports/dates.h"
#include "app/imports/row.h"
#include "base/text.h"

#include "app/imports/imports.text.h"

#define LABEL_OF(kind, key) t_field_##kind##_##key
const struct import_field_info import_fields[IMPORT_FIELDS] = {
#define FIELD_OF(kind, key, names) { IMPORT_OF_##kind, #key, names, LABEL_OF(kind, key) },
#include "app/imports/fields.def"
#undef FIELD_OF
};

enum import_field import_field_find(enum import_kind kind, const char *key)
{
    for (enum import_field f = 0; f < IMPORT_FIELDS; f++)
        if (import_fields[f].kind == kind && strcmp(import_fields[f].key, key) == 0) return f;
    return FIELD_NONE;
}

/* "Date of Birth (DD/MM)" gives dateofbirth: what stands in brackets is a remark. */
static const char *plain_name(struct cx *cx, const char *heading)
{
    const char *folded = text_fold(cx->mem, heading);
    char *out = arena_alloc(cx->mem, strlen(folded) + 1), *to = out;
    for (const char *at = folded; *at && *at != '('; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9')) *to++ = *at;
    return out;
}

static bool named(const char *names, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = names; n && *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length == n && memcmp(at, name, n) == 0) return true;
        at += length;
    }
    return false;
}

bool import_secret(struct cx *cx, const char *heading)
{
    return strstr(plain_name(cx, heading), "pass")
           || named("pwd kennwort", plain_name(cx, heading));
}

static bool taken(const enum import_field *fields, size_t n, enum import_field f)
{
    for (size_t i = 0; i < n; i++)
        if (fields[i] == f) return f != FIELD_PATIENTS_address;
    return false;
}

/* A second column of phone numbers is the other phone. */
static enum import_field guess(struct cx *cx, enum import_kind kind, const char *heading,
                               const enum import_field *before, size_t n)
{
    const char *name = plain_name(cx, heading);
    if (import_secret(cx, heading)) return FIELD_NONE;
    for (enum import_field f = 0; f < IMPORT_FIELDS; f++) {
        if (import_fields[f].kind != kind || !named(import_fields[f].names, name)) continue;
        if (!taken(before, n, f)) return f;
        if (f == FIELD_PATIENTS_phone && !taken(before, n, FIELD_PATIENTS_other_phone))
            return FIELD_PATIENTS_other_phone;
    }
    return FIELD_NONE;
}

void import_guess(struct cx *cx, enum import_kind kind, const struct csv_row *head,
                  enum import_field *out)
{
    for (size_t i = 0; i < head->n; i++) out[i] = guess(cx, kind, head->cells[i], out, i);
}

/* --- cells ------------------------------------------------------------------------ */

static void note_date(struct cx *cx, const char *cell, struct date_doubt *out)
{
    struct date_orders o = import_date_orders(cx, cell);
    if (o.same) return;
    if (o.day_first && o.month_first && !out->either)
        out->example = arena_print(cx->mem, "%s", text_clean(cx->mem, cell));
    out->either |= o.day_first && o.month_first;
    out->day_first |= o.day_first && !o.month_first;
    out->month_first |= o.month_first && !o.day_first;
}

enum status import_dates(struct cx *cx, const struct import *i, const enum import_field *fields,
                         struct date_doubt *out)
{
    size_t column = 0;
    struct part p;
    *out = (struct date_doubt){ .example = "" };
    while (column < i->columns_n && fields[column] != FIELD_PATIENTS_birth_date) column++;
    for (int64_t n = 0; column < i->columns_n; n++) {
        bool exemplary = out->either;
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(part_read(cx, i, n, &p));
        if (p.n == 0) break;
        for (size_t r = 0; r < p.n; r++)
            if (column < p.rows[r].n) note_date(cx, p.rows[r].cells[column], out);
        if (out->either && out->day_first && out->month_first) break;
        if (out->either == exemplary) arena_rewind(cx->mem, mark); /* else the example stays */
    }
    return OK;
}

/* Lines of an address become one; what stands in several columns does, too. */
static const char *joined(struct cx *cx, const struct row *r, enum import_field f)
{
    const char *all = "";
    for (size_t c = 0; c < r->import->columns_n && c < r->row->n; c++) {
        if (r->import->fields[c] != f) continue;
        for (const char *at = r->row->cells[c]; *at;) {
            size_t n = strcspn(at, "\r\n");
            const char *line = text_clean(cx->mem, arena_copy(cx->mem, at, n));
            if (*line) all = arena_print(cx->mem, "%s%s%s", all, *all ? ", " : "", line);
            at += n;
            at += strspn(at, "\r\n");
        }
    }
    return all;
}

const char *row_text(struct cx *cx, struct row *r, enum import_field f, size_t most)
{
    const char *text = joined(cx, r, f);
    if (text_length(text) > most) {
        row_verdict(r, PROBLEM_long);
        return "";
    }
    if (text_plain(text)) return text;
    row_verdict(r, PROBLEM_characters);
    return "";
}

static bool add_location(struct cx *cx, const struct row *r, const char *name, struct ids *out)
{
    const struct location_list *all = &r->around->locations;
    const char *wanted = text_fold(cx->mem, name);
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(text_fold(cx->mem, all->at[i].name), wanted) == 0) {
            out->at[out->n++] = all->at[i].id;
            return true;
        }
    return false;
}

static void usual_locations(const struct row *r, struct ids *out)
{
    const struct location_list *all = &r->around->locations;
    for (size_t i = 0; i < all->n; i++) {
        const char *at = strstr(r->import->locations, all->at[i].id.text);
        if (at) out->at[out->n++] = all->at[i].id;
    }
}

void row_locations(struct cx *cx, struct row *r, enum import_field f, struct ids *out)
{
    enum { MOST = 1000 };
    const char *text = row_text(cx, r, f, MOST);
    *out =
        (struct ids){ 0, NEW_ARRAY(cx->mem, struct id, strlen(text) + r->around->locations.n + 1) };
    if (!*text) {
        usual_locations(r, out);
        return;
    }
    if (add_location(cx, r, text, out)) return; /* a name may hold a comma */
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, ",;|");
        const char *name = text_clean(cx->mem, arena_copy(cx->mem, at, n));
        if (*name && !add_location(cx, r, name, out)) row_verdict(r, PROBLEM_location);
        at += n;
        at += *at != '\0';
    }
}
