/* lines_reminders.c - the checklist's line about the user's own reminder setting. */
#include "app/departures/checklist.h"
#include "app/reminders/setting.h"

#include "app/departures/departures.text.h"

enum status reminders_state(struct cx *cx, const struct user *u, const char *undo,
                            struct checklist_line *line)
{
    struct reminder_setting own;
    TRY(reminder_setting_of(cx, u->id, &own));
    line->title = SAY(reminders_title);
    line->about = own.version ? SAY(reminders_own, reminder_words(cx, &own)) : SAY(reminders_none);
    line->state = own.version ? LINE_OPEN : undo ? LINE_SETTLED : LINE_NOTHING;
    line->action = SAY(reminders_action);
    line->done = SAY(reminders_done);
    return OK;
}

/* Leaves what was set, so that it can be put back. */
enum status reminders_settle(struct cx *cx, const struct user *u, const char **undo)
{
    struct reminder_setting own;
    TRY(reminder_setting_of(cx, u->id, &own));
    *undo = reminder_setting_pack(cx, &own);
    return reminder_setting_remove(cx, u->id);
}

enum status reminders_undo(struct cx *cx, const struct user *u, const char *undo)
{
    return reminder_setting_unpack(cx, u->id, undo);
}
