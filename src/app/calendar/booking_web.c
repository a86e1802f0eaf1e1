/* booking_web.c - a new appointment, as a page. */
#include <string.h>

#include "app/calendar/appointment_form.h"
#include "app/patients/patients_view.h"
#include "base/date.h"
#include "base/time.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"
#include "app/calendar/series.text.h"

enum { FOUND_MOST = 8, FREE_MOST = 6 };

struct booking_page {
    struct appointment_form form;
    struct choices choices;
    struct patient_shown chosen; /* the patient, if one is chosen already */
    struct patient_list found;
    bool looked, finds;
    struct free_times free;
    const char *free_zone;
    const struct location *location;
};

static const char *free_value(struct cx *cx, const struct booking_page *b, int64_t at)
{
    const char *zone = cx->zone;
    cx->zone = b->free_zone;
    struct civil c = zone_local(time_zone(cx), at);
    const char *value = arena_print(cx->mem, "%s %02d:%02d", date_at(cx, at), c.hour, c.minute);
    cx->zone = zone;
    return value;
}

static const char *free_words(struct cx *cx, const struct booking_page *b, int64_t at)
{
    return SAY(booking_free_time, time_in(cx, b->free_zone, time_weekday_day, at),
               time_in(cx, b->free_zone, time_clock, at));
}

static const char *found_words(struct cx *cx, const struct patient *p)
{
    if (!*p->birth_date) return number_line(cx, p->number);
    return SAY(booking_number_born, number_of(cx, p), date_words(cx, p->birth_date));
}

#include "app/calendar/booking.html.h"

static int64_t minutes_of(const struct booking_page *b)
{
    if (*b->form.minutes) return type_minutes(b->form.minutes);
    for (size_t i = 0; i < b->choices.types.n; i++)
        if (strcmp(b->choices.types.at[i].id.text, b->form.type) == 0)
            return b->choices.types.at[i].minutes;
    return -1;
}

static enum status read_free(struct cx *cx, struct booking_page *b)
{
    struct id user = id_of(b->form.practitioner);
    if (!b->location || !id_some(user)) return OK;
    if (!appointment_may(cx, CALENDAR_EDIT, b->location->id, user)) return OK;
    cx->zone = b->free_zone = b->location->time_zone;
    const char *date = date_parse(cx, b->form.date);
    int64_t from = date ? date_start(cx, date) : cx->now;
    return appointment_free(cx, b->location->id, user, id_of(b->form.room), minutes_of(b),
                            from > cx->now ? from : cx->now, FREE_MOST, &b->free);
}

/* Whoever is found alone is chosen. */
static enum status read_patients(struct cx *cx, struct booking_page *b)
{
    b->finds = has(&cx->actor, PATIENTS_VIEW);
    if (b->finds && *b->form.text) {
        struct patient_filter filter = { .text = b->form.text, .most = FOUND_MOST };
        TRY(patient_list(cx, &filter, &b->found));
        b->looked = true;
        if (!*b->form.patient && b->found.n == 1) b->form.patient = b->found.at[0].id.text;
    }
    for (size_t i = 0; i < b->found.n; i++)
        if (strcmp(b->found.at[i].id.text, b->form.patient) == 0) return OK;
    if (*b->form.patient) TRY(appointment_patient(cx, id_of(b->form.patient), &b->chosen));
    return OK;
}

/* Before anybody chooses: what the link said, or all that there is. */
static void propose(struct cx *cx, const struct request *rq, struct booking_page *b)
{
    const struct choices *c = &b->choices;
    b->form = (struct appointment_form){
        .location = query_text(rq, "location"),
        .practitioner = query_text(rq, "practitioner"),
        .room = query_text(rq, "room"),
        .type = c->type_n > 1 ? c->type[1].value : "",
        .patient = query_text(rq, "patient"),
        .date = query_text(rq, "date"),
        .time = query_text(rq, "time"),
        .minutes = "",
        .label = "",
        .note = "",
        .text = "",
        .at = "",
        .repeat = "",
        .times = "",
        .until = "",
        .misses = "",
    };
    if (!*b->form.location && c->place_n) b->form.location = c->place[0].value;
    if (!*b->form.practitioner)
        for (size_t i = 0; i < c->practitioner_n; i++)
            if (strcmp(c->practitioner[i].value, cx->actor.user.text) == 0
                || c->practitioner_n == 1)
                b->form.practitioner = c->practitioner[i].value;
    const struct location *l = choices_place(c, b->form.location);
    if (l) cx->zone = l->time_zone;
    if (!date_parse(cx, b->form.date)) b->form.date = date_today(cx);
}

/* "2026-11-23 09:30", from a button. */
static void take_free(struct cx *cx, struct appointment_form *f)
{
    if (strlen(f->at) != 16 || f->at[10] != ' ') return;
    f->date = arena_copy(cx->mem, f->at, 10);
    f->time = f->at + 11;
}

static enum status show_booking(struct cx *cx, struct request *rq, struct response *rs)
{
    struct booking_page b = { 0 };
    TRY(choices_read(cx, &b.choices, NULL));
    propose(cx, rq, &b);
    if (rq->method == POST) appointment_form_take(cx, rq, &b.form);
    take_free(cx, &b.form);
    b.location = choices_place(&b.choices, b.form.location);
    TRY(read_patients(cx, &b));
    TRY(read_free(cx, &b));
    room_fault(cx, rq);
    booking_view(&rs->body, rq, &b);
    return OK;
}

enum status appointment_new(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_booking(cx, rq, rs);
}

/* The same form with what was looked for. */
enum status appointment_look(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_booking(cx, rq, rs);
}

static enum status create_series(struct cx *cx, struct request *rq, struct response *rs,
                                 const struct appointment_form *form,
                                 const struct appointment_draft *draft)
{
    struct repeat repeat = appointment_form_repeat(form);
    struct appointment *first;
    struct id id;
    int64_t n;
    TRY(series_book(cx, draft, &repeat, appointment_form_choice(form), &id, &n));
    TRY(appointment_find(cx, id, &first));
    const char *done =
        SAY(series_done, n, appointment_day(cx, first), appointment_clock(cx, first));
    return redirect_notice(cx, rq, rs, back_to_day(cx, rq, first),
                           &(struct notice){ .text = done, .row = id });
}

enum status appointment_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_form form;
    struct id id;
    appointment_form_take(cx, rq, &form);
    struct appointment_draft draft = appointment_form_draft(&form);
    if (*form.repeat) return create_series(cx, rq, rs, &form, &draft);
    TRY(appointment_book(cx, &draft, form.anyway, &id));
    return back_changed(cx, rq, rs, id, NULL);
}
