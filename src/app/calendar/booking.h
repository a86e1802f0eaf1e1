/* booking.h - what booking one, booking many and booking online have in common. */
#pragma once
#include "app/audit/event.h"
#include "app/calendar/appointment.h"
#include "app/locations/location.h"
#include "app/users/presence.h"

/* A draft, understood. */
struct placed {
    const struct appointment *before; /* NULL: a new one */
    struct location *location;
    struct id user, type, room;
    struct presence here;                          /* the user's */
    const char *user_name, *type_name, *room_name; /* "" */
    int64_t starts_at, ends_at, minutes;
    int64_t number; /* the patient's, or 0 */
    bool returns;   /* to whom it was handed over from, who need not work there any more */
};

/* The gates, and everything that does not depend on others: INVALID with faults. */
enum status placed_check(struct cx *, const struct appointment_draft *, struct placed *);
/* By the clock of the location. False if the clock skips that time; then it is the next one. */
bool placed_at(struct cx *, struct placed *, const char *date, int minute);
/* Why the user cannot be booked then, as far as plans go; NULL: that is no reason.  What is left
 * where it was stays. */
const char *placed_away(struct cx *, const struct placed *);
/* CONFLICT with reason "overlap" or "overlap_never": see appointment_book(). */
enum status placed_overlap(struct cx *, const struct placed *, bool anyway);
/* CONFLICT with reason "room" if another appointment is in it then; says which ones are free. */
enum status placed_room(struct cx *, const struct placed *);
/* The row and its line in the audit log; `series` may be none. */
enum status placed_insert(struct cx *, const struct appointment_draft *, const struct placed *,
                          struct id series, struct id *out);
/* How the audit log calls it: by the patient's number, or 0 for time kept free. */
struct about placed_about(struct cx *, struct id, int64_t number, const char *zone, int64_t at);

/* What an appointment that was cancelled or moved does not take up any more; user: or none.  In the
 * transaction of the change.  Defined in app/waiting/look.c. */
struct freed_time {
    struct id user, location;
    int64_t from, to;
};
enum status time_freed(struct cx *, const struct freed_time *);
