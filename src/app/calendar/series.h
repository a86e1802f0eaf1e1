/* series.h - appointments that repeat.
 *
 * A series is booked at once, as rows of their own that bear its id, each at the same time by the
 * clock of the location, whatever daylight saving does. Each is looked at by itself: is somebody
 * busy then, does the practitioner work then. What does not fit is said, and then somebody chooses:
 * only those that fit, or all of them where the location allows it. Changing or cancelling one may
 * take along the later ones that are still to come. All of it happens or nothing does. */
#pragma once
#include "app/calendar/appointment.h"

enum { SERIES_MOST = 52, SERIES_MOST_WEEKS = 12 };

/* As typed. how: "1" to "12" weeks, or "month": the same day of each month, or its last where it
 * has no such day. How many times, or until which date: one of them. */
struct repeat {
    const char *how, *times, *until;
};
enum series_choice { SERIES_ASK, SERIES_FIT, SERIES_ALL };

/* INVALID as appointment_book(), and with faults at "repeat", "times" and "until". CONFLICT with
 * reason "series" and a message of lines if any does not fit and `choice` is no answer to that;
 * and if none fits. */
enum status series_book(struct cx *, const struct appointment_draft *, const struct repeat *,
                        enum series_choice, struct id *first, int64_t *booked);

/* Which one of how many it is, and how many later ones are still to come. Zeros for what is of no
 * series. */
struct series_place {
    int64_t nth, of, later;
};
enum status series_place(struct cx *, const struct appointment *, struct series_place *out);

/* This one and the later ones: what differs between `d` and how the appointment is now happens to
 * all of them; a day later is a day later for each. FORBIDDEN if one of them is out of reach;
 * otherwise as appointment_update() and series_book(). */
enum status series_update(struct cx *, const struct appointment *,
                          const struct appointment_draft *d, int64_t version, enum series_choice,
                          int64_t *changed);
enum status series_cancel(struct cx *, const struct appointment *, const char *reason,
                          int64_t version, int64_t *cancelled);
