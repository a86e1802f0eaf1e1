/* users_api.c - the people of a practice group, for programs. */
#include "app/api/users_api.h"

#include <string.h>

#include "app/departures/plan.h"

static const char *const roles[] = { "practitioner", "administrator", NULL };
static const char *const states[] = { "active", "deactivated", NULL };
static const char *const wanted[] = { "active", "deactivated", "all", NULL };

/* What a list holds; a single user has some more. */
#define LISTED                                                                                     \
    { "id", API_ID, .about = "Of the user in this group." },                                       \
        { "title", API_TEXT, .maybe = true, .about = "“Dr”" },                                     \
        { "first_name", API_TEXT, .maybe = true, .about = "null for people with one name." },      \
        { "last_name", API_TEXT, .about = "The last name, or the only one." },                     \
        { "email", API_TEXT, .maybe = true, .about = "null unless key and user may edit users." }, \
        { "role_type", API_WORD, .about = "Which kind of levels.", .words = roles },               \
        { "profession", API_TEXT, .maybe = true, .about = "“physiotherapist”" },                   \
        { "level", API_TEXT, .about = "Access level, such as “clinical” or “full”." },             \
        { "read_only", API_FLAG, .about = "Read Only Access." },                                   \
        { "account_owner", API_FLAG, .about = "Owns the account of the group." },                  \
        { "all_locations", API_FLAG, .about = "Works at every location." },                        \
        { "status", API_WORD, .about = "Whether the user has access.", .words = states },          \
        { "deactivated_at", API_MOMENT, .maybe = true, .about = "Since when not." },               \
    {                                                                                              \
        "last_active_at", API_MOMENT, .maybe = true,                                               \
                                      .about = "null unless key and user may edit"                 \
                                               " users, or for never."                             \
    }

static const struct api_field listed_fields[] = { LISTED };
static const struct api_shape listed_shape = API_SHAPE("UserListed", listed_fields);

static const char *const kinds[] = { "deactivate", "activate", "read_only", NULL };
static const struct api_field plan_fields[] = {
    { "kind", API_WORD, .about = "What happens then.", .words = kinds },
    { "effective_at", API_MOMENT, .about = "When." },
    { "planned_by", API_TEXT, .maybe = true, .about = "Whose rights of that moment count." },
    { "refused", API_TEXT, .maybe = true, .about = "Why it cannot be." },
};
static const struct api_shape plan_shape = API_SHAPE("PlannedChange", plan_fields);

static const struct api_field user_fields[] = {
    LISTED,
    { "registration_number", API_TEXT, .maybe = true,
      .about = "Of the business; null unless key and user may edit users." },
    { "locations", API_MANY, .about = "Where the user works.", .of = &named_shape },
    { "created_at", API_MOMENT, .about = "When the user was added." },
    { "plans", API_MANY, .about = "What is to become of the access by itself.", .of = &plan_shape },
};
const struct api_shape user_shape = API_SHAPE("User", user_fields);

static void write_listed(struct cx *cx, struct json *j, const struct user *u)
{
    bool edits = has(&cx->actor, USERS_EDIT);
    api_id(j, "id", u->id);
    api_text(j, "title", u->title);
    api_text(j, "first_name", u->first_name);
    json_text(j, "last_name", u->last_name);
    api_text(j, "email", edits ? u->email : "");
    json_text(j, "role_type", role_key(u->access.role));
    api_text(j, "profession", u->profession);
    json_text(j, "level", u->access.level < LEVEL_COUNT ? levels[u->access.level].key : "");
    json_bool(j, "read_only", u->access.set[SETTING_read_only]);
    json_bool(j, "account_owner", u->access.owner);
    json_bool(j, "all_locations", u->access.all_locations);
    json_text(j, "status", u->access.active ? "active" : "deactivated");
    api_moment(cx, j, "deactivated_at", u->access.active ? 0 : u->deactivated_at);
    api_moment(cx, j, "last_active_at", edits ? u->seen_at : 0);
}

/* Plans show to those who may edit users, as on the pages. */
static enum status write_plans(struct cx *cx, struct json *j, const struct user *u)
{
    struct plan all[PLAN_KINDS];
    size_t n = 0;
    if (has(&cx->actor, USERS_EDIT)) TRY(plans_of(cx, u->id, all, &n));
    json_array(j, "plans");
    for (size_t i = 0; i < n; i++) {
        json_object(j, NULL);
        json_text(j, "kind", plan_key(all[i].kind));
        api_moment(cx, j, "effective_at", all[i].due_at);
        api_text(j, "planned_by", all[i].by_name);
        api_text(j, "refused", all[i].refused);
        json_end(j);
    }
    json_end(j);
    return OK;
}

enum status api_write_user(struct cx *cx, struct json *j, const struct user *u)
{
    json_object(j, NULL);
    write_listed(cx, j, u);
    api_text(j, "registration_number", has(&cx->actor, USERS_EDIT) ? u->registration_number : "");
    json_array(j, "locations");
    for (size_t i = 0; i < u->locations_n; i++)
        api_named(j, NULL, u->locations[i].id, u->locations[i].name);
    json_end(j);
    api_moment(cx, j, "created_at", u->created_at);
    TRY(write_plans(cx, j, u));
    json_end(j);
    return OK;
}

enum status api_match_user(struct cx *cx, struct request *rq, const struct user *u)
{
    struct json now = json_begin(cx->mem);
    TRY(api_write_user(cx, &now, u));
    return api_match(cx, rq, u->version, &now);
}

static const struct api_field query[] = {
    { "q", API_TEXT, .maybe = true, .about = "Part of a name, or of an address where it is seen." },
    { "status", API_WORD, .maybe = true, .about = "Without: active.", .words = wanted },
    { "location", API_ID, .maybe = true, .about = "Who works there." },
};
const struct api_operation api_users_operation = {
    .summary = "List users",
    .about = "Active ones before deactivated ones, by last name.",
    .answers = &listed_shape,
    .many = true,
    API_QUERY(query),
};

enum status api_users(struct cx *cx, struct request *rq, struct response *rs)
{
    struct api_page page;
    struct user_list list;
    const char *status = query_text(rq, "status");
    TRY(api_page(cx, rq, &page));
    struct user_filter filter = {
        .text = query_text(rq, "q"),
        .location = id_of(query_text(rq, "location")),
        .active = strcmp(status, "deactivated") != 0,
        .deactivated = strcmp(status, "deactivated") == 0 || strcmp(status, "all") == 0,
        .after = id_of(page.after),
        .limit = (int64_t)page.limit + 1,
        .known = 1,
    };
    TRY(user_list(cx, &filter, &list));
    bool more = list.n > page.limit;
    struct json j = api_list(cx);
    for (size_t i = 0; i < list.n && i < page.limit; i++) {
        json_object(&j, NULL);
        write_listed(cx, &j, &list.at[i]);
        json_end(&j);
    }
    api_list_end(cx, rq, rs, &j, more ? list.at[page.limit - 1].id.text : NULL);
    return OK;
}

const struct api_operation api_user_operation = { .summary = "Get a user", .answers = &user_shape };

enum status api_user(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    struct json j = json_begin(cx->mem);
    TRY(api_write_user(cx, &j, u));
    api_one(cx, rs, &j, u->version);
    return OK;
}
