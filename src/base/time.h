/* time.h - moments, and how people read them.
 *
 * A moment is an int64_t, microseconds since 1970 in UTC.  What takes a
 * context shows it in cx->zone (UTC if that is no zone), with cx->clock_12 as
 * "9:31 am" instead of "9:31", and measures from cx->now. */
#pragma once
#include "base/cx.h"
#include "base/zone.h"

#define SECONDS(n) ((int64_t)(n)*INT64_C(1000000))
#define MINUTES(n) SECONDS(INT64_C(60) * (n))
#define HOURS(n) MINUTES(INT64_C(60) * (n))
#define DAYS(n) HOURS(INT64_C(24) * (n)) /* of 24 hours; by the calendar: day_add() */

/* The machine's clock, or the one that is followed. */
int64_t clock_now(void);

/* Never jumps, whoever sets the machine's clock; begins anywhere. */
int64_t clock_steady(void);

/* Programs on one database must agree on the time, or one of them lets in whom
 * another has signed out.  From here on clock_now() is what the database's clock
 * says, carried on by the steady one.  `theirs` was asked for at `asked` (steady)
 * and has just come; a slow answer, or one that differs by little, changes nothing. */
void clock_follow(int64_t theirs, int64_t asked);

const struct zone *time_zone(const struct cx *); /* never NULL */

const char *time_day(struct cx *, int64_t at);         /* "21 Nov 2026" */
const char *time_weekday_day(struct cx *, int64_t at); /* "Sat 21 Nov 2026" */
const char *time_short_day(struct cx *, int64_t at);   /* "21 Nov", with the year if not this one */
const char *time_clock(struct cx *, int64_t at);       /* "9:31" */
const char *time_moment(struct cx *, int64_t at);      /* "21 Nov 2026 at 9:31" */
/* "21 Nov 2026 at 9:31 (Melbourne)", for mails and wherever the zone is not the reader's. */
const char *time_moment_there(struct cx *, int64_t at);

/* Any of these by another clock: time_in(cx, "Asia/Tokyo", time_clock, at). */
typedef const char *time_shown(struct cx *, int64_t at);
const char *time_in(struct cx *, const char *zone, time_shown *, int64_t at);

/* A time of day as typed: "9", "9:30", "0930", "9.30 pm", "9am", in minutes
 * after midnight; -1 if it is none. */
int clock_typed(const char *);

/* "Today, 9:12", "Yesterday, 18:20", "3 days ago" up to 6, then the day; days
 * are those of the calendar.  What lies in the future is "Today, …" or a day. */
const char *time_ago(struct cx *, int64_t at);
/* One moment three ways, for lists of many: to the second for machines, as
 * time_moment() and as time_ago() say it. */
struct time_words {
    const char *machine, *whole, *ago;
};
struct time_words time_words(struct cx *, int64_t at);
/* "in 5 days", "in 3 hours", "in 20 minutes"; "now" for what is over or due
 * within half a minute.  Rounded, so seven days less a second are seven. */
const char *time_left(struct cx *, int64_t at);

/* "2026-11-21T10:00:00Z", with a fraction only if there is one: for
 * <time datetime> and interfaces. */
const char *time_iso(struct arena *, int64_t at);

/* The same, read: RFC 3339 with "Z" or an offset ("+10:00").  False for anything else, and for a
 * day or an hour that is none. */
bool time_iso_read(const char *, int64_t *out);

/* "Australia/Melbourne" is "Melbourne", "America/St_Johns" is "St Johns". */
const char *time_zone_city(struct arena *, const char *zone_name);
