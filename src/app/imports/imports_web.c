/* imports_web.c - importing patients and users, as pages. */
#include <stdlib.h>
#include <string.h>

#include "app/imports/import.h"
#include "app/locations/location.h"
#include "base/time.h"
#include "web/page.h"

#include "app/imports/imports.text.h"

enum { SAMPLES = 3 };

/* Where the pages of a kind lead. */
static const struct pages {
    enum import_kind kind;
    enum route list, new, create, show, match, mend, start, stop, problems;
} pages[] = {
    { IMPORT_OF_PATIENTS, ROUTE_patients_index, ROUTE_patients_import_new,
      ROUTE_patients_import_create, ROUTE_patients_import_show, ROUTE_patients_import_match,
      ROUTE_patients_import_mend, ROUTE_patients_import_start, ROUTE_patients_import_stop,
      ROUTE_patients_import_problems },
    { IMPORT_OF_USERS, ROUTE_users_index, ROUTE_users_import_new, ROUTE_users_import_create,
      ROUTE_users_import_show, ROUTE_users_import_match, ROUTE_users_import_mend,
      ROUTE_users_import_start, ROUTE_users_import_stop, ROUTE_users_import_problems },
};

struct new_page {
    const struct pages *to;
    struct imports imports;
    const char *text;
};

struct import_page {
    const struct pages *to;
    const struct import *import;
    struct verdicts verdicts;
    const char *there, *alike; /* rows */
    int64_t adds_per_hour;
};

struct match_page {
    const struct pages *to;
    const struct import *import;
    struct import_choices choices;
    struct date_doubt dates;
    struct sample sample;
    struct location_list locations;
};

struct mend_page {
    const struct pages *to;
    const struct import *import;
    struct problem_rows rows;
    int64_t problems;
};

static const char *title_of(struct cx *cx, enum import_kind kind)
{
    return kind == IMPORT_OF_PATIENTS ? SAY(import_patients) : SAY(import_users);
}

static const char *state_words(struct cx *cx, const struct import *i)
{
    switch (i->state) {
    case IMPORT_MATCHING: return SAY(state_matching);
    case IMPORT_CHECKING: return SAY(state_checking);
    case IMPORT_READY: return SAY(state_ready);
    case IMPORT_RUNNING: return SAY(state_running);
    case IMPORT_DONE: return SAY(state_done);
    case IMPORT_STOPPED: break;
    }
    return SAY(state_stopped);
}

static const char *encoding_words(struct cx *cx, const struct import *i)
{
    switch (i->encoding) {
    case CSV_UTF8: return SAY(encoding_utf8);
    case CSV_UTF16: return SAY(encoding_utf16);
    case CSV_WINDOWS_1252: break;
    }
    return SAY(encoding_windows);
}

static bool chosen(const struct match_page *m, struct id location)
{
    for (size_t i = 0; i < m->choices.locations.n; i++)
        if (id_same(m->choices.locations.at[i], location)) return true;
    return false;
}

static bool nothing_known(const struct match_page *m)
{
    for (size_t i = 0; i < m->import->columns_n; i++)
        if (m->choices.fields[i] != FIELD_NONE) return false;
    return true;
}

static const char *cell_of(const struct csv_row *row, size_t column)
{
    return column < row->n ? row->cells[column] : "";
}

#include "app/imports/imports.html.h"
#include "app/imports/import_match.html.h"
#include "app/imports/import_mend.html.h"

/* --- a new one -------------------------------------------------------------------- */

static enum status show_new(struct cx *cx, struct request *rq, struct response *rs,
                            enum import_kind kind)
{
    struct new_page p = { .to = &pages[kind], .text = form_text(rq, "text") };
    TRY(import_list(cx, kind, &p.imports));
    new_view(&rs->body, rq, &p);
    return OK;
}

/* The first file, up to a byte more than may come; NULL without one. */
static const char *file_sent(struct cx *cx, const struct request *rq, size_t *n)
{
    const struct upload *file = rq->files.at;
    if (rq->files.n == 0) return NULL;
    size_t most = file->size > IMPORT_BYTES || file->cut ? IMPORT_BYTES + 1 : file->size;
    char *bytes = arena_take(cx->mem, most + 1);
    *n = spool_read(file->spool, file->at, bytes, most);
    return bytes;
}

static enum status create(struct cx *cx, struct request *rq, struct response *rs,
                          enum import_kind kind)
{
    struct id id;
    size_t n = 0;
    const char *text = form_text(rq, "text"), *bytes = file_sent(cx, rq, &n);
    enum status status = bytes ? import_stage(cx, kind, bytes, n, &id)
                               : import_stage(cx, kind, text, strlen(text), &id);
    if (bytes && status == INVALID) cx->faults->field = "file";
    TRY(status);
    return redirect(cx, rq, rs, url_for(cx, rq, pages[kind].show, id), NULL);
}

/* --- what its columns are ----------------------------------------------------------- */

static struct ids ids_of(struct cx *cx, const struct location_list *all, const char *text)
{
    struct ids ids = { 0, NEW_ARRAY(cx->mem, struct id, all->n + 1) };
    for (size_t i = 0; i < all->n; i++)
        if (strstr(text, all->at[i].id.text)) ids.at[ids.n++] = all->at[i].id;
    return ids;
}

/* As it is stored; the only location there is stands there before anybody chooses. */
static struct import_choices choices_of(struct cx *cx, const struct import *i,
                                        const struct location_list *all)
{
    struct import_choices c = {
        .fields = i->fields,
        .date_order = i->date_order,
        .role = i->role,
        .level_practitioner = i->level_practitioner,
        .level_administrator = i->level_administrator,
        .entry = i->entry,
        .locations = ids_of(cx, all, i->locations),
        .all_locations = strcmp(i->locations, "all") == 0,
    };
    if (!*i->locations && all->n == 1) c.locations = ids_of(cx, all, all->at[0].id.text);
    return c;
}

/* Ids of no location of this group count as if they had not been sent. */
static struct ids sent_locations(struct cx *cx, const struct request *rq,
                                 const struct location_list *all)
{
    struct ids ids = { 0, NEW_ARRAY(cx->mem, struct id, all->n + 1) };
    for (size_t l = 0; l < all->n; l++)
        for (size_t i = 0; i < rq->form.n; i++)
            if (strcmp(rq->form.at[i].name, "locations") == 0
                && strcmp(rq->form.at[i].value, all->at[l].id.text) == 0) {
                ids.at[ids.n++] = all->at[l].id;
                break;
            }
    return ids;
}

static const char *one_of(const char *sent, const char *a, const char *b)
{
    return strcmp(sent, a) == 0 ? a : strcmp(sent, b) == 0 ? b : "";
}

static struct import_choices choices_sent(struct cx *cx, const struct request *rq,
                                          const struct import *i, const struct location_list *all)
{
    struct import_choices c = {
        .fields = NEW_ARRAY(cx->mem, enum import_field, i->columns_n + 1),
        .date_order = one_of(form_text(rq, "date_order"), "day", "month"),
        .role = one_of(form_text(rq, "role"), "practitioner", "administrator"),
        .level_practitioner = form_text(rq, "level_practitioner"),
        .level_administrator = form_text(rq, "level_administrator"),
        .entry = form_text(rq, "entry"),
        .locations = sent_locations(cx, rq, all),
        .all_locations = form_has(rq, "all_locations"),
    };
    for (size_t n = 0; n < i->columns_n; n++)
        c.fields[n] =
            import_field_find(i->kind, form_text(rq, arena_print(cx->mem, "column-%d", (int)n)));
    return c;
}

static enum status show_match(struct cx *cx, struct request *rq, struct response *rs,
                              const struct import *i)
{
    struct match_page m = { .to = &pages[i->kind], .import = i };
    TRY(location_list(cx, &m.locations));
    TRY(import_sample(cx, i, SAMPLES, &m.sample));
    bool sent = rq->method == POST && rq->route == &routes[m.to->match];
    m.choices = sent ? choices_sent(cx, rq, i, &m.locations) : choices_of(cx, i, &m.locations);
    TRY(import_dates(cx, i, m.choices.fields, &m.dates));
    match_view(&rs->body, rq, &m);
    return OK;
}

static enum status match(struct cx *cx, struct request *rq, struct response *rs,
                         enum import_kind kind)
{
    struct import *i;
    struct location_list locations;
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    TRY(location_list(cx, &locations));
    struct import_choices c = choices_sent(cx, rq, i, &locations);
    TRY(import_match(cx, i, &c));
    return redirect(cx, rq, rs, url_for(cx, rq, pages[kind].show, i->id), NULL);
}

/* --- rows with problems --------------------------------------------------------------- */

static enum status show_mend(struct cx *cx, struct request *rq, struct response *rs,
                             const struct import *i, const struct problem_rows *rows)
{
    struct verdicts verdicts;
    TRY(import_verdicts(cx, i, &verdicts));
    mend_view(&rs->body, rq, &(struct mend_page){ &pages[i->kind], i, *rows, verdicts.problems });
    return OK;
}

/* "cell-ROW-COLUMN" */
static bool read_mended(const struct pair *sent, struct mended *out)
{
    char *end;
    if (strncmp(sent->name, "cell-", 5) != 0) return false;
    out->row = strtoll(sent->name + 5, &end, 10);
    if (*end != '-') return false;
    out->column = (size_t)strtoull(end + 1, &end, 10);
    out->text = sent->value;
    return *end == '\0';
}

static enum status mend(struct cx *cx, struct request *rq, struct response *rs,
                        enum import_kind kind)
{
    struct import *i;
    size_t n = 0;
    struct mended *all = NEW_ARRAY(cx->mem, struct mended, rq->form.n + 1);
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    for (size_t f = 0; f < rq->form.n; f++)
        if (read_mended(&rq->form.at[f], &all[n])) n++;
    TRY(import_mend(cx, i, all, n));
    return redirect(cx, rq, rs, url_for(cx, rq, pages[kind].show, i->id), NULL);
}

/* --- where it stands ------------------------------------------------------------------ */

static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        enum import_kind kind)
{
    struct import *i;
    struct import_page p = { .to = &pages[kind] };
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    bool matching = i->state == IMPORT_MATCHING
                    || (i->state == IMPORT_READY
                        && (*query_text(rq, "columns") || rq->route == &routes[p.to->match]));
    if (matching) return show_match(cx, rq, rs, i);
    struct problem_rows rows = { 0 };
    if (i->state == IMPORT_READY && *query_text(rq, "rows")) TRY(import_problem_rows(cx, i, &rows));
    if (rows.n) return show_mend(cx, rq, rs, i, &rows);
    p.import = i;
    TRY(import_verdicts(cx, i, &p.verdicts));
    TRY(import_rows_with(cx, i, VERDICT_THERE, &p.there));
    TRY(import_rows_with(cx, i, VERDICT_ALIKE, &p.alike));
    if (kind == IMPORT_OF_USERS) TRY(import_adds_per_hour(cx, &p.adds_per_hour));
    import_view(&rs->body, rq, &p);
    return OK;
}

static enum status start(struct cx *cx, struct request *rq, struct response *rs,
                         enum import_kind kind)
{
    struct import *i;
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    TRY(import_start(cx, i, form_has(rq, "alike")));
    return redirect(cx, rq, rs, url_for(cx, rq, pages[kind].show, i->id), NULL);
}

static enum status stop(struct cx *cx, struct request *rq, struct response *rs,
                        enum import_kind kind)
{
    struct import *i;
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    TRY(import_stop(cx, i));
    return redirect(cx, rq, rs, url_for(cx, rq, pages[kind].show, i->id),
                    SAY(import_stopped_notice));
}

static enum status problems(struct cx *cx, struct request *rq, struct response *rs,
                            enum import_kind kind)
{
    struct import *i;
    struct bytes csv;
    TRY(import_find(cx, kind, param_id(rq, "id"), &i));
    TRY(import_problems(cx, i, &csv));
    rs->body.text = (char *)csv.at;
    rs->body.length = csv.n;
    rs->type = "text/csv; charset=utf-8";
    rs->disposition = "attachment; filename=\"problems.csv\"";
    return OK;
}

/* --- patients and users alike ------------------------------------------------------------ */

#define PAGES_OF(name, kind)                                                                   \
    enum status name##_import_new(struct cx *cx, struct request *rq, struct response *rs)      \
    {                                                                                          \
        return show_new(cx, rq, rs, kind);                                                     \
    }                                                                                          \
    enum status name##_import_create(struct cx *cx, struct request *rq, struct response *rs)   \
    {                                                                                          \
        return create(cx, rq, rs, kind);                                                       \
    }                                                                                          \
    enum status name##_import_show(struct cx *cx, struct request *rq, struct response *rs)     \
    {                                                                                          \
        return show(cx, rq, rs, kind);                                                         \
    }                                                                                          \
    enum status name##_import_match(struct cx *cx, struct request *rq, struct response *rs)    \
    {                                                                                          \
        return match(cx, rq, rs, kind);                                                        \
    }                                                                                          \
    enum status name##_import_mend(struct cx *cx, struct request *rq, struct response *rs)     \
    {                                                                                          \
        return mend(cx, rq, rs, kind);                                                         \
    }                                                                                          \
    enum status name##_import_start(struct cx *cx, struct request *rq, struct response *rs)    \
    {                                                                                          \
        return start(cx, rq, rs, kind);                                                        \
    }                                                                                          \
    enum status name##_import_stop(struct cx *cx, struct request *rq, struct response *rs)     \
    {                                                                                          \
        return stop(cx, rq, rs, kind);                                                         \
    }                                                                                          \
    enum status name##_import_problems(struct cx *cx, struct request *rq, struct response *rs) \
    {                                                                                          \
        return problems(cx, rq, rs, kind);                                                     \
    }
PAGES_OF(patients, IMPORT_OF_PATIENTS)
PAGES_OF(users, IMPORT_OF_USERS)
