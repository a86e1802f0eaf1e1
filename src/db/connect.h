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

enum { PG_PARAMETERS = 64 };

/* The server's clock, as our moments. */
#define PG_CLOCK "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

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
    struct statement *statements; /* postgres.c */
    PGresult *result;             /* being read, if memory should end now */
    bool walking, inside;
    bool warned;                /* the server said WARNING (01000) since this was last false */
    bool walled, down;          /* policies.h: a role is taken; the wall is down, to migrate */
    bool known, is_above;       /* is it known which, in this transaction; is it the one above */
    char practice[32];          /* and whose rows it sees; "" is nobody's */
    char node[64], above[64];   /* the roles */
    char xid[24], timeline[12]; /* of the writing transaction at hand, and of the server */
};

/* Fills keys, values and place; connects to nobody. */
enum status pg_address(struct cx *, struct pg *, const char *url);

/* Connected afterwards, if OK; at once if it is. */
enum status pg_connect(struct cx *, struct pg *);
void pg_disconnect(struct pg *);

/* BEGIN has worked, but not what was asked along with it: the transaction is
 * there and good for nothing, and the next one could not begin inside. */
void pg_undo_begin(struct pg *);

/* Takes over what the server answered (pg->result, until the next one): OK if it
 * worked, else a status and a sentence.  postgres.c */
enum status pg_keep(struct cx *, PGresult *, const char *file, int line);

/* The connection was lost while COMMIT was under way: what became of it?  OK:
 * it is committed.  AGAIN: it is not, and never will be.  BROKEN with the
 * reason "unknown": nobody can say. */
enum status pg_outcome(struct cx *, struct pg *);
