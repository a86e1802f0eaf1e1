/* activity.h - when somebody signed in and when it failed: by weekday and hour, of the last four
 * weeks.  Read from what was recorded above the practices, and from the sessions that came through
 * a group's own provider, which that group alone records; hours are those of cx->zone. */
#pragma once
#include "base/cx.h"

enum { ACTIVITY_DAYS = 28, ACTIVITY_BURST = 5, ACTIVITY_MOST = 5000 };

struct activity {
    int right[7][24], wrong[7][24]; /* [0] is Monday */
    int signed_in, failed;          /* all together */
    int tallest;                    /* the most sign-ins of an hour */
    /* The hour of the most sign-ins, and of the most failed tries if those are ACTIVITY_BURST
     * or more; -1: there is none. */
    int busy_day, busy_hour, burst_day, burst_hour;
};
/* Of this person; no more than the last ACTIVITY_MOST of either.  For nobody else's eyes: what a
 * practice group may know of it is app/devices/came_in.h. */
enum status activity_find(struct cx *, struct id person, struct activity *out);

/* To count something else the same way: one after the other, and then what stands out. */
void activity_add(struct cx *, struct activity *, int64_t at, bool right);
void activity_peaks(struct activity *);
