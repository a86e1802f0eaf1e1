/* locations_web.c - the places of a practice group, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/locations/location.h"
#include "web/page.h"
#include "web/zones.h"

#include "app/locations/locations.text.h"

enum { PEOPLE_ON_CARD = 8, PEOPLE_ON_PAGE = 500 };

struct location_form {
    const char *name, *address, *time_zone, *phone, *hours, *version;
};

static const struct field location_fields[] = {
    FIELD(struct location_form, name, FIELD_LINE, .max = 100, .missing = t_location_name_missing),
    FIELD(struct location_form, address, FIELD_LINE, .max = 300),
    FIELD(struct location_form, time_zone, FIELD_LINE, .max = 60,
          .missing = t_location_zone_missing),
    FIELD(struct location_form, phone, FIELD_LINE, .max = 50),
    FIELD(struct location_form, hours, FIELD_TEXT, .max = 500),
    FIELD(struct location_form, version, FIELD_LINE, .max = 18),
};

#include "app/locations/locations.html.h"

static struct location_draft draft_of(const struct location_form *f)
{
    return (struct location_draft){ f->name, f->address, f->time_zone, f->phone, f->hours };
}

static struct location_form form_of(struct cx *cx, const struct location *l)
{
    return (struct location_form){
        l->name,  l->address, l->time_zone,
        l->phone, l->hours,   arena_print(cx->mem, "%lld", (long long)l->version)
    };
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

enum status locations_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_list list;
    struct location_staff staff = { 0 };
    TRY(location_list(cx, &list));
    if (has(&cx->actor, USERS_VIEW))
        TRY(location_people(cx, (struct id){ "" }, PEOPLE_ON_CARD, &staff));
    locations_page(&rs->body, rq, &list, &staff);
    return OK;
}

enum status location_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_form form = { "", "", rq->visit->practice_zone, "", "", "" };
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
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_locations_index),
                    SAY(location_added, form.name));
}

enum status location_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *location;
    struct location_staff staff = { 0 };
    TRY(location_find(cx, param_id(rq, "id"), &location));
    if (has(&cx->actor, USERS_VIEW)) TRY(location_people(cx, location->id, PEOPLE_ON_PAGE, &staff));
    struct location_form form = form_of(cx, location);
    if (rq->method == POST) {
        const char *current = form.version;
        form_take(cx, rq, location_fields, &form);
        form.hours = plain_lines(cx, form.hours);
        if (stale(cx, rq)) form.version = current;
    }
    const struct location_people *people = location_people_of(&staff, location->id);
    if (has(&cx->actor, LOCATIONS_EDIT))
        location_edit_page(&rs->body, rq, location, &form, people);
    else
        location_read_page(&rs->body, rq, location, people);
    return OK;
}

/* Anything but digits is the version of nothing, and so a stale one. */
static int64_t version_of(const char *text)
{
    int64_t n = 0;
    if (strspn(text, "0123456789") != strlen(text)) return 0;
    for (; *text; text++) n = n * 10 + (*text - '0');
    return n;
}

enum status location_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location_form form;
    struct location *location;
    TRY(location_find(cx, param_id(rq, "id"), &location));
    form_take(cx, rq, location_fields, &form);
    struct location_draft draft = draft_of(&form);
    TRY(location_update(cx, location, &draft, version_of(form.version)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_locations_index),
                    SAY(location_changed, form.name));
}
