/* closing.h - the list to look through before a location closes.
 *
 * What still leads to the location, computed from the data at that moment: whoever
 * closes it works down the list, and when nothing is open nobody is sent to a closed
 * door.  The location itself stays, with its appointments, invoices and records.
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
    size_t n; /* who or what it is about, by name; may be none for an open line */
    struct closing_item *at;
    int64_t next; /* appointments: when the next one begins */
};
enum { CLOSING_LINES = 6 };
struct closing {
    struct closing_line at[CLOSING_LINES];
    int64_t of, settled; /* of those that the actor sees */
};
enum status closing_lines(struct cx *, const struct location *, struct closing *out);

/* Asks for LOCATIONS_EDIT and what each thing asks for.  NOT_FOUND for lines that do not
 * exist or have no button; settled already is fine. */
enum status closing_settle_line(struct cx *, const struct location *, const char *key);
