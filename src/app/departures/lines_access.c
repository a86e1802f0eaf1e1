/* lines_access.c - lines of the checklist about the user's own access. */
#include "app/departures/checklist.h"

#include "app/departures/departure.h"
#include "db/db.h"

#include "app/departures/departures.text.h"

/* --- devices: deactivating ends their place by itself, so this only informs ------ */

enum status devices_state(struct cx *cx, const struct user *u, const char *undo,
                          struct checklist_line *line)
{
    int64_t devices;
    (void)undo;
    TRY(user_devices(cx, u, &devices));
    line->title = SAY(devices_title);
    line->about = devices ? SAY(devices_some, devices) : SAY(devices_none);
    line->state = LINE_NOTHING;
    return OK;
}

/* --- export: the one thing to give, not to take ----------------------------------- */

enum status export_state(struct cx *cx, const struct user *u, const char *undo,
                         struct checklist_line *line)
{
    bool on = u->access.set[SETTING_export_own];
    (void)undo;
    line->title = SAY(export_title, *u->first_name ? u->first_name : u->last_name);
    line->about = on ? SAY(export_on) : SAY(export_off);
    line->state = on ? LINE_SETTLED : LINE_OPTIONAL;
    line->action = SAY(export_action);
    line->done = SAY(export_done);
    return OK;
}

static enum status export_set(struct cx *cx, const struct user *u, bool on)
{
    return db_change_one(cx, "This user was changed meanwhile.",
                         SQL("UPDATE users SET export_own = $4, version = version + 1"
                             " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                         u->id, u->version, on);
}

enum status export_settle(struct cx *cx, const struct user *u, const char **undo)
{
    *undo = "off";
    return export_set(cx, u, true);
}

enum status export_undo(struct cx *cx, const struct user *u, const char *undo)
{
    (void)undo;
    return export_set(cx, u, false);
}
