/* patients_api.c - the patients of a practice group, for programs.  Who is shown is recorded, as
 * on pages. */
#include <string.h>

#include "app/patients/patient.h"
#include "web/api.h"

static const char *const states[] = { "active", "archived", "merged", NULL };

/* Where names are hidden, all that would say who it is is null. */
#define LISTED                                                                                    \
    { "id", API_ID, .about = "Of the patient." },                                                 \
        { "number", API_NUMBER, .maybe = true, .about = "null where names are hidden." },         \
        { "name", API_TEXT, .about = "As people read it; where names are hidden, “PX-048213”." }, \
        { "name_hidden", API_FLAG, .about = "The user does not see names." },                     \
        { "title", API_TEXT, .maybe = true, .about = "As typed." },                               \
        { "first_name", API_TEXT, .maybe = true, .about = "null for people with one name." },     \
        { "last_name", API_TEXT, .maybe = true, .about = "The last name, or the only one." },     \
        { "preferred_name", API_TEXT, .maybe = true, .about = "What they are called." },          \
        { "birth_date", API_DAY, .maybe = true, .about = "Date of birth." },                      \
        { "gender", API_TEXT, .maybe = true, .about = "As typed." },                              \
        { "phone", API_TEXT, .maybe = true, .about = "As typed." },                               \
        { "other_phone", API_TEXT, .maybe = true, .about = "As typed." },                         \
        { "practitioner", API_ONE, .maybe = true, .about = "The main one.", .of = &named_shape }, \
    {                                                                                             \
        "state", API_WORD, .about = "Whether the record is in use.", .words = states              \
    }

static const struct api_field listed_fields[] = { LISTED };
static const struct api_shape listed_shape = API_SHAPE("PatientListed", listed_fields);

static const struct api_field patient_fields[] = {
    LISTED,
    { "email", API_TEXT, .maybe = true, .about = "As typed." },
    { "address", API_TEXT, .maybe = true, .about = "As typed." },
    { "contact_name", API_TEXT, .maybe = true, .about = "Whom to call for them." },
    { "contact_relation", API_TEXT, .maybe = true, .about = "Who that is." },
    { "contact_phone", API_TEXT, .maybe = true, .about = "As typed." },
    { "merged_into", API_ID, .maybe = true, .about = "The record of the same person." },
    { "created_at", API_MOMENT, .about = "When it was added." },
};
static const struct api_shape patient_shape = API_SHAPE("Patient", patient_fields);

static const char *state_key(const struct patient *p)
{
    return states[p->state];
}

static void write_listed(struct cx *cx, struct json *j, const struct patient *p)
{
    api_id(j, "id", p->id);
    if (p->hidden)
        json_text(j, "number", NULL);
    else
        json_int(j, "number", p->number);
    json_text(j, "name", patient_name(cx, p));
    json_bool(j, "name_hidden", p->hidden);
    api_text(j, "title", p->title);
    api_text(j, "first_name", p->first_name);
    api_text(j, "last_name", p->last_name);
    api_text(j, "preferred_name", p->preferred_name);
    api_text(j, "birth_date", p->birth_date);
    api_text(j, "gender", p->gender);
    api_text(j, "phone", p->phone);
    api_text(j, "other_phone", p->other_phone);
    api_named(j, "practitioner", p->main, p->main_name);
    json_text(j, "state", state_key(p));
}

static void write_patients(struct cx *cx, struct json *j, const struct patient_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        json_object(j, NULL);
        write_listed(cx, j, &list->at[i]);
        json_end(j);
    }
}

/* A page of patients holds no more, whoever asks. */
static size_t at_most(size_t limit)
{
    return limit < PATIENT_ROWS ? limit : PATIENT_ROWS;
}

static const struct api_field query[] = {
    { "practitioner", API_ID, .maybe = true, .about = "Whose patients." },
    { "location", API_ID, .maybe = true, .about = "Whose records are kept there." },
    { "archived", API_FLAG, .maybe = true, .about = "The archived ones instead." },
};
const struct api_operation api_patients_operation = {
    .summary = "List patients",
    .about = "By name, 50 at the most. To look for somebody, use the search: names do not belong in"
             " an address.",
    .answers = &listed_shape,
    .many = true,
    API_QUERY(query),
};

enum status api_patients(struct cx *cx, struct request *rq, struct response *rs)
{
    struct api_page page;
    struct patient_list list;
    TRY(api_page(cx, rq, &page));
    struct patient_filter filter = {
        .text = "",
        .archived = strcmp(query_text(rq, "archived"), "true") == 0,
        .practitioner = id_of(query_text(rq, "practitioner")),
        .location = id_of(query_text(rq, "location")),
        .after = id_of(page.after),
        .most = at_most(page.limit),
    };
    TRY(patient_list(cx, &filter, &list));
    struct json j = api_list(cx);
    write_patients(cx, &j, &list);
    api_list_end(cx, rq, rs, &j, list.more && list.n ? list.at[list.n - 1].id.text : NULL);
    return OK;
}

static const struct api_field search[] = {
    { "text", API_TEXT,
      .about =
          "Beginnings of names, a date of birth, digits of a phone number, a patient number." },
};
const struct api_operation api_patient_search_operation = {
    .summary = "Find patients",
    .about = "The first 50 that fit, by name; there is no next page.",
    .answers = &listed_shape,
    .many = true,
    API_BODY(search),
};

enum status api_patient_search(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient_list list;
    struct patient_filter filter = { .text = form_text(rq, "text"), .most = PATIENT_ROWS };
    TRY(patient_list(cx, &filter, &list));
    struct json j = api_list(cx);
    write_patients(cx, &j, &list);
    api_list_end(cx, rq, rs, &j, NULL);
    return OK;
}

const struct api_operation api_patient_operation = { .summary = "Get a patient",
                                                     .answers = &patient_shape };

enum status api_patient(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    write_listed(cx, &j, p);
    api_text(&j, "email", p->email);
    api_text(&j, "address", p->address);
    api_text(&j, "contact_name", p->contact_name);
    api_text(&j, "contact_relation", p->contact_relation);
    api_text(&j, "contact_phone", p->contact_phone);
    api_id(&j, "merged_into", p->merged_into);
    api_moment(cx, &j, "created_at", p->created_at);
    json_end(&j);
    api_one(cx, rs, &j, p->version);
    return OK;
}
