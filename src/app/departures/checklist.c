/* checklist.c - see checklist.h */
#include "app/departures/checklist.h"

#include <string.h>

#include "app/audit/event.h"
#include "db/db.h"

#include "app/departures/departures.text.h"

static const struct line_info {
    const char *key;
    line_state_function *state;
    line_settle_function *settle;
    line_undo_function *undo;
    enum permission permission;
    bool together;
} lines[] = {
#define LINE(key, permission, state, settle, undo, together) \
    { key, state, settle, undo, permission, together },
#include "app/departures/checklist.def"
#undef LINE
};
enum { LINES = sizeof lines / sizeof *lines };
_Static_assert((int)LINES <= (int)CHECKLIST_LINES, "struct checklist has too few lines");

/* What was written down about a line, or NULL. */
static const struct kept {
    const char *undo; /* NULL: it was waived */
    const char *by, *reason;
    int64_t at;
} * kept_of(struct cx *cx, const struct table *rows, const char *key)
{
    for (size_t i = 0; i < rows->rows; i++) {
        if (strcmp(cell_text(rows, i, "line"), key) != 0) continue;
        struct kept *kept = NEW(cx->mem, struct kept);
        *kept = (struct kept){
            .undo = cell_bool(rows, i, "waived") ? NULL : cell_text(rows, i, "undo"),
            .by = cell_text(rows, i, "settled_name"),
            .reason = cell_text(rows, i, "reason"),
            .at = cell_int(rows, i, "settled_at"),
        };
        return kept;
    }
    return NULL;
}

static enum status kept_rows(struct cx *cx, struct id user, struct table *out)
{
    return db_select(cx, out,
                     SQL("SELECT line, undo, waived, reason, settled_at, settled_name"
                         " FROM checklist WHERE practice_id = $1 AND user_id = $2"),
                     user);
}

static enum status fill(struct cx *cx, const struct user *u, const struct line_info *info,
                        const struct table *rows, struct checklist_line *out)
{
    struct subject subject = user_subject(u);
    const struct kept *kept = kept_of(cx, rows, info->key);
    const char *undo = kept ? kept->undo : NULL;
    *out = (struct checklist_line){ .key = info->key, .together = info->together, .reason = "" };
    TRY(info->state(cx, u, undo, out));
    bool waived = kept && !undo;
    if (waived && out->state == LINE_OPEN) out->state = LINE_WAIVED;
    if (kept && out->state == (waived ? LINE_WAIVED : LINE_SETTLED)) {
        out->by = kept->by;
        out->at = kept->at;
        out->reason = kept->reason;
    }
    out->may = may(&cx->actor, USERS_DEACTIVATE, &subject, NULL)
               && may(&cx->actor, info->permission, &subject, NULL);
    out->can_undo = out->state == LINE_WAIVED || (out->state == LINE_SETTLED && undo && info->undo);
    return OK;
}

enum status checklist_lines(struct cx *cx, const struct user *u, struct checklist *out)
{
    struct table rows;
    *out = (struct checklist){ .n = LINES };
    TRY(kept_rows(cx, u->id, &rows));
    for (size_t i = 0; i < LINES; i++) {
        struct checklist_line *line = &out->at[i];
        TRY(fill(cx, u, &lines[i], &rows, line));
        out->open += line->state == LINE_OPEN;
        out->waived += line->state == LINE_WAIVED;
        out->settled += line->state != LINE_OPEN && line->state != LINE_OPTIONAL;
        out->together += line->state == LINE_OPEN && line->together && line->may;
        out->of += line->state != LINE_OPTIONAL;
    }
    return OK;
}

static enum status ask(struct cx *cx, const struct user *u, const struct line_info *info)
{
    struct subject subject = user_subject(u);
    TRY(allow(cx, USERS_DEACTIVATE, &subject));
    return info ? allow(cx, info->permission, &subject) : OK;
}

static enum status tell(struct cx *cx, const struct user *u, enum event event, const char *title,
                        const char *before, const char *after)
{
    struct changes changes = { 0 };
    change_note(cx, &changes, title, before, after);
    return announce(cx, event, (struct about){ u->id, user_name(cx, u) }, &changes, NULL);
}

static enum status keep(struct cx *cx, const struct user *u, const struct line_info *info,
                        const struct kept *kept)
{
    return db_exec(
        cx,
        SQL("INSERT INTO checklist (practice_id, user_id, line, settled_at, settled_by,"
            " settled_name, undo, waived, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
            " $9) ON CONFLICT (practice_id, user_id, line) DO UPDATE SET"
            " settled_at = excluded.settled_at, settled_by = excluded.settled_by,"
            " settled_name = excluded.settled_name, undo = excluded.undo,"
            " waived = excluded.waived, reason = excluded.reason"),
        u->id, info->key, cx->now, cx->actor.user, cx->actor.name, kept->undo ? kept->undo : "",
        !kept->undo, kept->reason);
}

static enum status settle(struct cx *cx, const struct user *u, const struct line_info *info,
                          int64_t *done)
{
    struct table rows;
    struct checklist_line before, after;
    const char *undo = "";
    TRY(ask(cx, u, info));
    TRY(kept_rows(cx, u->id, &rows));
    TRY(fill(cx, u, info, &rows, &before));
    if (before.state == LINE_SETTLED || before.state == LINE_NOTHING) return OK;
    TRY(info->settle(cx, u, &undo));
    TRY(keep(cx, u, info, &(struct kept){ .undo = undo, .reason = "" }));
    TRY(kept_rows(cx, u->id, &rows));
    TRY(fill(cx, u, info, &rows, &after));
    ++*done;
    return tell(cx, u, EVENT_CHECKLIST_SETTLED, before.title, before.about,
                after.done ? after.done : after.about);
}

/* A line may change the row of the user, so each begins with a fresh look. */
static enum status settle_fresh(struct cx *cx, struct id id, const struct line_info *info,
                                int64_t *done)
{
    struct user *u;
    struct table rows;
    TRY(user_find(cx, id, &u));
    TRY(kept_rows(cx, id, &rows));
    const struct kept *kept = kept_of(cx, &rows, info->key);
    bool waived = kept && !kept->undo; /* somebody decided about it */
    return waived ? OK : settle(cx, u, info, done);
}

enum status checklist_settle_line(struct cx *cx, const struct user *u, const char *key,
                                  int64_t *done)
{
    bool all = strcmp(key, "everything") == 0;
    *done = 0;
    TRY(ask(cx, u, NULL));
    for (const struct line_info *info = lines; info < lines + LINES; info++) {
        if (all && info->together) TRY(settle_fresh(cx, u->id, info, done));
        if (!all && strcmp(key, info->key) == 0 && info->settle) return settle(cx, u, info, done);
    }
    return all ? OK : fail(cx, NOT_FOUND, "There is no such line.");
}

static enum status waive(struct cx *cx, const struct user *u, const struct line_info *info,
                         const char *reason)
{
    struct table rows;
    struct checklist_line line;
    TRY(ask(cx, u, info));
    TRY(kept_rows(cx, u->id, &rows));
    TRY(fill(cx, u, info, &rows, &line));
    if (line.state != LINE_OPEN) return OK;
    if (!*reason) field_fault(cx, arena_print(cx->mem, "reason-%s", info->key), SAY(waive_missing));
    TRY(field_check(cx));
    TRY(keep(cx, u, info, &(struct kept){ .reason = reason }));
    struct changes changes = { 0 };
    change_note(cx, &changes, line.title, line.about, SAY(line_waived));
    return announce(cx, EVENT_CHECKLIST_WAIVED, (struct about){ u->id, user_name(cx, u) }, &changes,
                    reason);
}

enum status checklist_waive_line(struct cx *cx, const struct user *u, const char *key,
                                 const char *reason)
{
    TRY(ask(cx, u, NULL));
    for (const struct line_info *info = lines; info < lines + LINES; info++)
        if (strcmp(key, info->key) == 0) return waive(cx, u, info, reason);
    return fail(cx, NOT_FOUND, "There is no such line.");
}

static enum status undo(struct cx *cx, const struct user *u, const struct line_info *info)
{
    struct table rows;
    struct checklist_line before, after;
    TRY(ask(cx, u, info));
    TRY(kept_rows(cx, u->id, &rows));
    TRY(fill(cx, u, info, &rows, &before));
    if (!before.can_undo) return OK;
    const struct kept *kept = kept_of(cx, &rows, info->key);
    if (kept->undo) TRY(info->undo(cx, u, kept->undo));
    TRY(db_exec(cx,
                SQL("DELETE FROM checklist WHERE practice_id = $1 AND user_id = $2 AND line = $3"),
                u->id, info->key));
    struct user *now;
    TRY(user_find(cx, u->id, &now));
    TRY(fill(cx, now, info, &(struct table){ 0 }, &after));
    return tell(cx, u, EVENT_CHECKLIST_UNDONE, before.title,
                before.state == LINE_WAIVED ? SAY(line_waived) : before.done, after.about);
}

enum status checklist_undo_line(struct cx *cx, const struct user *u, const char *key)
{
    TRY(ask(cx, u, NULL));
    for (const struct line_info *info = lines; info < lines + LINES; info++)
        if (strcmp(key, info->key) == 0) return undo(cx, u, info);
    return fail(cx, NOT_FOUND, "There is no such line.");
}

enum status checklist_forget(struct cx *cx, struct id user)
{
    return db_exec(cx, SQL("DELETE FROM checklist WHERE practice_id = $1 AND user_id = $2"), user);
}
