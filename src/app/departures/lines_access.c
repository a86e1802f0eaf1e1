/* lines_access.c - lines of the checklist about the user's own access. */
#include "app/departures/checklist.h"

#include "app/departures/departure.h"

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
