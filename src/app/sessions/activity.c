/* activity.c - see activity.h */
#include "app/sessions/activity.h"

#include <string.h>

#include "app/audit/event.h"
#include "base/time.h"
#include "db/db.h"

void activity_add(struct cx *cx, struct activity *a, int64_t at, bool right)
{
    struct civil local = zone_local(time_zone(cx), at);
    int day = (local.weekday + 6) % 7;
    if (right)
        a->right[day][local.hour]++, a->signed_in++;
    else
        a->wrong[day][local.hour]++, a->failed++;
}

void activity_peaks(struct activity *a)
{
    int most_wrong = ACTIVITY_BURST - 1;
    a->busy_day = a->busy_hour = a->burst_day = a->burst_hour = -1;
    for (int day = 0; day < 7; day++)
        for (int hour = 0; hour < 24; hour++) {
            if (a->right[day][hour] > a->tallest) {
                a->tallest = a->right[day][hour];
                a->busy_day = day, a->busy_hour = hour;
            }
            if (a->wrong[day][hour] > most_wrong) {
                most_wrong = a->wrong[day][hour];
                a->burst_day = day, a->burst_hour = hour;
            }
        }
}

/* Each came through the provider of one group. */
static enum status add_provided(struct cx *cx, struct id person, struct activity *a)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT signed_in_at FROM sessions WHERE person_id = $1"
                             " AND signed_in_at > $2 AND only_practice_id <> ''"
                             " ORDER BY signed_in_at DESC LIMIT $3"),
                  person, cx->now - DAYS(ACTIVITY_DAYS), (int64_t)ACTIVITY_MOST));
    for (size_t i = 0; i < t.rows; i++) activity_add(cx, a, cell_int(&t, i, "signed_in_at"), true);
    return OK;
}

enum status activity_find(struct cx *cx, struct id person, struct activity *out)
{
    struct table t;
    const char *right = event_key(EVENT_SIGNED_IN);
    *out = (struct activity){ 0 };
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT kind, at FROM audit WHERE practice_id = '' AND about_id = $1"
                             " AND at > $2 AND kind IN ($3, $4, $5) ORDER BY seq DESC LIMIT $6"),
                  person, cx->now - DAYS(ACTIVITY_DAYS), right, event_key(EVENT_SIGN_IN_FAILED),
                  event_key(EVENT_SECOND_STEP_FAILED), (int64_t)ACTIVITY_MOST));
    for (size_t i = 0; i < t.rows; i++)
        activity_add(cx, out, cell_int(&t, i, "at"), strcmp(cell_text(&t, i, "kind"), right) == 0);
    TRY(add_provided(cx, person, out));
    activity_peaks(out);
    return OK;
}
