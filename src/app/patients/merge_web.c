/* merge_web.c - two records of one person become one, as pages. */
#include <string.h>

#include "app/patients/patients_view.h"
#include "base/date.h"

#include "app/patients/patient.text.h"
#include "app/patients/patients.text.h"

struct compare_line {
    const char *label, *left, *right;
};

#include "app/patients/merge.html.h"

static enum status show_choice(struct cx *cx, struct request *rq, struct response *rs,
                               const struct patient *p)
{
    struct patient_list alike;
    struct patient_draft draft = patient_as_draft(p, (struct ids){ 0 });
    TRY(patient_duplicates(cx, &draft, p->id, &alike));
    merge_view(&rs->body, rq, p, &alike, form_text(rq, "number"));
    return OK;
}

enum status merge_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p;
    TRY(patient_find_for(cx, PATIENTS_EDIT, param_id(rq, "id"), &p));
    return show_choice(cx, rq, rs, p);
}

static int64_t number_typed(const char *text)
{
    int64_t n = 0;
    text += strspn(text, " ");
    if (strlen(text) > 15) return 0;
    for (; *text >= '0' && *text <= '9'; text++) n = n * 10 + (*text - '0');
    return text[strspn(text, " ")] ? 0 : n;
}

enum status merge_choose(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p, *other;
    TRY(patient_find_for(cx, PATIENTS_EDIT, param_id(rq, "id"), &p));
    enum status status = patient_by_number(cx, number_typed(form_text(rq, "number")), &other);
    if (status == OK)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_merge_show, p->id, other->id), NULL);
    if (status != NOT_FOUND) return status;
    field_fault(cx, "number", SAY(merge_unknown));
    rs->status = 422;
    return show_choice(cx, rq, rs, p);
}

enum status merge_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p, *o;
    TRY(patient_find_for(cx, PATIENTS_EDIT, param_id(rq, "id"), &p));
    TRY(patient_find_for(cx, PATIENTS_EDIT, param_id(rq, "other"), &o));
    const struct compare_line lines[] = {
        { SAY(column_patient), patient_name(cx, p), patient_name(cx, o) },
        { SAY(patient_preferred_name), p->preferred_name, o->preferred_name },
        { SAY(patient_birth_date), born_words(cx, p), born_words(cx, o) },
        { SAY(patient_gender), p->gender, o->gender },
        { SAY(patient_phone), p->phone, o->phone },
        { SAY(patient_other_phone), p->other_phone, o->other_phone },
        { SAY(patient_email), p->email, o->email },
        { SAY(patient_address), p->address, o->address },
        { SAY(patient_contact_name), p->contact_name, o->contact_name },
        { SAY(patient_contact_relation), p->contact_relation, o->contact_relation },
        { SAY(patient_contact_phone), p->contact_phone, o->contact_phone },
        { SAY(column_practitioner), p->main_name, o->main_name },
    };
    compare_view(&rs->body, rq, p, o, lines, sizeof lines / sizeof *lines);
    return OK;
}

enum status merge_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct patient *p, *other;
    TRY(patient_find(cx, param_id(rq, "id"), &p));
    TRY(patient_find(cx, param_id(rq, "other"), &other));
    TRY(patient_merge(cx, p, other, form_version(rq, "version"),
                      form_version(rq, "other_version")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_patient_show, p->id),
                    SAY(merge_done, number_of(cx, other)));
}
