/* driver.h - what a database engine must offer.  Private to src/db. */
#pragma once
#include "db/db.h"

struct driver {
    enum { SQLITE, POSTGRES } engine;
    /* Run a statement; with `each` rows go there one by one, else into `out`.  NULL for
     * `changed`: nobody needs to know, and that it failed may be said later, in a
     * transaction that is `later`. */
    enum status (*run)(struct cx *, struct table *out, row_function *each, void *arg,
                       const struct sql *, const struct value *, size_t n, int64_t *changed);
    enum status (*script)(struct cx *, const char *text);
    enum status (*wall)(struct cx *, bool up); /* down for migrations; up if it does not stand */
    enum status (*check)(struct cx *, const struct sql *);
    bool (*lost)(struct db *);
    void (*reset)(struct db *); /* statements a jump left half-way */
    void (*close)(struct db *);
    /* Outside of transactions: wait until nobody else is in line, or let the next
     * one in.  NULL where one writes at a time anyway. */
    enum status (*line_up)(struct cx *, bool enter);
    /* Inside a transaction: BROKEN, "down", while a program works on the database
     * that knows no change as late as this one.  NULL where there is only one. */
    enum status (*nobody_before)(struct cx *, const char *change);
    /* Gives what this transaction has been told already.  False: it has not, and is
     * told with the next fetch(); what was told the last time may stand in (db->guessed).  NULL
     * where asking costs nothing. */
    bool (*known)(struct cx *, struct table *out, const struct sql *, const struct value *,
                  size_t n);
    enum status (*fetch)(struct cx *);
};

/* Tables that this transaction has changed. */
enum { WRITTEN = 24 };
struct written {
    struct {
        const char *name; /* inside a statement; not ended */
        size_t length;
        uint64_t when;
    } at[WRITTEN];
    size_t n;
    uint64_t changes; /* so far */
    uint64_t all;     /* when nobody could say any more which table it was */
};

struct db {
    const struct driver *driver;
    char *path;        /* of an embedded database */
    void *handle;      /* NULL: not opened so far */
    void *statements;  /* the driver's cache of prepared statements */
    struct wall *wall; /* SQLite's, see wall.h */
    enum db_mode mode;
    bool writing;   /* the transaction may change things */
    bool doomed;    /* a statement failed: only going back is left */
    bool full;      /* and it failed because the disk is full */
    bool late;      /* or because this is a brisk one */
    int64_t until;  /* when it will be late: microseconds of a clock that nobody sets */
    bool again;     /* it failed only because others were there at the same time */
    bool collided;  /* or perhaps: a key is taken */
    bool patient;   /* statements may take as long as they like */
    bool alone;     /* the next writing transaction runs while no other one does */
    bool later;     /* a failure may be noticed later in the transaction: it starts over anyway */
    bool told;      /* db_tell() was called since the writer last looked */
    bool gathering; /* db_gather() is at work: nothing is waited for */
    bool missing;   /* and something was asked that nobody knows yet */
    bool plainly;   /* the next db_gather() asks one thing after the other */
    bool guessed;   /* the answer at hand is that of last time */
    size_t asker;   /* whose questions these are, of those who gather together */
    size_t guilty;  /* whose question failed */
    size_t wanted;  /* statements that the next fetch() asks */
    size_t run;     /* statements since a run that may not count began */
    int64_t trips;  /* how often an answer was waited for */
    const char *expected; /* what to say unless the statement at hand changes one row */
    struct written written;
};

/* How an answer of this transaction is told from one that a later change of its own has
 * made stale.  It is, if its question names the table: that may be once too often. */
void db_note_written(struct db *, const struct sql *);
void db_forget_written(struct db *);
bool db_is_stale(const struct db *, const struct sql *question, uint64_t asked);
/* Does it change anything? */
bool sql_changes(const struct sql *);

enum { DB_MOST_VALUES = 114 };

int64_t db_clock(void);
enum status sqlite_open(struct cx *, struct db *, const char *path);
enum status postgres_open(struct cx *, struct db *, const char *url);
const char *postgres_wrong(struct arena *, const char *url);
const char *postgres_name(struct cx *, const char *url); /* "linden at db.example" */

/* False if a statement of a practice never says $1: it must not be prepared. */
bool sql_minds_practice(const struct sql *);

/* A statement in a run of db_gather() that may not count; not done: ask it. */
enum status db_try(struct cx *, struct table *out, bool walks, const struct sql *,
                   const struct value *, size_t n, int64_t *changed, bool *done);

/* An answer that is not there yet, for db_gather(). */
void db_missing(struct db *, struct table *out);
bool db_is_missing(const struct table *);

/* For struct table: never used twice, by no connection. */
uint64_t shape_new(void);

/* The text of a value, whichever kind of text it is. */
static inline const char *value_string(const struct value *v)
{
    return v->kind == VALUE_ID ? v->id.text : v->text;
}
