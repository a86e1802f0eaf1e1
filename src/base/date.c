/* date.c - see date.h */
#include "base/date.h"

#include <string.h>

#include "base/text.h"
#include "base/time.h"

enum { FIRST_YEAR = 1875, LAST_YEAR = 2999 };

/* Digits or letters up to the next sign between them. */
static const char *part(struct arena *mem, const char **at)
{
    static const char between[] = " ./-,";
    *at += strspn(*at, between);
    size_t n = strcspn(*at, between);
    const char *word = arena_copy(mem, *at, n);
    *at += n;
    return word;
}

/* -1 for anything but one to four digits. */
static int number(const char *text)
{
    size_t n = strlen(text);
    int value = 0;
    if (n == 0 || n > 4 || strspn(text, "0123456789") != n) return -1;
    for (; *text; text++) value = value * 10 + (*text - '0');
    return value;
}

/* By its number, its name, or the name's first three letters. */
static int month_of(struct cx *cx, const char *text)
{
    static const char *const names[] = { "january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december" };
    const char *word = text_fold(cx->mem, text);
    size_t n = strlen(word);
    for (int m = 0; n >= 3 && m < 12; m++)
        if (strncmp(names[m], word, n) == 0) return m + 1;
    return number(text);
}

static const char *written(struct cx *cx, int year, int month, int day)
{
    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return NULL;
    struct civil same = civil_of_days(civil_days(year, month, day));
    if (same.month != month || same.day != day) return NULL;
    return arena_print(cx->mem, "%04d-%02d-%02d", year, month, day);
}

const char *date_parse(struct cx *cx, const char *typed)
{
    const char *at = typed;
    const char *a = part(cx->mem, &at), *b = part(cx->mem, &at), *c = part(cx->mem, &at);
    if (*part(cx->mem, &at)) return NULL;
    if (strlen(a) == 4) return written(cx, number(a), month_of(cx, b), number(c));
    return written(cx, number(c), month_of(cx, b), number(a));
}

static struct civil civil_of(const char *date)
{
    struct civil c = { 0 };
    if (strlen(date) != 10) return c;
    c.year = (date[0] - '0') * 1000 + (date[1] - '0') * 100 + (date[2] - '0') * 10 + date[3] - '0';
    c.month = (date[5] - '0') * 10 + date[6] - '0';
    c.day = (date[8] - '0') * 10 + date[9] - '0';
    return c;
}

const char *date_words(struct cx *cx, const char *date)
{
    struct civil c = civil_of(date);
    if (!c.year) return "";
    /* a day is the same everywhere */
    return time_in(cx, "UTC", time_day, civil_days(c.year, c.month, c.day) * DAYS(1));
}

const char *date_at(struct cx *cx, int64_t at)
{
    struct civil c = zone_local(time_zone(cx), at);
    return arena_print(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

const char *date_today(struct cx *cx)
{
    return date_at(cx, cx->now);
}

const char *date_add(struct cx *cx, const char *date, int days)
{
    struct civil c = civil_of(date);
    if (!c.year) return "";
    c = civil_of_days(civil_days(c.year, c.month, c.day) + days);
    return arena_print(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

int date_weekday(const char *date)
{
    enum { THURSDAY = 4 }; /* the first day of 1970 */
    struct civil c = civil_of(date);
    if (!c.year) return -1;
    int64_t n = (civil_days(c.year, c.month, c.day) + THURSDAY) % 7;
    return (int)(n < 0 ? n + 7 : n);
}

int64_t date_moment(struct cx *cx, const char *date, int minutes)
{
    struct civil c = civil_of(date);
    c.minute = minutes;
    return zone_at(time_zone(cx), c);
}

int64_t date_start(struct cx *cx, const char *date)
{
    const struct zone *zone = time_zone(cx);
    struct civil c = civil_of(date);
    c.hour = 12; /* a day that skips its midnight has a noon */
    return day_start(zone, zone_at(zone, c));
}

int date_age(struct cx *cx, const char *date)
{
    struct civil born = civil_of(date), now = zone_local(time_zone(cx), cx->now);
    if (!born.year) return -1;
    bool before = now.month < born.month || (now.month == born.month && now.day < born.day);
    return now.year - born.year - before;
}
