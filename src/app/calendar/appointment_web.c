/* appointment_web.c - one appointment: looking at it, how it went, cancelling it. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/calendar/appointment_form.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"
#include "app/calendar/series.text.h"

/* Patient pages show more than the calendar does. */
static bool opens_patient(const struct cx *cx)
{
    return has(&cx->actor, PATIENTS_VIEW);
}

#include "app/calendar/appointment.html.h"

enum status appointment_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    struct series_place place;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    TRY(series_place(cx, a, &place));
    appointment_view(&rs->body, rq, a, &place, appointment_may_edit(cx, a));
    return OK;
}

enum status appointment_state_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    enum appointment_state state = APPOINTMENT_BOOKED;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    while (state < APPOINTMENT_STATES
           && strcmp(appointment_state_key(state), form_text(rq, "state")) != 0)
        state++;
    TRY(appointment_set_state(cx, a, state, form_version(rq, "version")));
    return back_changed(cx, rq, rs, a->id, t_state_saved);
}

enum status appointment_cancel_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    struct series_place place;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, a));
    TRY(series_place(cx, a, &place));
    cancel_view(&rs->body, rq, a, &place, form_text(rq, "reason"), form_has(rq, "later"));
    return OK;
}

struct cancel_form {
    const char *reason;
    bool later;
};
static const struct field cancel_fields[] = {
    FIELD(struct cancel_form, reason, FIELD_LINE, .max = 200),
    FIELD(struct cancel_form, later, FIELD_CHECK),
};

enum status appointment_cancel_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct cancel_form form;
    struct appointment *a;
    int64_t n;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    form_take(cx, rq, cancel_fields, &form);
    if (!form.later) {
        TRY(appointment_cancel(cx, a, form.reason, form_version(rq, "version")));
        return back_changed(cx, rq, rs, a->id, t_cancel_done);
    }
    TRY(series_cancel(cx, a, form.reason, form_version(rq, "version"), &n));
    return redirect_notice(cx, rq, rs, back_to_day(cx, rq, a),
                           &(struct notice){ .text = SAY(series_cancelled, n), .row = a->id });
}
