/* patients_web.c - the list of patients, and search, as pages. */
#include <string.h>

#include "app/locations/location.h"
#include "app/patients/care.h"
#include "app/patients/patients_view.h"
#include "base/time.h"

#include "app/patients/patients.text.h"

struct patients_page {
    struct patient_filter filter;
    struct patient_list list, recent;
    struct carers practitioners;
    struct location_list locations;
    bool hidden, filtered;
    struct url more; /* the next page, or none */
};

static const char *count_words(struct cx *cx, const struct patients_page *p)
{
    if (!*p->filter.text && (p->list.more || id_some(p->filter.after)))
        return SAY(patients_on_page, (int64_t)p->list.n);
    if (!*p->filter.text) return SAY(patients_shown, (int64_t)p->list.n);
    return p->list.more ? SAY(patients_found_more, (int64_t)p->list.n)
                        : SAY(patients_found, (int64_t)p->list.n);
}

static const char *nobody_words(struct cx *cx, const struct patients_page *p)
{
    const struct patient_filter *f = &p->filter;
    if (*f->text || id_some(f->practitioner) || id_some(f->location))
        return SAY(patients_none_match);
    if (f->archived) return SAY(patients_none_archived);
    bool all = reach_others(cx->actor.reach, AREA_PATIENTS) > NONE;
    return all ? SAY(patients_empty) : SAY(patients_empty_own);
}

/* The day, by the clock of the location. */
static const char *visit_words(struct cx *cx, const struct patients_page *p,
                               const struct patient_visit *v)
{
    for (size_t i = 0; i < p->locations.n; i++)
        if (v->at && id_same(p->locations.at[i].id, v->location))
            return time_in(cx, p->locations.at[i].time_zone, time_day, v->at);
    return v->at ? time_day(cx, v->at) : "";
}

#include "app/patients/patients.html.h"

static struct url more_of(struct cx *cx, const struct request *rq, const struct patients_page *p)
{
    const struct patient_filter *f = &p->filter;
    if (!p->list.more || *f->text) return (struct url){ NULL };
    struct url url = url_for(cx, rq, ROUTE_patients_index);
    url = url_with(cx, url, "practitioner", f->practitioner.text);
    url = url_with(cx, url, "location", f->location.text);
    url = url_with(cx, url, "archived", f->archived ? "1" : "");
    return url_with(cx, url, "after", p->list.at[p->list.n - 1].id.text);
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        struct patient_filter filter)
{
    filter.visits = true;
    struct patients_page p = { .filter = filter };
    TRY(patient_list(cx, &filter, &p.list));
    TRY(care_everybody(cx, &p.practitioners));
    TRY(location_list(cx, &p.locations));
    p.hidden = cx->actor.reach & REACH_PSEUDONYMS;
    p.filtered =
        *filter.text || filter.archived || id_some(filter.practitioner) || id_some(filter.location);
    if (!p.filtered && !id_some(filter.after)) TRY(patient_recent(cx, &p.recent));
    p.more = more_of(cx, rq, &p);
    patients_view(&rs->body, rq, &p);
    return OK;
}

enum status patients_index(struct cx *cx, struct request *rq, struct response *rs)
{
    return show(cx, rq, rs,
                (struct patient_filter){ .text = "",
                                         .archived = *query_text(rq, "archived"),
                                         .practitioner = id_of(query_text(rq, "practitioner")),
                                         .location = id_of(query_text(rq, "location")),
                                         .after = id_of(query_text(rq, "after")) });
}

/* Blanks alone look for nothing, and so show all. */
enum status patients_search(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *text = form_text(rq, "text");
    return show(cx, rq, rs,
                (struct patient_filter){ .text = text[strspn(text, " ")] ? text : "",
                                         .archived = form_has(rq, "archived"),
                                         .practitioner = id_of(form_text(rq, "practitioner")),
                                         .location = id_of(form_text(rq, "location")) });
}
