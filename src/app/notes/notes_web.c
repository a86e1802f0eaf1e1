/* notes_web.c - clinical notes, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/notes/attachment.h"
#include "app/notes/notes_web.h"
#include "app/patients/patients_view.h"
#include "base/time.h"

#include "app/notes/notes.text.h"

struct note_form {
    const char *title, *text, *reason, *version, *was;
    bool private, sign;
};

static const struct field note_fields[] = {
    FIELD(struct note_form, title, FIELD_LINE, .max = 120),
    FIELD(struct note_form, text, FIELD_TEXT, .max = 20000),
    FIELD(struct note_form, reason, FIELD_LINE, .max = 200),
    FIELD(struct note_form, version, FIELD_LINE, .max = 18),
    FIELD(struct note_form, was, FIELD_LINE, .max = WAS_MOST),
    FIELD(struct note_form, private, FIELD_CHECK),
    FIELD(struct note_form, sign, FIELD_CHECK),
};

struct write_page {
    const struct patient *patient;
    const struct note *note; /* NULL: a new one */
    struct note_form form;
};

struct note_page {
    struct editions editions;
    struct attachments files;
    const char *reason; /* as it was typed */
};

static int64_t note_time(const struct note *n)
{
    return n->state == NOTE_SIGNED ? n->signed_at : n->created_at;
}

static const char *title_words(struct cx *cx, const struct note *n)
{
    return *n->title ? n->title : SAY(note_untitled);
}

static const char *by_words(struct cx *cx, const struct note *n)
{
    const char *when = time_day(cx, note_time(n));
    if (n->state == NOTE_DRAFT) when = SAY(note_begun, when);
    return n->mine ? SAY(note_by_mine, when) : SAY(note_by, n->author_name, when);
}

/* "PDF, 1.4 MB" */
static const char *file_words(struct cx *cx, const struct attachment *a)
{
    static words *const kinds[FILE_KINDS] = { t_attachment_other_kind, t_attachment_pdf,
                                              t_attachment_png,        t_attachment_jpeg,
                                              t_attachment_tiff,       t_attachment_text };
    int64_t tenths = (a->size * 10 + (1 << 19)) >> 20;
    const char *size = a->size < 100 * 1024
                           ? SAY(attachment_kb, (a->size + 1023) / 1024)
                           : SAY(attachment_mb, (const char *)arena_print(cx->mem, "%lld.%lld",
                                                                          (long long)tenths / 10,
                                                                          (long long)tenths % 10));
    return SAY(attachment_about, kinds[a->kind](cx), size);
}

#include "app/notes/notes.html.h"

enum status notes_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note_list list;
    struct id after = id_of(query_text(rq, "after"));
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(note_list(cx, p, after, &list));
    list_view(&rs->body, rq, p, &list, !id_some(after));
    return OK;
}

enum status note_asked(struct cx *cx, const struct request *rq, struct patient **p, struct note **n)
{
    TRY(patient_find(cx, param_id(rq, "id"), p));
    if ((*p)->state == PATIENT_MERGED) TRY(patient_find(cx, (*p)->merged_into, p));
    return note_find(cx, *p, param_id(rq, "note"), n);
}

enum status note_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    struct note_page page = { 0 };
    bool large = cx->reason && strcmp(cx->reason, "large") == 0;
    TRY(note_asked(cx, rq, &p, &n));
    TRY(note_editions(cx, n, &page.editions));
    TRY(attachment_list(cx, n, &page.files));
    page.reason = rq->method == POST ? form_text(rq, "reason") : "";
    note_view(&rs->body, rq, p, n, &page);
    if (rq->method == POST && large) rs->status = 413;
    return OK;
}

/* --- writing --------------------------------------------------------------------- */

static struct note_draft draft_of(const struct note_form *f)
{
    return (struct note_draft){ f->title, f->text, f->private };
}

static enum status forbidden(struct cx *cx)
{
    return fail_because(cx, FORBIDDEN, "level", "%s", SAY(note_no_writing));
}

enum status note_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note_form form = { .title = "", .text = "", .reason = "" };
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    /* What comes back was refused already, and keeps what was typed. */
    if (rq->method == GET && !note_may_write(cx, p)) return forbidden(cx);
    if (rq->method == POST) form_take(cx, rq, note_fields, &form);
    form_view(&rs->body, rq, &(struct write_page){ p, NULL, form });
    return OK;
}

static enum status to_note(struct cx *cx, struct request *rq, struct response *rs,
                           const struct patient *p, struct id note, const char *said)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_note_show, p->id, note), said);
}

enum status note_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note_form form;
    struct id id;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    form_take(cx, rq, note_fields, &form);
    struct note_draft draft = draft_of(&form);
    TRY(note_create(cx, p, &draft, form.sign, &id));
    return to_note(cx, rq, rs, p, id, form.sign ? SAY(note_said_signed) : SAY(note_said_draft));
}

/* --- two versions of one note ------------------------------------------------------ */

enum { LINES = 3 };

static const char *readers(struct cx *cx, bool private)
{
    return private ? SAY(note_readers_you) : SAY(note_readers_all);
}

static void lines_of(struct cx *cx, const struct note *n, const struct note_draft *yours,
                     struct version_line out[LINES])
{
    out[0] = (struct version_line){ "title", SAY(note_field_title), yours->title, n->title };
    out[1] = (struct version_line){ "text", SAY(note_field_text), yours->text, n->text };
    out[2] = (struct version_line){ "private", SAY(note_readers), readers(cx, yours->private),
                                    readers(cx, n->private) };
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct note *n,
                     struct note_draft *d, struct version_line lines[LINES])
{
    if (n->state == NOTE_SIGNED) d->private = n->private; /* an amendment does not ask */
    lines_of(cx, n, d, lines);
    if (!versions_settle(cx, rq, n->version, lines, LINES)) return false;
    if (lines[0].which == VERSION_SAVED) d->title = n->title;
    if (lines[1].which == VERSION_SAVED) d->text = n->text;
    if (lines[2].which == VERSION_SAVED) d->private = n->private;
    return true;
}

static enum status ask_versions(struct cx *cx, struct request *rq, struct response *rs,
                                const struct write_page *w)
{
    struct version_line lines[LINES];
    struct note_draft draft = draft_of(&w->form);
    (void)catch_up(cx, rq, w->note, &draft, lines);
    const struct versions_page page = {
        .about = w->patient->id,
        .version = w->note->version,
        .lines = lines,
        .n = LINES,
        .save = url_for(cx, rq, ROUTE_note_update_form, w->patient->id, w->note->id),
        .reload = url_for(cx, rq, ROUTE_note_edit, w->patient->id, w->note->id),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

enum status note_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    struct version_line lines[LINES];
    TRY(note_asked(cx, rq, &p, &n));
    if (!note_may_change(cx, p, n)) return forbidden(cx);
    struct note_draft saved = { n->title, n->text, n->private };
    lines_of(cx, n, &saved, lines);
    struct version_fields v = versions_new(cx, n->version, lines, LINES);
    struct write_page w = { p, n, { n->title, n->text, "", v.version, v.was, n->private, false } };
    if (rq->method == POST) form_take(cx, rq, note_fields, &w.form);
    if (stale(cx, rq)) return ask_versions(cx, rq, rs, &w);
    form_view(&rs->body, rq, &w);
    return OK;
}

enum status note_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    struct note_form form;
    struct version_line lines[LINES];
    TRY(note_asked(cx, rq, &p, &n));
    if (!note_may_change(cx, p, n)) return forbidden(cx);
    form_take(cx, rq, note_fields, &form);
    struct note_draft draft = draft_of(&form);
    bool amends = n->state == NOTE_SIGNED;
    if (!catch_up(cx, rq, n, &draft, lines)) return versions_late(cx);
    if (amends)
        TRY(note_amend(cx, p, n, &draft, form.reason, n->version));
    else
        TRY(note_update(cx, p, n, &draft, form.sign, n->version));
    return to_note(cx, rq, rs, p, n->id,
                   amends      ? SAY(note_said_amended)
                   : form.sign ? SAY(note_said_signed)
                               : SAY(note_said_draft));
}

enum status note_discard_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    TRY(note_asked(cx, rq, &p, &n));
    TRY(note_discard(cx, p, n, form_version(rq, "version")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_notes_index, p->id),
                    SAY(note_said_discarded));
}

enum status note_private_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    struct note *n;
    bool private = form_has(rq, "private") && *form_text(rq, "private");
    TRY(note_asked(cx, rq, &p, &n));
    TRY(note_set_private(cx, p, n, private));
    return to_note(cx, rq, rs, p, n->id, private ? SAY(note_said_private) : SAY(note_said_shared));
}
