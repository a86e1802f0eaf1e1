/* lanes.h - a stretch of the calendar as columns: of one day the practitioners
 * of a location or its rooms, of one week the days of a practitioner.
 *
 * Who sees others' columns sees one of every practitioner who works at the
 * location, and of everybody with appointments there; others see their own.
 * What needs a practitioner stands in a lane of its own. */
#pragma once
#include "app/calendar/appointment.h"
#include "app/locations/location.h"
#include "app/schedule/hours.h"
#include "app/users/presence.h"

enum { MOST_ABREAST = 4 };

/* One appointment in its place. */
struct placed_appointment {
    const struct appointment *a;
    int from, to;      /* minutes after midnight */
    int side, abreast; /* 0 of 1 unless others are at the same time */
};
struct lane {
    struct id user;   /* none: what needs a practitioner */
    struct id room;   /* in a day of rooms; none: what is in no room */
    const char *name; /* "Ms Beatriz Lima", "Room 1" */
    const char *work; /* "Physiotherapist", or "" */
    const char *date; /* of the day */
    bool by_room;     /* of a room, or of none */
    bool gone;        /* deactivated, or archived */
    bool away;        /* not there on that day, as planned: users/presence.h */
    bool needs;       /* what needs a practitioner */
    bool may_book;    /* the actor may book here */
    bool has_hours;   /* somebody said when this one works here */
    size_t n, spans_n;
    struct placed_appointment *at; /* in the order of time */
    struct span *spans;            /* working hours of the day, in order */
};
struct lanes {
    const struct location *location;
    bool has_rooms; /* the location has */
    size_t n;
    struct lane *at;
    int from, to; /* whole hours that hold all of it, in minutes */
    size_t appointments, cancelled_n;
    const struct appointment **cancelled; /* they take no place */
};

/* The locations that the actor may look at, in the order of location_list(). */
enum status calendar_places(struct cx *, struct location_list *out);
/* Who may be chosen at a location: columns of practitioners who work there, or are
 * to by a plan, and whom the actor sees. */
struct column {
    struct id user;
    const char *name, *work;
    struct presence here;
};
struct columns {
    size_t n;
    struct column *at;
    struct known_users known; /* everybody who works there, whether a column or not */
};
enum status calendar_columns(struct cx *, struct id location, struct columns *out);

/* Ask CALENDAR_VIEW.  `only` are ids of practitioners with a blank around each; NULL: all.
 * cx->zone is the location's, and `columns` are. */
enum status calendar_day(struct cx *, const struct location *, const char *date, const char *only,
                         const struct columns *columns, struct lanes *out);
/* One of every room that is offered, then of what is in none, and of archived ones, if any is. */
enum status calendar_rooms(struct cx *, const struct location *, const char *date, const char *only,
                           const struct columns *columns, struct lanes *out);
enum status calendar_week(struct cx *, const struct location *, const char *date,
                          struct id practitioner, const struct columns *columns, struct lanes *out);
const char *week_start(struct cx *, const char *date); /* its Monday */
