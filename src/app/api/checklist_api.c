/* checklist_api.c - the list to look through before a user goes, for programs. */
#include "app/api/users_api.h"
#include "app/departures/checklist.h"
#include "web/form.h"

#include "app/api/api.text.h"

static const char *const states[] = { "open", "settled", "nothing", "optional", "waived", NULL };

static const struct api_field line_fields[] = {
    { "key", API_TEXT, .about = "Which line." },
    { "title", API_TEXT, .about = "What it is about." },
    { "about", API_TEXT, .maybe = true, .about = "How it stands." },
    { "state", API_WORD, .about = "“nothing”: there is nothing to do.", .words = states },
    { "settled_by", API_TEXT, .maybe = true, .about = "Who settled or waived it." },
    { "settled_at", API_MOMENT, .maybe = true, .about = "When." },
    { "reason", API_TEXT, .maybe = true, .about = "Why it was waived." },
    { "settles", API_FLAG, .about = "A call settles it, and the key reaches that far." },
    { "undoes", API_FLAG, .about = "What was done can be taken back." },
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
    bool undone = line->state == LINE_OPEN || line->state == LINE_OPTIONAL;
    json_bool(j, "settles", undone && line->action && line->may);
    json_bool(j, "undoes", line->can_undo && line->may);
    json_end(j);
}

const struct api_operation api_checklist_operation = {
    .summary = "Get the checklist before a deactivation",
    .about = "As it stands now; a review, and never a condition.",
    .answers = &checklist_shape,
};

static enum status write_checklist(struct cx *cx, struct json *j, const struct user *u)
{
    struct checklist list;
    TRY(checklist_lines(cx, u, &list));
    json_object(j, NULL);
    json_int(j, "open", list.open);
    json_int(j, "settled", list.settled);
    json_int(j, "of", list.of);
    json_array(j, "lines");
    for (size_t i = 0; i < list.n; i++) write_line(cx, j, &list.at[i]);
    json_end(j);
    json_end(j);
    return OK;
}

/* Afresh: a line may have changed the user. */
static enum status answer_checklist(struct cx *cx, struct response *rs, struct id id)
{
    struct user *u;
    struct json j = json_begin(cx->mem);
    TRY(user_find(cx, id, &u));
    TRY(write_checklist(cx, &j, u));
    api_one(cx, rs, &j, u->version);
    return OK;
}

enum status api_checklist(struct cx *cx, struct request *rq, struct response *rs)
{
    return answer_checklist(cx, rs, param_id(rq, "id"));
}

/* --- its lines -------------------------------------------------------------------------- */

const struct api_operation api_line_settle_operation = {
    .summary = "Settle a line of the checklist",
    .about = "Does what its button does. The line “everything” is all that may be settled together"
             " and is not waived. Settled already is fine. Lines that have no call, and what"
             " may not be settled together, are left to people.",
    .answers = &checklist_shape,
    .once = true,
};

enum status api_line_settle(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    int64_t lines;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_settle_line(cx, u, param_text(rq, "line"), &lines));
    return answer_checklist(cx, rs, u->id);
}

static enum status undo(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct json now = json_begin(cx->mem);
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(write_checklist(cx, &now, u));
    TRY(api_match(cx, rq, u->version, &now));
    TRY(checklist_undo_line(cx, u, param_text(rq, "line")));
    return answer_checklist(cx, rs, u->id);
}

const struct api_operation api_line_undo_operation = {
    .summary = "Take the settling of a line back",
    .about = "Where “undoes” says so; taken back already is fine.",
    .answers = &checklist_shape,
    .matches = true,
};

enum status api_line_undo(struct cx *cx, struct request *rq, struct response *rs)
{
    return undo(cx, rq, rs);
}

static const struct api_field waiver[] = {
    { "reason", API_TEXT, .about = "Why it may stay as it is." },
};
struct waiver {
    const char *reason;
};
static const struct field waiver_fields[] = {
    FIELD(struct waiver, reason, FIELD_LINE, .max = 300),
};
const struct api_operation api_line_waive_operation = {
    .summary = "Waive a line of the checklist",
    .about = "It stays open for a reason, and counts as settled. What is not open stays as it is.",
    .answers = &checklist_shape,
    API_BODY(waiver),
};

enum status api_line_waive(struct cx *cx, struct request *rq, struct response *rs)
{
    struct waiver form;
    struct user *u;
    TRY(form_read(cx, rq, waiver_fields, &form));
    if (!*form.reason) field_fault(cx, "reason", SAY(api_no_reason));
    TRY(field_check(cx));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_waive_line(cx, u, param_text(rq, "line"), form.reason));
    return answer_checklist(cx, rs, u->id);
}

const struct api_operation api_waiver_end_operation = {
    .summary = "Take the waiver of a line back",
    .answers = &checklist_shape,
    .matches = true,
};

enum status api_waiver_end(struct cx *cx, struct request *rq, struct response *rs)
{
    return undo(cx, rq, rs);
}
