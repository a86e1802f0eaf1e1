/* period.c - see period.h */
#include "app/reports/period.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"

#include "app/reports/reports.text.h"

static const char *const keys[] = { "this-month", "last-month", "3-months",
                                    "12-months",  "this-year",  "last-year" };
enum { KEYS = sizeof keys / sizeof *keys };

const char *period_key(size_t i)
{
    return i < KEYS ? keys[i] : NULL;
}

const char *period_label(struct cx *cx, size_t i)
{
    switch (i) {
    case 0: return SAY(reports_this_month);
    case 1: return SAY(reports_last_month);
    case 2: return SAY(reports_3_months);
    case 3: return SAY(reports_12_months);
    case 4: return SAY(reports_this_year);
    default: return SAY(reports_last_year);
    }
}

/* Months are counted from the year 0. */
static int month_of(const char *date)
{
    return atoi(date) * 12 + atoi(date + strlen("2026-")) - 1;
}

static const char *first_day(struct cx *cx, int month)
{
    return arena_print(cx->mem, "%04d-%02d-01", month / 12, month % 12 + 1);
}

struct period period_of(struct cx *cx, const char *key)
{
    int now = month_of(date_today(cx)), from = now - 11, to = now + 1;
    size_t i = 0;
    while (i < KEYS && strcmp(keys[i], key) != 0) i++;
    if (i == 0) from = now;
    if (i == 1) from = now - 1, to = now;
    if (i == 2) from = now - 2;
    if (i == 4) from = now - now % 12, to = from + 12;
    if (i == 5) to = now - now % 12, from = to - 12;
    struct period p = { .key = i < KEYS ? keys[i] : keys[3], .n = (size_t)(to - from) };
    for (size_t m = 0; m <= p.n; m++) p.begin[m] = first_day(cx, from + (int)m);
    return p;
}

const char *month_short(struct cx *cx, const char *begin)
{
    const char *words = date_words(cx, begin); /* "1 Mar 2026" */
    const char *month = strchr(words, ' ') + 1;
    return arena_copy(cx->mem, month, strcspn(month, " "));
}

const char *month_words(struct cx *cx, const char *begin)
{
    return strchr(date_words(cx, begin), ' ') + 1;
}
