/* patients_view.c - see patients_view.h */
#include "app/patients/patients_view.h"

#include "base/date.h"

#include "app/patients/patients.text.h"

static const struct {
    enum permission permission;
    enum route route;
    words *label;
} tabs[] = {
#define TAB(name, permission, route, words) { permission, ROUTE_##route, words },
#include "app/record_tabs.def"
#undef TAB
};

#include "app/patients/head.html.h"

const char *born_words(struct cx *cx, const struct patient *p)
{
    int age = date_age(cx, p->birth_date);
    if (age < 0) return "";
    return SAY(patient_born_age, date_words(cx, p->birth_date), SAY(patient_age, age));
}

const char *number_of(struct cx *cx, const struct patient *p)
{
    return arena_number(cx->mem, p->number);
}

void record_head(struct html *h, const struct request *rq, const struct patient *p)
{
    head_view(h, rq, p);
}

void record_tabs(struct html *h, const struct request *rq, const struct patient *p,
                 enum record_tab here)
{
    size_t n = 0;
    for (enum record_tab i = 0; i < TAB_COUNT; i++) n += has(&h->cx->actor, tabs[i].permission);
    if (n > 1) tabs_view(h, rq, p, here);
}
