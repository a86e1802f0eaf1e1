/* device.h - where users are signed in to this practice group.
 *
 * A device is a session that was used here; what is known of it, its address and when it
 * was used, is what happened here, so nobody learns what else its person does.  Listed are
 * those that were used within the time after which this group signs devices out: who rests
 * here longer and is at work elsewhere is not told from who has gone.
 *
 * Ending one ends its place in this group alone, with the commit: pages ask for it
 * (web/visit.h), and open ones cover themselves (web/stream.h).  Signing in anew opens the
 * group again.  All of one user's at once, listed or not: user_end_sessions(). */
#pragma once
#include "base/cx.h"

struct user_device {
    struct id id, user;
    const char *user_name;
    const char *agent, *address;
    int64_t since, seen_at; /* first and last use here; to the minute */
    bool current;           /* the page is shown on it */
    bool may_end;
};
struct user_device_list {
    size_t n; /* no more than DEVICES_MOST */
    struct user_device *at;
};
enum { DEVICES_MOST = 500 };

/* Of one user, or of all (id none), by last name, the last used first.  Asks USERS_EDIT. */
enum status user_device_list(struct cx *, struct id user, struct user_device_list *out);

/* Asks USERS_EDIT about its user.  NOT_FOUND for devices of other groups and for none; one
 * that has ended stays so, and is no news. */
enum status user_device_end(struct cx *, struct id device, struct user_device *out);
