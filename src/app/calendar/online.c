/* online.c - see online.h */
#include "app/calendar/online.h"

#include "app/audit/event.h"
#include "app/calendar/booking.h"
#include "base/time.h"
#include "db/db.h"

#include "app/calendar/appointment.text.h"

enum status appointment_book_online(struct cx *cx, const struct online_appointment *a,
                                    struct id *out)
{
    struct placed p = { .user = a->user,
                        .type = a->type,
                        .user_name = "",
                        .starts_at = a->starts_at,
                        .ends_at = a->starts_at + MINUTES(a->minutes),
                        .minutes = a->minutes,
                        .number = a->number };
    struct appointment_draft d = {
        .location = a->location, .patient = a->patient, .label = "", .note = a->note
    };
    TRY(location_find(cx, a->location, &p.location));
    enum status status = placed_overlap(cx, &p, false);
    if (status == CONFLICT)
        return fail_because(cx, CONFLICT, "taken", "%s", SAY(appointment_taken));
    TRY(status);
    return placed_insert(cx, &d, &p, (struct id){ "" }, out);
}

enum status appointment_cancel_online(struct cx *cx, struct id id, const char *reason, bool *done)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("UPDATE appointments SET state = 'cancelled', reason = $3,"
            " version = version + 1 WHERE practice_id = $1 AND id = $2"
            " AND state IN ('booked', 'confirmed') AND starts_at > $4"
            " RETURNING user_id, location_id, starts_at, ends_at, (SELECT l.time_zone FROM locations l"
            "  WHERE l.practice_id = $1 AND l.id = location_id) AS zone,"
            " (SELECT p.number FROM patients p WHERE p.practice_id = $1"
            "  AND p.id = patient_id) AS number"),
        id, reason, cx->now));
    *done = t.rows > 0;
    if (!*done) return OK;
    TRY(time_freed(
        cx, &(struct freed_time){ cell_id(&t, 0, "user_id"), cell_id(&t, 0, "location_id"),
                                  cell_int(&t, 0, "starts_at"), cell_int(&t, 0, "ends_at") }));
    return announce(cx, EVENT_APPOINTMENT_CANCELLED,
                    placed_about(cx, id, cell_int(&t, 0, "number"), cell_text(&t, 0, "zone"),
                                 cell_int(&t, 0, "starts_at")),
                    NULL, NULL);
}
