/* invitations_api.c - asking people into a practice group, for programs. */
#include <string.h>

#include "app/api/users_api.h"
#include "app/invitations/invitation.h"
#include "app/staff/user_add.h"
#include "web/form.h"

#include "app/api/api.text.h"

static const char *const roles[] = { "practitioner", "administrator", NULL };
static const char *const states[] = { "pending", "accepted",  "declined",
                                      "expired", "withdrawn", NULL };
/* Full Access is given on the page, where whoever gives it shows who they are. */
const char *const api_levels[] = { "personal", "contact", "clinical", "office", NULL };

#define LISTED                                                                                \
    { "id", API_ID, .about = "Of the invitation." },                                          \
        { "title", API_TEXT, .maybe = true, .about = "“Dr”" },                                \
        { "first_name", API_TEXT, .maybe = true, .about = "null for people with one name." }, \
        { "last_name", API_TEXT, .about = "The last name, or the only one." },                \
        { "email", API_TEXT, .about = "Only the person of this address can answer." },        \
        { "role_type", API_WORD, .about = "Which kind of levels.", .words = roles },          \
        { "level", API_TEXT, .about = "The access level the user will have." },               \
        { "state", API_WORD, .about = "What became of it.", .words = states },                \
        { "invited_by", API_TEXT, .maybe = true, .about = "Who sent it." },                   \
        { "sent_at", API_MOMENT, .about = "When it was last sent." },                         \
    {                                                                                         \
        "expires_at", API_MOMENT, .about = "Until when it can be accepted."                   \
    }

static const struct api_field listed_fields[] = { LISTED };
static const struct api_shape listed_shape = API_SHAPE("InvitationListed", listed_fields);

static const struct api_field invitation_fields[] = {
    LISTED,
    { "created_at", API_MOMENT, .about = "When it was first sent." },
    { "profession", API_TEXT, .maybe = true, .about = "“physiotherapist”" },
    { "registration_number", API_TEXT, .maybe = true, .about = "Of practitioners." },
    { "read_only", API_FLAG, .about = "Read Only Access." },
    { "location_restriction", API_FLAG, .about = "Others' records only at the user's locations." },
    { "hide_patient_names", API_FLAG, .about = "Patients show under pseudonyms." },
    { "all_locations", API_FLAG, .about = "Works at every location." },
    { "locations", API_MANY, .about = "Where the user will work.", .of = &named_shape },
    { "starts_at", API_MOMENT, .maybe = true, .about = "When the access begins; null: at once." },
    { "ends_at", API_MOMENT, .maybe = true, .about = "When it ends by itself." },
};
static const struct api_shape invitation_shape = API_SHAPE("Invitation", invitation_fields);

static void write_listed(struct cx *cx, struct json *j, const struct invitation *i)
{
    const struct user_draft *d = &i->draft;
    api_id(j, "id", i->id);
    api_text(j, "title", d->title);
    api_text(j, "first_name", d->first_name);
    json_text(j, "last_name", d->last_name);
    json_text(j, "email", d->email);
    json_text(j, "role_type", role_key(d->access.role));
    json_text(j, "level", d->access.level < LEVEL_COUNT ? levels[d->access.level].key : "");
    json_text(j, "state", states[i->state]);
    api_text(j, "invited_by", i->inviter_name);
    api_moment(cx, j, "sent_at", i->sent_at);
    api_moment(cx, j, "expires_at", i->expires_at);
}

static struct json invitation_json(struct cx *cx, const struct invitation *i)
{
    const struct user_draft *d = &i->draft;
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    write_listed(cx, &j, i);
    api_moment(cx, &j, "created_at", i->created_at);
    api_text(&j, "profession", d->profession);
    api_text(&j, "registration_number", d->registration_number);
    json_bool(&j, "read_only", d->access.set[SETTING_read_only]);
    json_bool(&j, "location_restriction", d->access.set[SETTING_location_restriction]);
    json_bool(&j, "hide_patient_names", d->access.set[SETTING_hide_patient_names]);
    json_bool(&j, "all_locations", d->access.all_locations);
    json_array(&j, "locations");
    for (size_t l = 0; l < d->locations_n; l++)
        api_named(&j, NULL, d->locations[l].id, d->locations[l].name);
    json_end(&j);
    api_moment(cx, &j, "starts_at", d->starts_at);
    api_moment(cx, &j, "ends_at", d->ends_at);
    json_end(&j);
    return j;
}

static void answer_invitation(struct cx *cx, struct response *rs, const struct invitation *i)
{
    struct json j = invitation_json(cx, i);
    api_one(cx, rs, &j, i->version);
}

const struct api_operation api_invitations_operation = {
    .summary = "List invitations",
    .about = "Pending ones first, then those that are over and that nobody has cleared. 200 in all,"
             " those that were sent last.",
    .answers = &listed_shape,
    .many = true,
};

/* Behind one that has gone meanwhile it begins anew: better seen twice than never. */
enum status api_invitations(struct cx *cx, struct request *rq, struct response *rs)
{
    struct api_page page;
    struct invitation_list list;
    size_t from = 0;
    TRY(api_page(cx, rq, &page));
    TRY(invitation_list(cx, "", &list));
    for (size_t i = 0; i < list.n; i++)
        if (strcmp(list.at[i].id.text, page.after) == 0) from = i + 1;
    size_t end = list.n - from > page.limit ? from + page.limit : list.n;
    struct json j = api_list(cx);
    for (size_t i = from; i < end; i++) {
        json_object(&j, NULL);
        write_listed(cx, &j, &list.at[i]);
        json_end(&j);
    }
    api_list_end(cx, rq, rs, &j, end < list.n ? list.at[end - 1].id.text : NULL);
    return OK;
}

const struct api_operation api_invitation_operation = { .summary = "Get an invitation",
                                                        .answers = &invitation_shape };

enum status api_invitation(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *i;
    TRY(invitation_find(cx, param_id(rq, "id"), &i));
    answer_invitation(cx, rs, i);
    return OK;
}

/* --- inviting ---------------------------------------------------------------------------- */

static const struct api_field body[] = {
    { "title", API_TEXT, .maybe = true, .about = "“Dr”" },
    { "first_name", API_TEXT, .maybe = true, .about = "Left out for people with one name." },
    { "last_name", API_TEXT, .about = "The last name, or the only one." },
    { "email", API_TEXT, .about = "Where the invitation goes." },
    { "role_type", API_WORD, .about = "Which kind of levels.", .words = roles },
    { "level", API_WORD, .about = "Full Access is given on the page.", .words = api_levels },
    { "profession", API_TEXT, .maybe = true, .about = "Of practitioners: “physiotherapist”" },
    { "registration_number", API_TEXT, .maybe = true, .about = "Of practitioners." },
    { "read_only", API_FLAG, .maybe = true, .about = "Read Only Access." },
    { "location_restriction", API_FLAG, .maybe = true,
      .about = "Others' records only at the user's locations." },
    { "hide_patient_names", API_FLAG, .maybe = true,
      .about = "Patients show under pseudonyms; of administrators." },
    { "all_locations", API_FLAG, .maybe = true, .about = "Works at every location." },
    { "locations", API_MANY, .maybe = true, .about = "Ids of the locations, otherwise." },
    { "first_day", API_DAY, .maybe = true,
      .about = "Nobody gets in before it. By the clock of the group; without: at once." },
    { "last_day", API_DAY, .maybe = true,
      .about = "The user is deactivated at the end of it. Without: nobody is." },
};

struct invitation_form {
    const char *title, *first_name, *last_name, *email, *role_type, *level, *profession,
        *registration_number, *first_day, *last_day;
    bool read_only, location_restriction, hide_patient_names, all_locations;
    struct texts locations;
};
static const struct field form_fields[] = {
    FIELD(struct invitation_form, title, FIELD_LINE, .max = 40),
    FIELD(struct invitation_form, first_name, FIELD_LINE, .max = 100),
    FIELD(struct invitation_form, last_name, FIELD_LINE, .max = 100),
    FIELD(struct invitation_form, email, FIELD_LINE, .max = 254),
    FIELD(struct invitation_form, role_type, FIELD_LINE),
    FIELD(struct invitation_form, level, FIELD_LINE),
    FIELD(struct invitation_form, profession, FIELD_LINE, .max = 100),
    FIELD(struct invitation_form, registration_number, FIELD_LINE, .max = 60),
    FIELD(struct invitation_form, read_only, FIELD_CHECK),
    FIELD(struct invitation_form, location_restriction, FIELD_CHECK),
    FIELD(struct invitation_form, hide_patient_names, FIELD_CHECK),
    FIELD(struct invitation_form, all_locations, FIELD_CHECK),
    FIELD(struct invitation_form, locations, FIELD_MANY),
    FIELD(struct invitation_form, first_day, FIELD_LINE, .max = 40),
    FIELD(struct invitation_form, last_day, FIELD_LINE, .max = 40),
};

static enum status draft_of(struct cx *cx, const struct invitation_form *form, struct user_draft *d)
{
    *d = (struct user_draft){ .title = form->title,
                              .first_name = form->first_name,
                              .last_name = form->last_name,
                              .email = form->email,
                              .profession = form->profession,
                              .registration_number = form->registration_number,
                              .access = { .active = true } };
    struct access *a = &d->access;
    memset(a->others, FOLLOWS, sizeof a->others);
    (void)role_find(form->role_type, &a->role);
    a->level = level_find(a->role, form->level);
    a->set[SETTING_read_only] = form->read_only;
    a->set[SETTING_location_restriction] = form->location_restriction;
    a->set[SETTING_hide_patient_names] = form->hide_patient_names;
    a->all_locations = form->all_locations;
    if (a->level == LEVEL_NONE || access_full(a)) field_fault(cx, "level", SAY(api_no_level));
    access_tidy(a);
    if (form->hide_patient_names && !a->set[SETTING_hide_patient_names])
        field_fault(cx, "hide_patient_names", SAY(api_no_setting));
    return api_take_locations(cx, &form->locations, d);
}

const struct api_operation api_invitation_create_operation = {
    .summary = "Invite somebody",
    .about = "Sends an email. Accepting it makes the user.",
    .answers = &invitation_shape,
    .success = 201,
    .once = true,
    API_BODY(body),
};

enum status api_invitation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation_form form;
    struct new_user new = { .entry = ENTRY_INVITATION, .password = "", .password_again = "" };
    struct added added;
    struct invitation *i;
    form_take(cx, rq, form_fields, &form);
    TRY(draft_of(cx, &form, &new.draft));
    new.email_again = form.email;
    new.first_day = form.first_day;
    new.last_day = form.last_day;
    new.one_name = !*form.first_name;
    TRY(field_check(cx));
    TRY(user_add(cx, &new, &added));
    TRY(invitation_find(cx, added.id, &i));
    answer_invitation(cx, rs, i);
    rs->location = url_whole(cx, url_for(cx, rq, ROUTE_api_invitation, i->id));
    return OK;
}

const struct api_operation api_invitation_withdraw_operation = {
    .summary = "Withdraw an invitation",
    .about = "The invited person is told.",
    .success = 204,
    .matches = true,
};

enum status api_invitation_withdraw(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *i;
    (void)rs;
    TRY(invitation_find(cx, param_id(rq, "id"), &i));
    struct json now = invitation_json(cx, i);
    TRY(api_match(cx, rq, i->version, &now));
    return invitation_withdraw(cx, i->id);
}

const struct api_operation api_delivery_create_operation = {
    .summary = "Send an invitation again",
    .about = "With a new link and a new term; the old links are dead. Also one that was declined,"
             " expired or withdrawn.",
    .answers = &invitation_shape,
    .success = 201,
    .may_match = true,
    .once = true,
};

enum status api_delivery_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct invitation *i;
    TRY(invitation_find(cx, param_id(rq, "id"), &i));
    struct json now = invitation_json(cx, i);
    TRY(api_match(cx, rq, i->version, &now));
    TRY(invitation_resend(cx, i->id));
    TRY(invitation_find(cx, i->id, &i));
    answer_invitation(cx, rs, i);
    return OK;
}
