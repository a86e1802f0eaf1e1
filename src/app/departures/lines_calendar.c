/* lines_calendar.c - the line of the checklist about what stands in the calendar. */
#include "app/calendar/appointment.h"
#include "app/departures/checklist.h"
#include "app/handovers/handover.h"
#include "base/time.h"

#include "app/departures/departures.text.h"

/* No button: handing over has pages of its own; what is left stays in view in the
 * calendar. */
enum status appointments_state(struct cx *cx, const struct user *u, const char *undo,
                               struct checklist_line *line)
{
    int64_t n, next;
    bool handed = false;
    (void)undo;
    TRY(appointment_future(cx, u->id, &n, &next));
    if (n == 0) TRY(handover_was_done(cx, u->id, &handed));
    line->title = SAY(appointments_title);
    line->about = n ? SAY(appointments_some, n, time_moment(cx, next)) : SAY(appointments_none);
    line->state = n ? LINE_OPEN : handed ? LINE_SETTLED : LINE_NOTHING;
    line->done = SAY(appointments_done);
    line->hands_over = true;
    return OK;
}
