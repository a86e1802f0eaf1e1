/* patients_view.c - see patients_view.h */
#include "app/patients/patients_view.h"

#include "base/date.h"

#include "app/patients/patients.text.h"

const char *born_words(struct cx *cx, const struct patient *p)
{
    int age = date_age(cx, p->birth_date);
    if (age < 0) return "";
    return SAY(patient_born_age, date_words(cx, p->birth_date), SAY(patient_age, age));
}

const char *number_of(struct cx *cx, const struct patient *p)
{
    return arena_print(cx->mem, "%lld", (long long)p->number);
}
