/* presence.c - see presence.h */
#include "app/users/presence.h"

#include "base/time.h"
#include "db/db.h"

#include "app/users/presence.text.h"

bool presence_holds(const struct presence *p, int64_t at)
{
    bool gone = p->goes_at && p->goes_at <= at, back = p->comes_at && p->comes_at <= at;
    if (p->active && !gone) return true;
    return back && !(gone && p->goes_at > p->comes_at);
}

bool presence_between(const struct presence *p, int64_t from, int64_t to)
{
    return presence_holds(p, from)
           || (p->comes_at > from && p->comes_at < to && presence_holds(p, p->comes_at));
}

int64_t presence_first(const struct presence *p, int64_t from)
{
    return !p->active && p->comes_at > from ? p->comes_at : from;
}

const char *presence_words(struct cx *cx, const struct presence *p, const char *name, int64_t at)
{
    bool gone = p->goes_at && p->goes_at <= at, to_come = p->comes_at > at;
    if (gone && to_come)
        return SAY(presence_away, name, time_moment(cx, p->goes_at), time_moment(cx, p->comes_at));
    return gone ? SAY(presence_until, name, time_moment(cx, p->goes_at))
                : SAY(presence_from, name, time_day(cx, p->comes_at));
}

struct presence presence_read(const struct table *t, size_t row)
{
    return (struct presence){ cell_bool(t, row, "present"), cell_int(t, row, "comes_at"),
                              cell_int(t, row, "goes_at") };
}
