/* user_add.h - adding somebody to a practice group.
 *
 * A person who is new gets a user at once, and a letter.  A person who has a
 * sign-in already is always invited: a typed password is never applied to
 * somebody else's sign-in.  A password left blank means an invitation, too,
 * and then nothing tells whether the address is known. */
#pragma once
#include "app/users/user.h"

enum entry { ENTRY_PASSWORD, ENTRY_INVITATION, ENTRY_LINK };

struct new_user {
    struct user_draft draft; /* email as typed; email_key is found out */
    const char *email_again;
    bool one_name;
    enum entry entry;
    const char *password, *password_again;
    const char *password_hash;        /* by new_user_hash(), in the hash lane */
    const char *first_day, *last_day; /* as typed, NULL or "": none; see term.h */
};

struct added {
    enum { ADDED_WELCOMED, ADDED_LINKED, INVITED, INVITED_INSTEAD } how;
    struct id id; /* of the user or of the invitation */
    const char *email;
    int64_t open_until; /* of an invitation */
};

/* Slow.  NULL if there is nothing to hash, or if it is not good enough. */
enum status new_user_hash(struct cx *, const struct new_user *, const char **hash);

/* What user_add() finds wrong with it, and nothing else happens: no try is counted.
 * With OK: is the address that of a user of the group, or of an open invitation? */
enum here { NOT_HERE, IS_USER, WAS_USER, IS_INVITED };
enum status user_add_check(struct cx *, const struct new_user *, enum here *out);

/* Asks for USERS_ADD.  INVALID with all faults at once; CONFLICT with reason
 * "limit" when the group has added too many within the hour. */
enum status user_add(struct cx *, const struct new_user *, struct added *out);

/* What is wrong with a temporary password for somebody of these names, or NULL. */
enum status temporary_fault(struct cx *, const struct user_draft *, const char *password,
                            const char **fault);
