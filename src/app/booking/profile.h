/* profile.h - who can be found and booked online: by practitioner and location.
 *
 * A profile is seen by everybody, by whoever has its link, or by nobody.  It takes bookings of
 * everybody, of patients the practice has already, or none.  Without a row it is hidden and takes
 * none.  What the public sees is computed from these rows and the user's own (open.h), so nobody
 * has to turn anything off for a deactivated user.
 *
 * Reading asks BOOKING_VIEW and changing BOOKING_EDIT, about that user at that location;
 * changes are announced. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

enum { BOOKING_MOST_LEAD = 336, BOOKING_TYPES = 50, BOOKING_ABOUT = 600 };

enum booking_visible { VISIBLE_PUBLIC, VISIBLE_LINK, VISIBLE_HIDDEN };
enum booking_books { BOOKS_ALL, BOOKS_KNOWN, BOOKS_NONE };
const char *visible_key(enum booking_visible);
const char *books_key(enum booking_books);
enum booking_visible visible_find(const char *key); /* VISIBLE_HIDDEN for what is none */
enum booking_books books_find(const char *key);     /* BOOKS_NONE for what is none */

struct id_set {
    size_t n;
    struct id at[BOOKING_TYPES];
};
bool id_among(const struct id_set *, struct id);

struct booking_profile {
    struct id id; /* none: nothing is stored */
    struct id user, location;
    const char *user_name, *location_name; /* "Ms Beatriz Lima" */
    bool active;                           /* the user is, or is to be, and works there */
    enum booking_visible visible;
    enum booking_books books;
    int64_t lead_hours;
    struct id_set types; /* that are offered, the retired ones too */
    const char *languages, *about;
    int64_t version;
    bool may_edit;
};
struct booking_profiles {
    size_t n;
    struct booking_profile *at;
};
/* Practitioners wherever they work, as far as the actor may see their settings; and, of those who
 * do not any more, what is stored.  By name and location. */
enum status booking_profiles_list(struct cx *, struct booking_profiles *out);
/* All of one user that are stored, in force or not.  Asks nothing. */
enum status booking_profiles_of(struct cx *, struct id user, struct booking_profiles *out);
/* NOT_FOUND for who never worked there, FORBIDDEN "record" for one out of reach. */
enum status booking_profile_find(struct cx *, struct id user, struct id location,
                                 struct booking_profile *out);

/* Does it stand anywhere, and could anybody book there (if the user is active)? */
bool booking_shown(const struct booking_profile *);
bool booking_taken(const struct booking_profile *);
/* "Patients can book Ms Beatriz Lima at Riverside, up to 2 hours before.  Listed in …" */
const char *booking_words(struct cx *, const struct booking_profile *);
const char *visible_words(struct cx *, enum booking_visible);
const char *books_words(struct cx *, enum booking_books);

/* As typed. */
struct booking_draft {
    const char *visible, *books, *lead;
    struct id_set types;
    bool end_requests; /* those that nobody has confirmed yet */
};
struct booking_draft booking_as_draft(struct cx *, const struct booking_profile *);
/* INVALID with faults at "visible", "books", "lead" and "types"; CONFLICT "stale" unless `version`
 * is the stored one (0: none); CONFLICT "requests" if it would take no bookings any more while
 * people are booking or on the waiting list, and nobody said what becomes of them. */
enum status booking_profile_save(struct cx *, const struct booking_profile *,
                                 const struct booking_draft *, int64_t version);
/* What the directory says; the same CONFLICT. */
enum status directory_save(struct cx *, const struct booking_profile *, const char *languages,
                           const char *about, int64_t version);

/* Hides all of one user's and takes no bookings; what is not confirmed ends, and those people are
 * told.  *profiles: how many were on, *ended: how many requests ended.  Twice is once. */
enum status booking_turn_off(struct cx *, struct id user, int64_t *profiles, int64_t *ended);
/* For taking that back: what was on, and on again wherever nobody has changed it since. */
const char *booking_pack(struct cx *, const struct booking_profiles *);
enum status booking_unpack(struct cx *, struct id user, const char *packed);
