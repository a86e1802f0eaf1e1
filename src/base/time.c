/* time.c - see time.h */
#include "base/time.h"

#include <string.h>
#include <time.h>

/* Every word that is shown, in one place for the translator. */
static const struct {
    const char *month[12], *weekday[7];
    const char *day, *weekday_day, *day_of_year, *moment, *moment_there;
    const char *clock_24, *clock_12, *am, *pm;
    const char *today, *yesterday, *days_ago;
    const char *now, *in_minutes[2], *in_hours[2], *in_days[2]; /* of one, of many */
} words = {
    .month = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" },
    .weekday = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" },
    .day = "%d %s %d",
    .weekday_day = "%s %s",
    .day_of_year = "%d %s",
    .moment = "%s at %s",
    .moment_there = "%s (%s)",
    .clock_24 = "%d:%02d",
    .clock_12 = "%d:%02d %s",
    .am = "am",
    .pm = "pm",
    .today = "Today, %s",
    .yesterday = "Yesterday, %s",
    .days_ago = "%d days ago",
    .now = "now",
    .in_minutes = { "in %lld minute", "in %lld minutes" },
    .in_hours = { "in %lld hour", "in %lld hours" },
    .in_days = { "in %lld day", "in %lld days" },
};

#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats are those of the table above \
                                                      */

int64_t clock_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return SECONDS(now.tv_sec) + now.tv_nsec / 1000;
}

const struct zone *time_zone(const struct cx *cx)
{
    const struct zone *zone = zone_find(cx->zone);
    return zone ? zone : zone_find("UTC");
}

static const char *day_of(struct cx *cx, struct civil c)
{
    return arena_print(cx->mem, words.day, c.day, words.month[c.month - 1], c.year);
}

static const char *clock_of(struct cx *cx, struct civil c)
{
    if (!cx->clock_12) return arena_print(cx->mem, words.clock_24, c.hour, c.minute);
    return arena_print(cx->mem, words.clock_12, c.hour % 12 ? c.hour % 12 : 12, c.minute,
                       c.hour < 12 ? words.am : words.pm);
}

const char *time_day(struct cx *cx, int64_t at)
{
    return day_of(cx, zone_local(time_zone(cx), at));
}

const char *time_weekday_day(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return arena_print(cx->mem, words.weekday_day, words.weekday[c.weekday], day_of(cx, c));
}

const char *time_short_day(struct cx *cx, int64_t at)
{
    const struct zone *zone = time_zone(cx);
    struct civil c = zone_local(zone, at);
    if (c.year != zone_local(zone, cx->now).year) return day_of(cx, c);
    return arena_print(cx->mem, words.day_of_year, c.day, words.month[c.month - 1]);
}

const char *time_clock(struct cx *cx, int64_t at)
{
    return clock_of(cx, zone_local(time_zone(cx), at));
}

const char *time_moment(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return arena_print(cx->mem, words.moment, day_of(cx, c), clock_of(cx, c));
}

const char *time_moment_there(struct cx *cx, int64_t at)
{
    return arena_print(cx->mem, words.moment_there, time_moment(cx, at),
                       time_zone_city(cx->mem, zone_name(time_zone(cx))));
}

const char *time_ago(struct cx *cx, int64_t at)
{
    int days = day_count(time_zone(cx), at, cx->now);
    if (days == 0) return arena_print(cx->mem, words.today, time_clock(cx, at));
    if (days == 1) return arena_print(cx->mem, words.yesterday, time_clock(cx, at));
    if (days > 1 && days <= 6) return arena_print(cx->mem, words.days_ago, days);
    return time_short_day(cx, at);
}

static const char *in_units(struct cx *cx, const char *const of[2], int64_t n)
{
    return arena_print(cx->mem, of[n != 1], (long long)n);
}

const char *time_left(struct cx *cx, int64_t at)
{
    int64_t left = at - cx->now;
    int64_t minutes = (left + SECONDS(30)) / MINUTES(1), hours = (left + MINUTES(30)) / HOURS(1);
    if (left < SECONDS(30)) return words.now;
    if (minutes < 60) return in_units(cx, words.in_minutes, minutes);
    if (hours < 24) return in_units(cx, words.in_hours, hours);
    return in_units(cx, words.in_days, (left + HOURS(12)) / DAYS(1));
}

const char *time_iso(struct arena *mem, int64_t at)
{
    struct civil c = zone_local(zone_find("UTC"), at);
    int fraction = (int)(((at % SECONDS(1)) + SECONDS(1)) % SECONDS(1));
    if (!fraction)
        return arena_print(mem, "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year, c.month, c.day, c.hour,
                           c.minute, c.second);
    return arena_print(mem, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day, c.hour,
                       c.minute, c.second, fraction);
}

const char *time_zone_city(struct arena *mem, const char *name)
{
    const char *slash = strrchr(name, '/');
    char *city = arena_copy(mem, slash ? slash + 1 : name, strlen(slash ? slash + 1 : name));
    for (char *c = city; *c; c++)
        if (*c == '_') *c = ' ';
    return city;
}
