/* appointment_web.c - one appointment, as pages that open as dialogs, too. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/calendar/calendar_view.h"
#include "app/calendar/lanes.h"
#include "app/patients/patient.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/time.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"

struct appointment_form {
    const char *location, *practitioner, *type, *patient;
    const char *date, *time, *minutes, *label, *note;
    const char *text, *at; /* who is looked for; a free time that was chosen */
    const char *version, *was;
    bool anyway;
};

static const struct field appointment_fields[] = {
    FIELD(struct appointment_form, location, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, practitioner, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, type, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, patient, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, date, FIELD_LINE, .max = 40),
    FIELD(struct appointment_form, time, FIELD_LINE, .max = 20),
    FIELD(struct appointment_form, minutes, FIELD_LINE, .max = 10),
    FIELD(struct appointment_form, label, FIELD_LINE, .max = 100),
    FIELD(struct appointment_form, note, FIELD_TEXT, .max = 2000),
    FIELD(struct appointment_form, text, FIELD_LINE, .max = 200),
    FIELD(struct appointment_form, at, FIELD_LINE, .max = 20),
    FIELD(struct appointment_form, version, FIELD_LINE, .max = 18),
    FIELD(struct appointment_form, was, FIELD_LINE, .max = WAS_MOST),
    FIELD(struct appointment_form, anyway, FIELD_CHECK),
};

enum { FOUND_MOST = 8, FREE_MOST = 6 };

/* What all the forms choose from. */
struct choices {
    struct location_list places;
    struct appointment_types types;
    struct choice *place, *practitioner, *type;
    size_t place_n, practitioner_n, type_n;
};

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

struct change_page {
    const struct appointment *a;
    struct appointment_draft saved;
    struct appointment_form form;
    struct choices choices;
    bool whole; /* everything, or only where and when */
};

/* Why it was not done, if it could be done all the same. */
static bool overlaps(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->reason
           && strncmp(cx->reason, "overlap", 7) == 0;
}

static bool may_insist(const struct cx *cx)
{
    return strcmp(cx->reason, "overlap") == 0;
}

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
    const char *zone = cx->zone;
    cx->zone = b->free_zone;
    const char *text = SAY(booking_free_time, time_weekday_day(cx, at), time_clock(cx, at));
    cx->zone = zone;
    return text;
}

static struct url back_to(struct cx *cx, const struct request *rq, struct id location,
                          const char *date)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_calendar_show), "date", date);
    return url_with(cx, url, "location", location.text);
}

static struct url back_to_day(struct cx *cx, const struct request *rq, const struct appointment *a)
{
    struct appointment_draft draft = appointment_as_draft(cx, a);
    return back_to(cx, rq, a->location, draft.date);
}

static const char *number_of(struct cx *cx, int64_t n)
{
    return arena_print(cx->mem, "%lld", (long long)n);
}

static const char *found_words(struct cx *cx, const struct patient *p)
{
    const char *number = number_of(cx, p->number);
    return *p->birth_date ? SAY(booking_number_born, number, date_words(cx, p->birth_date))
                          : SAY(booking_number, number);
}

/* Patient pages show more than the calendar does. */
static bool opens_patient(const struct cx *cx)
{
    return has(&cx->actor, PATIENTS_VIEW);
}

#include "app/calendar/appointment.html.h"

static struct appointment_draft draft_of(const struct appointment_form *f)
{
    return (struct appointment_draft){
        .location = id_of(f->location),
        .practitioner = id_of(f->practitioner),
        .type = id_of(f->type),
        .patient = id_of(f->patient),
        .date = f->date,
        .time = f->time,
        .minutes = f->minutes,
        .label = f->label,
        .note = f->note,
    };
}

/* --- what there is to choose from ------------------------------------------------- */

static const char *type_label(struct cx *cx, const struct appointment_type *t)
{
    return SAY(booking_type_label, t->name, t->minutes, type_fee(cx, t->fee_cents));
}

static enum status read_types(struct cx *cx, struct choices *c, struct id kept)
{
    TRY(type_list(cx, &c->types));
    c->type = NEW_ARRAY(cx->mem, struct choice, c->types.n + 1);
    c->type[c->type_n++] = (struct choice){ "", SAY(booking_no_type), NULL };
    for (size_t i = 0; i < c->types.n; i++)
        if (!c->types.at[i].retired || id_same(c->types.at[i].id, kept))
            c->type[c->type_n++] =
                (struct choice){ c->types.at[i].id.text, type_label(cx, &c->types.at[i]), NULL };
    return OK;
}

static void add_column(struct choices *c, const char *user, const char *name)
{
    for (size_t i = 0; i < c->practitioner_n; i++)
        if (strcmp(c->practitioner[i].value, user) == 0) return;
    c->practitioner[c->practitioner_n++] = (struct choice){ user, name, NULL };
}

/* The columns that the actor may book in, wherever; `kept` stays one of them. */
static enum status read_choices(struct cx *cx, struct choices *c, const struct appointment *kept)
{
    enum { MOST = 500 };
    TRY(calendar_places(cx, &c->places));
    c->place = NEW_ARRAY(cx->mem, struct choice, c->places.n);
    c->practitioner = NEW_ARRAY(cx->mem, struct choice, MOST);
    for (size_t i = 0; i < c->places.n; i++) {
        struct columns columns;
        const struct location *l = &c->places.at[i];
        bool own, others;
        TRY(calendar_columns(cx, l->id, &columns));
        TRY(appointment_may(cx, CALENDAR_EDIT, l->id, cx->actor.user, &own));
        TRY(appointment_may(cx, CALENDAR_EDIT, l->id, (struct id){ "" }, &others));
        if (own || others) c->place[c->place_n++] = (struct choice){ l->id.text, l->name, NULL };
        if (others) add_column(c, "", SAY(appointment_nobody));
        for (size_t j = 0; j < columns.n && c->practitioner_n < MOST - 1; j++)
            if (others || (own && id_same(columns.at[j].user, cx->actor.user)))
                add_column(c, arena_print(cx->mem, "%s", columns.at[j].user.text),
                           columns.at[j].name);
    }
    if (kept && id_some(kept->user)) add_column(c, kept->user.text, kept->user_name);
    return read_types(cx, c, kept ? kept->type : (struct id){ "" });
}

static const struct location *place_of(const struct choices *c, const char *id)
{
    for (size_t i = 0; i < c->places.n; i++)
        if (strcmp(c->places.at[i].id.text, id) == 0) return &c->places.at[i];
    return NULL;
}

/* --- a new one ----------------------------------------------------------------------- */

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
    bool allowed;
    struct id user = id_of(b->form.practitioner);
    if (!b->location || !id_some(user)) return OK;
    TRY(appointment_may(cx, CALENDAR_EDIT, b->location->id, user, &allowed));
    if (!allowed) return OK;
    cx->zone = b->free_zone = b->location->time_zone;
    const char *date = date_parse(cx, b->form.date);
    int64_t from = date ? date_start(cx, date) : cx->now;
    return appointment_free(cx, b->location->id, user, minutes_of(b),
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
        .type = c->type_n > 1 ? c->type[1].value : "",
        .patient = query_text(rq, "patient"),
        .date = query_text(rq, "date"),
        .time = query_text(rq, "time"),
        .minutes = "",
        .label = "",
        .note = "",
        .text = "",
        .at = "",
    };
    if (!*b->form.location && c->place_n) b->form.location = c->place[0].value;
    if (!*b->form.practitioner)
        for (size_t i = 0; i < c->practitioner_n; i++)
            if (strcmp(c->practitioner[i].value, cx->actor.user.text) == 0
                || c->practitioner_n == 1)
                b->form.practitioner = c->practitioner[i].value;
    const struct location *l = place_of(c, b->form.location);
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
    TRY(read_choices(cx, &b.choices, NULL));
    propose(cx, rq, &b);
    if (rq->method == POST) form_take(cx, rq, appointment_fields, &b.form);
    take_free(cx, &b.form);
    b.location = place_of(&b.choices, b.form.location);
    TRY(read_patients(cx, &b));
    TRY(read_free(cx, &b));
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

static enum status done(struct cx *cx, struct request *rq, struct response *rs, struct id id,
                        words *said)
{
    struct appointment *a;
    TRY(appointment_find(cx, id, &a));
    const char *text =
        said ? said(cx) : SAY(booking_done, appointment_day(cx, a), appointment_clock(cx, a));
    return redirect_notice(cx, rq, rs, back_to_day(cx, rq, a),
                           &(struct notice){ .text = text, .row = id });
}

enum status appointment_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment_form form;
    struct id id;
    form_take(cx, rq, appointment_fields, &form);
    struct appointment_draft draft = draft_of(&form);
    TRY(appointment_book(cx, &draft, form.anyway, &id));
    return done(cx, rq, rs, id, NULL);
}

/* --- one that is there --------------------------------------------------------------- */

enum status appointment_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    appointment_view(&rs->body, rq, a, appointment_may_edit(cx, a));
    return OK;
}

/* Anything but digits is the version of nothing, and so a stale one. */
static int64_t version_of(const struct request *rq)
{
    const char *text = form_text(rq, "version");
    int64_t n = 0;
    if (strlen(text) > 15 || strspn(text, "0123456789") != strlen(text)) return 0;
    for (; *text; text++) n = n * 10 + (*text - '0');
    return n;
}

enum status appointment_state_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    enum appointment_state state = APPOINTMENT_BOOKED;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    while (state < APPOINTMENT_STATES
           && strcmp(appointment_state_key(state), form_text(rq, "state")) != 0)
        state++;
    TRY(appointment_set_state(cx, a, state, version_of(rq)));
    return done(cx, rq, rs, a->id, t_state_saved);
}

enum status appointment_cancel_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct appointment *a;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, a));
    cancel_view(&rs->body, rq, a, form_text(rq, "reason"));
    return OK;
}

static const struct field cancel_fields[] = {
    { .name = "reason", .kind = FIELD_LINE, .offset = 0, .max = 200 },
};

enum status appointment_cancel_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct {
        const char *reason;
    } form;
    struct appointment *a;
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    form_take(cx, rq, cancel_fields, &form);
    TRY(appointment_cancel(cx, a, form.reason, version_of(rq)));
    return done(cx, rq, rs, a->id, t_cancel_done);
}

/* --- changing it ----------------------------------------------------------------------- */

enum { LINES = 8 };

static const char *chosen(const struct choice *at, size_t n, struct id id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i].value, id.text) == 0) return at[i].label;
    return "";
}

static const char *date_as_shown(struct cx *cx, const char *typed)
{
    const char *date = date_parse(cx, typed);
    return date ? date_words(cx, date) : typed;
}

static const char *time_as_shown(struct cx *cx, const char *typed)
{
    int minute = clock_typed(typed);
    return minute < 0 ? typed : arena_print(cx->mem, "%d:%02d", minute / 60, minute % 60);
}

static void lines_of(struct cx *cx, const struct change_page *p, const struct appointment_draft *y,
                     struct version_line out[LINES])
{
    const struct choices *c = &p->choices;
    const struct appointment_draft *s = &p->saved;
    const struct version_line lines[LINES] = {
        { "practitioner", SAY(appointment_practitioner),
          chosen(c->practitioner, c->practitioner_n, y->practitioner),
          chosen(c->practitioner, c->practitioner_n, s->practitioner) },
        { "location", SAY(appointment_location), chosen(c->place, c->place_n, y->location),
          chosen(c->place, c->place_n, s->location) },
        { "date", SAY(appointment_date), date_as_shown(cx, y->date), date_as_shown(cx, s->date) },
        { "time", SAY(appointment_time), time_as_shown(cx, y->time), time_as_shown(cx, s->time) },
        { "type", SAY(appointment_type), chosen(c->type, c->type_n, y->type),
          chosen(c->type, c->type_n, s->type) },
        { "minutes", SAY(appointment_minutes), y->minutes, s->minutes },
        { "label", SAY(appointment_label), y->label, s->label },
        { "note", SAY(appointment_note), y->note, s->note },
    };
    memcpy(out, lines, sizeof lines);
}

/* Browsers end lines with two characters; what is stored has one. */
static const char *plain_lines(struct cx *cx, const char *text)
{
    char *out = arena_copy(cx->mem, text, strlen(text)), *to = out;
    for (; *text; text++)
        if (*text != '\r') *to++ = *text;
    *to = '\0';
    return out;
}

/* What was entered; what the form does not hold is as saved. */
static struct appointment_draft entered(struct cx *cx, const struct change_page *p)
{
    struct appointment_draft draft = draft_of(&p->form);
    draft.patient = p->saved.patient;
    draft.note = plain_lines(cx, draft.note);
    if (id_some(p->saved.patient)) draft.label = p->saved.label;
    if (p->a->private) draft.note = p->saved.note;
    if (p->whole) return draft;
    draft.type = p->saved.type;
    draft.minutes = p->saved.minutes;
    draft.label = p->saved.label;
    draft.note = p->saved.note;
    return draft;
}

/* The draft with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct change_page *p,
                     struct appointment_draft *d, struct version_line lines[LINES])
{
    const struct appointment_draft *s = &p->saved;
    lines_of(cx, p, d, lines);
    if (!versions_settle(cx, rq, p->a->version, lines, LINES)) return false;
    if (lines[0].which == VERSION_SAVED) d->practitioner = s->practitioner;
    if (lines[1].which == VERSION_SAVED) d->location = s->location;
    if (lines[2].which == VERSION_SAVED) d->date = s->date;
    if (lines[3].which == VERSION_SAVED) d->time = s->time;
    if (lines[4].which == VERSION_SAVED) d->type = s->type;
    if (lines[5].which == VERSION_SAVED) d->minutes = s->minutes;
    if (lines[6].which == VERSION_SAVED) d->label = s->label;
    if (lines[7].which == VERSION_SAVED) d->note = s->note;
    return true;
}

static struct url saves_at(struct cx *cx, const struct request *rq, const struct change_page *p)
{
    return p->whole ? url_for(cx, rq, ROUTE_appointment_update_form, p->a->id)
                    : url_for(cx, rq, ROUTE_appointment_move_form, p->a->id);
}

static enum status begin(struct cx *cx, struct request *rq, bool whole, struct change_page *p)
{
    struct appointment *a;
    struct version_line lines[LINES];
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, a));
    *p = (struct change_page){ .a = a, .whole = whole, .saved = appointment_as_draft(cx, a) };
    TRY(read_choices(cx, &p->choices, a));
    const struct appointment_draft *s = &p->saved;
    lines_of(cx, p, s, lines);
    struct version_fields v = versions_new(cx, a->version, lines, LINES);
    p->form = (struct appointment_form){
        .location = s->location.text,
        .practitioner = s->practitioner.text,
        .type = s->type.text,
        .patient = "",
        .date = s->date,
        .time = s->time,
        .minutes = s->minutes,
        .label = s->label,
        .note = s->note,
        .text = "",
        .at = "",
        .version = v.version,
        .was = v.was,
    };
    if (rq->method == POST) form_take(cx, rq, appointment_fields, &p->form);
    return OK;
}

static enum status show_change(struct cx *cx, struct request *rq, struct response *rs, bool whole)
{
    struct change_page p;
    struct version_line lines[LINES];
    TRY(begin(cx, rq, whole, &p));
    if (!stale(cx, rq)) {
        change_view(&rs->body, rq, &p, saves_at(cx, rq, &p));
        return OK;
    }
    struct appointment_draft draft = entered(cx, &p);
    (void)catch_up(cx, rq, &p, &draft, lines);
    const struct versions_page page = {
        .about = p.a->id,
        .version = p.a->version,
        .lines = lines,
        .n = LINES,
        .save = saves_at(cx, rq, &p),
        .reload = url_for(cx, rq, whole ? ROUTE_appointment_edit : ROUTE_appointment_move, p.a->id),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

static enum status save_change(struct cx *cx, struct request *rq, struct response *rs, bool whole)
{
    struct change_page p;
    struct version_line lines[LINES];
    TRY(begin(cx, rq, whole, &p));
    struct appointment_draft draft = entered(cx, &p);
    if (!catch_up(cx, rq, &p, &draft, lines)) return versions_late(cx);
    TRY(appointment_update(cx, p.a, &draft, p.a->version, p.form.anyway));
    return done(cx, rq, rs, p.a->id, whole ? t_change_saved : t_move_saved);
}

enum status appointment_edit(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_change(cx, rq, rs, true);
}

enum status appointment_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    return save_change(cx, rq, rs, true);
}

enum status appointment_move(struct cx *cx, struct request *rq, struct response *rs)
{
    return show_change(cx, rq, rs, false);
}

enum status appointment_move_form(struct cx *cx, struct request *rq, struct response *rs)
{
    return save_change(cx, rq, rs, false);
}
