/* handovers_web.c - handing over appointments, as pages. */
#include <stdio.h>
#include <string.h>

#include "app/calendar/appointment.h"
#include "app/handovers/handover.h"
#include "app/locations/location.h"
#include "app/schedule/type.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/handovers/handovers.text.h"

struct handover_page {
    struct handover *v;
    struct user *whose;
    struct handover_rows rows;
    struct fits fits;
    struct location_list locations;
    size_t first, end;                /* of the rows on this page */
    const struct appointment **shown; /* of these; NULL where the actor may not look */
    int64_t number, pages;
    int64_t match, problems, left; /* chosen and fit, chosen and not, nobody chosen */
    int64_t done, of, moved, back;
    bool may_undo;
};

struct choose_form {
    const char *location, *type, *from;
};

static const struct field choose_fields[] = {
    FIELD(struct choose_form, location, FIELD_LINE),
    FIELD(struct choose_form, type, FIELD_LINE),
    FIELD(struct choose_form, from, FIELD_LINE),
};

struct new_page {
    struct handover_page page;
    struct choose_form form;
    int64_t to_come, next;
    struct choice *locations, *types;
    size_t locations_n, types_n;
    struct handovers earlier;
};

/* --- words -------------------------------------------------------------------------- */

static const char *state_words(struct cx *cx, enum handover_state state)
{
    switch (state) {
    case HANDOVER_RUNNING: return SAY(state_running);
    case HANDOVER_UNDOING: return SAY(state_undoing);
    case HANDOVER_UNDONE: return SAY(state_undone);
    case HANDOVER_STOPPED: return SAY(state_stopped);
    default: return SAY(state_done);
    }
}

static const struct location *place(const struct handover_page *p, size_t row)
{
    for (size_t i = 0; i < p->locations.n; i++)
        if (id_same(p->locations.at[i].id, p->rows.at[row].location)) return &p->locations.at[i];
    return NULL;
}

static const char *place_name(const struct handover_page *p, size_t row)
{
    const struct location *l = place(p, row);
    return l ? l->name : "";
}

static const char *when_words(struct cx *cx, const struct handover_page *p, size_t row)
{
    const struct location *l = place(p, row);
    const char *zone = l ? l->time_zone : cx->zone;
    int64_t at = p->rows.at[row].starts_at;
    return arena_print(cx->mem, "%s, %s", time_in(cx, zone, time_weekday_day, at),
                       time_in(cx, zone, time_clock, at));
}

/* Whoever is to choose may as well know that it takes another time or a conflict. */
static bool nobody_suits(const struct handover_page *p, size_t row)
{
    for (size_t c = 0; c < p->fits.n; c++)
        if (p->fits.fit[row * p->fits.n + c] == FIT_FREE) return false;
    return true;
}

static const char *fit_words(struct cx *cx, const struct handover_page *p, size_t row)
{
    const char *name = p->rows.at[row].receiver_name;
    switch (fit_of(&p->fits, row, p->rows.at[row].receiver)) {
    case FIT_FREE: return SAY(fit_free);
    case FIT_PLACE: return SAY(fit_place, name, place_name(p, row));
    case FIT_HOURS: return SAY(fit_hours, name);
    case FIT_BOOKED: return SAY(fit_booked, name);
    case FIT_TWICE: return SAY(fit_twice, name);
    default: return nobody_suits(p, row) ? SAY(fit_none) : SAY(fit_nobody);
    }
}

static const char *option_words(struct cx *cx, const struct handover_page *p, size_t row, size_t c)
{
    const char *name = p->fits.at[c].name;
    switch (p->fits.fit[row * p->fits.n + c]) {
    case FIT_BOOKED: return SAY(option_booked, name);
    case FIT_HOURS: return SAY(option_hours, name);
    default: return name;
    }
}

static const char *result_words(struct cx *cx, const struct handover_page *p, size_t row)
{
    const char *name = p->rows.at[row].receiver_name;
    switch (p->rows.at[row].result) {
    case ROW_MOVED: return SAY(result_moved, name);
    case ROW_LEFT: return SAY(result_left);
    case ROW_CHANGED: return SAY(result_changed);
    case ROW_BOOKED: return SAY(result_booked, name);
    case ROW_HOURS: return SAY(result_hours, name);
    case ROW_PLACE: return SAY(result_place, name);
    case ROW_REACH: return SAY(result_reach);
    case ROW_BACK: return SAY(result_back);
    case ROW_KEPT: return SAY(result_kept);
    case ROW_KEPT_BOOKED: return SAY(result_kept_booked);
    case ROW_KEPT_REACH: return SAY(result_kept_reach);
    default: return SAY(result_waits);
    }
}

/* How many of the list somebody gets who suits. */
static int64_t given_to(const struct handover_page *p, struct id user)
{
    int64_t n = 0;
    for (size_t i = 0; i < p->rows.n; i++)
        n += id_same(p->rows.at[i].receiver, user) && fit_of(&p->fits, i, user) == FIT_FREE;
    return n;
}

#include "app/handovers/handovers.html.h"

/* --- step 1: which ------------------------------------------------------------------- */

static enum status fill_choices(struct cx *cx, struct new_page *n)
{
    struct location_list locations;
    struct appointment_types types;
    TRY(location_list(cx, &locations));
    TRY(type_list(cx, &types));
    n->locations = NEW_ARRAY(cx->mem, struct choice, locations.n + 1);
    n->types = NEW_ARRAY(cx->mem, struct choice, types.n + 1);
    n->locations[n->locations_n++] = (struct choice){ "", SAY(choose_every_location), NULL };
    for (size_t i = 0; i < locations.n; i++)
        n->locations[n->locations_n++] =
            (struct choice){ locations.at[i].id.text, locations.at[i].name, NULL };
    n->types[n->types_n++] = (struct choice){ "", SAY(choose_every_type), NULL };
    for (size_t i = 0; i < types.n; i++)
        n->types[n->types_n++] = (struct choice){ types.at[i].id.text, types.at[i].name, NULL };
    return OK;
}

enum status handover_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct new_page n = { .form = { "", "", "" } };
    TRY(user_find(cx, param_id(rq, "id"), &n.page.whose));
    struct subject subject = user_subject(n.page.whose);
    TRY(allow(cx, USERS_EDIT, &subject));
    if (rq->method == POST) form_take(cx, rq, choose_fields, &n.form);
    TRY(appointment_future(cx, n.page.whose->id, &n.to_come, &n.next));
    TRY(handover_list(cx, n.page.whose->id, &n.earlier));
    TRY(fill_choices(cx, &n));
    new_view(&rs->body, rq, &n);
    return OK;
}

enum status handover_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct choose_form form;
    struct user *whose;
    struct id id;
    TRY(user_find(cx, param_id(rq, "id"), &whose));
    form_take(cx, rq, choose_fields, &form);
    const char *date = *form.from ? date_parse(cx, form.from) : NULL;
    if (*form.from && !date) field_fault(cx, "from", SAY(choose_from_wrong));
    TRY(field_check(cx));
    struct handover_choice choice = { id_of(form.location), id_of(form.type),
                                      date ? date_start(cx, date) : cx->now };
    TRY(handover_create(cx, whose, &choice, &id));
    if (!id_some(id)) return fail(cx, CONFLICT, "%s", SAY(choose_empty));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_handover_show, id), NULL);
}

/* --- step 2: to whom, and what came of it ---------------------------------------------- */

/* One that is out of reach is left out of what is shown, and remembered as denied. */
static enum status look(struct cx *cx, struct id id, const struct appointment **out)
{
    struct appointment *a;
    enum status status = appointment_find(cx, id, &a);
    *out = status == OK ? a : NULL;
    if (status != FORBIDDEN && status != NOT_FOUND) return status;
    struct shown *shown = cx->shown;
    cx_forget(cx);
    cx->shown = shown;
    return OK;
}

static enum status fill_shown(struct cx *cx, struct handover_page *p)
{
    for (size_t i = p->first; i < p->end; i++)
        TRY(look(cx, p->rows.at[i].appointment, &p->shown[i - p->first]));
    return OK;
}

static void count_rows(struct handover_page *p)
{
    bool back = p->v->state == HANDOVER_UNDOING;
    for (size_t i = 0; i < p->rows.n; i++) {
        const struct handover_row *r = &p->rows.at[i];
        enum fit fit = fit_of(&p->fits, i, r->receiver);
        p->match += fit == FIT_FREE;
        p->left += fit == FIT_NOBODY;
        p->problems += fit > FIT_NOBODY;
        p->moved += r->result == ROW_MOVED;
        p->back += r->result == ROW_BACK;
        p->of += back ? r->result == ROW_MOVED || r->result >= ROW_BACK : true;
        p->done += back ? r->result >= ROW_BACK : r->result != ROW_WAITS;
    }
}

static enum status fill(struct cx *cx, struct request *rq, struct handover_page *p, bool shown)
{
    TRY(handover_find(cx, param_id(rq, "id"), &p->v, &p->whose));
    TRY(handover_rows(cx, p->v, &p->rows));
    TRY(handover_fits(cx, p->v, &p->rows, &p->fits));
    TRY(location_list(cx, &p->locations));
    count_rows(p);
    p->may_undo = handover_can_undo(cx, p->v, &p->rows);
    p->pages = ((int64_t)p->rows.n + HANDOVER_PAGE - 1) / HANDOVER_PAGE;
    p->number = query_int(rq, "page", 1);
    if (p->number > p->pages) p->number = p->pages;
    if (p->number < 1) p->number = 1;
    p->first = (size_t)(p->number - 1) * HANDOVER_PAGE;
    p->end = p->first + HANDOVER_PAGE < p->rows.n ? p->first + HANDOVER_PAGE : p->rows.n;
    p->shown = NEW_ARRAY(cx->mem, const struct appointment *, HANDOVER_PAGE);
    return shown ? fill_shown(cx, p) : OK;
}

enum status handover_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct handover_page p = { 0 };
    TRY(fill(cx, rq, &p, true));
    if (p.v->state == HANDOVER_CHOOSING)
        reassign_view(&rs->body, rq, &p);
    else
        after_view(&rs->body, rq, &p);
    return OK;
}

static enum status take_picks(struct cx *cx, const struct request *rq, const struct handover *v)
{
    struct handover_pick *picks = NEW_ARRAY(cx->mem, struct handover_pick, rq->form.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < rq->form.n && n < HANDOVER_PAGE; i++) {
        int position;
        if (sscanf(rq->form.at[i].name, "row-%4d", &position) != 1) continue;
        picks[n++] = (struct handover_pick){ position, id_of(rq->form.at[i].value) };
    }
    return handover_pick(cx, v, picks, n);
}

enum status handover_choose_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct handover *v;
    struct user *whose;
    const char *then = form_text(rq, "then"), *everyone = form_text(rq, "everyone");
    int64_t page = query_int(rq, "page", 1);
    TRY(handover_find(cx, param_id(rq, "id"), &v, &whose));
    TRY(take_picks(cx, rq, v));
    bool all = strcmp(then, "everyone") == 0 && *everyone;
    if (all) TRY(handover_pick_all(cx, v, id_of(everyone)));
    bool next = strcmp(then, "next") == 0, last = page * HANDOVER_PAGE >= v->rows;
    if (next && last)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_handover_check, v->id), NULL);
    struct url to = url_for(cx, rq, ROUTE_handover_show, v->id);
    page += next;
    if (page > 1) to = url_with(cx, to, "page", arena_number(cx->mem, page));
    return redirect(cx, rq, rs, to, NULL);
}

/* --- step 3: what will happen ------------------------------------------------------------ */

enum status handover_check(struct cx *cx, struct request *rq, struct response *rs)
{
    struct handover_page p = { 0 };
    TRY(fill(cx, rq, &p, false));
    if (p.v->state != HANDOVER_CHOOSING) return handover_show(cx, rq, rs);
    check_view(&rs->body, rq, &p);
    return OK;
}

enum status handover_start_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct handover *v;
    struct user *whose;
    TRY(handover_find(cx, param_id(rq, "id"), &v, &whose));
    TRY(handover_start(cx, v, whose));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_handover_show, v->id), NULL);
}

enum status handover_undo_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct handover *v;
    struct user *whose;
    TRY(handover_find(cx, param_id(rq, "id"), &v, &whose));
    TRY(handover_undo(cx, v, whose));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_handover_show, v->id), NULL);
}
