/* migrations.h - how the tables come to be.
 *
 * migrations/NNNN_name.sql, forward only, embedded in the binary, one
 * transaction each, recorded with a hash in schema_migrations.  They are
 * written once in the words both engines share (TEXT, BIGINT, BYTEA).  For
 * SQLite each table ends with STRICT and the types get SQLite's names; for
 * PostgreSQL text is ordered by its bytes (COLLATE "C"). */
#pragma once
#include "db/db.h"

struct migration {
    const char *name, *text;
};
extern const struct migration migrations[];
extern const size_t migrations_n;

/* Bring the database of cx->db (a writer) up to date; `done` counts what was
 * new.  BROKEN with a sentence if an applied migration differs from the one in
 * this binary, or if the database is newer than the binary. */
enum status db_migrate(struct cx *, int *done);

/* OK if nothing is left to do; the same sentences, and one for what is missing.
 * Inside a transaction; takes no argument. */
enum status db_is_current(struct cx *, void *);
