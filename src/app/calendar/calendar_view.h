/* calendar_view.h - how appointments are called on pages. */
#pragma once
#include "app/calendar/appointment.h"
#include "html/html.h"

/* "K. Ito"; what time is kept free for; or that it is booked, for those who may not know for whom.
 */
const char *appointment_brief(struct cx *, const struct appointment *);
const char *appointment_whom(struct cx *,
                             const struct appointment *); /* the same with the whole name */
const char *appointment_initials(struct cx *, const struct appointment *); /* "KI" */
/* "First visit", "First visit, arrived", "Arrived". */
const char *appointment_about(struct cx *, const struct appointment *);
/* Where it is: "Riverside, Room 1". */
const char *appointment_place(struct cx *, const struct appointment *);
const char *appointment_class(const struct appointment *); /* how it looks, for class="ap ..." */
const char *appointment_clock(struct cx *, const struct appointment *); /* "9:30 to 10:00" there */
const char *appointment_day(struct cx *, const struct appointment *); /* "Mon 23 Nov 2026" there */
const char *number_line(struct cx *, int64_t number);                 /* "Patient 1042" */
