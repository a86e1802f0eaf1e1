/* lines_export.c - the line of the checklist about the own data: the one thing to give, not to
 * take. */
#include "app/departures/checklist.h"
#include "app/exports/export.h"
#include "base/time.h"

#include "app/departures/departures.text.h"

enum status export_state(struct cx *cx, const struct user *u, const char *undo,
                         struct checklist_line *line)
{
    bool on = u->access.set[SETTING_export_own];
    int64_t until;
    (void)undo;
    TRY(export_permit_until(cx, u->id, &until));
    line->title = SAY(export_title, *u->first_name ? u->first_name : u->last_name);
    line->about = !on     ? SAY(export_off)
                  : until ? SAY(export_until, time_day(cx, until - 1))
                          : SAY(export_on);
    line->state = on ? LINE_SETTLED : LINE_OPTIONAL;
    line->action = SAY(export_action, (int64_t)EXPORT_PERMIT_DAYS);
    line->done = SAY(export_done);
    return OK;
}

enum status export_settle(struct cx *cx, const struct user *u, const char **undo)
{
    *undo = "off";
    return export_permit_give(cx, u);
}

/* What was made with it ends, too. */
enum status export_undo(struct cx *cx, const struct user *u, const char *undo)
{
    (void)undo;
    return export_permit_end(cx, u);
}
