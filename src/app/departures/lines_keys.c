/* lines_keys.c - the checklist's line about programs that act, or read, in the user's name: keys
 * of the API and the address of the calendar.  They end with the access; disabled before, the
 * user notices while there is somebody to ask. */
#include "app/departures/checklist.h"
#include "app/feed/feed.h"
#include "app/integrations/key.h"

#include "app/departures/departures.text.h"

static const char *about(struct cx *cx, int64_t keys, bool feed)
{
    if (keys && feed) return SAY(keys_line_both, SAY(keys_line_some, keys), SAY(keys_line_feed));
    return keys ? SAY(keys_line_some, keys) : feed ? SAY(keys_line_feed) : SAY(keys_line_none);
}

enum status keys_state(struct cx *cx, const struct user *u, const char *undo,
                       struct checklist_line *line)
{
    int64_t n;
    bool feed;
    TRY(keys_of(cx, u->id, &n));
    TRY(feed_of(cx, u->id, &feed));
    line->title = SAY(keys_line);
    line->about = about(cx, n, feed);
    line->state = n || feed ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(keys_line_action);
    line->done = SAY(keys_line_done);
    return OK;
}

enum status keys_settle(struct cx *cx, const struct user *u, const char **undo)
{
    int64_t n;
    *undo = "";
    TRY(keys_disable_of(cx, u->id, &n));
    return feed_remove_of(cx, u->id);
}
