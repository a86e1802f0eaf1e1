/* location.h - the places of a practice group.
 *
 * A name belongs to one location of the group.  Changing asks LOCATIONS_EDIT
 * and is announced; reading asks nothing, the page's route has. */
#pragma once
#include "base/cx.h"

/* What a form, or the command line, says of a location; "" for what is left out. */
struct location_draft {
    const char *name, *address, *time_zone, *phone, *hours;
    bool no_overlap;
};

struct location {
    struct id id;
    const char *name, *address;
    const char *time_zone; /* IANA name */
    const char *phone;
    const char *hours; /* several lines, as typed: "Mon to Fri 8:00 to 18:00" */
    bool no_overlap;   /* a practitioner has one appointment at a time here, whoever insists */
    int64_t created_at, version;
};
struct location_list {
    size_t n;
    struct location *at;
};

enum status location_list(struct cx *, struct location_list *out); /* by name */
/* NOT_FOUND for locations of other practices and for ids that are none, alike. */
enum status location_find(struct cx *, struct id, struct location **out);
struct location_draft location_as_draft(const struct location *);
const char *location_overlap_words(struct cx *, bool no_overlap); /* "Never" */

/* INVALID with a sentence at "name" (missing, taken) or "time_zone" (unknown). */
enum status location_create(struct cx *, const struct location_draft *, struct id *out);
/* The same for a new practice: asks nobody, for there is nobody to ask yet. */
enum status location_begin(struct cx *, const struct location_draft *, struct id *out);
/* CONFLICT with reason "stale" unless `version` is the stored one.  Announces
 * what differs; nothing happens if nothing does. */
enum status location_update(struct cx *, const struct location *, const struct location_draft *,
                            int64_t version);

/* The active users who work at a location, those with all locations included;
 * by last name.  `total` may be greater than n. */
struct location_person {
    struct id user;
    const char *name; /* "Ms Beatriz Lima" */
};
struct location_people {
    struct id location;
    size_t n;
    struct location_person *at;
    int64_t total;
};
struct location_staff {
    size_t n;
    struct location_people *at; /* in the order of location_list(); nobody: left out */
};
/* Up to `most` of each location; `only` none: of all locations. */
enum status location_people(struct cx *, struct id only, int64_t most, struct location_staff *out);
const struct location_people *location_people_of(const struct location_staff *, struct id location);
