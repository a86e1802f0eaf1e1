/* lines_calendar.c - the line of the checklist about what stands in the calendar. */
#include "app/calendar/appointment.h"
#include "app/departures/checklist.h"
#include "base/time.h"

#include "app/departures/departures.text.h"

/* Nothing to press: each is moved in the calendar, where those that are left
 * stay in view. */
enum status appointments_state(struct cx *cx, const struct user *u, const char *undo,
                               struct checklist_line *line)
{
    int64_t n, next;
    (void)undo;
    TRY(appointment_future(cx, u->id, &n, &next));
    line->title = SAY(appointments_title);
    line->about = n ? SAY(appointments_some, n, time_moment(cx, next)) : SAY(appointments_none);
    line->state = n ? LINE_OPEN : LINE_NOTHING;
    return OK;
}
