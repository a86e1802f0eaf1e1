/* index_view.c - what stands in an archive about itself: index.html and manifest.json. */
#include <string.h>

#include "app/exports/archive.h"
#include "app/exports/records.h"
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
    return SAY(what_others);
}

const char *tally_why(struct cx *cx, const char *why)
{
    if (strcmp(why, "reach") == 0) return SAY(why_reach);
    if (strcmp(why, "hidden") == 0) return SAY(why_hidden);
    if (strcmp(why, "much") == 0) return SAY(why_much);
    if (strcmp(why, "drawing") == 0) return SAY(why_drawing);
    if (strcmp(why, "moved") == 0) return SAY(why_moved);
    if (strcmp(why, "gone") == 0) return SAY(why_gone);
    return SAY(why_others);
}

struct index_page {
    const char *group, *who, *when;
    const struct export_tallies *tallies;
    const struct archive_files *files;
};

#include "app/exports/export_index.html.h"

const char *export_index(struct cx *cx, const struct export *x,
                         const struct export_tallies *tallies, const struct archive_files *files,
                         const char *group, size_t *n)
{
    struct html h = { .cx = cx };
    const struct index_page p = { group, cx->actor.name, time_moment_there(cx, x->created_at),
                                  tallies, files };
    index_view(&h, &p);
    *n = h.length;
    return h.text;
}

/* --- for programs ------------------------------------------------------------------------ */

const char *export_manifest(struct cx *cx, const struct export *x,
                            const struct export_tallies *tallies, const struct archive_files *files,
                            const char *group)
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
    json_array(&j, "withheld");
    for (size_t i = 0; i < tallies->n; i++) {
        const struct export_tally *t = &tallies->at[i];
        if (!*t->why) continue;
        json_object(&j, NULL);
        json_text(&j, "what", t->what);
        json_text(&j, "why", t->why);
        if (t->n) json_int(&j, "count", t->n);
        json_text(&j, "says",
                  arena_print(cx->mem, "%s: %s", tally_what(cx, t->what), tally_why(cx, t->why)));
        json_end(&j);
    }
    json_end(&j);
    json_array(&j, "files");
    for (size_t i = 0; i < files->n; i++) {
        json_object(&j, NULL);
        json_text(&j, "name", files->at[i].name);
        json_int(&j, "bytes", files->at[i].size);
        json_text(&j, "sha256", files->at[i].sha256);
        json_end(&j);
    }
    return json_done(&j);
}
