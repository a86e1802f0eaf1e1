/* connect.h - a connection to PostgreSQL: made when it is needed, made again
 * when it was lost, and refused where Linden could not keep its promises.
 *
 * Failures are BROKEN with a sentence and a reason:
 *   "down"  nobody answers, or not yet: worth trying again
 *   "setup" somebody must change something first
 * After a failure the next tries wait longer and longer, up to a few seconds;
 * who asks in between is answered at once, with the failure of before. */
#pragma once
#include "db/driver.h"
#include "db/pq.h"

enum { PG_PARAMETERS = 64, PG_AHEAD = 512, PG_LATER = 64, PG_GUESSES = 128 };

/* The server's clock, as our moments. */
#define PG_CLOCK "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

/* A statement of this transaction, and its answer: see ask.h. */
struct note {
    const struct sql *sql;
    size_t n;
    char **texts;     /* its values, one piece of memory */
    PGresult *result; /* NULL: not sent */
    uint64_t asked;   /* how many changes came before, see struct written */
    size_t asker;     /* see struct db */
    uint64_t place;   /* see guess.h */
};

struct guess {
    uint64_t place;
    PGresult *result;
};

/* A command on its way, and what its answer is for: see ask.h. */
struct pg_command {
    enum { SENT_OTHER, SENT_NOTE, SENT_NUMBER, SENT_COMMIT } kind;
    size_t note;
    const struct sql *sql; /* for the sentence, if it fails */
    const char *expected;  /* or unless it changes one row */
};

/* Which role a transaction has, and whose rows that sees. */
struct whose {
    bool known, is_above;
    char practice[32]; /* "" is nobody's */
};

struct pg {
    PGconn *conn; /* NULL: not connected */
    char *keys[PG_PARAMETERS + 1], *values[PG_PARAMETERS + 1];
    char *place; /* "linden at db.example", for sentences */
    int hosts;
    bool patient;           /* no limit on how long a statement takes */
    int64_t retry_at, wait; /* microseconds of a clock that never jumps */
    char *last_problem;
    const char *last_reason;

    unsigned epoch;               /* of the connection: what was prepared in another is gone */
    struct statement *statements; /* ask.h */
    PGresult *result;             /* being read, if memory should end now */
    bool walking, inside;
    bool begin_due;  /* a transaction of which the server has not heard */
    bool end_unread; /* or one that it was told to end: its answer comes before all others */
    struct note notes[PG_AHEAD];
    size_t notes_n;
    struct guess guesses[PG_GUESSES];
    struct pg_command sent[PG_LATER + 2 * PG_AHEAD + 8]; /* in a pipeline, if there are any */
    size_t sent_n;
    bool expecting;             /* some of those must change one row each */
    bool committed;             /* COMMIT was the answer to the last one */
    int64_t asked;              /* when the last way there began, see clock_follow() */
    bool warned;                /* the server said WARNING (01000) since this was last false */
    bool walled, down;          /* policies.h: a role is taken; the wall is down, to migrate */
    struct whose whose;         /* in this transaction */
    char node[64], above[64];   /* the roles */
    char xid[24], timeline[12]; /* of the writing transaction at hand, and of the server */
};

/* Fills keys, values and place; connects to nobody. */
enum status pg_address(struct cx *, struct pg *, const char *url);

static inline struct pg *pg_of(const struct cx *cx)
{
    return cx->db->handle;
}

/* Prepared on every connection.  Each writing transaction has a number, which says
 * afterwards what became of it.  They all hold a lock that is in nobody's way, until
 * one asks to be alone; it comes before the transaction has looked at anything, so
 * what it sees is newer than the wait. */
#define PG_BEGIN_READING "begin_reading"
#define PG_BEGIN_WRITING "begin_writing"
#define PG_AMONG_OTHERS "among_others"
#define PG_ALONE "alone"
#define PG_NUMBER "number"
#define PG_COMMIT "commit"

/* Connected afterwards, if OK; at once if it is. */
enum status pg_connect(struct cx *, struct pg *);
void pg_disconnect(struct pg *);

/* BEGIN has worked, but not what was asked along with it: the transaction is
 * there and good for nothing, and the next one could not begin inside. */
void pg_undo_begin(struct pg *);

/* Takes over what the server answered (pg->result, until the next one): OK if it
 * worked, else a status and a sentence.  ask.c */
enum status pg_keep(struct cx *, PGresult *, const char *file, int line);

/* The connection was lost while COMMIT was under way: what became of it?  OK:
 * it is committed.  AGAIN: it is not, and never will be.  BROKEN with the
 * reason "unknown": nobody can say. */
enum status pg_outcome(struct cx *, struct pg *);
