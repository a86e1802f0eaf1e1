/* closing_record.c - see closing_record.h */
#include "app/closing/closing_record.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/changes.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"

#include "app/closing/closing.text.h"

/* How it is, and whom or what it is about. */
static const char *about_words(struct cx *cx, const struct closing_line *line)
{
    const char *all = line->about;
    for (size_t i = 0; i < line->n; i++)
        all = arena_print(cx->mem, "%s%s %s", all, i ? "," : "", line->at[i].name);
    return line->n ? arena_print(cx->mem, "%s.", all) : all;
}

static const char *stands(struct cx *cx, const struct closing_line *line)
{
    if (line->waived)
        return SAY(closing_record_waived, about_words(cx, line), line->by,
                   time_moment(cx, line->settled_at), line->reason);
    if (line->open) return SAY(closing_record_open, about_words(cx, line));
    return line->by ? SAY(closing_record_settled, line->about, line->by,
                          time_moment(cx, line->settled_at))
                    : line->about;
}

static void write_down(struct cx *cx, struct closing_record *r)
{
    int64_t open = r->list.of - r->list.settled;
    for (size_t i = 0; i < CLOSING_LINES; i++)
        change_note(cx, &r->now, r->list.at[i].title, "", stands(cx, &r->list.at[i]));
    change_note(cx, &r->now, SAY(closing_record_left), "",
                open ? SAY(closing_record_left_n, open) : SAY(closing_record_left_none));
}

static const char *as_text(struct cx *cx, const struct changes *changes)
{
    const char *all = "";
    for (const struct change *c = changes->first; c; c = c->next)
        all = arena_print(cx->mem, "%s%s\n%s\n", all, c->field, c->after);
    return all;
}

static enum status read_signature(struct cx *cx, const struct location *l, struct closing_record *r)
{
    struct table t;
    struct changes then = { 0 };
    TRY(db_select(cx, &t,
                  SQL("SELECT at, actor_name, note, changes FROM audit WHERE practice_id = $1"
                      " AND about_id = $2 AND kind = $3 ORDER BY seq DESC LIMIT 1"),
                  l->id, event_key(EVENT_CLOSING_SIGNED)));
    if (t.rows == 0) return OK;
    const char *note = cell_text(&t, 0, "note");
    r->signed_by = cell_text(&t, 0, "actor_name");
    r->signed_note = note ? note : "";
    r->signed_at = cell_int(&t, 0, "at");
    (void)changes_read(cx->mem, cell_text(&t, 0, "changes"), &then);
    r->same = strcmp(as_text(cx, &r->now), as_text(cx, &then)) == 0;
    return OK;
}

/* The same text for every reader, or one would find another's signature stale. */
static enum status write_plainly(struct cx *cx, const struct location *l, struct closing_record *r)
{
    char hash[SECRET_SIZE];
    TRY(closing_lines(cx, l, &r->list));
    if (r->list.of < CLOSING_LINES)
        return fail_because(cx, FORBIDDEN, "level", "%s", SAY(closing_not_yours));
    write_down(cx, r);
    secret_hash(as_text(cx, &r->now), hash);
    r->version = arena_print(cx->mem, "%s", hash);
    return read_signature(cx, l, r);
}

enum status closing_record(struct cx *cx, const struct location *l, struct closing_record *out)
{
    bool clock_12 = cx->clock_12;
    *out = (struct closing_record){ .signed_note = "" };
    TRY(allow(cx, LOCATIONS_EDIT, &(struct subject){ .practice = cx->actor.practice }));
    cx->clock_12 = false;
    enum status status = write_plainly(cx, l, out);
    cx->clock_12 = clock_12;
    return status;
}

enum status closing_record_sign(struct cx *cx, const struct location *l, const char *version,
                                const char *note)
{
    struct closing_record r;
    TRY(closing_record(cx, l, &r));
    if (strcmp(version, r.version) != 0)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(closing_record_stale));
    return announce(cx, EVENT_CLOSING_SIGNED, (struct about){ l->id, l->name }, &r.now, note);
}
