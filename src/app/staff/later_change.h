/* later_change.h - a change of access that waits for its day; see departures/plan.h. */
#pragma once
#include "app/departures/plan.h"
#include "app/staff/user_change.h"

/* What the change says of access, on a day.  Asks and checks what user_change() does, now
 * and once more then.  INVALID at "when" where something changes that cannot wait. */
enum status user_change_later(struct cx *, const struct user_change *, const struct plan_draft *,
                              int64_t *due_at);
