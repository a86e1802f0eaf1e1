/* locations_web.c - the places of a practice group, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/locations/rooms_view.h"
#include "web/zones.h"

#include "app/locations/locations.text.h"

enum { PEOPLE_ON_CARD = 8, PEOPLE_ON_PAGE = 500 };

struct location_form {
    const char *name, *address, *time_zone, *phone, *hours, *version, *was;
    bool no_overlap;
};

static const struct field location_fields[] = {
    FIELD(struct location_form, name, FIELD_LINE, .max = 100, .missing = t_location_name_missing),
    FIELD(struct location_form, address, FIELD_LINE, .max = 300),
    FIELD(struct location_form, time_zone, FIELD_LINE, .max = 60,
          .missing = t_location_zone_missing),
    FIELD(struct location_form, phone, FIELD_LINE, .max = 50),
    FIELD(struct location_form, hours, FIELD_TEXT, .max = 500),
    FIELD(struct location_form, no_overlap, FIELD_CHECK),
    FIELD(struct location_form, version, FIELD_LINE, .max = 18),
    FIELD(struct location_form, was, FIELD_LINE, .max = WAS_MOST),
};

#include "app/locations/locations.html.h"

static struct location_draft draft_of(const struct location_form *f)
{
    return (struct location_draft){ f->name,  f->address, f->time_zone,
                                    f->phone, f->hours,   f->no_overlap };
}

enum { LOCATION_TEXTS = 5, LOCATION_LINES }; /* the last line is no text */

static void lines_of(struct cx *cx, const struct location_draft *yours,
                     const struct location *saved, struct version_line out[LOCATION_LINES])
{
    const struct version_line lines[LOCATION_LINES] = {
        { "name", SAY(location_name), yours->name, saved->name },
        { "address", SAY(location_address), yours->address, saved->address },
        { "time_zone", SAY(location_zone), yours->time_zone, saved->time_zone },
        { "phone", SAY(location_phone), yours->phone, saved->phone },
        { "hours", SAY(location_hours), yours->hours, saved->hours },
        { "no_overlap", SAY(location_overlap), location_overlap_words(cx, yours->no_overlap),
          location_overlap_words(cx, saved->no_overlap) },
    };
    memcpy(out, lines, sizeof lines);
}

static struct location_form form_of(struct cx *cx, const struct location *l)
{
    struct version_line lines[LOCATION_LINES];
    struct location_draft same = location_as_draft(l);
    lines_of(cx, &same, l, lines);
    struct version_fields v = versions_new(cx, l->version, lines, LOCATION_LINES);
    return (struct location_form){ l->name,  l->address, l->time_zone, l->phone,
                                   l->hours, v.version,  v.was,        l->no_overlap };
}

enum status locations_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_list list;
    struct room_list rooms;
    struct location_staff staff = { 0 };
    TRY(location_list(cx, &list));
    TRY(room_list(cx, (struct id){ "" }, &rooms));
    if (has(&cx->actor, USERS_VIEW))
        TRY(location_people(cx, (struct id){ "" }, PEOPLE_ON_CARD, &staff));
    locations_page(&rs->body, rq, &list, &rooms, &staff, changed_row(cx, rq));
    return OK;
}

enum status location_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_form form = { "", "", rq->visit->practice_zone, "", "", "", "", false };
    if (rq->method == POST) form_take(cx, rq, location_fields, &form);
    location_new_page(&rs->body, rq, &form);
    return OK;
}

enum status location_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_form form;
    struct id id;
    form_take(cx, rq, location_fields, &form);
    struct location_draft draft = draft_of(&form);
    TRY(location_create(cx, &draft, &id));
    const struct notice notice = { .text = SAY(location_added, form.name), .row = id };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_locations_index), &notice);
}

/* The form with what somebody else saved meanwhile, or was chosen over it. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct location *l,
                     struct location_draft *d, struct version_line lines[LOCATION_LINES])
{
    const char **fields[LOCATION_TEXTS] = { &d->name, &d->address, &d->time_zone, &d->phone,
                                            &d->hours };
    lines_of(cx, d, l, lines);
    if (!versions_settle(cx, rq, l->version, lines, LOCATION_LINES)) return false;
    for (size_t i = 0; i < LOCATION_TEXTS; i++)
        if (lines[i].which == VERSION_SAVED) *fields[i] = lines[i].saved;
    if (lines[LOCATION_TEXTS].which == VERSION_SAVED) d->no_overlap = l->no_overlap;
    return true;
}

static enum status ask_versions(struct cx *cx, struct request *rq, struct response *rs,
                                const struct location *l, const struct location_form *form)
{
    struct version_line lines[LOCATION_LINES];
    struct location_draft draft = draft_of(form);
    (void)catch_up(cx, rq, l, &draft, lines);
    const struct versions_page page = {
        .about = l->id,
        .version = l->version,
        .lines = lines,
        .n = LOCATION_LINES,
        .save = url_for(cx, rq, ROUTE_location_update_form, l->id),
        .reload = url_for(cx, rq, ROUTE_location_show, l->id),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

enum status location_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *location;
    struct room_list rooms;
    struct location_staff staff = { 0 };
    TRY(location_find(cx, param_id(rq, "id"), &location));
    TRY(room_list(cx, location->id, &rooms));
    if (has(&cx->actor, USERS_VIEW)) TRY(location_people(cx, location->id, PEOPLE_ON_PAGE, &staff));
    struct location_form form = form_of(cx, location);
    if (rq->method == POST) form_take(cx, rq, location_fields, &form);
    if (stale(cx, rq)) return ask_versions(cx, rq, rs, location, &form);
    const struct location_people *people = location_people_of(&staff, location->id);
    if (has(&cx->actor, LOCATIONS_EDIT))
        location_edit_page(&rs->body, rq, location, &form, &rooms, people);
    else
        location_read_page(&rs->body, rq, location, &rooms, people);
    return OK;
}

enum status location_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_form form;
    struct location *location;
    TRY(location_find(cx, param_id(rq, "id"), &location));
    form_take(cx, rq, location_fields, &form);
    struct version_line lines[LOCATION_LINES];
    struct location_draft draft = draft_of(&form);
    if (!catch_up(cx, rq, location, &draft, lines)) return versions_late(cx);
    TRY(location_update(cx, location, &draft, location->version));
    const struct notice notice = { .text = SAY(location_changed, draft.name), .row = location->id };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_locations_index), &notice);
}
