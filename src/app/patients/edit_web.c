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
    const char *title, *first_name, *last_name, *preferred_name, *birth_date, *gender;
    const char *phone, *other_phone, *email, *address;
    const char *contact_name, *contact_relation, *contact_phone;
    struct texts locations;
    const char *practitioner, *version, *was;
    bool another;
};

static const struct field patient_fields[] = {
    FIELD(struct patient_form, title, FIELD_LINE, .max = 40),
    FIELD(struct patient_form, first_name, FIELD_LINE, .max = 100),
    FIELD(struct patient_form, last_name, FIELD_LINE, .max = 100,
          .missing = t_patient_last_name_missing),
    FIELD(struct patient_form, preferred_name, FIELD_LINE, .max = 100),
    FIELD(struct patient_form, birth_date, FIELD_LINE, .max = 40),
    FIELD(struct patient_form, gender, FIELD_LINE, .max = 60),
    FIELD(struct patient_form, phone, FIELD_LINE, .max = 50),
    FIELD(struct patient_form, other_phone, FIELD_LINE, .max = 50),
    FIELD(struct patient_form, email, FIELD_LINE, .max = 254),
    FIELD(struct patient_form, address, FIELD_LINE, .max = 300),
    FIELD(struct patient_form, contact_name, FIELD_LINE, .max = 100),
    FIELD(struct patient_form, contact_relation, FIELD_LINE, .max = 60),
    FIELD(struct patient_form, contact_phone, FIELD_LINE, .max = 50),
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
        .title = f->title,
        .first_name = f->first_name,
        .last_name = f->last_name,
        .preferred_name = f->preferred_name,
        .birth_date = f->birth_date,
        .gender = f->gender,
        .phone = f->phone,
        .other_phone = f->other_phone,
        .email = f->email,
        .address = f->address,
        .contact_name = f->contact_name,
        .contact_relation = f->contact_relation,
        .contact_phone = f->contact_phone,
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

enum { PLACES = 13, LINES }; /* the last line is not a text of the draft */

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
        { "title", SAY(patient_title), yours->title, saved->title },
        { "first_name", SAY(patient_first_name), yours->first_name, saved->first_name },
        { "last_name", SAY(patient_last_name), yours->last_name, saved->last_name },
        { "preferred_name", SAY(patient_preferred_name), yours->preferred_name,
          saved->preferred_name },
        { "birth_date", SAY(patient_birth_date), born_as_shown(cx, yours->birth_date),
          born_as_shown(cx, saved->birth_date) },
        { "gender", SAY(patient_gender), yours->gender, saved->gender },
        { "phone", SAY(patient_phone), yours->phone, saved->phone },
        { "other_phone", SAY(patient_other_phone), yours->other_phone, saved->other_phone },
        { "email", SAY(patient_email), yours->email, saved->email },
        { "address", SAY(patient_address), yours->address, saved->address },
        { "contact_name", SAY(patient_contact_name), yours->contact_name, saved->contact_name },
        { "contact_relation", SAY(patient_contact_relation), yours->contact_relation,
          saved->contact_relation },
        { "contact_phone", SAY(patient_contact_phone), yours->contact_phone, saved->contact_phone },
        { "locations", SAY(patient_locations), places_words(cx, all, &yours->locations),
          places_words(cx, all, &saved->locations) },
    };
    memcpy(out, lines, sizeof lines);
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct edit_page *e,
                     struct patient_draft *d, struct version_line lines[LINES])
{
    const char **fields[LINES] = { &d->title,          &d->first_name,   &d->last_name,
                                   &d->preferred_name, &d->birth_date,   &d->gender,
                                   &d->phone,          &d->other_phone,  &d->email,
                                   &d->address,        &d->contact_name, &d->contact_relation,
                                   &d->contact_phone };
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
    return (struct patient_form){
        .title = p->title,
        .first_name = p->first_name,
        .last_name = p->last_name,
        .preferred_name = p->preferred_name,
        .birth_date = date_words(cx, p->birth_date),
        .gender = p->gender,
        .phone = p->phone,
        .other_phone = p->other_phone,
        .email = p->email,
        .address = p->address,
        .contact_name = p->contact_name,
        .contact_relation = p->contact_relation,
        .contact_phone = p->contact_phone,
        .locations = texts_of(cx, &p->locations),
        .practitioner = "",
        .version = v.version,
        .was = v.was,
    };
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
