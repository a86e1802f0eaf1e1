/* engine.h - the database under the tests: SQLite in memory, or the PostgreSQL
 * that LINDEN_TEST_DB names (tools/pg.sh), in a database of this process's own. */
#pragma once
#include "db/db.h"

bool engine_is_postgres(void);

/* cx->db is a writer on a database as `fill` (in a writing transaction, with
 * all tables there) leaves it.  Slow the first time, quick from then on. */
void engine_begin(struct cx *, void (*fill)(struct cx *));

/* Grows with each change of a row, at least where it was not taken back.  It may grow by itself. */
int64_t engine_changes(struct cx *);

/* The same rows for other connections: a copy in a new file, or the same
 * database.  `path` is where a file may be; answers what db_open() takes. */
const char *engine_share(struct cx *, const char *path);

/* Everything that stands in the tables, as one text. */
const char *engine_all_text(struct cx *);

/* An empty database without any table, for as long as the process runs. */
const char *engine_empty(struct cx *, const char *path);
