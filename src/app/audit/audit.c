/* audit.c - see audit.h */
#include "app/audit/audit.h"

#include <string.h>

#include "access/access.h"
#include "app/audit/changes.h"
#include "base/text.h"
#include "db/db.h"

static const char *const keys[] = {
#define EVENT(name, key) key,
#include "app/events.def"
#undef EVENT
};

/* "%part%" with its own signs taken literally. */
static const char *pattern(struct cx *cx, const char *text)
{
    if (!*text) return NULL;
    char *out = arena_take(cx->mem, strlen(text) * 2 + 3), *to = out;
    *to++ = '%';
    for (; *text; text++) {
        if (strchr("%_\\", *text)) *to++ = '\\';
        *to++ = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
    }
    *to++ = '%';
    *to = '\0';
    return out;
}

/* People search for the words they read, so the kinds whose sentences hold the
 * text count, too: " user.deactivated user.left ". */
static const char *kinds_that_say(struct cx *cx, const char *text)
{
    const char *part = text_fold(cx->mem, text), *all = " ";
    if (!*text) return NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (text_contains_folded(text_fold(cx->mem, event_sentence(cx, keys[i], "")), part))
            all = arena_print(cx->mem, "%s%s ", all, keys[i]);
    return all;
}

static struct audit_entry read_row(struct cx *cx, const struct table *t, size_t row)
{
    struct audit_entry e = {
        .seq = cell_int(t, row, "seq"),
        .at = cell_int(t, row, "at"),
        .kind = cell_text(t, row, "kind"),
        .actor_name = cell_text(t, row, "actor_name"),
        .via = cell_text(t, row, "via"),
        .actor = cell_id(t, row, "actor_id"),
        .about = cell_id(t, row, "about_id"),
        .about_name = cell_text(t, row, "about_name"),
        .about_user = cell_text(t, row, "user_id") != NULL,
        .about_location = cell_text(t, row, "location_id") != NULL,
        .note = cell_text(t, row, "note"),
        .address = cell_text(t, row, "address"),
        .agent = cell_text(t, row, "agent"),
    };
    (void)changes_read(cx->mem, cell_text(t, row, "changes"), &e.changes);
    return e;
}

enum status audit_list(struct cx *cx, const struct audit_filter *f, struct audit_list *out)
{
    struct table t;
    TRY(allow(cx, HISTORY_VIEW, &(struct subject){ .practice = cx->actor.practice }));
    TRY(db_select(
        cx, &t,
        SQL("SELECT a.seq, a.at, a.kind, a.actor_id, a.actor_name, a.via, a.about_id, a.about_name,"
            " a.changes, a.note, a.address, a.agent, u.id AS user_id, l.id AS location_id"
            " FROM audit a"
            " LEFT JOIN users u ON u.practice_id = a.practice_id AND u.id = a.about_id"
            " LEFT JOIN locations l ON l.practice_id = a.practice_id AND l.id = a.about_id"
            " WHERE a.practice_id = $1"
            " AND (CAST($2 AS TEXT) IS NULL OR lower(a.actor_name) LIKE $2 ESCAPE '\\'"
            "  OR lower(a.about_name) LIKE $2 ESCAPE '\\' OR lower(a.note) LIKE $2 ESCAPE '\\'"
            "  OR lower(a.changes) LIKE $2 ESCAPE '\\' OR $3 LIKE '% ' || a.kind || ' %')"
            " AND (CAST($4 AS TEXT) IS NULL OR a.kind = $4)"
            " AND (CAST($5 AS TEXT) IS NULL OR a.about_id = $5)"
            " AND a.at >= $6 AND ($7 = 0 OR a.seq < $7)"
            " AND (CAST($9 AS TEXT) IS NULL OR a.actor_id = $9)"
            " ORDER BY a.seq DESC LIMIT $8"),
        pattern(cx, f->text), kinds_that_say(cx, f->text),
        (const char *)(*f->action ? f->action : NULL), f->about, f->from, f->before, f->limit + 1,
        f->actor));
    bool more = (int64_t)t.rows > f->limit;
    *out = (struct audit_list){ .n = more ? (size_t)f->limit : t.rows };
    out->at = NEW_ARRAY(cx->mem, struct audit_entry, out->n);
    for (size_t i = 0; i < out->n; i++) out->at[i] = read_row(cx, &t, i);
    if (more) out->older = out->at[out->n - 1].seq;
    if (id_some(f->about) && out->n) out->about_name = out->at[0].about_name;
    if (id_some(f->actor) && out->n) out->actor_name = out->at[0].actor_name;
    return OK;
}

enum status audit_last(struct cx *cx, struct id about, const char **name, int64_t *at)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT actor_name, at FROM audit WHERE practice_id = $1 AND about_id = $2"
                      " ORDER BY seq DESC LIMIT 1"),
                  about));
    *name = t.rows ? cell_text(&t, 0, "actor_name") : NULL;
    *at = t.rows ? cell_int(&t, 0, "at") : 0;
    return OK;
}
