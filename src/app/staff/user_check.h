/* user_check.h - may a user be like this?
 *
 * Notes every fault at its field (first_name, last_name, profession,
 * registration_number, level, owner, locations); the caller's field_check()
 * answers.  What a user has not got yet and need not have (a registration
 * number that was never entered) is asked for when the user is added. */
#pragma once
#include "app/users/user.h"

/* Name, profession, registration number.  A last name alone is enough for
 * people who say so. */
void draft_check_person(struct cx *, const struct user_draft *, const struct user_draft *before,
                        bool one_name);
/* Level and locations. */
void draft_check_access(struct cx *, const struct user_draft *);

/* Rule 4: nobody gives what he has not got, and nobody raises himself.
 * `before` NULL: a new user. */
enum status draft_check_giving(struct cx *, const struct user *before, const struct user_draft *);

/* Rule 3: somebody with Full Access and an owner stay. */
enum status draft_check_last(struct cx *, const struct user *before, const struct user_draft *);

/* The name and the limits of the acting user's practice. */
struct practice_facts {
    const char *name;
    int64_t adds_per_hour;
};
enum status practice_facts(struct cx *, struct practice_facts *out);
