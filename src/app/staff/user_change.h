/* user_change.h - changing a user and what the user may do. */
#pragma once
#include "app/users/user.h"

struct user_change {
    struct user *user; /* as stored now */
    struct user_draft after;
    int64_t version; /* of what the form was filled from */
    bool one_name;
};

/* Everything that could be wrong, and nothing written.  Asks for USERS_EDIT.
 * INVALID with faults; FORBIDDEN for lowering an owner who is somebody else;
 * CONFLICT with reason "stale" for another version, and "deactivated". */
enum status user_change_check(struct cx *, const struct user_change *);

/* Checks, writes, announces, and tells the user by mail if the access changed.
 * Whoever loses Full Access loses the invitations he sent as well. */
enum status user_change(struct cx *, const struct user_change *);

/* --- getting in ---------------------------------------------------------------- */

/* A letter with a link to choose a new password.  Asks for USERS_EDIT.
 * CONFLICT after a few within the hour. */
enum status user_reset_send(struct cx *, const struct user *);

/* The welcome letter once more: for a user whose mail did not arrive, or who
 * has not signed in yet.  The same limit. */
enum status user_welcome_again(struct cx *, const struct user *);

/* May somebody else still set a temporary password?  Only for a person who has
 * never chosen one and is a user of this group alone. */
enum status user_may_get_temporary(struct cx *, const struct user *, bool *out);

struct temporary_password {
    const char *password, *again;
    const char *hash; /* by temporary_hash(), in the hash lane */
};
enum status temporary_hash(struct cx *, const struct user *, struct temporary_password *);
/* INVALID on "temporary_password" or "temporary_password_again". */
enum status user_temporary_set(struct cx *, const struct user *, const struct temporary_password *);
