/* presence.h - from when until when somebody can be booked, as far as plans go (departures/plan.h).
 *
 * Who is active can be, until the moment that a deactivation is planned for.  Who is not can be
 * from the moment that an activation is planned for: on the first day of somebody new, and after
 * the return of somebody who is away.  A plan that was refused counts for nothing. */
#pragma once
#include "base/cx.h"

struct presence {
    bool active;
    int64_t comes_at, goes_at; /* 0: not planned */
};
bool presence_holds(const struct presence *, int64_t at);
/* At any moment from `from` until `to`. */
bool presence_between(const struct presence *, int64_t from, int64_t to);
/* The later of `from` and the day on which somebody comes. */
int64_t presence_first(const struct presence *, int64_t from);
/* Why it does not hold then: "Ms Ingrid Haaland can be booked from 1 Dec 2026 on. …" */
const char *presence_words(struct cx *, const struct presence *, const char *name, int64_t at);

/* Of `u`, rows of users. */
/* clang-format off */
#define PLANNED(u, which)                                                                       \
    " FROM planned_changes d WHERE d.practice_id = " u ".practice_id AND d.user_id = " u ".id"  \
    " AND d.kind = '" which "' AND d.refused = ''"
#define COMES(u) "EXISTS (SELECT 1" PLANNED(u, "activate") ")"
#define COMES_BY(u, at) "EXISTS (SELECT 1" PLANNED(u, "activate") " AND d.due_at <= " at ")"
#define COMES_AT(u)                                                                             \
    "CASE WHEN " u ".status = 'active' THEN 0 ELSE COALESCE((SELECT d.due_at"                   \
    PLANNED(u, "activate") "), 0) END"
#define PRESENCE(u)                                                                             \
    "CASE WHEN " u ".status = 'active' THEN 1 ELSE 0 END AS present, COALESCE((SELECT d.due_at" \
    PLANNED(u, "activate") "), 0) AS comes_at, COALESCE((SELECT d.due_at"                       \
    PLANNED(u, "deactivate") "), 0) AS goes_at"
/* clang-format on */
struct table;
struct presence presence_read(const struct table *, size_t row); /* with columns of PRESENCE() */
