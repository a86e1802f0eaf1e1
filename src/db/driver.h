/* driver.h - what a database engine must offer.  Private to src/db. */
#pragma once
#include "db/db.h"

struct driver {
    /* Run a statement; with `each` rows go there one by one, else into `out`. */
    enum status (*run)(struct cx *, struct table *out, row_function *each, void *arg,
                       const struct sql *, const struct value *, size_t n, int64_t *changed);
    enum status (*script)(struct cx *, const char *text);
    enum status (*wall)(struct cx *, bool up); /* down for migrations, then up around all tables */
    enum status (*check)(struct cx *, const struct sql *);
    bool (*lost)(struct db *);
    void (*reset)(struct db *); /* statements a jump left half-way */
    void (*close)(struct db *);
};

struct db {
    const struct driver *driver;
    void *handle;
    void *statements; /* the driver's cache of prepared statements */
    struct wall *wall; /* SQLite's, see wall.h */
    enum db_mode mode;
    bool writing;  /* the transaction may change things */
    bool doomed;   /* a statement failed: only going back is left */
    bool full;     /* and it failed because the disk is full */
    bool late;     /* or because this is a brisk one */
    int64_t until; /* when it will be late: microseconds of a clock that nobody sets */
    bool told;     /* db_tell() was called since the writer last looked */
};

enum { DB_MOST_VALUES = 40 };

int64_t db_clock(void);
enum status sqlite_open(struct cx *, struct db *, const char *path);

/* The text of a value, whichever kind of text it is. */
static inline const char *value_string(const struct value *v)
{
    return v->kind == VALUE_ID ? v->id.text : v->text;
}
