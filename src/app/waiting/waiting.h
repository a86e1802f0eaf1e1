/* waiting.h - the waiting list of online booking.
 *
 * Who finds no time that fits leaves name, contact and wish: with whom, where, what for, which
 * parts of the day, until when.  The link in a mail confirms it; opening the link changes nothing.
 * When an appointment is cancelled or moved (look.c), a job goes through those who wait there, in
 * the order of joining: for the first whom the time suits it is kept as if chosen online, for
 * WAIT_HOURS and never to end at night, and a mail says so.  Its link leads to the normal steps of
 * booking.  Who lets it go by keeps the place in the list and is not told of that time again; the
 * next one is.
 *
 * What joining says is the same whether somebody was in the list before.  Limits are those of
 * booking: by address, by email address, by practice.  A row goes with booking, leaving, or the
 * last day of the wish, and a day after it was asked for and not confirmed.  Where nobody can be
 * booked any more the list ends, and they are told.  The public's functions ask no permission;
 * opening is by secret. */
#pragma once
#include "app/booking/open.h"

enum {
    CONFIRM_HOURS = 24,
    WAIT_HOURS = 4,
    WAIT_MORNING = 11, /* o'clock: no kept time is over earlier in the day */
    WAIT_DAYS_MOST = 180,
    WAITERS_OF_PRACTICE = 300,
    JOINS_OF_ADDRESS = 10, /* a day */
    JOINS_OF_EMAIL = 5,
    JOINS_OF_PRACTICE = 200,
};
enum day_part { PART_MORNING = 1, PART_AFTERNOON = 2, PART_EVENING = 4, PARTS_ALL = 7 };
enum waiter_state { WAITER_ASKED, WAITER_WAITING, WAITER_ENDED };

struct waiter_draft {
    const char *name, *email, *phone, *until; /* until: a day */
    bool morning, afternoon, evening;         /* none: all */
};
struct waiter {
    struct id id, user, location, type,
        booking; /* booking: of a time that is or was kept, or none */
    enum waiter_state state;
    const char *name, *email, *email_key, *phone, *passed;
    const char *user_name, *location_name, *type_name, *zone;
    int parts;
    int64_t joined_at, until_at, expires_at, kept_at;
    int64_t kept_until; /* 0 if nothing is kept now */
    bool confirms;      /* it was taken, and a mail asks to confirm the booking; else to be taken */
    bool booked, over;  /* over: of no use any more, whatever the reason */
};
struct waiter_list {
    size_t n;
    struct waiter *at;
};
const char *waiter_parts_words(struct cx *, int parts); /* "Mornings and evenings" */

/* --- the public's side ------------------------------------------------------------------- */

/* Asks by mail.  INVALID with faults; CONFLICT "off" if the type is not offered, "often", "full".
 */
enum status waiter_join(struct cx *, const struct offer *, struct id type,
                        const struct waiter_draft *);
/* Enters its practice as nobody.  NOT_FOUND for what never was and what is over, alike. */
enum status waiter_open(struct cx *, const char *token, struct open_practice *, struct waiter *out);
/* Takes the place of an earlier one of that address for the same.  CONFLICT "off", "full".  Twice
 * is once. */
enum status waiter_confirm(struct cx *, const struct waiter *);
/* The kept time becomes this browser's.  CONFLICT "over". */
enum status waiter_take(struct cx *, const struct waiter *, const char *visitor);
/* The next one may have it.  Nothing kept is fine. */
enum status waiter_pass(struct cx *, const struct waiter *);
enum status waiter_leave(struct cx *, const struct waiter *);
/* For letters and jobs, also of what is over; NOT_FOUND for what is no more. */
enum status waiter_link(struct cx *, struct id waiter, const char **token);
enum status waiter_read(struct cx *, struct id, struct waiter *out);

/* --- by those who work there --------------------------------------------------------------- */

/* Those of calendars that the actor may edit, in their order. */
enum status waiter_list(struct cx *, struct waiter_list *out);
/* Asks CALENDAR_EDIT about that calendar.  NOT_FOUND for what is no more. */
enum status waiter_remove(struct cx *, struct id);
/* How many wait: for a user, at a location or (none) everywhere.  Asks nothing. */
enum status waiters_count(struct cx *, struct id user, struct id location, int64_t *out);

/* --- between waiting.c and look.c ----------------------------------------------------------- */

/* Who waits, in order; of a user at a location, or (none, none) of all. */
enum status waiters_of(struct cx *, struct id user, struct id location, struct waiter_list *out);
/* The row and its links; what was kept for them is not kept any more, and the next one is asked. */
enum status waiter_erase(struct cx *, const struct waiter *);
/* Soon somebody looks who waits for this time, if anybody does. */
enum status waiters_look(struct cx *, struct id user, struct id location, int64_t from, int64_t to);
