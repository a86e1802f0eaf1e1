/* random.h - practices by chance, for tests that hold a rule in C against its twin in SQL.
 *
 * In "north", besides what every practice of the tests has: locations "l-w0" on, users "u-w0" on
 * with any access there is, patients "q-w0" on with any record.  The same every time. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

enum { RANDOM_USERS = 16, RANDOM_PLACES = 4, RANDOM_PATIENTS_MOST = 60 };

struct random_patient {
    const char *name; /* "berg x7x": finds nobody else */
    int64_t number, pseudonym;
    bool archived;
    bool kept[RANDOM_PLACES], cared[RANDOM_USERS];
    int granted[RANDOM_USERS]; /* what stands, or NO_GRANT */
    int lent[RANDOM_USERS];    /* up to a moment that is yet to come, or NO_GRANT */
};
struct random_practice {
    struct access users[RANDOM_USERS];
    bool assigned[RANDOM_USERS][RANDOM_PLACES];
    size_t patients_n;
    struct random_patient patients[RANDOM_PATIENTS_MOST];
};
extern struct random_practice random_now;

void random_begin(void); /* from the first throw on */
int random_roll(int sides);
struct id random_id(struct cx *, const char *kind, int n); /* "u-w", 3: "u-w3" */

/* A fresh practice, another one each time; leaves a writing transaction open. */
void random_practice(struct cx *, size_t patients);

/* Ends the process unless it is OK: without its practice a test proves nothing. */
void random_must(struct cx *, enum status);

/* What the user may do with the patient: level default, tick boxes, what narrows, then the grant
 * for this patient.  Written down once more, like neither the C nor the SQL. */
enum reach random_reach(int user, int patient);
