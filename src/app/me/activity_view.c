/* activity_view.c - see activity_view.h */
#include "app/me/activity_view.h"

#include "base/time.h"

#include "app/me/activity.text.h"

/* The picture: a square an hour, a row a day. */
enum { LEFT = 92, TOP = 18, SQUARE = 23, STEP = 26, SHADES = 4 };

static int shade(const struct activity *a, int n)
{
    return n == 0 ? 0 : (n * SHADES + a->tallest - 1) / a->tallest;
}

static bool is_burst(const struct activity *a, int day, int hour)
{
    return a->wrong[day][hour] >= ACTIVITY_BURST;
}

static const char *day_words(struct cx *cx, int day)
{
    switch (day) {
    case 0: return SAY(activity_monday);
    case 1: return SAY(activity_tuesday);
    case 2: return SAY(activity_wednesday);
    case 3: return SAY(activity_thursday);
    case 4: return SAY(activity_friday);
    case 5: return SAY(activity_saturday);
    default: return SAY(activity_sunday);
    }
}

/* "9:00" or "9:00 am": the hour as the reader's clock shows it. */
static const char *hour_words(struct cx *cx, int hour)
{
    return time_in(cx, "UTC", time_clock, HOURS(hour));
}

static const char *burst_words(struct cx *cx, const struct activity *a, const char *name)
{
    const char *day = day_words(cx, a->burst_day), *hour = hour_words(cx, a->burst_hour);
    int64_t n = a->wrong[a->burst_day][a->burst_hour];
    return name ? SAY(activity_burst_of, day, hour, n, name) : SAY(activity_burst, day, hour, n);
}

static const char *finding(struct cx *cx, const struct activity *a, const char *name)
{
    const char *says = name ? SAY(activity_says_of, name, (int64_t)a->signed_in)
                            : SAY(activity_says, (int64_t)a->signed_in);
    if (a->failed && !name)
        says = arena_print(cx->mem, "%s %s", says, SAY(activity_failed, (int64_t)a->failed));
    if (a->tallest > 1)
        says = arena_print(
            cx->mem, "%s %s", says,
            SAY(activity_busy, day_words(cx, a->busy_day), hour_words(cx, a->busy_hour)));
    if (a->burst_day >= 0) says = arena_print(cx->mem, "%s %s", says, burst_words(cx, a, name));
    return says;
}

#include "app/me/activity.html.h"
