/* asks_web.c - asking for access, and answering, as pages. */
#include <string.h>

#include "app/asks/ask.h"
#include "app/patients/patients_view.h"
#include "app/users/user.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/asks/asks.text.h"

enum { SHOWN = 50, NAMES = 5, DAYS_FIRST = 7 };

struct ask_form {
    const char *reason, *ends_on, *reach, *answer;
};
static const struct field ask_fields[] = {
    FIELD(struct ask_form, reason, FIELD_TEXT, .max = 500),
    FIELD(struct ask_form, ends_on, FIELD_LINE, .max = 40),
    FIELD(struct ask_form, reach, FIELD_LINE, .max = 1),
    FIELD(struct ask_form, answer, FIELD_TEXT, .max = 500),
};

struct new_page {
    struct ask_draft draft;
    struct ask_form form;
    const struct ask *waiting; /* the same was asked for already, or NULL */
    bool reached;
    const char *names; /* who answers */
};

struct one_page {
    const struct ask *ask;
    const struct patient *patient; /* for those who answer; or NULL */
    bool answers, grants;
    struct ask_form form;
};

static const char *reach_words(struct cx *cx, enum reach reach)
{
    return reach == EDIT ? SAY(ask_edit) : SAY(ask_see);
}

static const char *state_words(struct cx *cx, const struct ask *a)
{
    switch (a->state) {
    case ASK_WAITING: return a->over ? SAY(ask_over) : SAY(ask_waiting);
    case ASK_GRANTED: return SAY(ask_granted_by, a->answered_by, time_moment(cx, a->answered_at));
    case ASK_REFUSED: return SAY(ask_refused_by, a->answered_by, time_moment(cx, a->answered_at));
    case ASK_WITHDRAWN: return SAY(ask_was_withdrawn);
    }
    return "";
}

/* The day whose end `ends_at` is. */
static const char *last_day(struct cx *cx, const struct ask *a)
{
    return time_day(cx, a->ends_at - 1);
}

#include "app/asks/asks.html.h"

/* --- asking --------------------------------------------------------------------- */

static enum reach reach_typed(const char *typed)
{
    return strcmp(typed, "2") == 0 ? EDIT : VIEW;
}

static enum status read_names(struct cx *cx, const char **out)
{
    const char **names;
    size_t n;
    *out = "";
    TRY(full_access_names(cx, NAMES, &names, &n));
    for (size_t i = 0; i < n; i++)
        *out = arena_print(cx->mem, "%s%s%s", *out, i ? ", " : "", names[i]);
    return OK;
}

static enum status show_new(struct cx *cx, struct request *rq, struct response *rs,
                            struct ask_draft draft)
{
    struct new_page p = { .draft = draft };
    struct ask *waiting;
    p.form = (struct ask_form){ .reason = "", .reach = query_text(rq, "reach") };
    p.form.ends_on = date_add(cx, date_today(cx), DAYS_FIRST);
    if (rq->method == POST) form_take(cx, rq, ask_fields, &p.form);
    p.draft.reach = reach_typed(p.form.reach);
    TRY(ask_before(cx, &p.draft, &waiting, &p.reached));
    p.waiting = waiting;
    TRY(read_names(cx, &p.names));
    new_view(&rs->body, rq, &p);
    return OK;
}

static enum status create(struct cx *cx, struct request *rq, struct response *rs,
                          struct ask_draft draft)
{
    struct ask_form form;
    struct ask *waiting;
    struct id id;
    bool reached;
    form_take(cx, rq, ask_fields, &form);
    draft.reach = reach_typed(form.reach);
    draft.reason = form.reason;
    draft.ends_on = form.ends_on;
    TRY(ask_before(cx, &draft, &waiting, &reached));
    TRY(ask_create(cx, &draft, &id));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_ask_show, id),
                    waiting ? SAY(ask_again) : SAY(ask_sent));
}

static struct ask_draft record_of(const struct request *rq)
{
    return (struct ask_draft){ .patient = param_id(rq, "id"), .area = AREA_COUNT };
}

enum status ask_record_new(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_new(cx, rq, rs, record_of(rq));
}

enum status ask_record_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    return create(cx, rq, rs, record_of(rq));
}

static enum status area_of(struct cx *cx, const struct request *rq, struct ask_draft *out)
{
    *out = (struct ask_draft){ .area = area_find(param_text(rq, "area")) };
    return out->area < AREA_COUNT ? OK : fail(cx, NOT_FOUND, "There is no such area.");
}

enum status ask_area_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask_draft draft;
    TRY(area_of(cx, rq, &draft));
    return show_new(cx, rq, rs, draft);
}

enum status ask_area_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask_draft draft;
    TRY(area_of(cx, rq, &draft));
    return create(cx, rq, rs, draft);
}

/* --- one request, and all ---------------------------------------------------------- */

enum status asks_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask_list own, waiting;
    TRY(ask_list_own(cx, &own));
    TRY(ask_list_waiting(cx, SHOWN, &waiting));
    list_view(&rs->body, rq, &own, &waiting);
    return OK;
}

enum status ask_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct one_page p = { 0 };
    struct ask *a;
    struct patient *patient;
    TRY(ask_find(cx, param_id(rq, "id"), &a));
    p.ask = a;
    p.answers = !a->mine && a->state == ASK_WAITING && !a->over;
    p.form = (struct ask_form){ .reach = a->reach == EDIT ? "2" : "1",
                                .ends_on = date_at(cx, a->ends_at - 1) };
    if (rq->method == POST) form_take(cx, rq, ask_fields, &p.form);
    if (!a->mine && id_some(a->patient)) {
        TRY(patient_find(cx, a->patient, &patient));
        p.patient = patient;
        p.grants = p.answers && patient_may(cx, PATIENTS_EDIT, patient)
                   && may(&cx->actor, PATIENTS_GRANT,
                          &(struct subject){ .practice = cx->actor.practice }, NULL);
    }
    one_view(&rs->body, rq, &p);
    return OK;
}

static enum status back(struct cx *cx, struct request *rq, struct response *rs, const struct ask *a,
                        const char *said)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_ask_show, a->id), said);
}

enum status ask_withdraw_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask *a;
    TRY(ask_find(cx, param_id(rq, "id"), &a));
    TRY(ask_withdraw(cx, a));
    return back(cx, rq, rs, a, SAY(ask_withdrawn_said));
}

enum status ask_grant_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask *a;
    struct ask_form form;
    TRY(ask_find(cx, param_id(rq, "id"), &a));
    form_take(cx, rq, ask_fields, &form);
    TRY(ask_grant(cx, a, reach_typed(form.reach), form.ends_on));
    return back(cx, rq, rs, a,
                SAY(ask_granted_said, a->user_name,
                    time_day(cx, date_start(cx, date_parse(cx, form.ends_on)))));
}

enum status ask_refuse_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct ask *a;
    struct ask_form form;
    TRY(ask_find(cx, param_id(rq, "id"), &a));
    form_take(cx, rq, ask_fields, &form);
    TRY(ask_refuse(cx, a, form.answer));
    return back(cx, rq, rs, a, SAY(ask_refused_said, a->user_name));
}
