/* appointments_api.c - what stands in the calendar, for programs. */
#include <stdlib.h>
#include <string.h>

#include "app/calendar/appointment.h"
#include "base/date.h"
#include "base/time.h"
#include "web/api.h"
#include "web/form.h"

#include "app/api/api.text.h"

enum { MOST_DAYS = 93, USUAL_DAYS = 7 };

static const char *const states[] = { "booked",         "confirmed", "arrived", "completed",
                                      "did_not_attend", "cancelled", NULL };
static const char *const kept_states[] = { "booked",    "confirmed",      "arrived",
                                           "completed", "did_not_attend", NULL };

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

static struct json appointment_json(struct cx *cx, const struct appointment *a)
{
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    write_listed(cx, &j, a);
    api_text(&j, "note", a->note);
    api_text(&j, "cancellation_reason", a->reason);
    json_end(&j);
    return j;
}

static enum status answer_appointment(struct cx *cx, struct response *rs, struct id id)
{
    struct appointment *a;
    TRY(appointment_find(cx, id, &a));
    struct json j = appointment_json(cx, a);
    api_one(cx, rs, &j, a->version);
    return OK;
}

enum status api_appointment(struct cx *cx, struct request *rq, struct response *rs)
{
    return answer_appointment(cx, rs, param_id(rq, "id"));
}

/* --- booking, moving, cancelling ------------------------------------------------------------ */

#define WHERE_AND_WHAT                                                                             \
    { "practitioner", API_ID, .maybe = true, .about = "With whom; without: somebody is needed." }, \
        { "room", API_ID, .maybe = true, .about = "One of the location's." },                      \
        { "type", API_ID, .maybe = true, .about = "What is booked." },                             \
        { "minutes", API_NUMBER, .maybe = true, .about = "Without: what the type takes." },        \
        { "label", API_TEXT, .maybe = true, .about = "What time is kept free for." },              \
        { "note", API_TEXT, .maybe = true, .about = "Anything else." },                            \
    {                                                                                              \
        "anyway", API_FLAG,                                                                        \
            .maybe = true,                                                                         \
            .about =                                                                               \
                "Also where the practitioner has another one then, if the location allows it."     \
    }

static const struct api_field booking[] = {
    { "location", API_ID, .about = "Where." },
    { "starts_at", API_MOMENT, .about = "When, to the minute." },
    { "patient", API_ID, .maybe = true, .about = "For whom; this or label is needed." },
    WHERE_AND_WHAT,
};
static const struct api_field changes[] = {
    { "location", API_ID, .maybe = true, .about = "Where; the room stays behind." },
    { "starts_at", API_MOMENT, .maybe = true, .about = "When, to the minute." },
    { "state", API_WORD, .maybe = true, .about = "To cancel it has a call of its own.",
      .words = kept_states },
    WHERE_AND_WHAT,
};
static const struct api_field cancellation[] = {
    { "reason", API_TEXT, .about = "Why." },
};

struct appointment_body {
    const char *location, *practitioner, *room, *type, *patient, *minutes, *label, *note, *state,
        *reason;
};
static const struct field body_fields[] = {
    FIELD(struct appointment_body, location, FIELD_LINE, .max = 26),
    FIELD(struct appointment_body, practitioner, FIELD_LINE, .max = 26),
    FIELD(struct appointment_body, room, FIELD_LINE, .max = 26),
    FIELD(struct appointment_body, type, FIELD_LINE, .max = 26),
    FIELD(struct appointment_body, patient, FIELD_LINE, .max = 26),
    FIELD(struct appointment_body, minutes, FIELD_LINE, .max = 10),
    FIELD(struct appointment_body, label, FIELD_LINE, .max = 100),
    FIELD(struct appointment_body, note, FIELD_TEXT, .max = 2000),
    FIELD(struct appointment_body, state, FIELD_LINE),
    FIELD(struct appointment_body, reason, FIELD_LINE, .max = 300),
};

/* As somebody there would type it.  What is no location is found out by whoever books. */
static enum status put_moment(struct cx *cx, int64_t at, struct appointment_draft *d)
{
    struct location_list all;
    const char *zone = cx->zone;
    TRY(location_list(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].id, d->location)) cx->zone = all.at[i].time_zone;
    struct civil c = zone_local(time_zone(cx), at);
    d->date = date_at(cx, at);
    d->time = arena_print(cx->mem, "%02d:%02d", c.hour, c.minute);
    cx->zone = zone;
    return OK;
}

/* What the form of the page calls otherwise. */
static enum status by_our_names(struct cx *cx, enum status status)
{
    static const char *const names[][2] = { { "date", "starts_at" },
                                            { "time", "starts_at" },
                                            { "text", "patient" } };
    for (struct fault *f = cx->faults; status == INVALID && f; f = f->next)
        for (size_t i = 0; f->field && i < sizeof names / sizeof *names; i++)
            if (strcmp(f->field, names[i][0]) == 0) f->field = names[i][1];
    return status;
}

/* The second of two moments that the clock there shows alike is nobody's to type. */
static enum status check_moment(struct cx *cx, struct id id, int64_t at)
{
    struct appointment *a;
    TRY(appointment_find(cx, id, &a));
    if (a->starts_at != at) field_fault(cx, "starts_at", SAY(api_whole_minute_there));
    return field_check(cx);
}

const struct api_operation api_appointment_create_operation = {
    .summary = "Book an appointment",
    .about = "As in the calendar: where the key's user may book, in a free room, and not twice at"
             " one time.",
    .answers = &appointment_shape,
    .success = 201,
    .once = true,
    API_BODY(booking),
};

enum status api_appointment_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_body form;
    struct id id;
    int64_t at = api_body_moment(rq, "starts_at", 0);
    TRY(form_read(cx, rq, body_fields, &form));
    struct appointment_draft draft = { .location = id_of(form.location),
                                       .practitioner = id_of(form.practitioner),
                                       .room = id_of(form.room),
                                       .type = id_of(form.type),
                                       .patient = id_of(form.patient),
                                       .minutes = form.minutes,
                                       .label = form.label,
                                       .note = form.note };
    TRY(put_moment(cx, at, &draft));
    TRY(by_our_names(cx, appointment_book(cx, &draft, api_body_flag(rq, "anyway", false), &id)));
    TRY(check_moment(cx, id, at));
    TRY(answer_appointment(cx, rs, id));
    rs->location = url_whole(cx, url_for(cx, rq, ROUTE_api_appointment, id));
    return OK;
}

static enum status find_to_change(struct cx *cx, struct request *rq, struct appointment **out)
{
    TRY(appointment_find(cx, param_id(rq, "id"), out));
    struct json now = appointment_json(cx, *out);
    return api_match(cx, rq, (*out)->version, &now);
}

const struct api_operation api_appointment_update_operation = {
    .summary = "Change or move an appointment",
    .about = "Members that are left out stay as they are. Of a series this one alone.",
    .answers = &appointment_shape,
    .matches = true,
    API_BODY(changes),
};

static enum status draft_of(struct cx *cx, const struct request *rq, const struct appointment *a,
                            const struct appointment_body *form, struct appointment_draft *d)
{
    *d = appointment_as_draft(cx, a);
    if (form_has(rq, "location")) d->location = id_of(form->location);
    if (form_has(rq, "practitioner")) d->practitioner = id_of(form->practitioner);
    if (form_has(rq, "room")) d->room = id_of(form->room);
    if (form_has(rq, "type")) d->type = id_of(form->type);
    if (form_has(rq, "minutes")) d->minutes = form->minutes;
    if (form_has(rq, "label")) d->label = form->label;
    if (form_has(rq, "note")) d->note = form->note;
    if (id_some(a->patient) && *d->label) field_fault(cx, "label", SAY(api_label_of_patient));
    TRY(field_check(cx));
    bool moves = form_has(rq, "starts_at") || form_has(rq, "location");
    return moves ? put_moment(cx, api_body_moment(rq, "starts_at", a->starts_at), d) : OK;
}

static enum status set_state(struct cx *cx, struct id id, const char *state)
{
    struct appointment *a;
    enum appointment_state to = 0;
    while (to < APPOINTMENT_CANCELLED && strcmp(appointment_state_key(to), state) != 0) to++;
    TRY(appointment_find(cx, id, &a));
    return appointment_set_state(cx, a, to, a->version);
}

enum status api_appointment_update(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_body form;
    struct appointment_draft draft;
    struct appointment *a;
    TRY(form_read(cx, rq, body_fields, &form));
    TRY(find_to_change(cx, rq, &a));
    TRY(draft_of(cx, rq, a, &form, &draft));
    TRY(by_our_names(
        cx, appointment_update(cx, a, &draft, a->version, api_body_flag(rq, "anyway", false))));
    if (form_has(rq, "starts_at"))
        TRY(check_moment(cx, a->id, api_body_moment(rq, "starts_at", 0)));
    if (*form.state) TRY(set_state(cx, a->id, form.state));
    return answer_appointment(cx, rs, a->id);
}

const struct api_operation api_appointment_cancel_operation = {
    .summary = "Cancel an appointment",
    .about = "It stays, with the reason. Cancelled already is fine. Of a series this one alone.",
    .answers = &appointment_shape,
    .may_match = true,
    .once = true,
    API_BODY(cancellation),
};

enum status api_appointment_cancel(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_body form;
    struct appointment *a;
    TRY(form_read(cx, rq, body_fields, &form));
    TRY(find_to_change(cx, rq, &a));
    TRY(appointment_cancel(cx, a, form.reason, a->version));
    return answer_appointment(cx, rs, a->id);
}
