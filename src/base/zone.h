/* zone.h - what the clock on the wall shows somewhere.
 *
 * Read from the system's time zone database (RFC 8536), so that an update of
 * the system is enough when a country changes its mind.  A zone is read once,
 * stays for the life of the process, and any thread may ask. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

/* A wall clock.  What zone_local() answers is always in range; what is given
 * to zone_at() need not be: day 32 or hour -1 mean what one would think. */
struct civil {
    int year, month, day; /* month 1 to 12, day 1 to 31 */
    int weekday;          /* 0 is Sunday; zone_at() does not read it */
    int hour, minute, second;
    int offset; /* seconds east of Greenwich; zone_at() does not read it */
};

/* NULL if the database has no such zone.  The name may come from a stranger.
 * "UTC" is always there, even without a database. */
const struct zone *zone_find(const char *iana_name);
const char *zone_name(const struct zone *);

/* Seconds east of Greenwich.  `abbreviation` may be NULL; otherwise it gets
 * "AEDT" or "+0545", which lives as long as the process. */
int zone_offset(const struct zone *, int64_t at, const char **abbreviation);

struct civil zone_local(const struct zone *, int64_t at);

/* The moment at which the wall clock shows this.  A time that comes twice (the
 * clock is put back) is the first of the two.  A time that never comes (the
 * clock is put forward) is as much later as the clock jumps: half past two
 * becomes half past three. */
int64_t zone_at(const struct zone *, struct civil);

/* Midnight at which the local day of `at` begins, or the first moment of that
 * day where midnight is skipped. */
int64_t day_start(const struct zone *, int64_t at);
/* The same time of day n days later (or earlier), by the calendar. */
int64_t day_add(const struct zone *, int64_t at, int n_days);
/* How many midnights lie between the two; negative if `to` is earlier. */
int day_count(const struct zone *, int64_t from, int64_t to);

/* For a list to choose from: the zones in use today, sorted, "UTC" last.
 * Ends with NULL; lives as long as the process. */
const char *const *zone_names(size_t *n);

/* Days since 1970 of a date of the Gregorian calendar, and back. */
int64_t civil_days(int64_t year, int month, int day);
struct civil civil_of_days(int64_t days);

/* The bytes of a TZif file, for zone_find() and for tests.  NULL if they are
 * none.  Only zones made here are given to zone_free(). */
struct zone *zone_parse(const void *bytes, size_t n);
void zone_free(struct zone *);
