/* tables.h - what else a practice has, in the archive of all its records: its tables, as they are
 * kept, one file each.  tables.def says which, and why some are not in it. */
#pragma once
#include "app/exports/records.h"

/* Of every table of a practice; for tests, and for what the archive says about itself. */
struct practice_table {
    const char *name;
    const char *file;          /* where it is, or NULL */
    const char *columns, *but; /* of those with a file of their own, else NULL */
    const char *why;           /* it is nowhere: "secret", "log", "work" or "made"; or NULL */
    bool narrow;               /* it takes a reach that nothing narrows */
};
extern const struct practice_table practice_tables[];
extern const size_t practice_tables_n;
const char *left_why(struct cx *, const char *why); /* in words */

/* The first line of each file, and what the reach leaves out. */
enum status tables_begin(struct additions *);
/* Some rows of this table, behind a key.  *last: up to which key they go, or NULL if there are no
 * more. */
enum status table_some(struct additions *, size_t table, const char *after, const char **last);
