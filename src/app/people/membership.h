/* membership.h - the practice groups a person is an active user of. */
#pragma once
#include "base/cx.h"

struct membership {
    struct id practice;
    const char *slug, *name, *zone;
    const char *role, *level; /* in words */
    bool read_only, exports; /* exports: may take the own records along */
    int64_t since, seen_at; /* seen_at 0: never */
};
struct membership_list {
    size_t n;
    struct membership *at; /* by name */
};
enum status membership_list(struct cx *, struct id person, struct membership_list *out);

/* Shows times as the person's practice does, the one used last: for pages and
 * letters that belong to no practice.  UTC for people without any. */
enum status membership_zone(struct cx *, struct id person);
