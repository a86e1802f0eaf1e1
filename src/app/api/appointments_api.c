/* appointments_api.c - what stands in the calendar, for programs. */
#include <stdlib.h>
#include <string.h>

#include "app/calendar/appointment.h"
#include "base/time.h"
#include "web/api.h"

#include "app/api/api.text.h"

enum { MOST_DAYS = 93, USUAL_DAYS = 7 };

static const char *const states[] = { "booked",         "confirmed", "arrived", "completed",
                                      "did_not_attend", "cancelled", NULL };

#define LISTED                                                                                   \
    { "id", API_ID, .about = "Of the appointment." },                                            \
        { "starts_at", API_MOMENT, .about = "When it begins." },                                 \
        { "ends_at", API_MOMENT, .about = "When it ends." },                                     \
        { "time_zone", API_TEXT, .about = "Of its location." },                                  \
        { "location", API_ONE, .about = "Where.", .of = &named_shape },                          \
        { "practitioner", API_ONE, .maybe = true, .about = "With whom.", .of = &named_shape },   \
        { "needs_practitioner", API_FLAG, .about = "Nobody was chosen, or who was has gone." },  \
        { "type", API_ONE, .maybe = true, .about = "What was booked.", .of = &named_shape },     \
        { "patient", API_ONE, .maybe = true,                                                     \
          .about = "For whom; null if nobody, and for a patient that the user may not know of.", \
          .of = &named_shape },                                                                  \
        { "for_patient", API_FLAG, .about = "It is a patient's; else time that is kept free." }, \
        { "label", API_TEXT, .maybe = true, .about = "What the time is kept free for." },        \
    {                                                                                            \
        "state", API_WORD, .about = "How it stands.", .words = states                            \
    }

static const struct api_field listed_fields[] = { LISTED };
static const struct api_shape listed_shape = API_SHAPE("AppointmentListed", listed_fields);

static const struct api_field appointment_fields[] = {
    LISTED,
    { "note", API_TEXT, .maybe = true, .about = "What was written about it." },
    { "cancellation_reason", API_TEXT, .maybe = true, .about = "Why it was cancelled." },
};
static const struct api_shape appointment_shape = API_SHAPE("Appointment", appointment_fields);

static void write_listed(struct cx *cx, struct json *j, const struct appointment *a)
{
    struct id patient = a->shown.seen ? a->patient : (struct id){ "" };
    api_id(j, "id", a->id);
    api_moment(cx, j, "starts_at", a->starts_at);
    api_moment(cx, j, "ends_at", a->ends_at);
    json_text(j, "time_zone", a->zone);
    api_named(j, "location", a->location, a->location_name);
    api_named(j, "practitioner", a->user, a->user_name);
    json_bool(j, "needs_practitioner", a->waits);
    api_named(j, "type", a->type, a->type_name);
    api_named(j, "patient", patient, a->shown.name);
    json_bool(j, "for_patient", id_some(a->patient));
    api_text(j, "label", a->label);
    json_text(j, "state", appointment_state_key(a->state));
}

static const struct api_field query[] = {
    { "location", API_ID, .maybe = true, .about = "Where. This or practitioner is needed." },
    { "practitioner", API_ID, .maybe = true, .about = "With whom." },
    { "from", API_MOMENT, .maybe = true, .about = "Those that begin then or later. Without: now." },
    { "to", API_MOMENT, .maybe = true,
      .about = "Those that begin before. Without: 7 days after from; 93 at the most." },
};
const struct api_operation api_appointments_operation = {
    .summary = "List appointments",
    .about = "In the order of time.",
    .answers = &listed_shape,
    .many = true,
    API_QUERY(query),
};

/* The cursor holds when the last one begins, and which it is. */
static void go_on(const char *after, struct appointment_filter *f)
{
    char *end;
    if (!*after) return;
    f->from = strtoll(after, &end, 10);
    f->after = id_of(*end ? end + 1 : "");
}

static enum status filter_of(struct cx *cx, const struct request *rq, const struct api_page *page,
                             struct appointment_filter *f)
{
    *f = (struct appointment_filter){ .location = id_of(query_text(rq, "location")),
                                      .practitioner = id_of(query_text(rq, "practitioner")),
                                      .most = page->limit };
    TRY(api_query_moment(cx, rq, "from", cx->now, &f->from));
    TRY(api_query_moment(cx, rq, "to", f->from + DAYS(USUAL_DAYS), &f->to));
    if (!id_some(f->location) && !id_some(f->practitioner))
        field_fault(cx, "location", SAY(api_which_calendar));
    if (f->to < f->from || f->to - f->from > DAYS(MOST_DAYS))
        field_fault(cx, "to", SAY(api_long_time, (int64_t)MOST_DAYS));
    go_on(page->after, f);
    return field_check(cx);
}

enum status api_appointments(struct cx *cx, struct request *rq, struct response *rs)
{
    struct api_page page;
    struct appointment_filter filter;
    struct appointment_list list;
    TRY(api_page(cx, rq, &page));
    TRY(filter_of(cx, rq, &page, &filter));
    TRY(appointment_list(cx, &filter, &list));
    struct json j = api_list(cx);
    for (size_t i = 0; i < list.n; i++) {
        json_object(&j, NULL);
        write_listed(cx, &j, &list.at[i]);
        json_end(&j);
    }
    const struct appointment *last = list.n == page.limit ? &list.at[list.n - 1] : NULL;
    api_list_end(cx, rq, rs, &j,
                 last ? arena_print(cx->mem, "%lld_%s", (long long)last->starts_at, last->id.text)
                      : NULL);
    return OK;
}

const struct api_operation api_appointment_operation = { .summary = "Get an appointment",
                                                         .answers = &appointment_shape };

enum status api_appointment(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    write_listed(cx, &j, a);
    api_text(&j, "note", a->note);
    api_text(&j, "cancellation_reason", a->reason);
    json_end(&j);
    api_one(cx, rs, &j, a->version);
    return OK;
}
