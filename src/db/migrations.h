/* migrations.h - how the tables come to be.
 *
 * migrations/NNNN_name.sql, forward only, embedded in the binary, one
 * transaction each, recorded with a hash in schema_migrations.  They are
 * written once in the words both engines share (TEXT, BIGINT, BYTEA).  For
 * SQLite each table ends with STRICT and the types get SQLite's names; for
 * PostgreSQL text is ordered by its bytes (COLLATE "C").
 *
 * A migration that begins with the line "-- goes with NNNN_name" leaves tables
 * that every program which knows NNNN_name can go on with, beside the new one or
 * in its place.  Without it only programs that know the migration itself can. */
#pragma once
#include "db/db.h"

struct migration {
    const char *name, *text;
};
extern const struct migration migrations[];
extern const size_t migrations_n;

/* Bring the database of cx->db (a writer) up to date; `done` counts what was
 * new.  BROKEN with a sentence if an applied migration differs from the one in
 * this binary, or if the database has one that does not go with this binary.
 * BROKEN because of "down", and nothing is changed, while programs work on the
 * database that could not go on, or while its tables are never free for a moment. */
enum status db_migrate(struct cx *, int *done);

/* OK if nothing is left to do; the same sentences, and one for what is missing.
 * Inside a transaction; takes no argument. */
enum status db_is_current(struct cx *, void *);

/* The same, and there is nothing that a newer version has made: for whole tables,
 * which must be the same at both ends. */
enum status db_is_ours(struct cx *, void *);

const char *migrations_newest(void); /* the last that this binary knows */

/* BROKEN: the tables have the change `name`, which does not go with this binary. */
enum status migrations_too_new(struct cx *, const char *name);
