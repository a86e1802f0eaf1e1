/* hours.h - when people work: by user, location and weekday.
 *
 * What lies between two spans of a day is a break.  Who may edit a user's
 * calendar at a location may say when that user works there. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

struct span {
    int from, to; /* minutes after midnight, by the location's clock */
};
struct hours {
    struct id user;
    int weekday; /* 0 is Sunday */
    struct span span;
};
struct hours_list {
    size_t n;
    struct hours *at; /* by user, weekday and time */
};
/* At one location; `user` none: of everybody; `weekday` -1: of all days. */
enum status hours_at(struct cx *, struct id location, struct id user, int weekday,
                     struct hours_list *out);

enum { WEEKDAYS = 7 };
const char *weekday_words(struct cx *, int weekday); /* "Mon" */
/* "8:00 to 12:00, 13:00 to 17:00"; "" for none.  `list` as hours_at() gave it. */
const char *hours_words(struct cx *, const struct hours_list *, struct id user, int weekday);

/* What the gate judges a user's calendar at a location by.  No user: what needs
 * a practitioner. */
struct record column_facts(const struct cx *, struct id location, struct id user);

/* Replaces all of one user at one location.  Each day as typed, like
 * hours_words() says it, and "8-12, 13-17" as well.  INVALID with faults at
 * "day0" to "day6".  Asks CALENDAR_EDIT about the user's calendar there;
 * announced if it differs. */
struct week_draft {
    const char *day[WEEKDAYS];
};
enum status hours_set(struct cx *, struct id location, struct id user, const char *user_name,
                      const struct week_draft *);
