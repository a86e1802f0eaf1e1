/* later_access.h - a change of access that waits for its day, as one line of text.
 *
 * It names what is to be different and nothing else, so that what somebody changes by hand
 * in the meantime stays: "role=practitioner level=contact area.notes=0 set.read_only=1". */
#pragma once
#include "app/users/user.h"

/* The part of a user that cannot wait for a day and differs ("Last name"), or NULL: level,
 * others' records, settings and locations can. */
const char *later_access_not(struct cx *, const struct user_draft *before,
                             const struct user_draft *after);
/* What differs of access; "" for nothing. */
const char *later_access_write(struct cx *, const struct user_draft *before,
                               const struct user_draft *after);
/* The user as the line wants him, of what he is now.  A location that is gone is left out.
 * *fits is false for who has another role type by now: the level is none of his. */
enum status later_access_read(struct cx *, const char *line, const struct user *,
                              struct user_draft *out, bool *fits);
