/* note.c - reading notes, and who may: see note.h */
#include "app/notes/note.h"

#include <string.h>

#include "app/notes/reach.h"
#include "db/db.h"

#include "app/notes/notes.text.h"

#define NOTE_COLUMNS                                                                    \
    "n.id, n.author_id, n.author_name, n.title, n.text, n.private, n.state, n.edition," \
    " n.created_at, n.signed_at, n.changed_at, n.version,"                              \
    " (SELECT count(*) FROM attachments f WHERE f.practice_id = n.practice_id"          \
    "  AND f.note_id = n.id AND f.removed_at IS NULL) AS files,"                        \
    " CASE WHEN u.status = 'active' THEN 1 ELSE 0 END AS author_active FROM notes n"    \
    " JOIN users u ON u.practice_id = n.practice_id AND u.id = n.author_id"             \
    " WHERE n.practice_id = $1 AND n.patient_id = $2 AND n.state <> 'discarded'"

static struct note note_of(const struct cx *cx, const struct table *t, size_t row)
{
    struct id author = cell_id(t, row, "author_id");
    return (struct note){
        .id = cell_id(t, row, "id"),
        .author = author,
        .author_name = cell_text(t, row, "author_name"),
        .author_active = cell_bool(t, row, "author_active"),
        .mine = id_same(author, cx->actor.user),
        .title = cell_text(t, row, "title"),
        .text = cell_text(t, row, "text"),
        .private = cell_bool(t, row, "private"),
        .state = strcmp(cell_text(t, row, "state"), "signed") == 0 ? NOTE_SIGNED : NOTE_DRAFT,
        .edition = cell_int(t, row, "edition"),
        .created_at = cell_int(t, row, "created_at"),
        .signed_at = cell_int(t, row, "signed_at"),
        .changed_at = cell_int(t, row, "changed_at"),
        .version = cell_int(t, row, "version"),
        .files = cell_int(t, row, "files"),
    };
}

/* --- rights -------------------------------------------------------------------- */

struct subject note_subject(const struct cx *cx, const struct patient *p, bool mine,
                            struct record *facts)
{
    *facts = p->record;
    facts->own = mine;
    if (!has(&cx->actor, NOTES_VIEW) && facts->grant > NONE) facts->grant = NO_GRANT;
    return (struct subject){ .practice = cx->actor.practice, .record = facts };
}

struct sight note_sight(const struct actor *actor)
{
    return (struct sight){
        .others = reach_others(actor->reach, AREA_NOTES) >= VIEW,
        .limited = reach_limited(actor->reach),
    };
}

static bool reaches(const struct cx *cx, enum permission permission, const struct patient *p,
                    bool mine)
{
    struct record facts;
    struct subject subject = note_subject(cx, p, mine, &facts);
    return may(&cx->actor, permission, &subject, NULL);
}

/* Not even that it is there is for the actor to know. */
static bool kept_from(const struct cx *cx, const struct note *n)
{
    if (n->state == NOTE_SIGNED && !n->private) return false;
    if (n->mine) return id_some(cx->actor.viewer); /* nor for who only views as the author */
    return n->author_active || !cx->actor.full;
}

bool note_may_write(const struct cx *cx, const struct patient *p)
{
    return p->state != PATIENT_MERGED && reaches(cx, NOTES_WRITE, p, true);
}

bool note_may_change(const struct cx *cx, const struct patient *p, const struct note *n)
{
    if (p->state == PATIENT_MERGED || (n->state == NOTE_DRAFT && !n->mine)) return false;
    return reaches(cx, NOTES_WRITE, p, n->mine);
}

/* --- reading ------------------------------------------------------------------- */

enum status note_list(struct cx *cx, const struct patient *p, struct id after,
                      struct note_list *out)
{
    enum { BATCH = 50 };
    struct table t;
    *out = (struct note_list){ 0, NEW_ARRAY(cx->mem, struct note, NOTE_ROWS), false };
    do {
        TRY(db_select(cx, &t,
                      SQL("SELECT " NOTE_COLUMNS " AND ($3 = '' OR n.id < $3)"
                          " ORDER BY n.id DESC LIMIT $4"),
                      p->id, (const char *)after.text, BATCH));
        for (size_t i = 0; i < t.rows; i++) {
            struct note n = note_of(cx, &t, i);
            after = n.id;
            if (kept_from(cx, &n) || !reaches(cx, NOTES_VIEW, p, n.mine)) continue;
            if (out->n == NOTE_ROWS) return out->more = true, OK;
            out->at[out->n++] = n;
        }
    } while (t.rows == BATCH);
    return OK;
}

enum status note_find(struct cx *cx, const struct patient *p, struct id id, struct note **out)
{
    struct table t;
    struct record facts;
    TRY(db_select(cx, &t, SQL("SELECT " NOTE_COLUMNS " AND n.id = $3"), p->id, id));
    *out = NEW(cx->mem, struct note);
    if (t.rows) **out = note_of(cx, &t, 0);
    if (!t.rows || kept_from(cx, *out)) return fail(cx, NOT_FOUND, "There is no such note.");
    struct subject subject = note_subject(cx, p, (*out)->mine, &facts);
    return allow(cx, NOTES_VIEW, &subject);
}

enum status note_editions(struct cx *cx, const struct note *n, struct editions *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT edition, title, text, reason, at, by_name FROM note_editions"
                      " WHERE practice_id = $1 AND note_id = $2 ORDER BY edition DESC"),
                  n->id));
    *out = (struct editions){ t.rows, NEW_ARRAY(cx->mem, struct edition, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct edition){ .number = cell_int(&t, i, "edition"),
                                       .at = cell_int(&t, i, "at"),
                                       .title = cell_text(&t, i, "title"),
                                       .text = cell_text(&t, i, "text"),
                                       .reason = cell_text(&t, i, "reason"),
                                       .by = cell_text(&t, i, "by_name") };
    return OK;
}
