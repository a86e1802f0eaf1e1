/* lines_export.c - the lines of the checklist about the own data: what there is to give, not to
 * take. */
#include <string.h>

#include "app/departures/checklist.h"
#include "app/exports/export.h"
#include "base/time.h"

#include "app/departures/departures.text.h"

static const char *called(const struct user *u)
{
    return *u->first_name ? u->first_name : u->last_name;
}

enum status export_state(struct cx *cx, const struct user *u, const char *undo,
                         struct checklist_line *line)
{
    bool on = u->access.set[SETTING_export_own];
    struct export_permit permit;
    (void)undo;
    TRY(export_permit_find(cx, u->id, &permit));
    line->title = SAY(export_title, called(u));
    line->about = !on            ? SAY(export_off)
                  : permit.until ? SAY(export_until, time_day(cx, permit.until - 1))
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

/* --- and after leaving ------------------------------------------------------------- */

/* What is not whole when the access ends is never made, so afterwards there is something to
 * decide only where there is something. */
enum status kept_state(struct cx *cx, const struct user *u, const char *undo,
                       struct checklist_line *line)
{
    struct export_permit permit;
    (void)undo;
    TRY(export_permit_find(cx, u->id, &permit));
    bool on = permit.outlives && u->access.set[SETTING_export_own];
    const char *day = on ? time_day(cx, permit.until - 1) : "";
    line->title = SAY(kept_title, called(u));
    line->action = SAY(kept_action);
    line->done = SAY(export_done);
    line->state = on ? LINE_SETTLED : LINE_OPTIONAL;
    line->about = !on            ? SAY(kept_off)
                  : permit.waits ? SAY(kept_ready, day)
                                 : SAY(kept_not_yet, day, called(u));
    if (u->access.active || (on && permit.waits)) return OK;
    line->state = LINE_NOTHING;
    line->about = SAY(kept_nothing);
    return OK;
}

/* What there was before is what undoing leads back to. */
enum status kept_settle(struct cx *cx, const struct user *u, const char **undo)
{
    struct export_permit permit;
    TRY(export_permit_find(cx, u->id, &permit));
    *undo = permit.until ? "permit" : u->access.set[SETTING_export_own] ? "setting" : "off";
    return export_permit_outlive(cx, u, true);
}

/* Nobody whose access has ended has any use for the permission alone. */
enum status kept_undo(struct cx *cx, const struct user *u, const char *undo)
{
    if (!u->access.active || strcmp(undo, "off") == 0) return export_permit_end(cx, u);
    if (strcmp(undo, "setting") == 0) return export_permit_for_good(cx, u);
    return export_permit_outlive(cx, u, false);
}
