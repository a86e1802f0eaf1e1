/* feed.h - the secret address under which other programs read somebody's calendar.
 *
 * A user has one such address at the most in a practice. Whoever knows it reads that user's own
 * appointments with the rights that user has at that moment, as if by a session that began when
 * the address was made: it ends with the access, and being signed out everywhere ends it, too.
 * Stored is a hash; the address is shown when it is made and never again. */
#pragma once
#include "app/calendar/appointment.h"

enum {
    FEED_DAYS_BACK = 28,
    FEED_DAYS_AHEAD = 366,
    FEED_MOST = 1000, /* appointments; the later ones come when the first are over */
    FEED_AN_HOUR = 60 /* readings */
};

/* One's own, for its page. */
struct feed {
    bool made;  /* there is one */
    bool names; /* it says for whom */
    int64_t made_at, read_at;
};
enum status feed_own(struct cx *, struct feed *out);

/* Those the actor may know of: the own one, and those of others whose integrations the
 * actor may see. By last name. */
struct feed_line {
    struct id user;
    const char *name; /* of the user */
    bool names, own;
    int64_t made_at, read_at; /* read_at 0: never */
};
struct feed_list {
    size_t n;
    struct feed_line *at;
};
enum status feed_list(struct cx *, struct feed_list *out);
/* Has this user one?  Asks nothing. */
enum status feed_of(struct cx *, struct id user, bool *out);
/* Somebody's. Asks INTEGRATIONS_EDIT; removing what is not there does nothing. */
enum status feed_remove_of(struct cx *, struct id user);

/* A new address in the place of the one there was, or none. Both ask CALENDAR_VIEW and are
 * announced; removing what is not there does nothing. */
enum status feed_make(struct cx *, bool names, const char **token);
enum status feed_remove(struct cx *);
/* The actor's, if it was made since: an email that is taken back takes it along
 * (own_email/email_change.h).  Asks nothing, and is announced. */
enum status feed_take_back(struct cx *, int64_t since);

/* Whose address this is. NOT_FOUND for one that never was and one that has ended, alike. */
struct feed_owner {
    struct id person;
    const char *slug; /* of the practice */
    int64_t made_at;
    bool names;
};
enum status feed_find(struct cx *, const char *token, struct feed_owner *out);

/* As its user. How often it was read in the hour before, which the record of looks knows: every
 * reading stands there (feed_note()), also of one that shows nobody. */
enum status feed_times(struct cx *, int64_t *out);
void feed_note(struct cx *, bool nobody); /* nobody: what was read has not been shown */

/* What it says; a row of what is shown of patients for each that is named. */
enum status feed_appointments(struct cx *, bool names, struct appointment_list *out);
