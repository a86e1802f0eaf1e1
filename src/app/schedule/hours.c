/* hours.c - see hours.h */
#include "app/schedule/hours.h"

#include <stdlib.h>
#include <string.h>

#include "app/audit/event.h"
#include "base/time.h"
#include "db/db.h"

#include "app/schedule/schedule.text.h"

enum { SPANS = 6, DAY = 24 * 60 };

enum status hours_at(struct cx *cx, struct id location, struct id user, int weekday,
                     struct hours_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT user_id, weekday, from_minute, to_minute FROM working_hours"
                      " WHERE practice_id = $1 AND location_id = $2"
                      " AND (CAST($3 AS TEXT) IS NULL OR user_id = $3)"
                      " AND ($4 = -1 OR weekday = $4) ORDER BY user_id, weekday, from_minute"),
                  location, user, weekday));
    *out = (struct hours_list){ t.rows, NEW_ARRAY(cx->mem, struct hours, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct hours){ cell_id(&t, i, "user_id"),
                                     (int)cell_int(&t, i, "weekday"),
                                     { (int)cell_int(&t, i, "from_minute"),
                                       (int)cell_int(&t, i, "to_minute") } };
    return OK;
}

static const char *clock_words(struct cx *cx, int minute)
{
    return arena_print(cx->mem, "%d:%02d", minute / 60, minute % 60);
}

static const char *span_words(struct cx *cx, const char *before, struct span s)
{
    return arena_print(cx->mem, "%s%s%s", before, *before ? ", " : "",
                       SAY(hours_span, clock_words(cx, s.from), clock_words(cx, s.to)));
}

const char *hours_words(struct cx *cx, const struct hours_list *list, struct id user, int weekday)
{
    const char *text = "";
    for (size_t i = 0; i < list->n; i++)
        if (id_same(list->at[i].user, user) && list->at[i].weekday == weekday)
            text = span_words(cx, text, list->at[i].span);
    return text;
}

/* --- as typed --------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    return ((const struct span *)a)->from - ((const struct span *)b)->from;
}

/* What ends a day may be written 24:00. */
static int end_of(const char *typed)
{
    typed += strspn(typed, " ");
    return strncmp(typed, "24", 2) == 0 && strspn(typed + 2, ":0 ") == strlen(typed + 2)
               ? DAY
               : clock_typed(typed);
}

/* The two times of "8:00 to 12:00", "8-12" or "8–12". */
static bool read_span(struct cx *cx, const char *text, struct span *out)
{
    static const char *const between[] = { "to", "-", "\u2013" };
    const char *at = NULL;
    size_t n = 0;
    for (size_t i = 0; !at && i < sizeof between / sizeof *between; i++) {
        at = strstr(text, between[i]);
        n = strlen(between[i]);
    }
    if (!at) return false;
    out->from = clock_typed(arena_copy(cx->mem, text, (size_t)(at - text)));
    out->to = end_of(at + n);
    return out->from >= 0 && out->to > out->from;
}

static bool read_day(struct cx *cx, const char *text, struct span *out, size_t *n)
{
    *n = 0;
    while (*text) {
        size_t part = strcspn(text, ",;");
        const char *one = arena_copy(cx->mem, text, part);
        if (one[strspn(one, " ")] && (*n == SPANS || !read_span(cx, one, &out[(*n)++])))
            return false;
        text += part + (text[part] != '\0');
    }
    if (*n) qsort(out, *n, sizeof *out, by_time);
    for (size_t i = 1; i < *n; i++)
        if (out[i].from < out[i - 1].to) return false;
    return true;
}

static enum status write_day(struct cx *cx, struct id location, struct id user, int weekday,
                             const struct span *spans, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(cx,
                    SQL("INSERT INTO working_hours (practice_id, location_id, user_id, weekday,"
                        " from_minute, to_minute) VALUES ($1, $2, $3, $4, $5, $6)"),
                    location, user, weekday, spans[i].from, spans[i].to));
    return OK;
}

const char *weekday_words(struct cx *cx, int weekday)
{
    enum { SUNDAY = 3 }; /* 4 Jan 1970 */
    const char *day = time_in(cx, "UTC", time_weekday_day, DAYS(SUNDAY + weekday));
    return arena_copy(cx->mem, day, strcspn(day, " "));
}

struct record column_facts(const struct cx *cx, struct id location, struct id user)
{
    return (struct record){ id_same(user, cx->actor.user), ids_hold(cx->actor.locations, location),
                            NO_GRANT };
}

enum status hours_set(struct cx *cx, struct id location, struct id user, const char *name,
                      const struct week_draft *draft)
{
    struct record record = column_facts(cx, location, user);
    struct subject subject = { .practice = cx->actor.practice, .record = &record };
    struct span spans[WEEKDAYS][SPANS];
    size_t n[WEEKDAYS];
    struct hours_list before;
    struct changes changes = { 0 };
    TRY(allow(cx, CALENDAR_EDIT, &subject));
    TRY(hours_at(cx, location, user, -1, &before));
    for (int d = 0; d < WEEKDAYS; d++) {
        const char *text = "";
        if (!read_day(cx, draft->day[d], spans[d], &n[d]))
            field_fault(cx, arena_print(cx->mem, "day%d", d), SAY(hours_wrong));
        else
            for (size_t i = 0; i < n[d]; i++) text = span_words(cx, text, spans[d][i]);
        change_note(cx, &changes, weekday_words(cx, d), hours_words(cx, &before, user, d), text);
    }
    TRY(field_check(cx));
    if (!changes.first) return OK;
    TRY(db_exec(cx,
                SQL("DELETE FROM working_hours WHERE practice_id = $1 AND location_id = $2"
                    " AND user_id = $3"),
                location, user));
    for (int d = 0; d < WEEKDAYS; d++) TRY(write_day(cx, location, user, d, spans[d], n[d]));
    return announce(cx, EVENT_HOURS_CHANGED, (struct about){ user, name }, &changes, NULL);
}
