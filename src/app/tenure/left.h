/* left.h - what users who are gone have left open on the checklist. */
#pragma once
#include "app/departures/checklist.h"

struct left_user {
    const struct user *user;
    struct checklist list;
};
struct left_list {
    size_t n;
    struct left_user *at;
};

/* Of the `most` users who were deactivated last, since then, those with an open
 * line; the last one first.  Asks nothing: who calls it shows it to Full Access. */
enum status left_to_settle(struct cx *, size_t most, int64_t since, struct left_list *out);
