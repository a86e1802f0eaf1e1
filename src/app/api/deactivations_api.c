/* deactivations_api.c - a user's way out of a practice group and back, for programs. */
#include "app/api/users_api.h"
#include "app/departures/departure.h"
#include "base/date.h"
#include "base/time.h"
#include "web/form.h"

#include "app/api/api.text.h"

static enum status answer_user(struct cx *cx, struct response *rs, struct id id)
{
    struct user *u;
    struct json j = json_begin(cx->mem);
    TRY(user_find(cx, id, &u));
    TRY(api_write_user(cx, &j, u));
    api_one(cx, rs, &j, u->version);
    return OK;
}

void api_plan_moment(struct cx *cx, int64_t at, struct plan_draft *draft)
{
    struct civil c = zone_local(time_zone(cx), at);
    draft->date = date_at(cx, at);
    draft->time = arena_print(cx->mem, "%02d:%02d", c.hour, c.minute);
    draft->time_field = draft->date_field;
}

enum status api_plan_check(struct cx *cx, int64_t at, int64_t due, const struct plan_draft *draft)
{
    if (due != at) field_fault(cx, draft->date_field, SAY(api_whole_minute));
    return field_check(cx);
}

static enum status plan_at(struct cx *cx, const struct user *u, enum plan_kind kind, int64_t at,
                           const struct plan_draft *about)
{
    struct plan_draft draft = *about;
    int64_t due;
    api_plan_moment(cx, at, &draft);
    TRY(plan_make(cx, u, kind, &draft, &due));
    return api_plan_check(cx, at, due, &draft);
}

/* --- out --------------------------------------------------------------------------------- */

static const struct api_field body[] = {
    { "effective_at", API_MOMENT, .maybe = true,
      .about = "When, to the minute. Without: now; then the user goes at that moment, if whose key"
               " it is may still do it." },
    { "notify", API_FLAG, .maybe = true, .about = "Tell the user by email." },
    { "note", API_TEXT, .maybe = true, .about = "For the audit log." },
};
struct deactivation_body {
    const char *effective_at;
    bool notify;
    const char *note;
};
static const struct field body_fields[] = {
    FIELD(struct deactivation_body, effective_at, FIELD_LINE, .max = 40),
    FIELD(struct deactivation_body, notify, FIELD_CHECK),
    FIELD(struct deactivation_body, note, FIELD_LINE, .max = 500),
};
const struct api_operation api_deactivation_create_operation = {
    .summary = "Deactivate a user",
    .about =
        "Ends the access to this group on every device at once, and the user's keys. Nothing the"
        " user made goes away. Not for Full Access, and not for oneself.",
    .answers = &user_shape,
    .success = 201,
    .may_match = true,
    .once = true,
    API_BODY(body),
};

enum status api_deactivation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct deactivation_body form;
    struct user *u;
    int64_t ended, at = api_body_moment(rq, "effective_at", 0);
    TRY(form_read(cx, rq, body_fields, &form));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(api_match_user(cx, rq, u));
    const struct plan_draft about = { .date_field = "effective_at",
                                      .tell = form.notify,
                                      .note = form.note };
    TRY(at ? plan_at(cx, u, PLAN_DEACTIVATE, at, &about)
           : user_deactivate(cx, u, form.notify, form.note, &ended));
    return answer_user(cx, rs, u->id);
}

/* --- and back ------------------------------------------------------------------------------ */

const struct api_operation api_deactivation_end_operation = {
    .summary = "Activate a user",
    .about = "With the access as before; nothing that was ended comes back. The user is told.",
    .answers = &user_shape,
    .matches = true,
};

enum status api_deactivation_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(api_match_user(cx, rq, u));
    TRY(user_activate(cx, u, NULL));
    return answer_user(cx, rs, u->id);
}

static const struct api_field activation[] = {
    { "level", API_WORD, .maybe = true,
      .about = "Of the user's role type. Without: the access as before.", .words = api_levels },
    { "read_only", API_FLAG, .maybe = true, .about = "Read Only Access." },
    { "location_restriction", API_FLAG, .maybe = true,
      .about = "Others' records only at the user's locations." },
    { "hide_patient_names", API_FLAG, .maybe = true,
      .about = "Patients show under pseudonyms; of administrators." },
    { "effective_at", API_MOMENT, .maybe = true,
      .about = "When, to the minute, with the access as before. Without: now." },
    { "until", API_MOMENT, .maybe = true, .about = "When the user is deactivated again." },
};
struct activation_body {
    const char *level;
    bool read_only, location_restriction, hide_patient_names;
    const char *effective_at, *until;
};
static const struct field activation_fields[] = {
    FIELD(struct activation_body, level, FIELD_LINE),
    FIELD(struct activation_body, read_only, FIELD_CHECK),
    FIELD(struct activation_body, location_restriction, FIELD_CHECK),
    FIELD(struct activation_body, hide_patient_names, FIELD_CHECK),
    FIELD(struct activation_body, effective_at, FIELD_LINE, .max = 40),
    FIELD(struct activation_body, until, FIELD_LINE, .max = 40),
};
const struct api_operation api_activation_create_operation = {
    .summary = "Activate a user with other access, or for a while",
    .about = "At the locations as before. Nothing that was ended comes back. The user is told. Full"
             " Access is given on the page.",
    .answers = &user_shape,
    .success = 201,
    .may_match = true,
    .once = true,
    API_BODY(activation),
};

/* What the level alone gives, narrowed. */
static enum status access_of(struct cx *cx, const struct user *u,
                             const struct activation_body *form, int64_t at, struct access *a)
{
    bool narrows = form->read_only || form->location_restriction || form->hide_patient_names;
    *a = access_least(u);
    a->set[SETTING_read_only] = form->read_only;
    a->set[SETTING_location_restriction] = form->location_restriction;
    a->set[SETTING_hide_patient_names] = form->hide_patient_names;
    a->level = level_find(a->role, form->level);
    if (!*form->level && narrows) field_fault(cx, "level", SAY(api_level_too));
    if (*form->level && at) field_fault(cx, "level", SAY(api_level_now));
    if (*form->level && (a->level == LEVEL_NONE || access_full(a)))
        field_fault(cx, "level", SAY(api_no_level));
    access_tidy(a);
    if (form->hide_patient_names && !a->set[SETTING_hide_patient_names])
        field_fault(cx, "hide_patient_names", SAY(api_no_setting));
    return field_check(cx);
}

enum status api_activation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct activation_body form;
    struct access access;
    struct user *u;
    int64_t at = api_body_moment(rq, "effective_at", 0), until = api_body_moment(rq, "until", 0);
    TRY(form_read(cx, rq, activation_fields, &form));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(api_match_user(cx, rq, u));
    TRY(access_of(cx, u, &form, at, &access));
    if (until && until <= (at ? at : cx->now)) field_fault(cx, "until", SAY(api_until_before));
    TRY(field_check(cx));
    const struct plan_draft from = { .date_field = "effective_at", .tell = true, .note = "" };
    const struct plan_draft to = { .date_field = "until", .tell = true, .note = "" };
    TRY(at ? plan_at(cx, u, PLAN_ACTIVATE, at, &from)
           : user_activate(cx, u, *form.level ? &access : NULL));
    if (until && !at) TRY(user_find(cx, u->id, &u));
    if (until) TRY(plan_at(cx, u, PLAN_DEACTIVATE, until, &to));
    return answer_user(cx, rs, u->id);
}

/* --- what is planned ----------------------------------------------------------------------- */

const struct api_operation api_plan_end_operation = {
    .summary = "Take back what is planned for a user",
    .about = "“kind” is that of one of the user's plans; none is fine.",
    .answers = &user_shape,
    .matches = true,
};

enum status api_plan_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    enum plan_kind kind;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (!plan_find_kind(param_text(rq, "kind"), &kind))
        return fail(cx, NOT_FOUND, "There is no such plan.");
    TRY(api_match_user(cx, rq, u));
    TRY(plan_cancel(cx, u, kind));
    return answer_user(cx, rs, u->id);
}
