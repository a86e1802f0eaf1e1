/* news.h - what others changed since a page was opened.
 *
 * The audit log is the list of changes: its numbers grow by one in the
 * transaction of each change in a group, so no table of our own is needed, and
 * a page that comes back asks from the number it saw last. */
#pragma once
#include "base/cx.h"

enum { NEWS_MOST = 1000 }; /* rows of the log that are looked through for one answer */

/* The number of the last change in the actor's group, 0 if there was none. */
enum status news_number(struct cx *, int64_t *number);

/* How many changes after *seen show in the list of users, as this actor sees
 * it; changes by the actor do not count.  -1: too many to look through, or a
 * number that this database never had.  *seen becomes the last number. */
enum status news_of_users(struct cx *, int64_t *seen, int64_t *n);
