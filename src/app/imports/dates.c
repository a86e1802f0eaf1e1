/* dates.c - see dates.h */
#include "app/imports/dates.h"

#include <ctype.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

static bool digits(const char *text, size_t n)
{
    return strspn(text, "0123456789") >= n;
}

/* "1980-03-27T00:00:00Z", "27/03/1980 12:00:00 AM": without what follows the day. */
static const char *without_time(struct arena *mem, const char *text)
{
    const char *colon = strchr(text, ':');
    if (!colon) return text;
    const char *end = colon;
    while (end > text && isdigit((unsigned char)end[-1])) end--;
    if (end == text || end == colon || !strchr(" T,", end[-1])) return text;
    return text_clean(mem, arena_copy(mem, text, (size_t)(end - 1 - text)));
}

/* The first two of three parts in turn: "April 3, 2020", "04/03/2020". */
static const char *turned(struct arena *mem, const char *text)
{
    static const char between[] = " ./-,";
    size_t a = strcspn(text, between), gap = strspn(text + a, between);
    const char *second = text + a + gap;
    size_t b = strcspn(second, between);
    return arena_print(mem, "%.*s %.*s%s", (int)b, second, (int)a, text, second + b);
}

static bool year_first(const char *text)
{
    return digits(text, 4);
}

const char *import_date(struct cx *cx, const char *text, enum date_order order)
{
    const char *day = without_time(cx->mem, text_clean(cx->mem, text));
    if (strlen(day) == 8 && digits(day, 8))
        return date_parse(cx, arena_print(cx->mem, "%.4s-%.2s-%.2s", day, day + 4, day + 6));
    if (year_first(day)) return date_parse(cx, day);
    if (!digits(day, 1)) return date_parse(cx, turned(cx->mem, day));
    bool named = day[strspn(day, "0123456789 ./-,")]; /* its month: it is the second part */
    return date_parse(cx, !named && order == MONTH_FIRST ? turned(cx->mem, day) : day);
}

struct date_orders import_date_orders(struct cx *cx, const char *text)
{
    const char *a = import_date(cx, text, DAY_FIRST), *b = import_date(cx, text, MONTH_FIRST);
    return (struct date_orders){ a != NULL, b != NULL, a && b && strcmp(a, b) == 0 };
}
