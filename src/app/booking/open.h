/* open.h - what everybody may see of a practice: who can be found and booked, and when.
 *
 * The visitor is nobody.  The practice is the one that the address names, and from then on every
 * statement is inside of it.  An offer is a profile that is not hidden of a user who is active, or
 * is new and to be so within OFFER_DAYS by a plan (users/presence.h), a practitioner and works there
 * at this moment: deactivating ends it with the next request, whatever return is planned, without
 * anybody turning anything off.  Nothing else of the practice is ever read for these pages. */
#pragma once
#include "app/booking/profile.h"
#include "app/calendar/appointment.h"
#include "app/schedule/type.h"
#include "app/users/presence.h"

/* Enters the practice of the slug as nobody: NOT_FOUND if there is none. */
struct open_practice {
    const char *slug, *name;
};
enum status open_enter(struct cx *, const char *slug, struct open_practice *out);
/* The same as the practice of a profile that everybody sees. */
enum status open_enter_profile(struct cx *, struct id profile, struct open_practice *out);

struct offer {
    struct id profile, user, location;
    const char *user_name, *work; /* "Ms Beatriz Lima", "Physiotherapist" */
    const char *location_name, *address, *phone, *zone;
    const char *languages, *about;
    bool listed; /* everybody sees it; else whoever has the link */
    enum booking_books books;
    int64_t lead_hours;
    struct presence here;
    struct appointment_types types; /* that can be booked; none: it takes no bookings */
};
struct offers {
    size_t n;
    struct offer *at;
};
/* By location and name.  Without user and location only those that are listed. */
enum status offers_listed(struct cx *, struct offers *out);
/* NOT_FOUND, or here NULL, for whoever cannot be found there, whatever the reason. */
enum status offer_look(struct cx *, struct id user, struct id location, struct offer **out);
enum status offer_find(struct cx *, struct id user, struct id location, struct offer **out);
bool offer_books(const struct offer *);
const struct appointment_type *offer_type(const struct offer *, struct id type); /* or NULL */

enum { OFFER_TIMES = 48, OFFER_DAYS = 56 };
/* The next free times from the later of `from` and the lead on; what is kept for others is not
 * free. */
enum status offer_times(struct cx *, const struct offer *, const struct appointment_type *,
                        int64_t from, struct free_times *out);
/* Is it still?  What is kept for `self` does not count. */
enum status offer_free(struct cx *, const struct offer *, const struct appointment_type *,
                       int64_t at, struct id self, bool *out);
