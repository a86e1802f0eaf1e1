/* index_view.c - what stands in an archive about itself: index.html and manifest.json. */
#include <string.h>

#include "app/exports/archive.h"
#include "app/exports/tables.h"
#include "base/json.h"
#include "base/time.h"
#include "html/html.h"

#include "app/exports/exports.text.h"

/* --- in words ------------------------------------------------------------------------ */

const char *tally_what(struct cx *cx, const char *what)
{
    if (strcmp(what, "patients") == 0) return SAY(what_patients);
    if (strcmp(what, "notes") == 0) return SAY(what_notes);
    if (strcmp(what, "appointments") == 0) return SAY(what_appointments);
    if (strcmp(what, "invoices") == 0) return SAY(what_invoices);
    if (strcmp(what, "payments") == 0) return SAY(what_payments);
    if (strcmp(what, "names") == 0) return SAY(what_names);
    if (strcmp(what, "papers") == 0) return SAY(what_papers);
    if (strcmp(what, "attachments") == 0) return SAY(what_attachments);
    if (strcmp(what, "rows") == 0) return SAY(what_rows);
    if (strcmp(what, "settings") == 0) return SAY(what_settings);
    return SAY(what_others);
}

const char *tally_why(struct cx *cx, const char *why)
{
    if (strcmp(why, "reach") == 0) return SAY(why_reach);
    if (strcmp(why, "hidden") == 0) return SAY(why_hidden);
    if (strcmp(why, "drawing") == 0) return SAY(why_drawing);
    if (strcmp(why, "moved") == 0) return SAY(why_moved);
    if (strcmp(why, "private") == 0) return SAY(why_private);
    if (strcmp(why, "gone") == 0) return SAY(why_gone);
    if (strcmp(why, "group") == 0) return SAY(why_group);
    return SAY(why_others);
}

struct index_page {
    const char *title, *when;
    const struct export_tallies *tallies;
    bool whole; /* of the practice */
};

/* "api_keys, links" */
static const char *tables_left(struct cx *cx, const char *why)
{
    const char *all = "";
    for (size_t i = 0; i < practice_tables_n; i++)
        if (practice_tables[i].why && strcmp(practice_tables[i].why, why) == 0)
            all = ARENA_JOIN(cx->mem, all, *all ? ", " : "", practice_tables[i].name);
    return all;
}

#include "app/exports/export_index.html.h"

/* --- for programs ------------------------------------------------------------------------ */

static void write_withheld(struct cx *cx, struct json *j, const struct export_tallies *tallies)
{
    json_array(j, "withheld");
    for (size_t i = 0; i < tallies->n; i++) {
        const struct export_tally *t = &tallies->at[i];
        if (!*t->why) continue;
        json_object(j, NULL);
        json_text(j, "what", t->what);
        json_text(j, "why", t->why);
        if (t->n) json_int(j, "count", t->n);
        json_text(j, "says",
                  arena_print(cx->mem, "%s: %s", tally_what(cx, t->what), tally_why(cx, t->why)));
        json_end(j);
    }
    json_end(j);
}

static void write_left(struct cx *cx, struct json *j)
{
    json_array(j, "left_out");
    for (size_t i = 0; i < practice_tables_n; i++) {
        const struct practice_table *p = &practice_tables[i];
        if (!p->why) continue;
        json_object(j, NULL);
        json_text(j, "table", p->name);
        json_text(j, "why", p->why);
        json_text(j, "says", left_why(cx, p->why));
        json_end(j);
    }
    json_end(j);
}

/* Up to the first of the files. */
static const char *manifest_head(struct cx *cx, const struct export *x,
                                 const struct export_tallies *tallies, const char *group)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_text(&j, "group", group);
    json_text(&j, "user", cx->actor.name);
    json_text(&j, "user_id", x->user.text);
    json_text(&j, "asked_at", time_iso(cx->mem, x->created_at));
    json_text(&j, "made_at", time_iso(cx->mem, cx->now));
    json_object(&j, "records");
    for (size_t i = 0; i < tallies->n; i++)
        if (!*tallies->at[i].why) json_int(&j, tallies->at[i].what, tallies->at[i].n);
    json_end(&j);
    write_withheld(cx, &j, tallies);
    if (x->scope == EXPORT_OF_PRACTICE) write_left(cx, &j);
    const char *text = json_done(&j);
    return arena_print(cx->mem, "%.*s,\"files\":[", (int)strlen(text) - 1, text);
}

static const char *manifest_line(struct cx *cx, const struct archive_file *f)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_text(&j, "name", f->name);
    json_int(&j, "bytes", f->size);
    json_text(&j, "sha256", f->sha256);
    return json_done(&j);
}

/* --- both ------------------------------------------------------------------------------------ */

static enum status add(struct cx *cx, const struct export *x, int file, const char *text, size_t n)
{
    return archive_add(cx, x->id, file, shared_name(file), text, n);
}

static enum status add_text(struct cx *cx, const struct export *x, int file, const char *text)
{
    return add(cx, x, file, text, strlen(text));
}

static enum status add_lines(struct cx *cx, const struct export *x,
                             const struct archive_files *some, bool first)
{
    struct html rows = { .cx = cx };
    const char **lines = NEW_ARRAY(cx->mem, const char *, 2 * some->n);
    for (size_t i = 0; i < some->n; i++) {
        index_row(&rows, &some->at[i]);
        lines[2 * i] = first && i == 0 ? "\n" : ",\n";
        lines[2 * i + 1] = manifest_line(cx, &some->at[i]);
    }
    TRY(add(cx, x, FILE_INDEX, rows.text, rows.length));
    return add_text(cx, x, FILE_MANIFEST, arena_join(cx->mem, lines, 2 * some->n));
}

enum status export_describe(struct cx *cx, const struct export *x,
                            const struct export_tallies *tallies, const char *group)
{
    struct html head = { .cx = cx }, foot = { .cx = cx };
    struct archive_files some;
    index_head(&head, &(struct index_page){ x->scope == EXPORT_OF_OWN
                                                ? SAY(index_title, cx->actor.name, group)
                                                : SAY(index_title_group, group),
                                            time_moment_there(cx, x->created_at), tallies,
                                            x->scope == EXPORT_OF_PRACTICE });
    TRY(add(cx, x, FILE_INDEX, head.text, head.length));
    TRY(add_text(cx, x, FILE_MANIFEST, manifest_head(cx, x, tallies, group)));
    const struct arena_mark mark = arena_mark(cx->mem);
    for (int64_t after = FILE_MANIFEST;; arena_rewind(cx->mem, mark)) {
        TRY(archive_files(cx, x->id, after, &some));
        if (some.n == 0) break;
        TRY(add_lines(cx, x, &some, after == FILE_MANIFEST));
        after = some.at[some.n - 1].file;
    }
    index_foot(&foot);
    TRY(add(cx, x, FILE_INDEX, foot.text, foot.length));
    return add_text(cx, x, FILE_MANIFEST, "\n]}\n");
}
