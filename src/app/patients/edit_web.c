/* edit_web.c - adding a patient, and changing one, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/locations/location.h"
#include "app/patients/care.h"
#include "app/patients/patients_view.h"
#include "base/date.h"

#include "app/patients/patient.text.h"
#include "app/patients/patients.text.h"

struct patient_form {
#define DETAIL(name, most) const char *name;
#include "app/patients/details.def"
#undef DETAIL
    struct texts locations;
    const char *practitioner, *version, *was;
    bool another;
};

static const struct field patient_fields[] = {
#define DETAIL(name, most) FIELD(struct patient_form, name, FIELD_LINE, .max = most),
#include "app/patients/details.def"
#undef DETAIL
    FIELD(struct patient_form, locations, FIELD_MANY),
    FIELD(struct patient_form, practitioner, FIELD_LINE, .max = 26),
    FIELD(struct patient_form, version, FIELD_LINE, .max = 18),
    FIELD(struct patient_form, was, FIELD_LINE, .max = WAS_MOST),
    FIELD(struct patient_form, another, FIELD_CHECK),
};

struct edit_page {
    const struct patient *patient; /* NULL: a new one */
    struct patient_draft saved;    /* what is kept of it */
    struct patient_form form;
    struct patient_list duplicates;
    struct location_list locations;
    struct choice *practitioners;
    size_t practitioners_n;
};

static bool ticked(const struct patient_form *f, struct id location)
{
    for (size_t i = 0; i < f->locations.n; i++)
        if (strcmp(f->locations.at[i], location.text) == 0) return true;
    return false;
}

#include "app/patients/edit.html.h"

static struct patient_draft draft_of(struct cx *cx, const struct patient_form *f)
{
    struct ids places = { f->locations.n, NEW_ARRAY(cx->mem, struct id, f->locations.n) };
    for (size_t i = 0; i < places.n; i++) places.at[i] = id_of(f->locations.at[i]);
    return (struct patient_draft){
#define DETAIL(name, most) .name = f->name,
#include "app/patients/details.def"
#undef DETAIL
        .locations = places,
        .practitioner = id_of(f->practitioner),
    };
}

static struct texts texts_of(struct cx *cx, const struct ids *ids)
{
    struct texts texts = { ids->n, NEW_ARRAY(cx->mem, const char *, ids->n) };
    for (size_t i = 0; i < ids->n; i++) texts.at[i] = ids->at[i].text;
    return texts;
}

/* --- two versions of one patient ------------------------------------------------- */

enum {
#define DETAIL(name, most) LINE_##name,
#include "app/patients/details.def"
#undef DETAIL
    PLACES, /* the last line is not a text of the draft */
    LINES
};

static const char *places_words(struct cx *cx, const struct location_list *all,
                                const struct ids *places)
{
    const char *names = "";
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < places->n; j++)
            if (id_same(all->at[i].id, places->at[j]))
                names = arena_print(cx->mem, "%s%s%s", names, *names ? ", " : "", all->at[i].name);
    return names;
}

/* What was typed may be a date; then it is compared as one. */
static const char *born_as_shown(struct cx *cx, const char *typed)
{
    const char *date = date_parse(cx, typed);
    return date ? date_words(cx, date) : typed;
}

static void lines_of(struct cx *cx, const struct location_list *all,
                     const struct patient_draft *yours, const struct patient_draft *saved,
                     struct version_line out[LINES])
{
    const struct version_line lines[LINES] = {
#define DETAIL(name, most) { #name, SAY(patient_##name), yours->name, saved->name },
#include "app/patients/details.def"
#undef DETAIL
        { "locations", SAY(patient_locations), places_words(cx, all, &yours->locations),
          places_words(cx, all, &saved->locations) },
    };
    memcpy(out, lines, sizeof lines);
    out[LINE_birth_date].yours = born_as_shown(cx, yours->birth_date);
    out[LINE_birth_date].saved = born_as_shown(cx, saved->birth_date);
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct edit_page *e,
                     struct patient_draft *d, struct version_line lines[LINES])
{
    const char **fields[] = {
#define DETAIL(name, most) &d->name,
#include "app/patients/details.def"
#undef DETAIL
    };
    lines_of(cx, &e->locations, d, &e->saved, lines);
    if (!versions_settle(cx, rq, e->patient->version, lines, LINES)) return false;
    for (size_t i = 0; i < PLACES; i++)
        if (lines[i].which == VERSION_SAVED) *fields[i] = lines[i].saved;
    if (lines[PLACES].which == VERSION_SAVED) d->locations = e->saved.locations;
    return true;
}

static enum status ask_versions(struct cx *cx, struct request *rq, struct response *rs,
                                const struct edit_page *e)
{
    struct version_line lines[LINES];
    struct patient_draft draft = draft_of(cx, &e->form);
    (void)catch_up(cx, rq, e, &draft, lines);
    const struct versions_page page = {
        .about = e->patient->id,
        .version = e->patient->version,
        .lines = lines,
        .n = LINES,
        .save = url_for(cx, rq, ROUTE_patient_update_form, e->patient->id),
        .reload = url_for(cx, rq, ROUTE_patient_edit, e->patient->id),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

static struct patient_form form_of(struct cx *cx, const struct edit_page *e)
{
    const struct patient_draft *p = &e->saved;
    struct version_line lines[LINES];
    lines_of(cx, &e->locations, p, p, lines);
    struct version_fields v = versions_new(cx, e->patient->version, lines, LINES);
    struct patient_form form = {
#define DETAIL(name, most) .name = p->name,
#include "app/patients/details.def"
#undef DETAIL
        .locations = texts_of(cx, &p->locations),
        .practitioner = "",
        .version = v.version,
        .was = v.was,
    };
    form.birth_date = date_words(cx, p->birth_date);
    return form;
}

/* --- pages --------------------------------------------------------------------------- */

static enum status read_choices(struct cx *cx, struct edit_page *e)
{
    struct carers all;
    TRY(location_list(cx, &e->locations));
    TRY(care_choices(cx, &all));
    e->practitioners = NEW_ARRAY(cx->mem, struct choice, all.n + 1);
    e->practitioners_n = all.n + 1;
    e->practitioners[0] = (struct choice){ "", SAY(form_practitioner_none), NULL };
    for (size_t i = 0; i < all.n; i++)
        e->practitioners[i + 1] = (struct choice){ all.at[i].user.text, all.at[i].name, NULL };
    return OK;
}

/* Ticked before anybody chooses: the only location there is. */
static void propose(struct cx *cx, struct edit_page *e)
{
    struct ids places = { 1, NEW(cx->mem, struct id) };
    if (e->locations.n != 1) return;
    places.at[0] = e->locations.at[0].id;
    e->form.locations = texts_of(cx, &places);
}

enum status patient_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct edit_page e = { 0 };
    if (!patient_may_add(cx)) return fail_because(cx, FORBIDDEN, "names", "%s", SAY(form_no_names));
    TRY(read_choices(cx, &e));
    propose(cx, &e);
    if (rq->method == POST) {
        bool duplicates = cx->reason && strcmp(cx->reason, "duplicates") == 0;
        form_take(cx, rq, patient_fields, &e.form);
        struct patient_draft draft = draft_of(cx, &e.form);
        if (duplicates) TRY(patient_duplicates(cx, &draft, (struct id){ "" }, &e.duplicates));
    }
    edit_view(&rs->body, rq, &e);
    return OK;
}

enum status patient_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient_form form;
    struct patient *p;
    struct id id;
    form_take(cx, rq, patient_fields, &form);
    struct patient_draft draft = draft_of(cx, &form);
    TRY(patient_create(cx, &draft, form.another, &id));
    TRY(patient_find(cx, id, &p));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, id),
                    SAY(form_added, number_of(cx, p)));
}

static enum status begin(struct cx *cx, struct request *rq, struct edit_page *e)
{
    struct patient *p;
    struct ids places;
    TRY(patient_find_for(cx, PATIENTS_EDIT, param_id(rq, "id"), &p));
    TRY(patient_places(cx, p->id, &places));
    TRY(read_choices(cx, e));
    e->patient = p;
    e->saved = patient_as_draft(p, places);
    return OK;
}

enum status patient_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    struct edit_page e = { 0 };
    TRY(begin(cx, rq, &e));
    e.form = form_of(cx, &e);
    if (rq->method == POST) form_take(cx, rq, patient_fields, &e.form);
    if (stale(cx, rq)) return ask_versions(cx, rq, rs, &e);
    edit_view(&rs->body, rq, &e);
    return OK;
}

enum status patient_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct edit_page e = { 0 };
    struct version_line lines[LINES];
    TRY(begin(cx, rq, &e));
    form_take(cx, rq, patient_fields, &e.form);
    struct patient_draft draft = draft_of(cx, &e.form);
    if (!catch_up(cx, rq, &e, &draft, lines)) return versions_late(cx);
    TRY(patient_update(cx, e.patient, &draft, e.patient->version));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, e.patient->id),
                    SAY(form_saved, number_of(cx, e.patient)));
}
