/* appointment_form.c - see appointment_form.h */
#include "app/calendar/appointment_form.h"

#include <string.h>

#include "app/audit/versions_web.h"
#include "base/time.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"
#include "app/calendar/series.text.h"

static const struct field appointment_fields[] = {
    FIELD(struct appointment_form, location, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, practitioner, FIELD_LINE, .max = 26),
    FIELD(struct appointment_form, room, FIELD_LINE, .max = 26),
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
    FIELD(struct appointment_form, repeat, FIELD_LINE, .max = 10),
    FIELD(struct appointment_form, times, FIELD_LINE, .max = 10),
    FIELD(struct appointment_form, until, FIELD_LINE, .max = 40),
    FIELD(struct appointment_form, misses, FIELD_LINE, .max = 10),
    FIELD(struct appointment_form, anyway, FIELD_CHECK),
    FIELD(struct appointment_form, later, FIELD_CHECK),
};

void appointment_form_take(struct cx *cx, const struct request *rq, struct appointment_form *out)
{
    form_take(cx, rq, appointment_fields, out);
}

struct appointment_draft appointment_form_draft(const struct appointment_form *f)
{
    return (struct appointment_draft){
        .location = id_of(f->location),
        .practitioner = id_of(f->practitioner),
        .room = id_of(f->room),
        .type = id_of(f->type),
        .patient = id_of(f->patient),
        .date = f->date,
        .time = f->time,
        .minutes = f->minutes,
        .label = f->label,
        .note = f->note,
    };
}

struct repeat appointment_form_repeat(const struct appointment_form *f)
{
    return (struct repeat){ f->repeat, f->times, f->until };
}

enum series_choice appointment_form_choice(const struct appointment_form *f)
{
    if (strcmp(f->misses, "fit") == 0) return SERIES_FIT;
    return strcmp(f->misses, "all") == 0 ? SERIES_ALL : SERIES_ASK;
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

/* Once. */
static void add(struct choice *all, size_t *n, const char *value, const char *label)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(all[i].value, value) == 0) return;
    all[(*n)++] = (struct choice){ value, label, NULL };
}

static void add_column(struct cx *cx, struct choices *c, struct id user, const char *name)
{
    add(c->practitioner, &c->practitioner_n, arena_print(cx->mem, "%s", user.text),
        id_some(user) ? name : SAY(appointment_nobody));
}

static void add_room(struct cx *cx, struct choices *c, struct id id, const char *name,
                     struct id location, const char *location_name)
{
    const char *label = c->places.n > 1 ? SAY(calendar_room_at, location_name, name) : name;
    size_t n = c->room_n;
    add(c->room, &c->room_n, arena_print(cx->mem, "%s", id.text), label);
    if (c->room_n > n) c->room_place[n] = arena_print(cx->mem, "%s", location.text);
}

static void add_rooms(struct cx *cx, struct choices *c, const struct room_list *rooms,
                      const struct location *l)
{
    for (size_t i = 0; i < rooms->n; i++)
        if (id_same(rooms->at[i].location, l->id) && !rooms->at[i].archived)
            add_room(cx, c, rooms->at[i].id, rooms->at[i].name, l->id, l->name);
}

static enum status begin_rooms(struct cx *cx, struct choices *c, struct room_list *rooms)
{
    TRY(room_list(cx, (struct id){ "" }, rooms));
    c->room = NEW_ARRAY(cx->mem, struct choice, rooms->n + 2);
    c->room_place = NEW_ARRAY(cx->mem, const char *, rooms->n + 2);
    c->room[c->room_n] = (struct choice){ "", SAY(booking_no_room), NULL };
    c->room_place[c->room_n++] = "";
    return OK;
}

/* Who is still to come, with the day. */
static const char *column_words(struct cx *cx, const struct column *column)
{
    if (column->here.active) return column->name;
    return SAY(appointment_from_day, column->name, time_day(cx, column->here.comes_at));
}

enum status choices_read(struct cx *cx, struct choices *c, const struct appointment *kept)
{
    enum { MOST = 500 };
    struct room_list rooms;
    TRY(calendar_places(cx, &c->places));
    TRY(begin_rooms(cx, c, &rooms));
    c->place = NEW_ARRAY(cx->mem, struct choice, c->places.n + 1);
    c->practitioner = NEW_ARRAY(cx->mem, struct choice, MOST);
    for (size_t i = 0; i < c->places.n; i++) {
        struct columns columns;
        const struct location *l = &c->places.at[i];
        bool own = appointment_may(cx, CALENDAR_EDIT, l->id, cx->actor.user);
        bool others = appointment_may(cx, CALENDAR_EDIT, l->id, (struct id){ "" });
        TRY(calendar_columns(cx, l->id, &columns));
        if (own || others) c->place[c->place_n++] = (struct choice){ l->id.text, l->name, NULL };
        if (own || others) add_rooms(cx, c, &rooms, l);
        if (others) add_column(cx, c, (struct id){ "" }, "");
        for (size_t j = 0; j < columns.n && c->practitioner_n < MOST - 1; j++)
            if (others || (own && id_same(columns.at[j].user, cx->actor.user)))
                add_column(cx, c, columns.at[j].user, column_words(cx, &columns.at[j]));
    }
    if (kept) add(c->place, &c->place_n, kept->location.text, kept->location_name);
    if (kept) add_column(cx, c, kept->user, kept->user_name);
    if (kept && id_some(kept->room))
        add_room(cx, c, kept->room, kept->room_name, kept->location, kept->location_name);
    return read_types(cx, c, kept ? kept->type : (struct id){ "" });
}

const struct location *choices_place(const struct choices *c, const char *id)
{
    for (size_t i = 0; i < c->places.n; i++)
        if (strcmp(c->places.at[i].id.text, id) == 0) return &c->places.at[i];
    return NULL;
}

/* --- answers ----------------------------------------------------------------------- */

bool misses(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->reason
           && strcmp(cx->reason, "series") == 0;
}

bool overlaps(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->reason
           && strncmp(cx->reason, "overlap", 7) == 0;
}

void room_fault(struct cx *cx, const struct request *rq)
{
    bool taken =
        rq->method == POST && cx->why == CONFLICT && cx->reason && strcmp(cx->reason, "room") == 0;
    if (taken) field_fault(cx, "room", cx->message);
}

struct url back_to(struct cx *cx, const struct request *rq, struct id location, const char *date)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_calendar_show), "date", date);
    return url_with(cx, url, "location", location.text);
}

struct url back_to_day(struct cx *cx, const struct request *rq, const struct appointment *a)
{
    struct appointment_draft draft = appointment_as_draft(cx, a);
    return back_to(cx, rq, a->location, draft.date);
}

enum status back_changed(struct cx *cx, struct request *rq, struct response *rs, struct id id,
                         words *said)
{
    struct appointment *a;
    TRY(appointment_find(cx, id, &a));
    const char *text =
        said ? said(cx) : SAY(booking_done, appointment_day(cx, a), appointment_clock(cx, a));
    return redirect_notice(cx, rq, rs, back_to_day(cx, rq, a),
                           &(struct notice){ .text = text, .row = id });
}

/* --- parts of pages ------------------------------------------------------------------ */

static bool may_insist(const struct cx *cx)
{
    return strcmp(cx->reason, "overlap") == 0;
}

static struct choice *repeat_choices(struct cx *cx, size_t *n)
{
    struct choice *out = NEW_ARRAY(cx->mem, struct choice, SERIES_MOST_WEEKS + 2);
    *n = 0;
    out[(*n)++] = (struct choice){ "", SAY(series_once), NULL };
    for (int64_t weeks = 1; weeks <= SERIES_MOST_WEEKS; weeks++)
        out[(*n)++] =
            (struct choice){ arena_number(cx->mem, weeks), SAY(series_weeks, weeks), NULL };
    out[(*n)++] = (struct choice){ "month", SAY(series_month), NULL };
    return out;
}

#include "app/calendar/appointment_form.html.h"
