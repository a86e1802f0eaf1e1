/* gather.c - a transaction that reads, in as few ways there and back as it can. */
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

enum status db_gather(struct cx *cx, enum status (*run)(struct cx *, void *), void *arg)
{
    enum { RUNS = 6 };
    struct db *db = cx->db;
    struct cx before = *cx;
    struct arena_mark mark = arena_mark(cx->mem);
    bool plainly = db->plainly || db->writing || !db->driver->known;
    db->plainly = false;
    bool more = !plainly;
    for (int i = 0; i < RUNS && more; i++) {
        db->missing = false;
        db->wanted = 0;
        db->gathering = true;
        enum status status = run(cx, arg);
        db->gathering = false;
        if (!db->missing) return status;
        more = db->wanted > 0;
        if (more) TRY(fetch(cx));
        *cx = before;
        arena_rewind(cx->mem, mark);
    }
    return run(cx, arg);
}
