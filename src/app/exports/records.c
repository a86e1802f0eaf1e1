/* records.c - see records.h */
#include "app/exports/records.h"

#include <stdarg.h>
#include <string.h>

#include "app/calendar/calendar_view.h"
#include "app/documents/paper_view.h"
#include "app/exports/archive.h"
#include "app/exports/fhir.h"
#include "app/feed/ical.h"
#include "app/invoices/invoice.h"
#include "app/notes/attachment.h"
#include "base/date.h"
#include "base/text.h"
#include "base/time.h"

#include "app/exports/exports.text.h"

static const char *const names[FILE_SHARED] = {
    [FILE_INDEX] = "index.html",
    [FILE_MANIFEST] = "manifest.json",
    [FILE_PATIENTS] = "patients.csv",
    [FILE_NOTES] = "notes.csv",
    [FILE_ATTACHMENTS] = "attachments.csv",
    [FILE_APPOINTMENTS] = "appointments.csv",
    [FILE_INVOICES] = "invoices.csv",
    [FILE_PAYMENTS] = "payments.csv",
    [FILE_FHIR] = "fhir/bundle.json",
    [FILE_CALENDAR] = "calendar.ics",
};

const char *shared_name(int file)
{
    return names[file];
}

const char *shared_words(struct cx *cx, int file)
{
    if (file >= FILE_TABLE && file < FILE_OWN) return SAY(file_table);
    switch (file) {
    case FILE_PATIENTS: return SAY(file_patients);
    case FILE_NOTES: return SAY(file_notes);
    case FILE_ATTACHMENTS: return SAY(file_attachments);
    case FILE_APPOINTMENTS: return SAY(file_appointments);
    case FILE_INVOICES: return SAY(file_invoices);
    case FILE_PAYMENTS: return SAY(file_payments);
    case FILE_FHIR: return SAY(file_fhir);
    case FILE_CALENDAR: return SAY(file_calendar);
    default: return "";
    }
}

/* --- shared files --------------------------------------------------------------------- */

void additions_put(struct additions *to, int file, const char *text)
{
    size_t n = strlen(text);
    if (to->at[file].n + n > to->at[file].room) {
        size_t room = 2 * (to->at[file].n + n) + 4096;
        char *more = arena_alloc(to->cx->mem, room);
        if (to->at[file].n) memcpy(more, to->at[file].text, to->at[file].n);
        to->at[file].text = more;
        to->at[file].room = room;
    }
    if (n) memcpy(to->at[file].text + to->at[file].n, text, n);
    to->at[file].n += n;
}

void additions_row(struct additions *to, int file, const char *first, ...)
{
    va_list cells;
    va_start(cells, first);
    additions_put(to, file, text_csv(to->cx->mem, first));
    for (const char *cell; (cell = va_arg(cells, const char *));) {
        additions_put(to, file, ",");
        additions_put(to, file, text_csv(to->cx->mem, cell));
    }
    va_end(cells);
    additions_put(to, file, "\r\n");
}

enum status additions_write(struct additions *to)
{
    for (int file = 0; file < FILE_SHARED; file++)
        TRY(archive_add(to->cx, to->export, file, names[file], to->at[file].text, to->at[file].n));
    return OK;
}

static const char *number(struct additions *to, int64_t n)
{
    return arena_number(to->cx->mem, n);
}

/* By the practice's clock, in a form that sorts: "2026-11-23 09:30". */
static const char *moment(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return at ? arena_print(cx->mem, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
                            c.minute)
              : "";
}

static const char *moment_there(struct cx *cx, const char *zone, int64_t at)
{
    return time_in(cx, zone, moment, at);
}

static enum status included(struct additions *to, const char *what)
{
    return export_count(to->cx, to->export, what, "", 1);
}

static enum status left_out(struct additions *to, const char *what, const char *why, int64_t n)
{
    return export_count(to->cx, to->export, what, why, n);
}

/* --- papers --------------------------------------------------------------------------- */

/* Drawn, or as plain text where it cannot be: too long, or nothing here to draw with. */
static enum status add_paper(struct additions *to, const struct item *i, struct paper *paper,
                             const char *name, const char *plain, const char **file)
{
    struct cx *cx = to->cx;
    char *pdf;
    size_t n;
    enum status status = paper_missing() ? CONFLICT : paper_pdf(cx, paper, &pdf, &n);
    *file = arena_print(cx->mem, "%s.%s", name, status == OK ? "pdf" : "txt");
    if (status == OK) return archive_add(cx, to->export, FILE_OWN + i->position, *file, pdf, n);
    if (status != CONFLICT) return status;
    *file = plain ? *file : "";
    if (!plain) return left_out(to, "papers", "drawing", 1);
    return archive_add(cx, to->export, FILE_OWN + i->position, *file, plain, strlen(plain));
}

static void write_lines(struct cx *cx, struct paper *p, const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        paper_cell(paper_row(p, ROW_PLAIN, 3), 0, 1000, INK_PLAIN,
                   n ? arena_copy(cx->mem, text, n) : " ");
        text += n + (text[n] != '\0');
    }
}

static struct paper *note_on_paper(struct cx *cx, const struct patient *p, const struct note *n,
                                   const struct editions *editions)
{
    const char *title = *n->title ? n->title : SAY(paper_note);
    struct paper *paper = paper_new(cx->mem, title, date_at(cx, n->created_at));
    paper->foot = SAY(paper_foot, patient_name(cx, p), "{page}", "{pages}");
    paper_cell(paper_row(paper, ROW_PLAIN, 0), 0, 1000, INK_TITLE, title);
    paper_cell(paper_row(paper, ROW_PLAIN, 6), 0, 1000, INK_STRONG,
               SAY(paper_patient, patient_name(cx, p), arena_number(cx->mem, p->number)));
    paper_cell(paper_row(paper, ROW_PLAIN, 2), 0, 1000, INK_SMALL,
               n->state == NOTE_DRAFT
                   ? SAY(paper_draft, n->author_name, time_moment(cx, n->changed_at))
                   : SAY(paper_signed, n->author_name, time_moment(cx, n->signed_at)));
    paper_row(paper, ROW_PLAIN, 8);
    write_lines(cx, paper, n->text);
    for (size_t i = 1; i < editions->n; i++) { /* what it said before, the newest first */
        const struct edition *e = &editions->at[i];
        struct paper_row *row = paper_row(paper, ROW_PLAIN, 18);
        paper_cell(
            row, 0, 1000, INK_STRONG,
            SAY(paper_edition, arena_number(cx->mem, e->number), time_moment(cx, e->at), e->by));
        write_lines(cx, paper, e->text);
    }
    return paper;
}

static const char *note_as_text(struct cx *cx, const struct patient *p, const struct note *n)
{
    return arena_print(cx->mem, "%s\n%s\n%s\n\n%s\n", *n->title ? n->title : SAY(paper_note),
                       SAY(paper_patient, patient_name(cx, p), arena_number(cx->mem, p->number)),
                       time_moment(cx, n->created_at), n->text);
}

/* --- one record --------------------------------------------------------------------------- */

static enum status add_patient(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    struct patient *p;
    TRY(patient_find(cx, i->record, &p));
    additions_row(to, FILE_PATIENTS, number(to, p->number), p->hidden ? p->pseudonym : "", p->title,
                  p->first_name, p->last_name, p->preferred_name, p->birth_date, p->gender,
                  p->phone, p->other_phone, p->email, p->address, p->contact_name,
                  p->contact_relation, p->contact_phone,
                  p->state == PATIENT_ARCHIVED ? "archived" : "active", p->id.text, NULL);
    additions_put(to, FILE_FHIR, fhir_patient(cx, p));
    if (p->hidden) TRY(left_out(to, "names", "hidden", 1));
    return included(to, "patients");
}

static enum status add_note(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    struct patient *p;
    struct note *n;
    struct editions editions = { 0 };
    const char *file;
    TRY(patient_find(cx, i->of, &p));
    TRY(note_find(cx, p, i->record, &n));
    if (n->state == NOTE_SIGNED) TRY(note_editions(cx, n, &editions));
    const char *day = date_at(cx, n->created_at);
    TRY(add_paper(to, i, note_on_paper(cx, p, n, &editions),
                  arena_print(cx->mem, "notes/%lld-%s-%lld", (long long)p->number, day,
                              (long long)i->position),
                  note_as_text(cx, p, n), &file));
    additions_row(to, FILE_NOTES, number(to, p->number), moment(cx, n->created_at),
                  moment(cx, n->signed_at), n->author_name,
                  n->state == NOTE_DRAFT ? "draft" : "signed", number(to, n->edition),
                  n->private ? "private" : "", n->title, n->text, file, NULL);
    additions_put(to, FILE_FHIR, fhir_note(cx, p, n));
    return included(to, "notes");
}

/* A piece at a time: a file may be larger than the memory of a job. */
static enum status copy_file(struct additions *to, int64_t file, const char *name,
                             const struct attachment *f)
{
    struct cx *cx = to->cx;
    const struct arena_mark mark = arena_mark(cx->mem);
    for (int64_t at = 0; at < f->size; at += PIECE) {
        struct bytes piece;
        TRY(attachment_read(cx, f->id, at, &piece));
        TRY(archive_add(cx, to->export, file, name, piece.at, piece.n));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}

static enum status patient_of_note(struct cx *cx, struct id note, struct patient **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT patient_id FROM notes WHERE practice_id = $1 AND id = $2"),
                  note));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such note.");
    return patient_find(cx, cell_id(&t, 0, "patient_id"), out);
}

/* Under a number, for any file system; what it was called stands in the table. */
static enum status add_attachment(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    struct patient *p;
    struct note *n;
    struct attachment *f;
    TRY(patient_of_note(cx, i->of, &p));
    TRY(note_find(cx, p, i->of, &n));
    TRY(attachment_find(cx, n, i->record, &f));
    const char *called = arena_print(cx->mem, "%lld-%s-%lld", (long long)p->number,
                                     date_at(cx, n->created_at), (long long)i->position);
    const char *name =
        arena_print(cx->mem, "attachments/%s", file_name(cx->mem, called, f->kind, called));
    TRY(copy_file(to, FILE_OWN + i->position, name, f));
    additions_row(to, FILE_ATTACHMENTS, number(to, p->number), moment(cx, n->created_at),
                  moment(cx, f->at), f->by, f->name, file_type(f->kind), number(to, f->size), name,
                  NULL);
    return included(to, "attachments");
}

static void write_event(struct additions *to, const struct appointment *a)
{
    struct cx *cx = to->cx;
    struct ical c = ical_begin(cx);
    const char *whom = id_some(a->patient) ? (a->shown.seen ? a->shown.name : "") : a->label;
    ical_line(&c, "BEGIN", "VEVENT");
    ical_line(&c, "UID", arena_print(cx->mem, "%s@linden", a->id.text));
    ical_stamp(&c, cx->now);
    ical_moment(&c, "DTSTART", a->starts_at);
    ical_moment(&c, "DTEND", a->ends_at);
    ical_text(&c, "SUMMARY", *whom ? whom : SAY(calendar_busy));
    if (*a->type_name) ical_text(&c, "DESCRIPTION", a->type_name);
    ical_text(&c, "LOCATION", appointment_place(cx, a));
    ical_line(&c, "CLASS", "PRIVATE");
    ical_line(&c, "STATUS", a->state == APPOINTMENT_CANCELLED ? "CANCELLED" : "CONFIRMED");
    ical_line(&c, "END", "VEVENT");
    additions_put(to, FILE_CALENDAR, c.text);
}

static enum status add_appointment(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    struct appointment *a;
    TRY(appointment_find(cx, i->record, &a));
    if (to->scope == EXPORT_OF_OWN && !id_same(a->user, cx->actor.user))
        return left_out(to, "appointments", "moved", 1);
    bool seen = id_some(a->patient) && a->shown.seen;
    additions_row(to, FILE_APPOINTMENTS, moment_there(cx, a->zone, a->starts_at),
                  moment_there(cx, a->zone, a->ends_at), a->zone, a->location_name, a->room_name,
                  a->user_name, seen ? number(to, a->shown.number) : "", seen ? a->shown.name : "",
                  a->type_name, a->label, appointment_state_key(a->state), a->reason, a->note,
                  a->id.text, NULL);
    additions_put(to, FILE_FHIR, fhir_appointment(cx, a));
    write_event(to, a);
    if (id_some(a->patient) && !seen) TRY(left_out(to, "names", "reach", 1));
    return included(to, "appointments");
}

static const char *const kinds[] = { "payment", "refund", "credit" };

static enum status add_invoice(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    struct invoice *v;
    struct invoice_lines lines;
    struct invoice_entries entries;
    const char *file = "";
    TRY(invoice_find(cx, i->record, &v));
    TRY(invoice_lines(cx, v, &lines));
    TRY(invoice_entries(cx, v, &entries));
    const char *called = v->number ? number(to, v->number) : "";
    if (v->number)
        TRY(add_paper(to, i, invoice_paper(cx, v, &lines, &entries),
                      arena_print(cx->mem, "invoices/%s", called), NULL, &file));
    bool seen = v->shown.seen;
    additions_row(to, FILE_INVOICES, called, invoice_state_key(v->state), v->issued_on, v->due_on,
                  seen ? number(to, v->patient_number) : "", seen ? v->shown.name : "",
                  v->location_name, v->practitioner_name, v->currency,
                  money_words(cx->mem, v->net_cents), money_words(cx->mem, v->tax_cents),
                  money_words(cx->mem, v->total_cents), money_words(cx->mem, v->paid_cents),
                  money_words(cx->mem, invoice_open(v)), file, v->id.text, NULL);
    for (size_t n = 0; n < entries.n; n++) {
        const struct invoice_entry *e = &entries.at[n];
        additions_row(to, FILE_PAYMENTS, called, kinds[e->kind], e->on_day, v->currency,
                      money_words(cx->mem, e->kind == ENTRY_PAYMENT ? e->cents : -e->cents), e->way,
                      e->note, v->id.text, NULL);
        TRY(included(to, "payments"));
    }
    if (!seen) TRY(left_out(to, "names", "reach", 1));
    return included(to, "invoices");
}

static const struct kind {
    const char *key, *counted;
    enum status (*add)(struct additions *, const struct item *);
} all[] = {
    { "patient", "patients", add_patient },
    { "note", "notes", add_note },
    { "attachment", "attachments", add_attachment },
    { "appointment", "appointments", add_appointment },
    { "invoice", "invoices", add_invoice },
};

enum status record_add(struct additions *to, const struct item *i)
{
    struct cx *cx = to->cx;
    size_t k = 0;
    while (k + 1 < sizeof all / sizeof *all && strcmp(all[k].key, i->kind) != 0) k++;
    struct shown *shown = cx->shown;
    enum status status = all[k].add(to, i);
    if (status != FORBIDDEN && status != NOT_FOUND) return status;
    struct shown *refused = cx->shown;
    cx_forget(cx);
    cx->shown = refused ? refused : shown;
    /* Nobody is told of a private note of others, nor is this archive. */
    bool private =
        to->scope == EXPORT_OF_PRACTICE && (all[k].add == add_note || all[k].add == add_attachment);
    const char *why = status == FORBIDDEN ? "reach" : private ? "private" : "gone";
    return left_out(to, all[k].counted, why, 1);
}

/* --- around them ------------------------------------------------------------------------------ */

/* Whom the records of a practice refer to, besides who takes them along. */
static enum status add_colleagues(struct additions *to, const struct user *me)
{
    struct table t;
    TRY(db_select(to->cx, &t,
                  SQL("SELECT id, title, first_name, last_name, email FROM users"
                      " WHERE practice_id = $1 AND id <> $2 ORDER BY id"),
                  me->id));
    for (size_t i = 0; i < t.rows; i++)
        additions_put(
            to, FILE_FHIR,
            fhir_practitioner(to->cx, &(struct user){ .id = cell_id(&t, i, "id"),
                                                      .title = cell_text(&t, i, "title"),
                                                      .first_name = cell_text(&t, i, "first_name"),
                                                      .last_name = cell_text(&t, i, "last_name"),
                                                      .email = cell_text(&t, i, "email") }));
    return OK;
}

enum status records_begin(struct additions *to, const struct user *me)
{
    struct cx *cx = to->cx;
    struct ical c = ical_begin(cx);
    additions_row(to, FILE_PATIENTS, "number", "pseudonym", "title", "first_name", "last_name",
                  "preferred_name", "birth_date", "gender", "phone", "other_phone", "email",
                  "address", "contact_name", "contact_relation", "contact_phone", "state", "id",
                  NULL);
    additions_row(to, FILE_NOTES, "patient_number", "written", "signed", "author", "state",
                  "edition", "private", "title", "text", "file", NULL);
    additions_row(to, FILE_ATTACHMENTS, "patient_number", "note_written", "attached", "by", "name",
                  "type", "bytes", "file", NULL);
    additions_row(to, FILE_APPOINTMENTS, "starts", "ends", "time_zone", "location", "room",
                  "practitioner", "patient_number", "patient", "type", "label", "state", "reason",
                  "note", "id", NULL);
    additions_row(to, FILE_INVOICES, "number", "state", "issued_on", "due_on", "patient_number",
                  "patient", "location", "practitioner", "currency", "net", "tax", "total", "paid",
                  "open", "file", "id", NULL);
    additions_row(to, FILE_PAYMENTS, "invoice", "kind", "on", "currency", "amount", "way", "note",
                  "invoice_id", NULL);
    additions_put(to, FILE_FHIR, fhir_begin(cx, me));
    if (to->scope == EXPORT_OF_PRACTICE) TRY(add_colleagues(to, me));
    ical_line(&c, "BEGIN", "VCALENDAR");
    ical_line(&c, "VERSION", "2.0");
    ical_line(&c, "PRODID", "-//Linden//Export//EN");
    ical_line(&c, "CALSCALE", "GREGORIAN");
    additions_put(to, FILE_CALENDAR, c.text);
    return OK;
}

enum status records_end(struct additions *to)
{
    struct ical c = ical_begin(to->cx);
    ical_line(&c, "END", "VCALENDAR");
    additions_put(to, FILE_CALENDAR, c.text);
    additions_put(to, FILE_FHIR, fhir_end);
    return additions_write(to);
}
