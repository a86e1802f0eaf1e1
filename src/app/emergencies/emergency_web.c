/* emergency_web.c - opening a record in an emergency, and looking at it afterwards. */
#include <string.h>

#include "app/emergencies/emergency.h"
#include "app/patients/patients_view.h"
#include "base/password.h"
#include "base/time.h"
#include "web/page.h"

#include "app/emergencies/emergency.text.h"

struct emergency_form {
    const char *reason, *password;
};
static const struct field emergency_fields[] = {
    FIELD(struct emergency_form, reason, FIELD_TEXT, .max = 500),
    FIELD(struct emergency_form, password, FIELD_SECRET, .max = PASSWORD_MOST),
};

#include "app/emergencies/emergency.html.h"

enum status emergency_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct emergency_form form = { .reason = "" };
    struct id patient = param_id(rq, "id");
    const char *said = cx->why == CONFLICT ? cx->message : NULL;
    bool reached = false;
    if (cx->reason && strcmp(cx->reason, "slow") == 0) rs->status = 429;
    if (!said) TRY(emergency_before(cx, patient, &reached));
    if (rq->method == POST) form_take(cx, rq, emergency_fields, &form);
    new_view(&rs->body, rq, patient, &form, reached, said);
    return OK;
}

enum status emergency_prepare(struct cx *cx, struct request *rq)
{
    struct emergency_form form;
    form_take(cx, rq, emergency_fields, &form);
    return confirm_check(cx, rq->visit->person, form.password,
                         (struct confirmation **)&rq->prepared);
}

enum status emergency_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct emergency_form form;
    struct id patient = param_id(rq, "id");
    form_take(cx, rq, emergency_fields, &form);
    TRY(emergency_begin(cx, patient, form.reason, rq->prepared));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, patient),
                    SAY(emergency_opened, time_clock(cx, cx->now + MINUTES(EMERGENCY_MINUTES))));
}

enum status emergency_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(emergency_end(cx));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_home_show), SAY(emergency_ended));
}

enum status emergencies_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct emergency_list list;
    TRY(emergency_list(cx, &list));
    list_view(&rs->body, rq, &list);
    return OK;
}

enum status emergency_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct emergency *e;
    struct patient *p = NULL;
    TRY(emergency_find(cx, param_id(rq, "id"), &e));
    if (e->reached) TRY(patient_find(cx, e->patient, &p));
    one_view(&rs->body, rq, e, p);
    return OK;
}
