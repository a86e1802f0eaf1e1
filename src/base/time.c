/* time.c - see time.h */
#include "base/time.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time.text.h"

static const int64_t SLOW = SECONDS(1), LITTLE = 20000;

/* How far what is followed is ahead of the steady clock; 0: nothing is followed. */
static _Atomic int64_t ahead;

static int64_t read_clock(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return SECONDS(now.tv_sec) + now.tv_nsec / 1000;
}

int64_t clock_steady(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_now(void)
{
    int64_t followed = ahead;
    return followed ? clock_steady() + followed : read_clock(CLOCK_REALTIME);
}

void clock_follow(int64_t theirs, int64_t asked)
{
    int64_t now = clock_steady(), way = now - asked, before = ahead;
    int64_t next = theirs + way / 2 - now;
    if (before && (way > SLOW || llabs(next - before) < LITTLE + way / 2)) return;
    ahead = next;
}

const struct zone *time_zone(const struct cx *cx)
{
    const struct zone *zone = zone_find(cx->zone);
    return zone ? zone : zone_find("UTC");
}

static const char *month_of(struct cx *cx, struct civil c)
{
    switch (c.month) {
    case 1: return SAY(month_1);
    case 2: return SAY(month_2);
    case 3: return SAY(month_3);
    case 4: return SAY(month_4);
    case 5: return SAY(month_5);
    case 6: return SAY(month_6);
    case 7: return SAY(month_7);
    case 8: return SAY(month_8);
    case 9: return SAY(month_9);
    case 10: return SAY(month_10);
    case 11: return SAY(month_11);
    default: return SAY(month_12);
    }
}

static const char *weekday_of(struct cx *cx, struct civil c)
{
    switch (c.weekday) {
    case 0: return SAY(weekday_0);
    case 1: return SAY(weekday_1);
    case 2: return SAY(weekday_2);
    case 3: return SAY(weekday_3);
    case 4: return SAY(weekday_4);
    case 5: return SAY(weekday_5);
    default: return SAY(weekday_6);
    }
}

static const char *day_of(struct cx *cx, struct civil c)
{
    return SAY(day_of_year, c.day, month_of(cx, c), c.year);
}

static const char *clock_of(struct cx *cx, struct civil c)
{
    char minute[] = { (char)('0' + c.minute / 10), (char)('0' + c.minute % 10), '\0' };
    int hour = c.hour % 12 ? c.hour % 12 : 12;
    if (!cx->clock_12) return SAY(clock_24, c.hour, minute);
    return c.hour < 12 ? SAY(clock_am, hour, minute) : SAY(clock_pm, hour, minute);
}

/* Up to four digits, the last two of three or four being minutes. */
int clock_typed(const char *at)
{
    int digits = 0, hour = 0, minute = 0;
    at += strspn(at, " ");
    for (; *at >= '0' && *at <= '9'; at++, digits++)
        hour = digits < 4 ? hour * 10 + *at - '0' : 9999;
    if (digits == 0 || digits > 4) return -1;
    if (digits > 2) minute = hour % 100, hour /= 100;
    if (digits <= 2 && strchr(":.h", *at) && *at) {
        if (strspn(++at, "0123456789") != 2) return -1;
        minute = (at[0] - '0') * 10 + at[1] - '0';
        at += 2;
    }
    at += strspn(at, " ");
    if ((*at | 32) == 'a' || (*at | 32) == 'p') {
        if (hour < 1 || hour > 12) return -1;
        hour = hour % 12 + ((*at | 32) == 'p' ? 12 : 0);
        at += 1 + ((at[1] | 32) == 'm');
    }
    at += strspn(at, " ");
    return *at || hour > 23 || minute > 59 ? -1 : hour * 60 + minute;
}

const char *time_day(struct cx *cx, int64_t at)
{
    return day_of(cx, zone_local(time_zone(cx), at));
}

const char *time_weekday_day(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return SAY(weekday_day, weekday_of(cx, c), day_of(cx, c));
}

static const char *short_day_of(struct cx *cx, struct civil c, struct civil today)
{
    return c.year != today.year ? day_of(cx, c) : SAY(day_of_month, c.day, month_of(cx, c));
}

const char *time_short_day(struct cx *cx, int64_t at)
{
    const struct zone *zone = time_zone(cx);
    return short_day_of(cx, zone_local(zone, at), zone_local(zone, cx->now));
}

const char *time_clock(struct cx *cx, int64_t at)
{
    return clock_of(cx, zone_local(time_zone(cx), at));
}

const char *time_moment(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return SAY(moment, day_of(cx, c), clock_of(cx, c));
}

const char *time_moment_there(struct cx *cx, int64_t at)
{
    return SAY(moment_there, time_moment(cx, at),
               time_zone_city(cx->mem, zone_name(time_zone(cx))));
}

const char *time_in(struct cx *cx, const char *zone, time_shown *shown, int64_t at)
{
    const char *before = cx->zone;
    cx->zone = zone;
    const char *words = shown(cx, at);
    cx->zone = before;
    return words;
}

static const char *ago_of(struct cx *cx, const struct zone *zone, int64_t at, struct civil c,
                          const char *clock)
{
    int64_t days = day_count(zone, at, cx->now);
    if (days == 0) return SAY(today, clock);
    if (days == 1) return SAY(yesterday, clock);
    if (days > 1 && days <= 6) return SAY(days_ago, days);
    return short_day_of(cx, c, zone_local(zone, cx->now));
}

const char *time_ago(struct cx *cx, int64_t at)
{
    const struct zone *zone = time_zone(cx);
    struct civil c = zone_local(zone, at);
    return ago_of(cx, zone, at, c, clock_of(cx, c));
}

struct time_words time_words(struct cx *cx, int64_t at)
{
    const struct zone *zone = time_zone(cx);
    struct civil c = zone_local(zone, at);
    const char *clock = clock_of(cx, c);
    return (struct time_words){ .machine = time_iso(cx->mem, at - at % SECONDS(1)),
                                .whole = SAY(moment, day_of(cx, c), clock),
                                .ago = ago_of(cx, zone, at, c, clock) };
}

const char *time_left(struct cx *cx, int64_t at)
{
    int64_t left = at - cx->now;
    int64_t minutes = (left + SECONDS(30)) / MINUTES(1), hours = (left + MINUTES(30)) / HOURS(1);
    if (left < SECONDS(30)) return SAY(now);
    if (minutes < 60) return SAY(in_minutes, minutes);
    if (hours < 24) return SAY(in_hours, hours);
    return SAY(in_days, (left + HOURS(12)) / DAYS(1));
}

/* `digits` of them, with leading zeros. */
static char *put_digits(char *to, int64_t number, int digits)
{
    for (char *at = to + digits; at > to; number /= 10) *--at = (char)('0' + number % 10);
    return to + digits;
}

const char *time_iso(struct arena *mem, int64_t at)
{
    int64_t days = at / DAYS(1) - (at % DAYS(1) < 0), rest = at - days * DAYS(1);
    struct civil c = civil_of_days(days);
    if (c.year < 0 || c.year > 9999) c.year = c.year < 0 ? 0 : 9999;
    char *text = arena_take(mem, sizeof "2026-11-21T10:00:00.123456Z"), *to = text;
    to = put_digits(to, c.year, 4), *to++ = '-';
    to = put_digits(to, c.month, 2), *to++ = '-';
    to = put_digits(to, c.day, 2), *to++ = 'T';
    to = put_digits(to, rest / HOURS(1), 2), *to++ = ':';
    to = put_digits(to, rest / MINUTES(1) % 60, 2), *to++ = ':';
    to = put_digits(to, rest / SECONDS(1) % 60, 2);
    if (rest % SECONDS(1)) *to++ = '.', to = put_digits(to, rest % SECONDS(1), 6);
    *to++ = 'Z', *to = '\0';
    return text;
}

/* Exactly so many digits, and no more than `most`; moves on behind them. */
static bool take_digits(const char **at, int digits, int most, int *out)
{
    for (*out = 0; digits; digits--, (*at)++) {
        if (**at < '0' || **at > '9') return false;
        *out = *out * 10 + (**at - '0');
    }
    return *out <= most;
}

static bool take_sign(const char **at, char sign)
{
    return *(*at)++ == sign;
}

static bool take_offset(const char **at, int64_t *out)
{
    int hours, minutes, east = **at == '-' ? -1 : 1;
    *out = 0;
    if (**at == 'Z') return (*at)++, true;
    if (**at != '+' && **at != '-') return false;
    (*at)++;
    if (!take_digits(at, 2, 23, &hours) || !take_sign(at, ':') || !take_digits(at, 2, 59, &minutes))
        return false;
    *out = east * (HOURS(hours) + MINUTES(minutes));
    return true;
}

bool time_iso_read(const char *at, int64_t *out)
{
    int year, month, day, hour, minute, second;
    int64_t part = 0, scale = SECONDS(1), offset;
    if (!take_digits(&at, 4, 9999, &year) || !take_sign(&at, '-')) return false;
    if (!take_digits(&at, 2, 12, &month) || !take_sign(&at, '-')) return false;
    if (!take_digits(&at, 2, 31, &day) || !take_sign(&at, 'T')) return false;
    if (!take_digits(&at, 2, 23, &hour) || !take_sign(&at, ':')) return false;
    if (!take_digits(&at, 2, 59, &minute) || !take_sign(&at, ':')) return false;
    if (!take_digits(&at, 2, 59, &second)) return false;
    if (*at == '.') {
        at++;
        if (*at < '0' || *at > '9') return false;
        for (; *at >= '0' && *at <= '9'; at++) part += (*at - '0') * (scale /= 10);
    }
    if (!take_offset(&at, &offset) || *at || !month || !day) return false;
    int64_t days = civil_days(year, month, day);
    struct civil c = civil_of_days(days);
    if (c.month != month || c.day != day) return false;
    *out = DAYS(days) + HOURS(hour) + MINUTES(minute) + SECONDS(second) + part - offset;
    return true;
}

const char *time_zone_city(struct arena *mem, const char *name)
{
    const char *slash = strrchr(name, '/');
    char *city = arena_copy(mem, slash ? slash + 1 : name, strlen(slash ? slash + 1 : name));
    for (char *c = city; *c; c++)
        if (*c == '_') *c = ' ';
    return city;
}
