/* online.h - what patients do in the calendar by themselves, over public pages.
 *
 * Asks no permission: nobody is signed in, and who calls has found that the practitioner takes
 * online bookings at this moment, in the same transaction.  Announced like everything else. */
#pragma once
#include "app/calendar/appointment.h"
#include "app/users/presence.h"

/* Where somebody works and nothing is in the way. */
struct free_search {
    struct id location, user;
    int64_t minutes;
    int64_t from; /* nothing that begins before */
    int days;     /* that day, and those after it */
    size_t most;
    bool even; /* begins stay the same whenever one looks: counted from when work begins */
    struct presence here;     /* the user's */
    const struct table *kept; /* more that is in the way: starts_at, ends_at; or NULL */
};
enum status free_times(struct cx *, const struct free_search *, struct free_times *out);
/* Is it free from then on, for so many minutes? */
enum status free_at(struct cx *, const struct free_search *, int64_t at, bool *out);

struct online_appointment {
    struct id location, user, type, patient;
    int64_t number; /* the patient's */
    int64_t starts_at, minutes;
    const char *note;
};
/* CONFLICT "taken" if something is in the way by now. */
enum status appointment_book_online(struct cx *, const struct online_appointment *, struct id *out);
/* One that is still to come; *done: it was. */
enum status appointment_cancel_online(struct cx *, struct id, const char *reason, bool *done);
