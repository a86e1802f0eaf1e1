/* gather.c - a transaction in as few ways there and back as it can. */
#include <ctype.h>
#include <string.h>

#include "db/driver.h"

/* For readers that take a first row for granted: COUNT has always one. */
static struct cell blank = { .text = "" };

void db_missing(struct db *db, struct table *out)
{
    db->missing = true;
    *out = (struct table){ .cells = &blank };
}

bool db_is_missing(const struct table *t)
{
    return t->cells == &blank;
}

bool table_none(const struct table *t)
{
    return t->rows == 0 && !db_is_missing(t);
}

bool db_unsure(const struct cx *cx)
{
    return cx->db->gathering && cx->db->missing;
}

/* --- what the transaction has changed itself --------------------------------------- */

/* A change of the first changes rows of the second, see the tables' foreign keys. */
static const struct {
    const char *table, *follows;
} cascades[] = { { "people", "users" } };

static const char *const verbs[] = { "INSERT INTO ", "UPDATE ", "DELETE FROM " };
enum { VERBS = sizeof verbs / sizeof *verbs };

bool sql_changes(const struct sql *sql)
{
    const char *text = sql->text + strspn(sql->text, " ");
    if (strncmp(text, "WITH ", 5) != 0) return strncmp(text, "SELECT ", 7) != 0;
    for (size_t i = 0; i < VERBS; i++)
        if (strstr(text, verbs[i])) return true;
    return false;
}

static void wrote(struct db *db, const char *name, size_t length)
{
    struct written *w = &db->written;
    size_t i = 0;
    while (i < w->n && (w->at[i].length != length || strncmp(w->at[i].name, name, length) != 0))
        i++;
    if (i == WRITTEN) {
        w->all = w->changes;
        return;
    }
    w->at[i].name = name;
    w->at[i].length = length;
    w->at[i].when = w->changes;
    w->n += i == w->n;
}

void db_note_written(struct db *db, const struct sql *sql)
{
    struct written *w = &db->written;
    const char *name = NULL;
    for (size_t i = 0; i < VERBS; i++)
        if (strncmp(sql->text, verbs[i], strlen(verbs[i])) == 0)
            name = sql->text + strlen(verbs[i]);
    w->changes++;
    if (!name) {
        w->all = w->changes;
        return;
    }
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    wrote(db, name, length);
    for (size_t i = 0; i < sizeof cascades / sizeof *cascades; i++)
        if (strlen(cascades[i].table) == length && strncmp(cascades[i].table, name, length) == 0)
            wrote(db, cascades[i].follows, strlen(cascades[i].follows));
}

void db_forget_written(struct db *db)
{
    db->written = (struct written){ .changes = db->written.changes };
}

static bool part_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool names(const char *text, const char *name, size_t length)
{
    for (const char *at = text; (at = memmem(at, strlen(at), name, length)); at++)
        if ((at == text || !part_of_name(at[-1])) && !part_of_name(at[length])) return true;
    return false;
}

bool db_is_stale(const struct db *db, const struct sql *question, uint64_t asked)
{
    const struct written *w = &db->written;
    if (w->all > asked) return true;
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].when > asked && names(question->text, w->at[i].name, w->at[i].length))
            return true;
    return false;
}

/* --- runs --------------------------------------------------------------------------- */

/* Values that were only guessed may be some that a statement cannot bear. */
static enum status fetch(struct cx *cx)
{
    enum status status = cx->db->driver->fetch(cx);
    if (status == OK) return OK;
    cx->db->doomed = true;
    if (status != BROKEN || cx->reason) return status;
    cx->db->plainly = cx->db->again = true;
    return AGAIN;
}

/* Not where a failure ends more than this transaction, nor after a change. */
static bool may_try(struct db *db)
{
    bool changed = db->written.n > 0 || db->written.all > 0;
    bool plainly = db->plainly || (db->writing && !db->later) || changed || !db->driver->known;
    db->plainly = false;
    return !plainly;
}

enum status db_gather(struct cx *cx, enum status (*run)(struct cx *, void *), void *arg)
{
    enum { RUNS = 6 };
    struct db *db = cx->db;
    struct cx before = *cx;
    struct arena_mark mark = arena_mark(cx->mem);
    bool more = may_try(db);
    for (int i = 0; i < RUNS && more; i++) {
        db->missing = false;
        db->wanted = db->run = 0;
        db->gathering = true;
        enum status status = run(cx, arg);
        db->gathering = false;
        if (!db->missing) return status;
        db_forget_written(db);
        more = db->wanted > 0;
        if (more) TRY(fetch(cx));
        *cx = before;
        arena_rewind(cx->mem, mark);
    }
    return run(cx, arg);
}

void db_doom(struct cx *cx)
{
    cx->db->doomed = true;
}

/* --- several at once ------------------------------------------------------------------- */

enum { NOBODY = SIZE_MAX };

/* True if it waits for answers. */
static bool run_one(struct db *db, struct reader *r)
{
    db->missing = false;
    db->wanted = db->run = 0;
    db->gathering = true;
    r->status = r->run(r->cx, r->arg);
    db->gathering = false;
    if (!db->missing) {
        r->over = true;
        r->done = r->status == OK && !db->doomed;
    }
    if (!r->done) {
        *r->cx = r->before;
        arena_rewind(r->cx->mem, r->mark);
    }
    db_forget_written(db);
    return !r->over && db->wanted > 0;
}

/* One after the other, those that are not over; each is told at once. */
static size_t run_all(struct db *db, struct reader *all, size_t n)
{
    size_t waiting = 0;
    for (size_t i = 0; i < n && !db->doomed; i++) {
        if (all[i].over) continue;
        db->asker = i;
        waiting += run_one(db, &all[i]);
        if (all[i].done) all[i].told(all[i].arg);
    }
    return waiting;
}

static enum status read_together(struct cx *cx, struct reader *all, size_t n)
{
    enum { RUNS = 6 };
    for (int i = 0; i < RUNS && run_all(cx->db, all, n) > 0; i++) {
        if (cx->db->doomed) return BROKEN;
        TRY(cx->db->driver->fetch(cx));
    }
    return cx->db->doomed ? BROKEN : OK;
}

void db_read_together(struct cx *cx, struct reader *all, size_t n)
{
    struct db *db = cx->db;
    for (size_t i = 0; i < n; i++) {
        all[i].cx->db = db;
        all[i].before = *all[i].cx;
        all[i].mark = arena_mark(all[i].cx->mem);
        all[i].over = all[i].done = all[i].guilty = false;
    }
    db->guilty = NOBODY;
    enum status status = db->driver->known ? db_begin(cx, false) : BROKEN;
    if (status != OK) return;
    status = read_together(cx, all, n);
    db->asker = 0;
    if (status == OK) status = db_commit(cx);
    if (status != OK) db_rollback(cx);
    if (db->guilty < n) all[db->guilty].guilty = true;
}

bool db_counts(struct cx *cx)
{
    if (db_unsure(cx)) return false;
    cx->db->gathering = false;
    return true;
}

/* In a run that has missed nothing so far the first change is made: that run counts.  In
 * one that has, nothing is changed, and what would be changed is not looked at. */
enum status db_try(struct cx *cx, struct table *out, bool walks, const struct sql *sql,
                   const struct value *values, size_t n, int64_t *changed, bool *done)
{
    enum { MOST = 2000 }; /* who goes on until there is nothing left would never end */
    struct db *db = cx->db;
    bool changes = sql_changes(sql);
    *done = true;
    if (changed) *changed = 1;
    if (changes && db_counts(cx)) {
        *done = false;
        return OK;
    }
    if (db->missing && ++db->run > MOST)
        return fail(cx, BROKEN, "%s:%d: has no end", sql->file, sql->line);
    if (changes) db_note_written(db, sql);
    db->guessed = false;
    if (changes || walks || db_is_stale(db, sql, 0)) {
        db_missing(db, out);
    } else if (!db->driver->known(cx, out, sql, values, n)) {
        db->missing = true;
        if (!db->guessed) db_missing(db, out);
    }
    return OK;
}
