/* engine.h - what an engine offers for work on whole tables.  Private to src/db.
 *
 * All of it happens inside a transaction and above the wall: these functions
 * belong to whoever hosts the installation. */
#pragma once
#include "db/db.h"
#include "db/whole/schema.h"

/* A value as it stands in the table; valid until the next row. */
struct raw {
    enum { RAW_NULL, RAW_NUMBER, RAW_TEXT, RAW_BYTES } kind;
    int64_t number;
    const void *bytes; /* also of no length: not NULL */
    size_t length;
};
typedef enum status raw_row(struct cx *, const struct relation *, const struct raw *, void *arg);

struct loader; /* an engine's own, while rows go into a table */

struct whole_engine {
    enum status (*list)(struct cx *, struct schema *);
    enum status (*some)(struct cx *, const struct relation *, bool *out); /* has it any row? */
    /* In the order of the primary key, texts by their bytes. */
    enum status (*read)(struct cx *, const struct relation *, raw_row *, void *arg);
    /* Around the writing of all tables. */
    enum status (*open)(struct cx *);
    enum status (*close)(struct cx *);
    enum status (*empty)(struct cx *, const struct schema *);
    /* Rows into one table.  load_end() must follow load_begin(), whatever happened
       between; it answers the first failure. */
    enum status (*load_begin)(struct cx *, const struct relation *, struct loader **);
    enum status (*load)(struct cx *, struct loader *, const struct raw *);
    enum status (*load_end)(struct cx *, struct loader *, enum status);
    /* How many other connections the same user has to this database; 0 for a file. */
    enum status (*others)(struct cx *, int64_t *out);
};

extern const struct whole_engine whole_sqlite, whole_postgres;

const struct whole_engine *whole_engine(const struct db *);
