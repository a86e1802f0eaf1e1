/* race.h - many requests at once, each from a thread, through the lanes that the server uses.
 *
 * A round: practice_begin(), race_begin(), race_ready() for each, race_go(), looking at
 * `racers` and with RACE_AFTER at what is stored, race_end().  RACES=500 in the environment runs
 * more rounds. */
#pragma once
#include <pthread.h>

#include "db/writer.h"
#include "tests/support/practice.h"

enum { RACERS = 50 }; /* at most */

/* One request, and how it was answered. */
struct racer {
    struct cx cx;
    struct request rq;
    struct response rs;
    struct write_task task;
    pthread_mutex_t lock;
    pthread_cond_t over;
    bool done;
    int status;
    const char *cookie; /* the first it was given, or NULL */
    pthread_barrier_t *line;
};
extern struct racer racers[RACERS];
extern size_t n_racers;

/* How many rounds: `usually`, or what the environment says. */
int race_rounds(int usually);

/* The practices as they are now, copied to a database of their own, with a writer. */
void race_begin(struct cx *);

/* One more request, for race_go(), from whom `token` names: a session's, or a `visitor`'s.
 * `form` is names and values in turn, up to NULL; no form is a GET. */
void race_ready(struct cx *, const char *token, bool visitor, const char *path,
                const char *const *form);

/* The same for a program: a POST with this in Authorization, this Idempotency-Key and JSON. */
void race_call(struct cx *, const char *authorization, const char *once, const char *path,
               const char *body);

/* Sends them all at once, and waits for all answers. */
void race_go(void);

/* One more GET, after the race; its status. */
int race_later(struct cx *, const char *token, const char *path);

/* A number from the database of the race: RACE_AFTER("SELECT count(*) FROM …"). */
int64_t race_after(struct cx *, const struct sql *);
#define RACE_AFTER(text) race_after(cx, SQL_GLOBAL(text))

/* Takes that database away. */
void race_end(void);
