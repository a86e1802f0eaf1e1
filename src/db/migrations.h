/* migrations.h - how the tables come to be.
 *
 * migrations/NNNN_name.sql, forward only, embedded in the binary, one
 * transaction each, recorded with a hash in schema_migrations.  They are
 * written once in the words both engines share (TEXT, BIGINT, BYTEA); for
 * SQLite each table ends with STRICT and the types get SQLite's names. */
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
