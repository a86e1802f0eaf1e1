/* calendar_view.c - see calendar_view.h */
#include "app/calendar/calendar_view.h"

#include "base/text.h"
#include "base/time.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"

const char *appointment_brief(struct cx *cx, const struct appointment *a)
{
    if (!id_some(a->patient)) return a->label;
    return a->shown.seen ? a->shown.brief : SAY(calendar_not_shown);
}

const char *appointment_whom(struct cx *cx, const struct appointment *a)
{
    return id_some(a->patient) && a->shown.seen ? a->shown.name : appointment_brief(cx, a);
}

const char *appointment_initials(struct cx *cx, const struct appointment *a)
{
    return id_some(a->patient) && a->shown.seen ? a->shown.initials : appointment_brief(cx, a);
}

const char *appointment_about(struct cx *cx, const struct appointment *a)
{
    const char *state = appointment_state_words(cx, a->state);
    if (a->state == APPOINTMENT_BOOKED) return *a->type_name ? a->type_name : "";
    return *a->type_name ? SAY(calendar_type_and_state, a->type_name, state) : state;
}

const char *appointment_place(struct cx *cx, const struct appointment *a)
{
    return *a->room_name ? SAY(calendar_room_at, a->location_name, a->room_name) : a->location_name;
}

const char *appointment_class(const struct appointment *a)
{
    if (!id_some(a->patient)) return "brk";
    switch (a->state) {
    case APPOINTMENT_CONFIRMED: return "sure";
    case APPOINTMENT_ARRIVED: return "here";
    case APPOINTMENT_COMPLETED: return "done";
    case APPOINTMENT_DID_NOT_ATTEND: return "noshow";
    case APPOINTMENT_CANCELLED: return "gone";
    default: return "";
    }
}

const char *appointment_clock(struct cx *cx, const struct appointment *a)
{
    return SAY(calendar_from_to, time_in(cx, a->zone, time_clock, a->starts_at),
               time_in(cx, a->zone, time_clock, a->ends_at));
}

const char *appointment_day(struct cx *cx, const struct appointment *a)
{
    return time_in(cx, a->zone, time_weekday_day, a->starts_at);
}

const char *number_line(struct cx *cx, int64_t number)
{
    return SAY(booking_number, arena_number(cx->mem, number));
}
