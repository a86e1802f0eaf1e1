/* closing.h - the list to look through before a location closes.
 *
 * What still leads to the location, computed from the data at that moment: whoever
 * closes it works down the list, and when nothing is open nobody is sent to a closed
 * door.  The location itself stays, with its appointments, invoices and records.
 *
 * The table `closings` keeps who settled a line and how to take that back, or who waived it and
 * why; like the checklist of a user who goes (app/departures/checklist.h), whose words it shares.
 *
 * A line shows to whoever has its permission, and its button does what the pages of
 * its area do, by their functions, so each is asked for and announced there. */
#pragma once
#include "app/locations/location.h"

struct closing_item {
    struct id id;
    const char *name;
};
struct closing_line {
    const char *key, *title, *about;
    const char *action; /* the button of an open line, or NULL: what to do has pages of its own,
                           or the actor may not do it for others */
    bool may;           /* the actor sees the line */
    bool open;
    bool waived, can_undo;
    const char *by, *reason; /* who settled or waived it here, or NULL; why, or "" */
    int64_t settled_at;
    size_t n; /* who or what it is about, by name; may be none for an open line */
    struct closing_item *at;
    int64_t next; /* appointments: when the next one begins */
};
enum { CLOSING_LINES = 6 };
struct closing {
    struct closing_line at[CLOSING_LINES];
    int64_t of, settled, waived; /* of those that the actor sees; waived is settled, too */
};
enum status closing_lines(struct cx *, const struct location *, struct closing *out);

/* Ask for LOCATIONS_EDIT, for the line's own permission, and settling and taking back for what
 * each thing asks for.  NOT_FOUND for lines that do not exist or have no button; settled already,
 * waived already and taken back already is fine. */
enum status closing_settle_line(struct cx *, const struct location *, const char *key);
/* INVALID without a reason (the field "reason-KEY"); what is not open stays as it is. */
enum status closing_waive_line(struct cx *, const struct location *, const char *key,
                               const char *reason);
/* What was settled is set again where nobody has changed it since; the requests for bookings and
 * the waiting list that were ended stay ended.  A waiver is gone. */
enum status closing_undo_line(struct cx *, const struct location *, const char *key);
