/* kept_draft.h - a form for adding a user that was put aside half-filled.
 *
 * One for each user and practice group; a newer one takes its place.  It is
 * nobody's but its writer's, and gone after KEPT_DRAFT_HOURS.  Passwords never
 * come here.  All of them ask for USERS_ADD but the one that reads. */
#pragma once
#include "base/cx.h"

enum { KEPT_DRAFT_HOURS = 12 };

struct kept_draft {
    const char *name;   /* of whom it is about, "Ingrid Haaland" or an address; never "" */
    const char *fields; /* as user_form_pack() wrote them */
    int64_t kept_at;
};

/* NULL if there is none. */
enum status kept_draft_find(struct cx *, const struct kept_draft **out);
enum status kept_draft_keep(struct cx *, const char *name, const char *fields);
/* OK if there is none, too. */
enum status kept_draft_drop(struct cx *);
