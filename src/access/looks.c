/* looks.c - see looks.h */
#include "access/looks.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "db/db.h"

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

enum { A_FEW = 8, LISTS_AT_ONCE = 100, PATIENTS_AT_ONCE = 2000 }; /* some 20 ms of the writer */

/* How one answer may show many. */
static const char *const lists[] = { "listed", "found", "exported" };
enum { LISTS = sizeof lists / sizeof *lists };

static bool many(const char *how)
{
    for (size_t i = 0; i < LISTS; i++)
        if (strcmp(lists[i], how) == 0) return true;
    return false;
}

static enum status write_one(struct cx *cx, struct id look, struct id patient, const char *how)
{
    return db_exec(cx,
                   SQL("INSERT INTO looked_at (practice_id, patient_id, look_id, how)"
                       " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
                   patient, look, how);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct id *)a)->text, ((const struct id *)b)->text);
}

/* " id id id ", each once. */
static const char *all_of(struct cx *cx, const char *how, size_t most)
{
    struct id *ids = NEW_ARRAY(cx->mem, struct id, most);
    size_t n = 0;
    for (const struct shown *s = cx->shown; s; s = s->next)
        if (strcmp(s->how, how) == 0 && id_some(s->patient)) ids[n++] = s->patient;
    qsort(ids, n, sizeof *ids, by_text);
    char *text = arena_alloc(cx->mem, n * sizeof *ids + 2), *to = stpcpy(text, " ");
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !id_same(ids[i], ids[i - 1])) to = stpcpy(stpcpy(to, ids[i].text), " ");
    return text;
}

/* One by one if they are few, else all in one row. */
static enum status write_all(struct cx *cx, struct id look, const char *how, bool *move)
{
    /* Nobody counts the lists that wait: who counts what others write waits for them. */
    bool one_in_32 = look.text[sizeof look.text - 2] == '0';
    size_t n = 0;
    for (const struct shown *s = cx->shown; s; s = s->next)
        n += strcmp(s->how, how) == 0 && id_some(s->patient);
    if (n > A_FEW && one_in_32) *move = true;
    if (n > A_FEW)
        return db_exec(cx,
                       SQL("INSERT INTO looks_listed (practice_id, look_id, how, patients)"
                           " VALUES ($1, $2, $3, $4)"),
                       look, how, all_of(cx, how, n));
    for (const struct shown *s = cx->shown; s; s = s->next)
        if (strcmp(s->how, how) == 0 && id_some(s->patient))
            TRY(write_one(cx, look, s->patient, how));
    return OK;
}

enum status looks_write(struct cx *cx, const char *route, const char *reference, bool *move)
{
    const struct actor *actor = &cx->actor;
    struct id who = id_some(actor->viewer) ? actor->viewer : actor->user; /* who really looks */
    struct id look = id_new(cx->now);
    bool opened = false;
    for (const struct shown *s = cx->shown; s; s = s->next)
        opened = opened || strcmp(s->how, "opened") == 0;
    TRY(db_exec(cx,
                SQL("INSERT INTO looks (practice_id, id, at, user_id, user_name, opened, route,"
                    " reference, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"),
                look, cx->now, who, or_empty(actor->name), opened, route, or_empty(reference),
                or_empty(actor->address), or_empty(actor->agent)));
    for (const struct shown *s = cx->shown; s; s = s->next)
        if (id_some(s->patient) && !many(s->how)) TRY(write_one(cx, look, s->patient, s->how));
    *move = false;
    for (size_t i = 0; i < LISTS; i++) TRY(write_all(cx, look, lists[i], move));
    return OK;
}

/* --- from lists to patients ----------------------------------------------------- */

static enum status move(struct cx *cx, struct id look, const char *how, const char *patients,
                        size_t *moved)
{
    for (const char *at = patients + strspn(patients, " "); *at;) {
        size_t n = strcspn(at, " ");
        TRY(write_one(cx, look, id_of(arena_copy(cx->mem, at, n)), how));
        ++*moved;
        at += n;
        at += strspn(at, " ");
    }
    return db_exec(cx,
                   SQL("DELETE FROM looks_listed WHERE practice_id = $1 AND look_id = $2"
                       " AND how = $3"),
                   look, how);
}

enum status looks_move(struct cx *cx, bool *left)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT look_id, how, patients FROM looks_listed WHERE practice_id = $1"
                      " ORDER BY look_id, how LIMIT $2"),
                  LISTS_AT_ONCE));
    size_t i = 0, moved = 0;
    for (; i < t.rows && moved < PATIENTS_AT_ONCE; i++)
        TRY(move(cx, cell_id(&t, i, "look_id"), cell_text(&t, i, "how"),
                 cell_text(&t, i, "patients"), &moved));
    *left = i < t.rows || t.rows == LISTS_AT_ONCE;
    return OK;
}

/* --- who looked ------------------------------------------------------------------ */

struct line {
    const char *user, *day;
    struct look look;
};

/* The line that this row belongs to; `n` for none yet. */
static size_t line_of(const struct line *lines, size_t n, const struct line *row)
{
    size_t i = 0;
    while (i < n
           && (strcmp(lines[i].user, row->user) != 0 || strcmp(lines[i].day, row->day) != 0
               || strcmp(lines[i].look.how, row->look.how) != 0))
        i++;
    return i;
}

/* A day of which not all rows were read has no number to show. */
static size_t whole_days(const struct line *lines, size_t n, const char *last_day)
{
    size_t whole = 0;
    while (whole < n && strcmp(lines[whole].day, last_day) != 0) whole++;
    return whole ? whole : n;
}

enum status looks_at(struct cx *cx, struct id patient, size_t most, struct looks *out)
{
    enum { LOOKED_THROUGH = 1000 };
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT COALESCE(l.user_id, '') AS user_id, l.user_name, l.at, x.how FROM"
                      " (SELECT look_id, how FROM looked_at WHERE practice_id = $1"
                      "   AND patient_id = $2"
                      "  UNION ALL SELECT look_id, how FROM looks_listed WHERE practice_id = $1"
                      "   AND patients LIKE $3 ORDER BY 1 DESC, 2 LIMIT $4) AS x"
                      " JOIN looks l ON l.practice_id = $1 AND l.id = x.look_id"
                      " ORDER BY x.look_id DESC, x.how"),
                  patient, arena_print(cx->mem, "%% %s %%", patient.text), LOOKED_THROUGH));
    struct line *lines = NEW_ARRAY(cx->mem, struct line, t.rows);
    size_t n = 0;
    const char *day = "";
    for (size_t i = 0; i < t.rows; i++) {
        day = time_day(cx, cell_int(&t, i, "at"));
        struct line row = { cell_text(&t, i, "user_id"),
                            day,
                            { .who = cell_text(&t, i, "user_name"),
                              .how = cell_text(&t, i, "how"),
                              .at = cell_int(&t, i, "at") } };
        size_t at = line_of(lines, n, &row);
        if (at == n) lines[n++] = row;
        lines[at].look.times++;
    }
    if (t.rows == LOOKED_THROUGH) n = whole_days(lines, n, day);
    *out = (struct looks){ n < most ? n : most, NEW_ARRAY(cx->mem, struct look, n) };
    for (size_t i = 0; i < out->n; i++) out->at[i] = lines[i].look;
    return OK;
}

enum status looks_recent(struct cx *cx, int64_t most, struct id *out, size_t *n)
{
    enum { LOOKS_BACK = 200 };
    struct table t;
    *n = 0;
    if (id_some(cx->actor.viewer)) return OK; /* what the viewed opened is theirs */
    TRY(db_select(cx, &t,
                  SQL("SELECT x.patient_id FROM (SELECT id FROM looks WHERE practice_id = $1"
                      "  AND user_id = $2 AND opened = 1 ORDER BY id DESC LIMIT $3) AS l"
                      " JOIN looked_at x ON x.practice_id = $1 AND x.look_id = l.id"
                      " WHERE x.how = 'opened' ORDER BY l.id DESC, x.patient_id"),
                  cx->actor.user, LOOKS_BACK));
    for (size_t i = 0; i < t.rows && (int64_t)*n < most; i++) {
        struct id id = cell_id(&t, i, "patient_id");
        size_t at = 0;
        while (at < *n && !id_same(out[at], id)) at++;
        if (at == *n) out[(*n)++] = id;
    }
    return OK;
}
