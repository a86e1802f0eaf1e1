/* attachment.c - see attachment.h */
#include "app/notes/attachment.h"

#include <sodium.h>
#include <string.h>

#include "app/notes/change.h"
#include "db/db.h"

#include "app/notes/notes.text.h"

/* --- reading --------------------------------------------------------------------- */

#define ATTACHMENT_COLUMNS                                        \
    "id, name, type, size, edition, at, by_name FROM attachments" \
    " WHERE practice_id = $1 AND note_id = $2 AND removed_at IS NULL"

static struct attachment attachment_of(const struct table *t, size_t row)
{
    return (struct attachment){
        .id = cell_id(t, row, "id"),
        .name = cell_text(t, row, "name"),
        .kind = file_kind_of(cell_text(t, row, "type")),
        .size = cell_int(t, row, "size"),
        .edition = cell_int(t, row, "edition"),
        .at = cell_int(t, row, "at"),
        .by = cell_text(t, row, "by_name"),
    };
}

enum status attachment_list(struct cx *cx, const struct note *n, struct attachments *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT " ATTACHMENT_COLUMNS " ORDER BY id"), n->id));
    *out = (struct attachments){ t.rows, NEW_ARRAY(cx->mem, struct attachment, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = attachment_of(&t, i);
    return OK;
}

enum status attachment_find(struct cx *cx, const struct note *n, struct id id,
                            struct attachment **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL("SELECT " ATTACHMENT_COLUMNS " AND id = $3"), n->id, id));
    if (!t.rows) return fail(cx, NOT_FOUND, "There is no such attachment.");
    *out = NEW(cx->mem, struct attachment);
    **out = attachment_of(&t, 0);
    return OK;
}

enum status attachment_read(struct cx *cx, struct id id, int64_t at, struct bytes *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT bytes FROM attachment_pieces WHERE practice_id = $1"
                      " AND attachment_id = $2 AND piece = $3"),
                  id, at / PIECE));
    if (!t.rows) return fail(cx, NOT_FOUND, "The attachment has gone.");
    *out = cell_bytes(&t, 0, "bytes");
    return OK;
}

/* --- what may be attached ------------------------------------------------------------ */

/* A file that was sent, and what was found out about it. */
struct sent {
    const struct upload *upload;
    enum file_kind kind;
    const char *name;
    char hash[44];
};

static enum status hash_of(struct cx *cx, const struct upload *u, char out[44])
{
    crypto_generichash_state state;
    unsigned char sum[32];
    char bytes[4096];
    crypto_generichash_init(&state, NULL, 0, sizeof sum);
    for (size_t at = 0, n; at < u->size; at += n) {
        n = spool_read(u->spool, u->at + at, bytes, sizeof bytes);
        if (n > u->size - at) n = u->size - at;
        if (!n) return fail(cx, BROKEN, "what was uploaded cannot be read back");
        crypto_generichash_update(&state, (const unsigned char *)bytes, n);
    }
    crypto_generichash_final(&state, sum, sizeof sum);
    sodium_bin2base64(out, 44, sum, sizeof sum, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return OK;
}

static void fault(struct cx *cx, const char *sentence)
{
    field_fault(cx, "files", sentence);
}

static const char *shown_name(struct cx *cx, const struct upload *u)
{
    return file_name(cx->mem, u->name, FILE_OTHER, SAY(attachment_nameless));
}

/* Says what is wrong with each of them. */
static enum status check(struct cx *cx, const struct upload *all, size_t n, struct sent *out,
                         size_t *fine)
{
    bool large = false;
    *fine = 0;
    for (size_t i = 0; i < n; i++) {
        struct sent *s = &out[*fine];
        const struct upload *u = s->upload = &all[i];
        if (strcmp(u->field, "files") != 0) continue;
        if (u->cut || u->size > ATTACHMENT_MOST) {
            large = true;
            fault(cx, SAY(attachment_large, shown_name(cx, u), (int64_t)ATTACHMENT_MOST >> 20));
            continue;
        }
        s->kind = file_kind(u->spool, u->at, u->size);
        if (s->kind == FILE_OTHER) {
            fault(cx, u->size ? SAY(attachment_other, shown_name(cx, u))
                              : SAY(attachment_empty, shown_name(cx, u)));
            continue;
        }
        s->name = file_name(cx->mem, u->name, s->kind, SAY(attachment_nameless));
        TRY(hash_of(cx, u, s->hash));
        ++*fine;
    }
    if (!n) fault(cx, SAY(attachment_missing));
    if (large) return fail_because(cx, INVALID, "large", "%s", SAY(attachment_too_large));
    return field_check(cx);
}

/* Leaves out what hangs there already. */
static enum status leave_out(struct cx *cx, const struct note *note, struct sent *all, size_t *n)
{
    struct table t;
    size_t kept = 0;
    TRY(db_select(cx, &t,
                  SQL("SELECT hash FROM attachments WHERE practice_id = $1 AND note_id = $2"
                      " AND removed_at IS NULL"),
                  note->id));
    for (size_t i = 0; i < *n; i++) {
        bool there = false;
        for (size_t row = 0; row < t.rows; row++)
            there |= strcmp(cell_text(&t, row, "hash"), all[i].hash) == 0;
        for (size_t before = 0; before < kept; before++)
            there |= strcmp(all[before].hash, all[i].hash) == 0;
        if (!there) all[kept++] = all[i];
    }
    *n = kept;
    if (t.rows + kept <= NOTE_ATTACHMENTS) return OK;
    fault(cx, SAY(attachment_many, (int64_t)NOTE_ATTACHMENTS));
    return field_check(cx);
}

/* What all of the practice take is a row that two who attach at once wait for. */
static enum status take_room(struct cx *cx, const struct sent *all, size_t n)
{
    struct table t;
    int64_t bytes = 0;
    for (size_t i = 0; i < n; i++) bytes += (int64_t)all[i].upload->size;
    TRY(db_exec(cx,
                SQL("INSERT INTO attachment_sizes (practice_id, bytes) VALUES ($1, $2)"
                    " ON CONFLICT (practice_id)"
                    " DO UPDATE SET bytes = attachment_sizes.bytes + excluded.bytes"),
                bytes));
    TRY(db_select(cx, &t, SQL("SELECT bytes FROM attachment_sizes WHERE practice_id = $1")));
    if (table_number(&t) <= PRACTICE_ATTACHMENTS) return OK;
    fault(cx, SAY(attachment_no_room, PRACTICE_ATTACHMENTS >> 30));
    return field_check(cx);
}

/* --- writing --------------------------------------------------------------------------- */

static enum status write_pieces(struct cx *cx, struct id id, const struct upload *u)
{
    char *bytes = arena_take(cx->mem, PIECE);
    for (size_t at = 0; at < u->size; at += PIECE) {
        struct arena_mark mark = arena_mark(cx->mem);
        size_t n = u->size - at < PIECE ? u->size - at : PIECE;
        int64_t changed;
        if (spool_read(u->spool, u->at + at, bytes, n) != n)
            return fail(cx, BROKEN, "what was uploaded cannot be read back");
        /* Asking how many rows it was keeps the pieces from being gathered for later. */
        TRY(db_change(cx, &changed,
                      SQL("INSERT INTO attachment_pieces (practice_id, attachment_id, piece, bytes)"
                          " VALUES ($1, $2, $3, $4)"),
                      id, at / PIECE, ((struct bytes){ bytes, n })));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}

static enum status write_one(struct cx *cx, const struct note *note, const struct sent *s)
{
    struct id id = id_new(cx->now);
    TRY(db_exec(cx,
                SQL("INSERT INTO attachments (practice_id, id, note_id, name, type, size, hash,"
                    " edition, at, by_id, by_name)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
                id, note->id, s->name, file_type(s->kind), s->upload->size, (const char *)s->hash,
                note->edition + 1, cx->now, cx->actor.user, cx->actor.name));
    return write_pieces(cx, id, s->upload);
}

/* A draft is another version of itself, a signed note another edition. */
static enum status note_changed(struct cx *cx, const struct patient *p, const struct note *note,
                                const char *reason, size_t n)
{
    const char *said = SAY(attachment_added, (int64_t)n);
    TRY(note_touch(cx, note));
    if (note->state == NOTE_DRAFT) return note_tell(cx, EVENT_NOTE_ATTACHED, p, said);
    TRY(note_next_edition(cx, note, &(struct note_draft){ note->title, note->text, note->private },
                          reason));
    return note_tell(cx, EVENT_NOTE_AMENDED, p, said);
}

enum status attachments_add(struct cx *cx, const struct patient *p, const struct note *note,
                            const struct upload *uploads, size_t n, const char *reason)
{
    size_t fine;
    struct sent *all = NEW_ARRAY(cx->mem, struct sent, n + 1);
    if (note->state == NOTE_DRAFT)
        TRY(note_gate_author(cx, p, note, NOTE_DRAFT));
    else
        TRY(note_gate(cx, p, note->mine));
    if (note->state == NOTE_SIGNED && !*reason)
        field_fault(cx, "reason", SAY(attachment_reason_missing));
    TRY(check(cx, uploads, n, all, &fine));
    TRY(leave_out(cx, note, all, &fine));
    if (!fine) return OK;
    TRY(take_room(cx, all, fine));
    for (size_t i = 0; i < fine; i++) TRY(write_one(cx, note, &all[i]));
    return note_changed(cx, p, note, reason, fine);
}

/* --- taking away ------------------------------------------------------------------------ */

/* One of a note, or all of them (no id); `out`: how many there were. */
static enum status take_away(struct cx *cx, const struct note *note, struct id id, int64_t *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(sum(size), 0) AS bytes FROM attachments"
                      " WHERE practice_id = $1 AND note_id = $2 AND removed_at IS NULL"
                      " AND ($3 = '' OR id = $3)"),
                  note->id, (const char *)id.text));
    *out = cell_int(&t, 0, "n");
    if (!*out) return OK;
    TRY(db_exec(cx,
                SQL("DELETE FROM attachment_pieces WHERE practice_id = $1 AND attachment_id IN"
                    " (SELECT a.id FROM attachments a WHERE a.practice_id = $1 AND a.note_id = $2"
                    "  AND ($3 = '' OR a.id = $3))"),
                note->id, (const char *)id.text));
    TRY(db_exec(cx,
                SQL("UPDATE attachments SET name = '', hash = '', removed_at = $4"
                    " WHERE practice_id = $1 AND note_id = $2 AND removed_at IS NULL"
                    " AND ($3 = '' OR id = $3)"),
                note->id, (const char *)id.text, cx->now));
    return db_exec(cx, SQL("UPDATE attachment_sizes SET bytes = bytes - $2 WHERE practice_id = $1"),
                   cell_int(&t, 0, "bytes"));
}

enum status attachment_remove(struct cx *cx, const struct patient *p, const struct note *note,
                              struct id id)
{
    int64_t n;
    TRY(note_gate_author(cx, p, note, NOTE_DRAFT));
    TRY(take_away(cx, note, id, &n));
    if (!n) return OK;
    TRY(note_touch(cx, note));
    return note_tell(cx, EVENT_NOTE_DETACHED, p, NULL);
}

enum status attachments_discard(struct cx *cx, const struct note *note, int64_t *n)
{
    return take_away(cx, note, (struct id){ "" }, n);
}
