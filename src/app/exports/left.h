/* left.h - the archive that was allowed to outlive its owner's access.
 *
 * The actor is who has left (visit_left() in web/visit.h), and may do nothing in the group but
 * this: get a link to the own archive, use it up, or delete it, for as long as the permission lasts
 * and nobody took it back.  All of it is asked for anew at each step, and with each piece of a
 * download. NOT_FOUND where there is nothing to take, alike for everybody. */
#pragma once
#include "app/exports/export.h"

struct left_export {
    struct export *x; /* ready, or taken within the hour */
    struct export_permit permit;
};
enum status left_export_find(struct cx *, struct left_export *out);
enum status left_export_link(struct cx *, const char **token);
enum status left_export_take(struct cx *, const char *token, struct export **out);
enum status left_export_read(struct cx *, struct id, int64_t at, struct bytes *out);
enum status left_export_end(struct cx *);

/* The groups that keep one for this person, by name. */
struct left_group {
    const char *slug, *name, *zone;
    int64_t until;
};
struct left_groups {
    size_t n;
    struct left_group *at;
};
enum status left_groups(struct cx *, struct id person, struct left_groups *out);
