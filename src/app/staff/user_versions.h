/* user_versions.h - what a form says of a user, beside what is saved. */
#pragma once
#include "app/audit/versions_web.h"
#include "app/users/user_parts.h"

struct user_versions {
    struct version_line at[USER_PARTS];
};
void user_versions(struct cx *, const struct user_draft *yours, const struct user_draft *saved,
                   struct user_versions *out);
/* Takes over what versions_settle() found to be kept as saved. */
void user_versions_take(const struct user_versions *, const struct user_draft *saved,
                        struct user_draft *yours);
