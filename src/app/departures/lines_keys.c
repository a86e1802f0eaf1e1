/* lines_keys.c - the checklist's line about keys of the API, which end with the access. */
#include "app/departures/checklist.h"
#include "app/integrations/key.h"

#include "app/departures/departures.text.h"

enum status keys_state(struct cx *cx, const struct user *u, const char *undo,
                       struct checklist_line *line)
{
    int64_t n;
    TRY(keys_of(cx, u->id, &n));
    line->title = SAY(keys_line);
    line->about = n ? SAY(keys_line_some, n) : SAY(keys_line_none);
    line->state = n ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(keys_line_action);
    line->done = SAY(keys_line_done);
    return OK;
}

enum status keys_settle(struct cx *cx, const struct user *u, const char **undo)
{
    int64_t n;
    *undo = "";
    return keys_disable_of(cx, u->id, &n);
}
