/* rooms_web.c - the rooms of a location, as pages; their list stands on the location's. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/locations/rooms_view.h"

#include "app/locations/rooms.text.h"

/* Opens over the page of the location, which has a field called name. */
struct room_form {
    const char *room_name, *version, *was;
    bool archived;
};
static const struct field room_fields[] = {
    FIELD(struct room_form, room_name, FIELD_LINE, .max = 60, .missing = t_room_name_missing),
    FIELD(struct room_form, archived, FIELD_CHECK),
    FIELD(struct room_form, version, FIELD_LINE, .max = 18),
    FIELD(struct room_form, was, FIELD_LINE, .max = WAS_MOST),
};

/* "Room 1, Room 2": those that are offered. */
static const char *room_names(struct cx *cx, struct id location, const struct room_list *rooms)
{
    const char *names = "";
    for (size_t i = 0; i < rooms->n; i++) {
        const struct room *r = &rooms->at[i];
        if (r->archived || !id_same(r->location, location)) continue;
        names = arena_print(cx->mem, "%s%s%s", names, *names ? ", " : "", r->name);
    }
    return names;
}

#include "app/locations/rooms.html.h"

enum { ROOM_LINES = 2 };

static void room_lines(struct cx *cx, const struct room_draft *y, const struct room *s,
                       struct version_line out[ROOM_LINES])
{
    const struct version_line lines[ROOM_LINES] = {
        { "room_name", SAY(room_name), y->name, s->name },
        { "archived", SAY(room_offered), y->archived ? SAY(room_no) : SAY(room_yes),
          s->archived ? SAY(room_no) : SAY(room_yes) },
    };
    memcpy(out, lines, sizeof lines);
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool room_catch_up(struct cx *cx, const struct request *rq, const struct room *r,
                          struct room_draft *d, struct version_line lines[ROOM_LINES])
{
    room_lines(cx, d, r, lines);
    if (!versions_settle(cx, rq, r->version, lines, ROOM_LINES)) return false;
    if (lines[0].which == VERSION_SAVED) d->name = r->name;
    if (lines[1].which == VERSION_SAVED) d->archived = r->archived;
    return true;
}

static enum status back_to_rooms(struct cx *cx, struct request *rq, struct response *rs,
                                 struct id location, struct id row, const char *said)
{
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_location_show, location),
                           &(struct notice){ .text = said, .row = row });
}

enum status room_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *there;
    struct room_form form = { "", "", "", false };
    TRY(location_find(cx, param_id(rq, "id"), &there));
    if (rq->method == POST) form_take(cx, rq, room_fields, &form);
    room_page(&rs->body, rq, there->id, NULL, &form);
    return OK;
}

enum status room_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct room_form form;
    struct id id, location = param_id(rq, "id");
    form_take(cx, rq, room_fields, &form);
    const struct room_draft draft = { form.room_name, false };
    TRY(room_create(cx, location, &draft, &id));
    return back_to_rooms(cx, rq, rs, location, id, SAY(room_added, form.room_name));
}

enum status room_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct room *r;
    struct version_line lines[ROOM_LINES];
    TRY(room_find(cx, param_id(rq, "id"), &r));
    struct room_draft d = { r->name, r->archived };
    room_lines(cx, &d, r, lines);
    struct version_fields v = versions_new(cx, r->version, lines, ROOM_LINES);
    struct room_form form = { r->name, v.version, v.was, r->archived };
    if (rq->method == POST) form_take(cx, rq, room_fields, &form);
    if (!stale(cx, rq)) {
        room_page(&rs->body, rq, r->location, r, &form);
        return OK;
    }
    d = (struct room_draft){ form.room_name, form.archived };
    (void)room_catch_up(cx, rq, r, &d, lines);
    versions_page(&rs->body, rq,
                  &(struct versions_page){ .about = r->id,
                                           .version = r->version,
                                           .lines = lines,
                                           .n = ROOM_LINES,
                                           .save = url_for(cx, rq, ROUTE_room_update_form, r->id),
                                           .reload = url_for(cx, rq, ROUTE_room_show, r->id) });
    return OK;
}

enum status room_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct room_form form;
    struct room *r;
    struct version_line lines[ROOM_LINES];
    TRY(room_find(cx, param_id(rq, "id"), &r));
    form_take(cx, rq, room_fields, &form);
    struct room_draft draft = { form.room_name, form.archived };
    if (!room_catch_up(cx, rq, r, &draft, lines)) return versions_late(cx);
    TRY(room_update(cx, r, &draft, r->version));
    return back_to_rooms(cx, rq, rs, r->location, r->id, SAY(room_saved, draft.name));
}

enum status room_rise_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct room *r;
    TRY(room_find(cx, param_id(rq, "id"), &r));
    TRY(room_rise(cx, r));
    return back_to_rooms(cx, rq, rs, r->location, r->id, SAY(room_moved, r->name));
}
