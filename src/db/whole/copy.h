/* copy.h - everything that stands in a database, into another one of either engine. */
#pragma once
#include "db/whole/fingerprint.h"

/* How many rows a table has, and what stands in them (fingerprint.h). */
struct tally {
    const char *table;
    int64_t rows;
    char hash[FINGERPRINT_HEX];
};
struct tallies {
    struct tally *at;
    size_t n;
    int64_t rows; /* of all tables */
};
typedef void tally_done(void *arg, const struct tally *);

/* All of these: inside a transaction on cx->db, which is to be rolled back unless
 * the answer is OK.  `done` may be NULL; it hears of each table as it is finished. */

/* All tables, as this transaction sees them. */
enum status whole_tally(struct cx *, tally_done *, void *arg, struct tallies *out);

/* The first table that differs, or NULL. */
const struct tally *tallies_differ(const struct tallies *, const struct tallies *);

/* What is there: "" if there is no row (there may be no table, either), else the
 * name of a table that has one.  CONFLICT if there are tables of something else. */
enum status whole_holds(struct cx *, const char **out);

/* Everything in `from`, which is inside a reading transaction, in place of all that
 * stands in the tables of cx->db, which has the same ones.  Then it is read
 * back: BROKEN if one table does not hold what was written. */
enum status whole_fill(struct cx *, struct db *from, tally_done *, void *arg, struct tallies *out);

/* How many other connections the same user has to this database; 0 for a file. */
enum status whole_others(struct cx *, int64_t *out);
