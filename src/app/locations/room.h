/* room.h - the rooms of a location.
 *
 * Never deleted: one that is archived is no longer offered, and stays with the appointments that
 * are in it.  A name belongs to one room of the location, archived or not.  Changing asks
 * LOCATIONS_EDIT and is announced; reading asks nothing, the page's route has. */
#pragma once
#include "app/locations/location.h"

struct room {
    struct id id, location;
    const char *name;
    int64_t position; /* in the list of its location */
    bool archived;
    int64_t version;
};
struct room_list {
    size_t n;
    struct room *at;
};
struct room_draft {
    const char *name;
    bool archived;
};

/* Of one location, or of all: in their order, the archived ones last. */
enum status room_list(struct cx *, struct id location, struct room_list *out);
/* NOT_FOUND for those of other practices and for ids that are none, alike. */
enum status room_find(struct cx *, struct id, struct room **out);
const struct room *room_of(const struct room_list *, struct id); /* or NULL */

/* The last of its location.  INVALID with a fault at "room_name" (missing, taken). */
enum status room_create(struct cx *, struct id location, const struct room_draft *, struct id *out);
/* CONFLICT with reason "stale" unless `version` is the stored one.  Nothing happens if nothing
 * differs.  Whoever comes back out of the archive is the last. */
enum status room_update(struct cx *, const struct room *, const struct room_draft *,
                        int64_t version);
/* One place up in the list.  Nothing happens to the first, and to one that is archived. */
enum status room_rise(struct cx *, const struct room *);
