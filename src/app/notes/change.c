/* change.c - writing, signing, amending and discarding notes: see note.h */
#include <string.h>

#include "app/notes/attachment.h"
#include "app/notes/change.h"
#include "app/notes/reach.h"
#include "db/db.h"

#include "app/notes/notes.text.h"

enum status note_gate(struct cx *cx, const struct patient *p, bool mine)
{
    struct record facts;
    struct subject subject = note_subject(cx, p, mine, &facts);
    TRY(allow(cx, NOTES_WRITE, &subject));
    if (p->state == PATIENT_MERGED) return fail(cx, CONFLICT, "%s", SAY(note_merged));
    return OK;
}

enum status note_gate_author(struct cx *cx, const struct patient *p, const struct note *n,
                             enum note_state state)
{
    TRY(note_gate(cx, p, n->mine));
    if (!n->mine) return fail_because(cx, FORBIDDEN, "record", "%s", SAY(note_not_yours));
    if (n->state == state) return OK;
    return fail_because(cx, CONFLICT, "stale", "%s", SAY(note_stale));
}

static enum status check(struct cx *cx, const struct note_draft *d)
{
    if (!d->text[strspn(d->text, " \t\r\n")]) field_fault(cx, "text", SAY(note_text_missing));
    return field_check(cx);
}

enum status note_tell(struct cx *cx, enum event event, const struct patient *p, const char *said)
{
    const char *number = arena_number(cx->mem, p->number);
    return announce(cx, event, (struct about){ p->id, number }, NULL, said);
}

static enum status tell(struct cx *cx, enum event event, const struct patient *p)
{
    return note_tell(cx, event, p, NULL);
}

static enum status write_edition(struct cx *cx, struct id note, int64_t edition,
                                 const struct note_draft *d, const char *reason)
{
    return db_exec(cx,
                   SQL("INSERT INTO note_editions (practice_id, note_id, edition, title, text,"
                       " reason, at, by_id, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                   note, edition, d->title, d->text, reason, cx->now, cx->actor.user,
                   cx->actor.name);
}

static enum status sign(struct cx *cx, const struct patient *p, struct id note,
                        const struct note_draft *d)
{
    TRY(db_exec(cx,
                SQL("UPDATE notes SET state = 'signed', edition = 1, signed_at = $3"
                    " WHERE practice_id = $1 AND id = $2"),
                note, cx->now));
    TRY(write_edition(cx, note, 1, d, ""));
    return tell(cx, EVENT_NOTE_SIGNED, p);
}

enum status note_create(struct cx *cx, const struct patient *p, const struct note_draft *d,
                        bool sign_it, struct id *out)
{
    TRY(note_gate(cx, p, true));
    TRY(check(cx, d));
    *out = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO notes (practice_id, id, patient_id, author_id, author_name, title,"
                    " text, private, state, created_at, changed_at)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', $9, $9)"),
                *out, p->id, cx->actor.user, cx->actor.name, d->title, d->text, d->private,
                cx->now));
    return sign_it ? sign(cx, p, *out, d) : tell(cx, EVENT_NOTE_BEGUN, p);
}

static enum status write(struct cx *cx, const struct note *n, const struct note_draft *d,
                         int64_t version)
{
    return db_change_one(
        cx, SAY(note_stale),
        SQL("UPDATE notes SET title = $4, text = $5, private = $6, changed_at = $7,"
            " version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $3"),
        n->id, version, d->title, d->text, d->private, cx->now);
}

enum status note_update(struct cx *cx, const struct patient *p, const struct note *n,
                        const struct note_draft *d, bool sign_it, int64_t version)
{
    TRY(note_gate_author(cx, p, n, NOTE_DRAFT));
    TRY(check(cx, d));
    TRY(write(cx, n, d, version));
    return sign_it ? sign(cx, p, n->id, d) : tell(cx, EVENT_NOTE_SAVED, p);
}

enum status note_next_edition(struct cx *cx, const struct note *n, const struct note_draft *d,
                              const char *reason)
{
    TRY(db_exec(cx, SQL("UPDATE notes SET edition = $3 WHERE practice_id = $1 AND id = $2"), n->id,
                n->edition + 1));
    return write_edition(cx, n->id, n->edition + 1, d, reason);
}

enum status note_touch(struct cx *cx, const struct note *n)
{
    return db_change_one(cx, SAY(note_stale),
                         SQL("UPDATE notes SET changed_at = $4, version = version + 1"
                             " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                         n->id, n->version, cx->now);
}

enum status note_amend(struct cx *cx, const struct patient *p, const struct note *n,
                       const struct note_draft *typed, const char *reason, int64_t version)
{
    struct note_draft d = { typed->title, typed->text, n->private };
    TRY(note_gate(cx, p, n->mine));
    if (n->state != NOTE_SIGNED) return fail_because(cx, CONFLICT, "stale", "%s", SAY(note_stale));
    if (!*reason) field_fault(cx, "reason", SAY(note_reason_missing));
    TRY(check(cx, &d));
    if (strcmp(d.title, n->title) == 0 && strcmp(d.text, n->text) == 0) return OK;
    TRY(write(cx, n, &d, version));
    TRY(note_next_edition(cx, n, &d, reason));
    return tell(cx, EVENT_NOTE_AMENDED, p);
}

enum status note_discard(struct cx *cx, const struct patient *p, const struct note *n,
                         int64_t version)
{
    TRY(note_gate_author(cx, p, n, NOTE_DRAFT));
    TRY(db_change_one(cx, SAY(note_stale),
                      SQL("UPDATE notes SET title = '', text = '', state = 'discarded',"
                          " changed_at = $4, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      n->id, version, cx->now));
    int64_t files;
    TRY(attachments_discard(cx, n, &files));
    return note_tell(cx, EVENT_NOTE_DISCARDED, p, files ? SAY(attachment_dropped, files) : NULL);
}

enum status note_set_private(struct cx *cx, const struct patient *p, const struct note *n,
                             bool private)
{
    TRY(note_gate_author(cx, p, n, NOTE_SIGNED));
    if (n->private == private) return OK;
    TRY(db_change_one(cx, SAY(note_stale),
                      SQL("UPDATE notes SET private = $4, changed_at = $5, version = version + 1"
                          " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                      n->id, n->version, private, cx->now));
    return tell(cx, private ? EVENT_NOTE_CLOSED : EVENT_NOTE_OPENED, p);
}

/* A merged record's notes go with it. */
enum status notes_follow_merge(struct cx *cx, struct id patient)
{
    return db_exec(cx,
                   SQL("UPDATE notes SET patient_id = (SELECT p.merged_into FROM patients p"
                       "  WHERE p.practice_id = $1 AND p.id = $2)"
                       " WHERE practice_id = $1 AND patient_id = $2"),
                   patient);
}
