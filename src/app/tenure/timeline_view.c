/* timeline_view.c - see timeline_view.h */
#include "app/tenure/timeline_view.h"

#include "base/time.h"

#include "app/tenure/timeline.text.h"

enum { WIDTH = 680, BAR_TOP = 20, BAR_HEIGHT = 24, LABEL_LEAST = 100, DAY_LEAST = 70 };

static int x_of(const struct timeline *t, int64_t at)
{
    int64_t from = t->spans[0].from, all = t->spans[t->spans_n - 1].to - from;
    return all > 0 ? (int)((double)(at - from) / (double)all * WIDTH) : 0;
}

/* Nobody was deactivated before the first of all changes. */
static const char *span_words(struct cx *cx, const struct timeline *t,
                              const struct timeline_span *span)
{
    if (span->active) return span->level;
    return span == t->spans && t->steps_n < TIMELINE_MOST ? SAY(timeline_awaited)
                                                          : SAY(timeline_deactivated);
}

/* What the picture shows, in one sentence. */
static const char *finding(struct cx *cx, const struct timeline *t)
{
    const struct timeline_span *now = &t->spans[t->spans_n - 1];
    return SAY(timeline_says, span_words(cx, t, now), time_day(cx, now->from),
               (int64_t)t->spans_n - 1, time_day(cx, t->spans[0].from));
}

#include "app/tenure/timeline.html.h"
