/* change_web.c - changing and moving an appointment, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/calendar/appointment_form.h"
#include "base/date.h"
#include "base/time.h"

#include "app/calendar/appointment.text.h"
#include "app/calendar/calendar.text.h"
#include "app/calendar/series.text.h"

struct change_page {
    const struct appointment *a;
    struct appointment_draft saved;
    struct appointment_form form;
    struct choices choices;
    struct series_place place;
    bool whole; /* everything, or only where and when */
};

#include "app/calendar/change.html.h"

enum { LINES = 9 };

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
        { "room", SAY(appointment_room), chosen(c->room, c->room_n, y->room),
          chosen(c->room, c->room_n, s->room) },
    };
    memcpy(out, lines, sizeof lines);
}

/* What was entered; what the form does not hold is as saved. */
static struct appointment_draft entered(const struct change_page *p)
{
    struct appointment_draft draft = appointment_form_draft(&p->form);
    if (id_some(p->saved.patient)) draft.label = p->saved.label;
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
    if (lines[8].which == VERSION_SAVED) d->room = s->room;
    return true;
}

static struct url saves_at(struct cx *cx, const struct request *rq, const struct change_page *p)
{
    return p->whole ? url_for(cx, rq, ROUTE_appointment_update_form, p->a->id)
                    : url_for(cx, rq, ROUTE_appointment_move_form, p->a->id);
}

/* Where it was dragged to: what is no day, time, column or room there changes nothing. */
static void take_asked(struct cx *cx, const struct request *rq, struct change_page *p)
{
    const char *date = date_parse(cx, query_text(rq, "date")), *time = query_text(rq, "time");
    const char *user = query_text(rq, "practitioner"), *room = query_text(rq, "room");
    if (date) p->form.date = date;
    if (clock_typed(time) >= 0) p->form.time = time;
    if (*chosen(p->choices.practitioner, p->choices.practitioner_n, id_of(user)) && *user)
        p->form.practitioner = user;
    if (*chosen(p->choices.room, p->choices.room_n, id_of(room)) && *room) p->form.room = room;
    if (strcmp(room, "none") == 0) p->form.room = "";
}

static enum status begin(struct cx *cx, struct request *rq, bool whole, struct change_page *p)
{
    struct appointment *a;
    struct version_line lines[LINES];
    TRY(appointment_find(cx, param_id(rq, "id"), &a));
    TRY(appointment_ask_this(cx, CALENDAR_EDIT, a));
    *p = (struct change_page){ .a = a, .whole = whole, .saved = appointment_as_draft(cx, a) };
    TRY(choices_read(cx, &p->choices, a));
    TRY(series_place(cx, a, &p->place));
    const struct appointment_draft *s = &p->saved;
    lines_of(cx, p, s, lines);
    struct version_fields v = versions_new(cx, a->version, lines, LINES);
    p->form = (struct appointment_form){
        .location = s->location.text,
        .practitioner = s->practitioner.text,
        .room = s->room.text,
        .type = s->type.text,
        .patient = "",
        .date = s->date,
        .time = s->time,
        .minutes = s->minutes,
        .label = s->label,
        .note = s->note,
        .text = "",
        .at = "",
        .repeat = "",
        .times = "",
        .until = "",
        .misses = "",
        .version = v.version,
        .was = v.was,
    };
    if (rq->method == GET) take_asked(cx, rq, p);
    if (rq->method == POST) appointment_form_take(cx, rq, &p->form);
    return OK;
}

static enum status show_change(struct cx *cx, struct request *rq, struct response *rs, bool whole)
{
    struct change_page p;
    struct version_line lines[LINES];
    TRY(begin(cx, rq, whole, &p));
    if (!stale(cx, rq)) {
        room_fault(cx, rq);
        change_view(&rs->body, rq, &p, saves_at(cx, rq, &p));
        return OK;
    }
    struct appointment_draft draft = entered(&p);
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

static enum status save_series(struct cx *cx, struct request *rq, struct response *rs,
                               const struct change_page *p, const struct appointment_draft *draft)
{
    int64_t n;
    TRY(series_update(cx, p->a, draft, p->a->version, appointment_form_choice(&p->form), &n));
    return redirect_notice(cx, rq, rs, back_to_day(cx, rq, p->a),
                           &(struct notice){ .text = SAY(series_changed, n), .row = p->a->id });
}

static enum status save_change(struct cx *cx, struct request *rq, struct response *rs, bool whole)
{
    struct change_page p;
    struct version_line lines[LINES];
    TRY(begin(cx, rq, whole, &p));
    struct appointment_draft draft = entered(&p);
    if (!catch_up(cx, rq, &p, &draft, lines)) return versions_late(cx);
    if (p.form.later) return save_series(cx, rq, rs, &p, &draft);
    TRY(appointment_update(cx, p.a, &draft, p.a->version, p.form.anyway));
    return back_changed(cx, rq, rs, p.a->id, whole ? t_change_saved : t_move_saved);
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
