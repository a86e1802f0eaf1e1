/* users_api.c - the people of a practice group, for programs. */
#include "app/api/users_api.h"

#include <string.h>

#include "app/staff/later_change.h"
#include "app/users/access_words.h"
#include "web/form.h"

#include "app/api/api.text.h"

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

static const char *const kinds[] = { "deactivate", "activate", "read_only", "access", NULL };
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

/* --- changing --------------------------------------------------------------------------------- */

static bool holds(const struct user_draft *d, struct id location)
{
    for (size_t i = 0; i < d->locations_n; i++)
        if (id_same(d->locations[i].id, location)) return true;
    return false;
}

enum status api_take_locations(struct cx *cx, const struct texts *ids, struct user_draft *d)
{
    const struct user_location *places;
    size_t n;
    TRY(user_places(cx, &places, &n));
    d->locations_n = 0;
    d->locations = NEW_ARRAY(cx->mem, struct user_location, ids->n);
    for (size_t i = 0; i < ids->n; i++) {
        size_t p = 0;
        if (!*ids->at[i]) continue; /* [] of a PATCH */
        while (p < n && strcmp(places[p].id.text, ids->at[i]) != 0) p++;
        if (p == n)
            field_fault(cx, "locations", SAY(api_no_location));
        else if (!holds(d, places[p].id))
            d->locations[d->locations_n++] = places[p];
    }
    d->access.locations = d->locations_n;
    return OK;
}

static const struct api_field changes[] = {
    { "title", API_TEXT, .maybe = true, .about = "“Dr”" },
    { "first_name", API_TEXT, .maybe = true, .about = "null for people with one name." },
    { "last_name", API_TEXT, .maybe = true, .about = "The last name, or the only one." },
    { "profession", API_TEXT, .maybe = true, .about = "“physiotherapist”" },
    { "registration_number", API_TEXT, .maybe = true, .about = "Of practitioners." },
    { "level", API_WORD, .maybe = true,
      .about = "Of the user's role type; what differs from the level goes with another one.",
      .words = api_levels },
    { "read_only", API_FLAG, .maybe = true, .about = "Read Only Access." },
    { "location_restriction", API_FLAG, .maybe = true,
      .about = "Others' records only at the user's locations." },
    { "hide_patient_names", API_FLAG, .maybe = true,
      .about = "Patients show under pseudonyms; of administrators." },
    { "all_locations", API_FLAG, .maybe = true, .about = "Works at every location." },
    { "locations", API_MANY, .maybe = true, .about = "Ids of all of them, otherwise." },
    { "effective_at", API_MOMENT, .maybe = true,
      .about = "When, to the minute; only access can wait. Without: now. What is planned already"
               " makes way." },
};
struct user_body {
    const char *title, *first_name, *last_name, *profession, *registration_number, *level;
    const char *effective_at;
    struct texts locations;
};
static const struct field body_fields[] = {
    FIELD(struct user_body, title, FIELD_LINE, .max = 40),
    FIELD(struct user_body, first_name, FIELD_LINE, .max = 100),
    FIELD(struct user_body, last_name, FIELD_LINE, .max = 100),
    FIELD(struct user_body, profession, FIELD_LINE, .max = 100),
    FIELD(struct user_body, registration_number, FIELD_LINE, .max = 60),
    FIELD(struct user_body, level, FIELD_LINE),
    FIELD(struct user_body, locations, FIELD_MANY),
    FIELD(struct user_body, effective_at, FIELD_LINE, .max = 40),
};
const struct api_operation api_user_update_operation = {
    .summary = "Change a user, or what the user may do",
    .about = "Members that are left out stay as they are. The user is told of another access. Full"
             " Access is neither given nor taken here; with dry_run it is a preview.",
    .answers = &user_shape,
    .matches = true,
    API_BODY(changes),
};

static void take_access(struct cx *cx, const struct request *rq, const char *level,
                        struct access *a)
{
    static const struct {
        const char *name;
        enum setting setting;
    } flags[] = { { "read_only", SETTING_read_only },
                  { "location_restriction", SETTING_location_restriction },
                  { "hide_patient_names", SETTING_hide_patient_names } };
    if (*level && level_find(a->role, level) != a->level) {
        a->level = level_find(a->role, level);
        memset(a->others, FOLLOWS, sizeof a->others);
        if (a->level == LEVEL_NONE) field_fault(cx, "level", SAY(api_no_level));
    }
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        a->set[flags[i].setting] = api_body_flag(rq, flags[i].name, a->set[flags[i].setting]);
        if (a->set[flags[i].setting] && !setting_fits(flags[i].setting, a))
            field_fault(cx, flags[i].name, SAY(api_no_setting));
    }
    a->all_locations = api_body_flag(rq, "all_locations", a->all_locations);
}

static enum status draft_of(struct cx *cx, const struct request *rq, const struct user *u,
                            struct user_draft *d)
{
    struct user_body form;
    struct user_draft before = user_as_draft(u);
    *d = before;
    TRY(form_read(cx, rq, body_fields, &form));
    if (form_has(rq, "title")) d->title = form.title;
    if (form_has(rq, "first_name")) d->first_name = form.first_name;
    if (form_has(rq, "last_name")) d->last_name = form.last_name;
    if (form_has(rq, "profession")) d->profession = form.profession;
    if (form_has(rq, "registration_number")) d->registration_number = form.registration_number;
    take_access(cx, rq, form.level, &d->access);
    if (form_has(rq, "locations")) TRY(api_take_locations(cx, &form.locations, d));
    TRY(field_check(cx));
    if (access_full(&u->access) && draft_changes_access(cx, &before, d))
        return fail_because(cx, CONFLICT, "full", "%s", SAY(api_full_on_page));
    return OK;
}

static enum status change_at(struct cx *cx, const struct user_change *change, int64_t at)
{
    struct plan_draft draft = { .date_field = "effective_at", .tell = true, .note = "" };
    int64_t due;
    api_plan_moment(cx, at, &draft);
    TRY(user_change_later(cx, change, &draft, &due));
    return api_plan_check(cx, at, due, &draft);
}

enum status api_user_update(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_change change = { 0 };
    struct json j = json_begin(cx->mem);
    struct user *u;
    int64_t at = api_body_moment(rq, "effective_at", 0);
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(api_match_user(cx, rq, u));
    TRY(draft_of(cx, rq, u, &change.after));
    change.user = u;
    change.version = u->version;
    change.one_name = !*change.after.first_name;
    TRY(at ? change_at(cx, &change, at) : user_change(cx, &change));
    TRY(user_find(cx, u->id, &u));
    TRY(api_write_user(cx, &j, u));
    api_one(cx, rs, &j, u->version);
    return OK;
}
