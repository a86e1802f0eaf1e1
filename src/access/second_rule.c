/* second_rule.c - see second_rule.h */
#include "access/second_rule.h"

#include "base/time.h"

struct second_rule second_rule_stored(const struct table *t, size_t row)
{
    return (struct second_rule){ .asked = cell_bool(t, row, "second_asked"),
                                 .some_from = cell_int(t, row, "second_some_from"),
                                 .all_from = cell_int(t, row, "second_all_from") };
}

bool second_rule_any(const struct second_rule *r)
{
    return r->asked || r->some_from || r->all_from;
}

bool second_concerns(const struct access *stored)
{
    struct access a = *stored;
    a.active = true;
    a.locations = 1;
    uint64_t reach = access_reach(&a);
    return access_full(&a) || reach_own(reach, AREA_NOTES) || reach_others(reach, AREA_NOTES);
}

int64_t second_required_from(const struct second_rule *r, const struct access *a, int64_t since)
{
    if (!r->some_from || !second_concerns(a)) return r->all_from;
    int64_t some = since > r->some_from ? since : r->some_from;
    return r->all_from && r->all_from < some ? r->all_from : some;
}

enum second_state second_state(const struct second_rule *r, int64_t from, int64_t now,
                               int64_t signed_in_at, int64_t *at)
{
    int64_t until = from + HOURS(SECOND_GRACE_HOURS);
    *at = from;
    if (!from) return r->asked ? SECOND_ASKED : SECOND_FREE;
    if (now < from) return SECOND_COMING;
    if (signed_in_at >= from || now >= until) return SECOND_CLOSED;
    *at = until;
    return SECOND_GRACE;
}
