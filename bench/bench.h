/* bench.h - what the measurements inside one process share.
 *
 * build/release/bench/bench makes databases to measure in, and measures what needs
 * no socket; bench/run.mjs runs it, the server, nginx and wrk, and puts the
 * table together.  Every subcommand prints one line of JSON. */
#pragma once
#include "base/setup.h"
#include "web/web.h"

enum { SIGNERS = 200, SPREAD = 1000 };

/* Groups as the seed makes them.  With more than one, slugs are name0, name1 ... */
struct plan {
    const char *name;
    int64_t groups, users, gone, invitations, locations;
};

extern struct setup bench_setup;

/* Ends the program with the reason unless the status is OK. */
void must(struct cx *, enum status);
struct cx context(struct arena *);
struct db *open_reader(const char *folder);
const char *database_in(struct arena *, const char *folder); /* or the address of a server */

/* seed.c */
void seed_mixed(const char *folder);
void seed_shared(const char *where); /* of these, "twenty" and "spread" */
void seed_groups(const char *folder, int64_t groups, int64_t users);
/* One group, clinic0, with so many patients; its second user, whose session is
 * that of "restricted", has Location Restriction. */
void seed_patients(const char *folder, int64_t patients);
/* One group of 500, clinic0, with so many patients and appointments, and so many small ones, small0
 * and on, with a day of sixteen appointments each; without patients: the small ones alone. */
void seed_calendar(const char *folder, int64_t patients, int64_t appointments,
                   int64_t small_groups);
struct id numbered(char letter, int64_t n); /* ids are numbers in the shape of ids */
const char *session_token(struct arena *, const char *slug); /* of the group's owner */

/* page.c: in process, without the HTTP front */
struct asked {
    size_t bytes;
    double us; /* processor time of this thread */
};
/* The users page of the group, as its owner sees it; ends the program unless it is a 200. */
struct asked ask_users_page(struct arena *, struct db *, const char *slug);
void measure_session(const char *folder);
void measure_statements(const char *folder, const char *slug);
void measure_many(const char *folder_of_one, const char *folder_of_many, int64_t groups);

/* wall.c */
void leave_wall_out(bool out); /* of all connections opened from now on */
bool wall_is_left_out(void);
void measure_wall(const char *folder, const char *slug);

/* trust.c: the users page with and without what visit_plain.sed leaves out; a folder, or a server */
void measure_trust(const char *where, const char *slug);

/* shared.c: on a PostgreSQL; floor.c: the same statements, asked by hand */
double backend_us(const struct db *); /* of the processor, the server's process behind it */
void measure_shared_wall(const char *where, const char *slug);
void measure_trips(const char *where, const char *slug);
void measure_floor(const char *where, const char *slug);
void floor_keep(struct cx *, const struct sql *, const struct value *, size_t n);

/* patients.c */
void fill_patients(struct cx *, int64_t patients);
void measure_patients(const char *folder, int64_t patients);

/* calendar.c: as fill_patients() left it, with users of the same group; small groups from a number
 * on */
void fill_calendar(struct cx *, int64_t users, int64_t patients, int64_t appointments);
void fill_small_calendars(struct cx *, int64_t from);
void measure_calendar(const char *folder, const char *folder_of_one, int64_t small_groups);

/* invite.c */
void measure_invite(const char *folder, double seconds, int lanes); /* lanes: on a server */
void measure_bare(const char *folder, double seconds);

/* statements.c: the database layer's calls pass through here while it is on */
struct statement_cost {
    const struct sql *sql; /* NULL: BEGIN and COMMIT */
    int64_t calls, rows;
    double us;
};
extern bool statements_on;
extern double statements_last; /* when the last one returned */
void statements_clear(void);
size_t statements_all(struct statement_cost **out); /* in the order of their first call */

double now_us(void);                     /* by the clock */
double thread_us(void);                  /* of the processor, this thread */
double median(double *values, size_t n); /* sorts them */
