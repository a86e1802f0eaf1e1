/* kept_form.h - a form for adding a user that was put aside half-filled.
 *
 * One for each user and practice group; a newer one takes its place.  It is
 * nobody's but its writer's, and gone after KEPT_FORM_HOURS.  Passwords never
 * come here.  All of them ask for USERS_ADD but the one that reads. */
#pragma once
#include "base/cx.h"

enum { KEPT_FORM_HOURS = 12 };

struct kept_form {
    const char *name;   /* of whom it is about, "Ingrid Haaland" or an address; never "" */
    const char *fields; /* as user_form_pack() wrote them */
    int64_t kept_at;
};

/* NULL if there is none. */
enum status kept_form_find(struct cx *, const struct kept_form **out);
enum status kept_form_keep(struct cx *, const char *name, const char *fields);
/* OK if there is none, too. */
enum status kept_form_drop(struct cx *);
