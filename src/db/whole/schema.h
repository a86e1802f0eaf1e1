/* schema.h - which tables a database has, read from the database itself.
 *
 * Nobody lists tables: one that a migration adds is there at once.  Left out are
 * schema_migrations, which speaks about the tables and stays with them, and
 * columns that the engine computes from others. */
#pragma once
#include "db/db.h"

enum { SCHEMA_TABLES = 256, SCHEMA_COLUMNS = 128 };

struct column {
    const char *name;
    enum column_kind { COLUMN_NUMBER, COLUMN_TEXT, COLUMN_BYTES, COLUMN_OTHER } kind;
    int key; /* its place in the primary key, from 1 on; 0: not in it */
};

struct relation {
    const char *name;
    struct column *columns; /* as they stand in the table */
    size_t n;
    bool placed; /* schema.c's */
};

/* A table comes after those that it points to. */
struct schema {
    struct relation *at;
    size_t n;
    bool migrated; /* there is a schema_migrations */
    struct link {
        const char *from, *to;
    } * links; /* foreign keys; schema.c's */
    size_t links_n;
};

/* Inside a transaction.  BROKEN with a sentence if tables point at each other in
 * a circle, or have names that are none of ours. */
enum status schema_read(struct cx *, struct schema *out);

/* OK if both have the same tables with the same columns, of kinds that can be
 * copied, and each a primary key; else INVALID with a sentence.  The two may be one. */
enum status schema_fits(struct cx *, const struct schema *, const struct schema *other);

/* For the engines: what they found, table by table, column by column. */
enum status schema_add_column(struct cx *, struct schema *, const char *table, struct column);
enum status schema_add_link(struct cx *, struct schema *, const char *from, const char *to);

/* "\"practice_id\", \"id\"": all columns; those of the primary key, in its order,
 * each text followed by `text_order`. */
const char *relation_columns(struct cx *, const struct relation *);
const char *relation_order(struct cx *, const struct relation *, const char *text_order);
