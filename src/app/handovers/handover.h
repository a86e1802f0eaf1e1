/* handover.h - appointments that go from one practitioner to others.
 *
 * A hand-over is a list of one user's appointments still to come, with a
 * receiver for each, or nobody: that one stays.  It is CHOOSING for a week at
 * most; then a job moves one after the other, a few in a transaction, so that
 * whoever dies in between goes on where it was and moves none twice.  Each is
 * looked at once more before it is moved: one that is not as it was, or does not
 * fit any more, stays, and its row says why.  For a week all of it can be taken
 * back; then what is still as it was moved goes back.
 *
 * Moved are appointments and nothing else: who may read which record follows
 * the access rules, as ever.  Every step asks for USERS_EDIT about the one whose
 * appointments they are; the job acts as who began it, with the rights of that
 * moment, and through the calendar's own gates. */
#pragma once
#include "app/users/user.h"

enum {
    HANDOVER_ROWS = 500, /* in one hand-over; the next ones in another */
    HANDOVER_PAGE = 50,
};

enum handover_state {
    HANDOVER_CHOOSING,
    HANDOVER_RUNNING,
    HANDOVER_DONE,
    HANDOVER_UNDOING,
    HANDOVER_UNDONE,
    HANDOVER_STOPPED, /* who began it has no access any more */
    HANDOVER_STATES
};

struct handover {
    struct id id, user, by;
    const char *by_name;
    enum handover_state state;
    int64_t rows, created_at, touched_at;
};

/* How a receiver suits an appointment. */
enum fit {
    FIT_FREE,
    FIT_NOBODY, /* nobody is chosen */
    FIT_PLACE,  /* does not work at that location */
    FIT_HOURS,  /* has working hours there, and others */
    FIT_BOOKED, /* has an appointment then */
    FIT_TWICE,  /* is to get another of the list for then */
};

/* What became of a row. */
enum handover_result {
    ROW_WAITS,
    ROW_MOVED,
    ROW_LEFT,    /* nobody was chosen */
    ROW_CHANGED, /* cancelled, moved or begun meanwhile */
    ROW_BOOKED,  /* the receiver has another appointment by then */
    ROW_HOURS,
    ROW_PLACE,
    ROW_REACH, /* out of reach of who began it */
    ROW_BACK,  /* taken back */
    ROW_KEPT,  /* not taken back: not as it was moved any more */
    ROW_KEPT_BOOKED,
    ROW_KEPT_REACH,
    ROW_RESULTS
};

struct handover_row {
    int64_t position;
    struct id appointment, location, receiver; /* receiver may be none */
    const char *receiver_name;                 /* "Ms Hana Suzuki", "" for none */
    int64_t starts_at, ends_at;
    enum handover_result result;
};
struct handover_rows {
    size_t n;
    struct handover_row *at;
};

/* Who could get appointments, and how each suits each of these rows. */
struct receiver {
    struct id user;
    const char *name; /* "Ms Hana Suzuki" */
    bool all_locations;
};
struct fits {
    size_t n;
    struct receiver *at; /* active practitioners but the one who leaves, by last name */
    unsigned char *fit;  /* of row r and receiver c: fit[r * n + c], an enum fit */
};
enum fit fit_of(const struct fits *, size_t row, struct id receiver);    /* FIT_NOBODY for none */
const struct receiver *receiver_of(const struct fits *, struct id user); /* or NULL */

/* A new one of this user's appointments with patients, from a day on, and of one
 * location and one type unless they are none; each with the receiver who suits best.
 * *out is none if there is no such appointment. */
struct handover_choice {
    struct id location, type;
    int64_t from; /* a moment */
};
enum status handover_create(struct cx *, const struct user *, const struct handover_choice *,
                            struct id *out);
/* NOT_FOUND for those of other practices and for ids that are none, alike. */
enum status handover_find(struct cx *, struct id, struct handover **out, struct user **whose);
/* Of this user, the newest first; without those that are only begun. */
struct handovers {
    size_t n;
    struct handover *at;
};
enum status handover_list(struct cx *, struct id user, struct handovers *out);

/* Asks nothing: handover_find() has. */
enum status handover_rows(struct cx *, const struct handover *, struct handover_rows *out);
enum status handover_fits(struct cx *, const struct handover *, const struct handover_rows *,
                          struct fits *out);

/* Receivers of rows, by position.  Somebody who cannot be one leaves it to nobody;
 * CONFLICT "stale" once it was begun. */
struct handover_pick {
    int64_t position;
    struct id receiver;
};
enum status handover_pick(struct cx *, const struct handover *, const struct handover_pick *,
                          size_t n);
enum status handover_pick_all(struct cx *, const struct handover *, struct id receiver);

/* Begins to move them.  CONFLICT with a sentence if nobody is chosen, or "stale".  Announced. */
enum status handover_start(struct cx *, const struct handover *, const struct user *whose);
/* Begins to take them back.  Twice is fine; CONFLICT after a week.  Announced. */
bool handover_can_undo(const struct cx *, const struct handover *, const struct handover_rows *);
enum status handover_undo(struct cx *, const struct handover *, const struct user *whose);

/* Was anything of this user's handed over, and not taken back? */
enum status handover_was_done(struct cx *, struct id user, bool *out);
