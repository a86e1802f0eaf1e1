/* ask.h - how PostgreSQL is asked.
 *
 * What costs is not the statement but the way there and back: two processes
 * wake up for it.  So statements are prepared once a connection, and whatever
 * can travel together does: the BEGIN of a transaction that reads, the role and
 * the practice (policies.h), and all statements that are wanted (db_gather()).
 * Their answers are kept until the transaction ends: it sees one moment, so the
 * same question has the same answer.  That end is not waited for.
 *
 * Private to the PostgreSQL engine.  Failures are those of db.h. */
#pragma once
#include "db/connect.h"

/* A prepared statement, kept for the life of the connection. */
struct statement {
    unsigned epoch; /* of the connection that knows it */
    const char **names;
    bool *numbers; /* columns that hold numbers or yes and no */
    bool *bytes;   /* columns that hold bytes */
    size_t columns, values;
    uint64_t shape; /* see struct table */
};

enum { PG_DIGITS = 24 };

/* Values as the server reads them; the texts are the caller's, or stand in the arena. */
struct bound {
    size_t n;
    const char *texts[DB_MOST_VALUES + 1];
    char digits[DB_MOST_VALUES + 1][PG_DIGITS];
};
void pg_bind(struct cx *, struct bound *, const struct value *, size_t n);

void pg_forget(struct pg *);
enum status pg_lost(struct cx *);      /* gives the connection up, and says so */
enum status pg_connected(struct cx *); /* inside a transaction it is not made again */

/* Prepared and described; the same one until pg_statements_free(). */
enum status pg_statement(struct cx *, const struct sql *, struct statement **out);
const char *pg_statement_name(char name[24], const struct sql *);
void pg_statements_make(struct pg *);
void pg_statements_free(struct pg *);

/* The answer, which belongs to the connection: until the end of a transaction
 * that reads, until the next statement of one that writes. */
enum status pg_ask(struct cx *, const struct sql *, const struct bound *, const PGresult **out);
/* As far as it needs no waiting: NULL, or what guess.h has, if there is no answer yet.  Then it
 * is noted, unless it is one too many, and pg_fetch() asks for all that are. */
const PGresult *pg_known(struct cx *, const struct sql *, const struct statement *,
                         const struct bound *, bool *guessed);
enum status pg_fetch(struct cx *);
/* Everything that comes before a statement: BEGIN, the role, whose rows. */
enum status pg_ready_for(struct cx *, const struct sql *, const struct bound *);
void pg_forget_notes(struct pg *);
/* The BEGIN that is due, if one is, and all that was sent without waiting: before
 * anything that does not go this way. */
enum status pg_begin_now(struct cx *);

/* A statement that changes something and whose answer nobody needs: it travels with
 * what is asked next, or with COMMIT, which is not done if it fails. */
enum status pg_later(struct cx *, const struct sql *, const struct bound *);
enum status pg_settle(struct cx *); /* waits for all that is on its way */
enum status pg_commit_now(struct cx *);
void pg_drop_sent(struct pg *); /* whatever came of it: the transaction is given up */
/* After rows that came one by one: libpq forgets only with the next plain query
 * that they did, and would answer a pipeline before that in the same way. */
void pg_rows_end(struct pg *);
