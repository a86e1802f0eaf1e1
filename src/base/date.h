/* date.h - days of the calendar without a time, as birth dates are.
 *
 * A date is kept as "1980-03-27", which sorts; "" is no date. */
#pragma once
#include "base/cx.h"

/* Takes "27 3 1980", "27/3/1980", "27.03.1980", "27 Mar 1980", "27 March 1980",
 * "1980-03-27": the day first, or the year.  NULL if it is no day of the
 * calendar, or one before 1875. */
const char *date_parse(struct cx *, const char *typed);
const char *date_words(struct cx *, const char *date); /* "27 Mar 1980"; "" for none */
const char *date_today(struct cx *);                   /* in cx->zone */
const char *date_at(struct cx *, int64_t at);          /* the day of a moment, in cx->zone */
const char *date_add(struct cx *, const char *date, int days); /* "" for no date */
int date_weekday(const char *date);                            /* 0 is Sunday; -1 for no date */
/* The moment at which the day begins in cx->zone; so many minutes after its
 * midnight by the clock on the wall, see zone_at(). */
int64_t date_start(struct cx *, const char *date);
int64_t date_moment(struct cx *, const char *date, int minutes);
/* Whole years since; -1 for no date. */
int date_age(struct cx *, const char *date);
