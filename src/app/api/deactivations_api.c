/* deactivations_api.c - a user's way out of a practice group and back, for programs. */
#include "app/api/users_api.h"
#include "app/departures/checklist.h"
#include "app/departures/departure.h"
#include "web/form.h"

static const char *const states[] = { "open", "settled", "nothing", "optional", "waived", NULL };

static const struct api_field line_fields[] = {
    { "key", API_TEXT, .about = "Which line." },
    { "title", API_TEXT, .about = "What it is about." },
    { "about", API_TEXT, .maybe = true, .about = "How it stands." },
    { "state", API_WORD, .about = "“nothing”: there is nothing to do.", .words = states },
    { "settled_by", API_TEXT, .maybe = true, .about = "Who settled or waived it." },
    { "settled_at", API_MOMENT, .maybe = true, .about = "When." },
    { "reason", API_TEXT, .maybe = true, .about = "Why it was waived." },
};
static const struct api_shape line_shape = API_SHAPE("ChecklistLine", line_fields);

static const struct api_field checklist_fields[] = {
    { "open", API_NUMBER, .about = "How many lines are open." },
    { "settled", API_NUMBER, .about = "How many are not, out of “of”." },
    { "of", API_NUMBER, .about = "How many count." },
    { "lines", API_MANY, .about = "All of them.", .of = &line_shape },
};
static const struct api_shape checklist_shape = API_SHAPE("Checklist", checklist_fields);

static void write_line(struct cx *cx, struct json *j, const struct checklist_line *line)
{
    json_object(j, NULL);
    json_text(j, "key", line->key);
    json_text(j, "title", line->title);
    api_text(j, "about", line->about);
    json_text(j, "state", states[line->state]);
    api_text(j, "settled_by", line->by);
    api_moment(cx, j, "settled_at", line->at);
    api_text(j, "reason", line->reason);
    json_end(j);
}

const struct api_operation api_checklist_operation = {
    .summary = "Get the checklist before a deactivation",
    .about = "As it stands now; a review, and never a condition.",
    .answers = &checklist_shape,
};

enum status api_checklist(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct checklist list;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_lines(cx, u, &list));
    struct json j = json_begin(cx->mem);
    json_object(&j, NULL);
    json_int(&j, "open", list.open);
    json_int(&j, "settled", list.settled);
    json_int(&j, "of", list.of);
    json_array(&j, "lines");
    for (size_t i = 0; i < list.n; i++) write_line(cx, &j, &list.at[i]);
    json_end(&j);
    api_one(cx, rs, &j, u->version);
    return OK;
}

static enum status answer_user(struct cx *cx, struct response *rs, struct id id)
{
    struct user *u;
    TRY(user_find(cx, id, &u));
    struct json j = json_begin(cx->mem);
    api_write_user(cx, &j, u);
    api_one(cx, rs, &j, u->version);
    return OK;
}

static const struct api_field body[] = {
    { "notify", API_FLAG, .maybe = true, .about = "Tell the user by email." },
    { "note", API_TEXT, .maybe = true, .about = "For the audit log." },
};
struct deactivation_body {
    bool notify;
    const char *note;
};
static const struct field body_fields[] = {
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
    .once = true,
    API_BODY(body),
};

enum status api_deactivation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct deactivation_body form;
    struct user *u;
    int64_t ended;
    TRY(form_read(cx, rq, body_fields, &form));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(api_match(cx, rq, u->version));
    TRY(user_deactivate(cx, u, form.notify, form.note, &ended));
    return answer_user(cx, rs, u->id);
}

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
    TRY(api_match(cx, rq, u->version));
    TRY(user_activate(cx, u, NULL));
    return answer_user(cx, rs, u->id);
}
