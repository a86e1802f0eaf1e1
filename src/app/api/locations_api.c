/* locations_api.c - the places of a practice group, for programs. */
#include <string.h>

#include "app/locations/location.h"
#include "web/api.h"

static const struct api_field fields[] = {
    { "id", API_ID, .about = "Of the location." },
    { "name", API_TEXT, .about = "“Riverside”" },
    { "address", API_TEXT, .maybe = true, .about = "As typed." },
    { "time_zone", API_TEXT, .about = "“Australia/Melbourne”" },
    { "phone", API_TEXT, .maybe = true, .about = "As typed." },
    { "hours", API_TEXT, .maybe = true, .about = "Open hours, as typed, in lines." },
    { "may_overlap", API_FLAG, .about = "A practitioner may have two appointments at a time." },
    { "created_at", API_MOMENT, .about = "When it was added." },
};
static const struct api_shape location_shape = API_SHAPE("Location", fields);

static void write_location(struct cx *cx, struct json *j, const struct location *l)
{
    json_object(j, NULL);
    api_id(j, "id", l->id);
    json_text(j, "name", l->name);
    api_text(j, "address", l->address);
    json_text(j, "time_zone", l->time_zone);
    api_text(j, "phone", l->phone);
    api_text(j, "hours", l->hours);
    json_bool(j, "may_overlap", !l->no_overlap);
    api_moment(cx, j, "created_at", l->created_at);
    json_end(j);
}

const struct api_operation api_locations_operation = {
    .summary = "List locations", .about = "By name.", .answers = &location_shape, .many = true
};

enum status api_locations(struct cx *cx, struct request *rq, struct response *rs)
{
    struct api_page page;
    struct location_list list;
    size_t from = 0;
    TRY(api_page(cx, rq, &page));
    TRY(location_list(cx, &list));
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.at[i].id.text, page.after) == 0) from = i + 1;
    size_t end = list.n - from > page.limit ? from + page.limit : list.n;
    struct json j = api_list(cx);
    for (size_t i = from; i < end; i++) write_location(cx, &j, &list.at[i]);
    api_list_end(cx, rq, rs, &j, end < list.n ? list.at[end - 1].id.text : NULL);
    return OK;
}

const struct api_operation api_location_operation = { .summary = "Get a location",
                                                      .answers = &location_shape };

enum status api_location(struct cx *cx, struct request *rq, struct response *rs)
{
    struct location *l;
    TRY(location_find(cx, param_id(rq, "id"), &l));
    struct json j = json_begin(cx->mem);
    write_location(cx, &j, l);
    api_one(cx, rs, &j, l->version);
    return OK;
}
