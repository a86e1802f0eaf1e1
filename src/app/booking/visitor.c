/* visitor.c - see visitor.h */
#include "app/booking/visitor.h"

#include <string.h>

#include "app/patients/row.h"
#include "app/patients/words.h"
#include "base/date.h"
#include "base/email.h"
#include "base/text.h"
#include "db/db.h"

#include "app/patients/patient.text.h"

enum { LEAST_PHONE_DIGITS = 5 };

enum status visitor_check(struct cx *cx, struct visitor *v)
{
    const char *key, *date = date_parse(cx, v->birth_date);
    if (!*words_of_names(cx->mem, v->last_name, v->first_name, ""))
        field_fault(cx, "last_name", SAY(patient_last_name_missing));
    if (!date)
        field_fault(cx, "birth_date", SAY(patient_birth_wrong));
    else if (strcmp(date, date_today(cx)) > 0)
        field_fault(cx, "birth_date", SAY(patient_birth_future));
    else
        v->birth_date = date;
    if (email_clean(cx->mem, v->email, &v->email, &key) != EMAIL_OK)
        field_fault(cx, "email", SAY(patient_email_wrong));
    if (strlen(words_digits(cx->mem, v->phone)) < LEAST_PHONE_DIGITS)
        field_fault(cx, "phone", SAY(patient_phone_wrong));
    return field_check(cx);
}

static bool same_person(struct cx *cx, const struct visitor *v, const struct table *t, size_t row)
{
    const char *address, *key, *theirs;
    if (email_clean(cx->mem, v->email, &address, &key) != EMAIL_OK) return false;
    if (email_clean(cx->mem, cell_text(t, row, "email"), &address, &theirs) != EMAIL_OK)
        return false;
    return strcmp(key, theirs) == 0
           && strcmp(text_fold(cx->mem, v->last_name),
                     text_fold(cx->mem, cell_text(t, row, "last_name")))
                  == 0;
}

enum status visitor_known(struct cx *cx, const struct visitor *v, struct id *patient,
                          int64_t *number)
{
    struct table t;
    *patient = (struct id){ "" };
    *number = 0;
    TRY(db_select(cx, &t,
                  SQL("SELECT id, number, last_name, email FROM patients WHERE practice_id = $1"
                      " AND birth_date = $2 AND state <> 'merged' AND email <> ''"
                      " ORDER BY number"),
                  v->birth_date));
    for (size_t i = 0; i < t.rows; i++) {
        if (!same_person(cx, v, &t, i)) continue;
        *patient = cell_id(&t, i, "id");
        *number = cell_int(&t, i, "number");
        return OK;
    }
    return OK;
}

enum status visitor_add(struct cx *cx, const struct visitor *v, struct id location,
                        struct id practitioner, struct id *patient, int64_t *number)
{
    struct patient_draft d = {
#define DETAIL(name, most) .name = "",
#include "app/patients/details.def"
#undef DETAIL
        .locations = { 1, &location },
        .practitioner = practitioner,
    };
    d.first_name = v->first_name;
    d.last_name = v->last_name;
    d.birth_date = v->birth_date;
    d.email = v->email;
    d.phone = v->phone;
    TRY(patient_check_details(cx, &d));
    return patient_insert(cx, &d, patient, number);
}
