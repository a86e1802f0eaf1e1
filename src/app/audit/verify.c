/* verify.c - see verify.h */
#include "app/audit/verify.h"

#include <stdio.h>
#include <string.h>

#include "access/access.h"
#include "app/audit/event.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/audit/verify.text.h"

enum { HASH = 44 };

/* What an anchor remembers of one chain. */
struct mark {
    const char *practice;
    int64_t seq;
    char hash[HASH];
    bool met;
    struct mark *next;
};

struct walk {
    struct mark *mark; /* of this chain, or NULL */
    const char *practice;
    int64_t last; /* the row before */
    char hash[HASH];
    int64_t rows, bad; /* bad: the first wrong one, or 0 */
    const char *what;
};

static void keep_hash(char to[HASH], const char *from)
{
    snprintf(to, HASH, "%s", from ? from : "");
}

static void blame(struct walk *w, int64_t seq, const char *what)
{
    if (w->bad) return;
    w->bad = seq;
    w->what = what;
}

/* --- one chain ------------------------------------------------------------- */

static enum status look(struct cx *cx, const struct table *t, void *arg)
{
    struct walk *w = arg;
    char hash[HASH];
    struct audit_row row = {
        .practice = cell_text(t, 0, "practice_id"),
        .seq = cell_int(t, 0, "seq"),
        .at = cell_int(t, 0, "at"),
        .kind = cell_text(t, 0, "kind"),
        .actor_id = cell_text(t, 0, "actor_id"),
        .actor_name = cell_text(t, 0, "actor_name"),
        .about_id = cell_text(t, 0, "about_id"),
        .about_name = cell_text(t, 0, "about_name"),
        .changes = cell_text(t, 0, "changes"),
        .note = cell_text(t, 0, "note"),
        .via = cell_text(t, 0, "via"),
        .address = cell_text(t, 0, "address"),
        .agent = cell_text(t, 0, "agent"),
        .before_hash = cell_text(t, 0, "before_hash"),
    };
    const char *stored = cell_text(t, 0, "hash");
    audit_hash(&row, hash);
    if (row.seq != w->last + 1) blame(w, w->last + 1, SAY(verify_missing));
    if (strcmp(hash, stored) != 0) blame(w, row.seq, SAY(verify_changed));
    if (strcmp(row.before_hash, w->hash) != 0) blame(w, row.seq, SAY(verify_order));
    if (w->mark && w->mark->seq == row.seq) {
        w->mark->met = true;
        if (strcmp(w->mark->hash, stored) != 0) blame(w, row.seq, SAY(verify_anchor));
    }
    w->last = row.seq;
    w->rows++;
    keep_hash(w->hash, stored);
    return OK;
}

static enum status look_at_head(struct cx *cx, struct walk *w)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT seq, hash FROM audit_heads WHERE practice_id = $1"),
                  w->practice));
    int64_t seq = t.rows ? cell_int(&t, 0, "seq") : 0;
    if (t.rows == 0 && w->rows) blame(w, w->last, SAY(verify_headless));
    if (seq > w->last) blame(w, w->last + 1, SAY(verify_cut));
    if (seq && seq < w->last) blame(w, seq + 1, SAY(verify_beyond));
    if (seq && seq == w->last && strcmp(cell_text(&t, 0, "hash"), w->hash) != 0)
        blame(w, seq, SAY(verify_head));
    if (w->mark && !w->mark->met) blame(w, w->last + 1, SAY(verify_cut_anchor));
    return OK;
}

static enum status name_of(struct cx *cx, const char *practice, const char **name)
{
    struct table t;
    *name = *practice ? practice : SAY(verify_above);
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT name FROM practices WHERE id = $1"), practice));
    if (t.rows) *name = cell_text(&t, 0, "name");
    return OK;
}

static enum status verify_chain(struct cx *cx, const char *practice, struct mark *mark,
                                struct audit_report *out)
{
    struct walk w = { .practice = practice, .mark = mark };
    TRY(db_each(cx, look, &w,
                SQL_GLOBAL("SELECT practice_id, seq, at, kind, actor_id, actor_name, about_id,"
                           " about_name, changes, note, via, address, agent, before_hash, hash"
                           " FROM audit WHERE practice_id = $1 ORDER BY seq"),
                practice));
    TRY(look_at_head(cx, &w));
    out->chains++;
    out->rows += w.rows;
    if (!w.bad) return OK;
    struct audit_problem *p = &out->at[out->n++];
    *p = (struct audit_problem){ .practice = practice, .seq = w.bad, .what = w.what };
    return name_of(cx, practice, &p->name);
}

/* --- the anchor ------------------------------------------------------------ */

static enum status no_anchor(struct cx *cx, int64_t line)
{
    return fail_because(cx, INVALID, "anchor", "%s", SAY(verify_no_anchor, line));
}

/* The next word, which mail programs may have moved to the next line. */
static const char *word(struct cx *cx, const char **at, int64_t *line)
{
    while (**at && (unsigned char)**at <= ' ') *line += *(*at)++ == '\n';
    const char *begin = *at;
    while ((unsigned char)**at > ' ') ++*at;
    return arena_copy(cx->mem, begin, (size_t)(*at - begin));
}

static bool read_number(const char *text, int64_t *out)
{
    if (strlen(text) > 18 || strspn(text, "0123456789") != strlen(text)) return false;
    for (*out = 0; *text; text++) *out = *out * 10 + (*text - '0');
    return *out > 0;
}

static enum status read_anchor(struct cx *cx, const char *text, struct mark **out)
{
    int64_t line = 1;
    *out = NULL;
    for (const char *at = text; at && *at;) {
        const char *practice = word(cx, &at, &line);
        if (!*practice) break;
        const char *seq = word(cx, &at, &line), *hash = word(cx, &at, &line);
        struct mark *m = NEW(cx->mem, struct mark);
        m->practice = strcmp(practice, "-") == 0 ? "" : practice;
        if (strlen(practice) >= sizeof(struct id) || !read_number(seq, &m->seq)
            || strlen(hash) != HASH - 1)
            return no_anchor(cx, line);
        keep_hash(m->hash, hash);
        m->next = *out;
        *out = m;
    }
    return *out || !text ? OK : no_anchor(cx, 1);
}

static struct mark *mark_of(struct mark *marks, const char *practice)
{
    while (marks && strcmp(marks->practice, practice) != 0) marks = marks->next;
    return marks;
}

/* --- all of it ------------------------------------------------------------- */

enum status audit_verify(struct cx *cx, const char *anchor, struct audit_report *out)
{
    struct table t;
    struct mark *marks;
    size_t known = 0;
    TRY(read_anchor(cx, anchor, &marks));
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT practice_id FROM audit_heads UNION"
                             " SELECT DISTINCT practice_id FROM audit ORDER BY 1")));
    for (struct mark *m = marks; m; m = m->next) known++;
    *out = (struct audit_report){ .at = NEW_ARRAY(cx->mem, struct audit_problem, t.rows + known) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *practice = cell_text(&t, i, "practice_id");
        TRY(verify_chain(cx, practice, mark_of(marks, practice), out));
        for (struct mark *m = marks; m; m = m->next)
            if (strcmp(m->practice, practice) == 0) m->met = true;
    }
    /* Chains that only the anchor remembers: they are gone as a whole. */
    for (struct mark *m = marks; m; m = m->next)
        if (!m->met) TRY(verify_chain(cx, m->practice, m, out));
    return OK;
}

static const char *anchor_line(struct cx *cx, const struct table *t, size_t row)
{
    const char *practice = cell_text(t, row, "practice_id");
    return arena_print(cx->mem, "%s %lld %s", *practice ? practice : "-",
                       (long long)cell_int(t, row, "seq"), cell_text(t, row, "hash"));
}

enum status audit_anchor(struct cx *cx, const char **text)
{
    struct table t;
    TRY(db_select(
        cx, &t, SQL_GLOBAL("SELECT practice_id, seq, hash FROM audit_heads ORDER BY practice_id")));
    size_t room = t.rows * 96 + 1, length = 0;
    char *out = arena_alloc(cx->mem, room);
    for (size_t i = 0; i < t.rows; i++)
        length += (size_t)snprintf(out + length, room - length, "%s\n", anchor_line(cx, &t, i));
    *text = out;
    return OK;
}

enum status audit_anchor_own(struct cx *cx, const char **line)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT practice_id, seq, hash FROM audit_heads WHERE practice_id = $1")));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "Nothing was logged yet.");
    *line = anchor_line(cx, &t, 0);
    return OK;
}
