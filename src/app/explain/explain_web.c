/* explain_web.c - why somebody can or cannot see a record, as a page. */
#include "app/explain/explain.h"
#include "app/patients/care.h"
#include "web/page.h"

#include "app/explain/explain.text.h"

struct why_page {
    struct id patient;
    const struct user *user;
    bool self, reached; /* by who asks */
    struct explained explained;
    struct choice *choices; /* about whom one may ask */
    size_t choices_n;
};

#include "app/explain/explain.html.h"

static enum status read_choices(struct cx *cx, struct why_page *w)
{
    struct carers all;
    TRY(grant_choices(cx, &all));
    w->choices = NEW_ARRAY(cx->mem, struct choice, all.n + 1);
    w->choices[w->choices_n++] = (struct choice){ "", cx->actor.name, NULL };
    for (size_t i = 0; i < all.n; i++)
        w->choices[w->choices_n++] = (struct choice){ all.at[i].user.text, all.at[i].name, NULL };
    return OK;
}

enum status why_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    struct id asked = id_of(query_text(rq, "user"));
    struct why_page w = { .patient = param_id(rq, "id") };
    TRY(user_find(cx, id_some(asked) ? asked : cx->actor.user, &user));
    w.user = user;
    w.self = id_same(user->id, cx->actor.user);
    TRY(explain_patient(cx, user, w.patient, &w.explained));
    TRY(patient_reached(cx, w.patient, &w.reached));
    if (w.reached && has(&cx->actor, PATIENTS_GRANT)) TRY(read_choices(cx, &w));
    why_view(&rs->body, rq, &w);
    return OK;
}
