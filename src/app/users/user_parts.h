/* user_parts.h - a draft of a user, part by part.
 *
 * For comparing two versions, and for taking single parts of one over into
 * the other.  Role type and access level are one part: a level belongs to a
 * role type. */
#pragma once
#include "app/users/user.h"

enum user_part {
    PART_TITLE,
    PART_FIRST_NAME,
    PART_LAST_NAME,
    PART_PROFESSION,
    PART_REGISTRATION,
    PART_LEVEL,
    PART_LOCATIONS,
    PART_OWNER,
    PART_AREAS,
    PART_SETTINGS = PART_AREAS + AREA_COUNT,
    USER_PARTS = PART_SETTINGS + SETTING_COUNT
};

/* "last_name", "level", "read_only": a key for forms, and the label. */
const char *user_part_key(enum user_part);
const char *user_part_label(struct cx *, enum user_part);
/* What the draft says there; "" for nothing. */
const char *user_part_words(struct cx *, const struct user_draft *, enum user_part);
void user_part_take(struct user_draft *to, const struct user_draft *from, enum user_part);
