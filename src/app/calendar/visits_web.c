/* visits_web.c - the appointments of one patient, as a part of the record. */
#include "app/calendar/calendar_view.h"
#include "app/patients/patients_view.h"
#include "base/time.h"
#include "base/zone.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"

struct visits_page {
    const struct patient *patient;
    struct appointment_list to_come, before;
    struct url newest, older; /* or none */
    bool books;
};

#include "app/calendar/visits.html.h"

/* Further back, from where the page before ended. */
static enum status read_page(struct cx *cx, const struct request *rq, struct visits_page *p)
{
    struct url here = url_for(cx, rq, ROUTE_appointments_patient, p->patient->id);
    struct patient_appointments want = { .patient = p->patient->id,
                                         .after = id_of(query_text(rq, "after")),
                                         .from = day_start(time_zone(cx), cx->now),
                                         .before = true };
    struct appointment *last;
    if (id_some(want.after)) {
        TRY(appointment_find(cx, want.after, &last));
        want.from = last->starts_at;
        p->newest = here;
    }
    TRY(appointment_list_of(cx, &want, &p->before));
    if (p->before.n == APPOINTMENT_ROWS)
        p->older = url_with(cx, here, "after", p->before.at[p->before.n - 1].id.text);
    if (id_some(want.after)) return OK;
    want.before = false;
    return appointment_list_of(cx, &want, &p->to_come);
}

enum status appointments_patient(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *patient;
    TRY(patient_find(cx, param_id(rq, "id"), &patient));
    struct visits_page p = {
        .patient = patient,
        .books = has(&cx->actor, CALENDAR_EDIT) && patient->state == PATIENT_ACTIVE,
    };
    TRY(read_page(cx, rq, &p));
    visits_view(&rs->body, rq, &p);
    return OK;
}
