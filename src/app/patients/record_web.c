/* record_web.c - one patient's record, as a page. */
#include <string.h>

#include "access/looks.h"
#include "app/locations/location.h"
#include "app/patients/care.h"
#include "app/patients/patients_view.h"
#include "app/patients/reach.h"
#include "base/time.h"

#include "app/patients/patient.text.h"
#include "app/patients/patients.text.h"

enum { LOOKS_SHOWN = 20 };

struct record_page {
    const struct patient *patient;
    struct patient_list merged;
    struct carers carers;
    struct grants grants;
    struct reachers reachers;
    struct looks looks;
    const char *places;
    struct choice *care_choices, *user_choices;
    size_t care_choices_n, user_choices_n;
    bool edits, books, grants_access, sees_looks;
    const char *practitioner, *user, *reach; /* as they were sent, for a form that comes back */
    bool main;
};

static bool nothing_known(const struct patient *p)
{
    const char *const all[] = { p->preferred_name, p->birth_date,   p->gender,
                                p->phone,          p->other_phone,  p->email,
                                p->address,        p->contact_name, p->contact_phone };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (*all[i]) return false;
    return true;
}

static const char *contact_words(struct cx *cx, const struct patient *p)
{
    if (!*p->contact_relation) return p->contact_name;
    return SAY(record_contact_related, p->contact_name, p->contact_relation);
}

static const char *grant_words(struct cx *cx, const struct grant *g)
{
    if (g->reach == NONE) return g->full ? SAY(record_access_full) : SAY(record_access_off);
    return g->reach == VIEW ? SAY(record_access_view) : SAY(record_access_edit);
}

static const char *grant_since(struct cx *cx, const struct grant *g)
{
    if (g->emergency)
        return SAY(record_access_emergency, time_moment(cx, g->since), time_clock(cx, g->ends_at));
    if (g->ends_at)
        return SAY(record_access_until, g->by, time_day(cx, g->since), time_day(cx, g->ends_at - 1));
    return SAY(record_access_by, g->by, time_day(cx, g->since));
}

/* "See and edit, by Full Access", or what else opens it. */
static const char *reacher_words(struct cx *cx, const struct reacher *r)
{
    const char *reach = reach_label(r->reach)(cx);
    if (r->by == BY_CARE) return SAY(record_open_care, reach);
    if (r->by == BY_GRANT) return SAY(record_open_grant, reach);
    return SAY(record_open_level, reach, levels[r->level].label(cx));
}

static const char *how_words(struct cx *cx, const struct look *look)
{
    if (strcmp(look->how, "opened") == 0) return SAY(look_opened, look->times);
    if (strcmp(look->how, "listed") == 0) return SAY(look_listed, look->times);
    if (strcmp(look->how, "exported") == 0) return SAY(look_exported, look->times);
    return strcmp(look->how, "found") == 0 ? SAY(look_found, look->times)
                                           : SAY(look_denied, look->times);
}

static const char *merged_words(struct cx *cx, const struct patient *p)
{
    return SAY(record_merged_line, patient_name(cx, p), number_of(cx, p), time_day(cx, p->state_at),
               p->state_by);
}

#include "app/patients/record.html.h"

static enum status read_places(struct cx *cx, struct record_page *r)
{
    struct location_list all;
    struct ids places;
    TRY(location_list(cx, &all));
    TRY(patient_places(cx, r->patient->id, &places));
    r->places = "";
    for (size_t i = 0; i < all.n; i++)
        for (size_t j = 0; j < places.n; j++)
            if (id_same(all.at[i].id, places.at[j]))
                r->places = arena_print(cx->mem, "%s%s%s", r->places, *r->places ? ", " : "",
                                        all.at[i].name);
    return OK;
}

/* All of them but those that are there already, behind "Choose…". */
static struct choice *choices_of(struct cx *cx, const struct carers *all,
                                 const struct carers *there, size_t *n)
{
    struct choice *choices = NEW_ARRAY(cx->mem, struct choice, all->n + 1);
    choices[0] = (struct choice){ "", SAY(record_care_choose), NULL };
    *n = 1;
    for (size_t i = 0; i < all->n; i++) {
        size_t at = 0;
        while (at < there->n && !id_same(there->at[at].user, all->at[i].user)) at++;
        if (at == there->n)
            choices[(*n)++] = (struct choice){ arena_print(cx->mem, "%s", all->at[i].user.text),
                                               all->at[i].name, NULL };
    }
    return choices;
}

/* Nobody gives themselves anything. */
static struct choice *colleagues(struct cx *cx, const struct reachers *all, size_t *n)
{
    struct choice *choices = NEW_ARRAY(cx->mem, struct choice, all->n + 1);
    choices[0] = (struct choice){ "", SAY(record_care_choose), NULL };
    *n = 1;
    for (const struct reacher *u = all->at; u < all->at + all->n; u++)
        if (!id_same(u->user, cx->actor.user))
            choices[(*n)++] = (struct choice){ u->user.text, u->name, NULL };
    return choices;
}

static enum status read_forms(struct cx *cx, const struct request *rq, struct record_page *r)
{
    struct carers all;
    if (r->edits) {
        TRY(care_choices(cx, &all));
        r->care_choices = choices_of(cx, &all, &r->carers, &r->care_choices_n);
    }
    if (r->grants_access) {
        TRY(grant_list(cx, r->patient->id, &r->grants));
        TRY(reach_of_all(cx, r->patient->id, &r->reachers));
        r->user_choices = colleagues(cx, &r->reachers, &r->user_choices_n);
    }
    r->practitioner = form_text(rq, "practitioner");
    r->main = form_has(rq, "main");
    r->user = form_text(rq, "user");
    r->reach = form_text(rq, "reach");
    return OK;
}

enum status patient_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct record_page r = { 0 };
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    r.patient = p;
    r.edits = p->state != PATIENT_MERGED && patient_may(cx, PATIENTS_EDIT, p);
    r.books = p->state == PATIENT_ACTIVE && has(&cx->actor, CALENDAR_EDIT);
    r.grants_access = r.edits
                      && may(&cx->actor, PATIENTS_GRANT,
                             &(struct subject){ .practice = cx->actor.practice }, NULL);
    r.sees_looks = has(&cx->actor, HISTORY_VIEW);
    TRY(patient_merged(cx, p->id, &r.merged));
    TRY(care_list(cx, p->id, &r.carers));
    TRY(read_places(cx, &r));
    TRY(read_forms(cx, rq, &r));
    if (r.sees_looks) TRY(looks_at(cx, p->id, LOOKS_SHOWN, &r.looks));
    record_view(&rs->body, rq, &r);
    return OK;
}

/* --- its buttons -------------------------------------------------------------- */

/* Back to the record, or to the list if the record is out of reach now. */
static enum status done(struct cx *cx, struct request *rq, struct response *rs,
                        const struct patient *before, const char *said)
{
    bool reached;
    TRY(patient_reached(cx, before->id, &reached));
    if (!reached)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patients_index), SAY(left_behind));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, before->id), said);
}

enum status patient_archive_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(patient_archive(cx, p));
    struct notice notice = { .text = SAY(form_archived, number_of(cx, p)),
                             .undo = url_for(cx, rq, ROUTE_patient_restore_form, p->id) };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, p->id), &notice);
}

enum status patient_restore_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(patient_restore(cx, p));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, p->id),
                    SAY(form_restored, number_of(cx, p)));
}

enum status care_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(care_add(cx, p, id_of(form_text(rq, "practitioner")), form_has(rq, "main")));
    return done(cx, rq, rs, p, SAY(care_saved));
}

enum status care_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(care_end(cx, p, param_id(rq, "user")));
    return done(cx, rq, rs, p, SAY(care_saved));
}

enum status grant_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    const char *typed = form_text(rq, "reach");
    enum reach reach = strcmp(typed, "2") == 0 ? EDIT : strcmp(typed, "1") == 0 ? VIEW : NONE;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(grant_set(cx, p, id_of(form_text(rq, "user")), reach));
    return done(cx, rq, rs, p, SAY(grant_saved));
}

enum status grant_end_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(grant_end(cx, p, param_id(rq, "user")));
    return done(cx, rq, rs, p, SAY(grant_saved));
}
