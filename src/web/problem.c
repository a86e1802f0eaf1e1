/* problem.c - problem documents (RFC 9457): see api.h */
#include <string.h>

#include "base/setup.h"
#include "web/api.h"

#include "web/api.text.h"

enum problem {
#define PROBLEM(key, status) PROBLEM_##key,
#include "web/problems.def"
#undef PROBLEM
    PROBLEMS
};

const struct problem_info api_problems[] = {
#define PROBLEM(key, status) { #key, status, t_problem_##key, t_about_##key },
#include "web/problems.def"
#undef PROBLEM
};
const size_t api_problems_n = PROBLEMS;

static bool because(const struct cx *cx, const char *reason)
{
    return cx->reason && strcmp(cx->reason, reason) == 0;
}

static enum problem problem_of(const struct cx *cx, enum status status, bool passes)
{
    static const struct {
        const char *reason;
        enum problem problem;
    } special[] = {
        { "malformed", PROBLEM_malformed },
        { "media", PROBLEM_media_type },
        { "large", PROBLEM_too_large },
        { "if-match", PROBLEM_match_needed },
        { "changed", PROBLEM_changed },
        { "key", PROBLEM_key },
        { "method", PROBLEM_method },
        { "slow", PROBLEM_too_many },
        { "stale", PROBLEM_changed },
        { "limit", PROBLEM_too_many },
        { "full", PROBLEM_full_access_user },
        { "once-needed", PROBLEM_idempotency_key_needed },
        { "once-used", PROBLEM_idempotency_key_used },
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (status != BROKEN && because(cx, special[i].reason)) return special[i].problem;
    switch (status) {
    case OK:
    case NOT_FOUND: return PROBLEM_not_found;
    case FORBIDDEN: return PROBLEM_not_allowed;
    case INVALID: return PROBLEM_invalid;
    case CONFLICT: return PROBLEM_state;
    case AGAIN: return PROBLEM_not_now;
    case BROKEN: return passes ? PROBLEM_not_now : PROBLEM_broken;
    }
    return PROBLEM_broken;
}

/* The methods that other routes of the same path take. */
static const char *methods_of(struct cx *cx, const struct request *rq)
{
    const char *all = "";
    for (enum method m = GET; m < METHODS; m++) {
        struct request other = { .method = m, .path = rq->path };
        bool some;
        if (!route_find(cx, &other, &some)) continue;
        all = arena_print(cx->mem, "%s%s%s", all, *all ? ", " : "",
                          m == GET ? "GET, HEAD" : method_word(m));
    }
    return all;
}

static const char *detail_of(struct cx *cx, const struct request *rq, struct response *rs,
                             enum problem problem)
{
    const struct route_info *r = rq->route;
    switch (problem) {
    case PROBLEM_method: rs->allow = methods_of(cx, rq); return SAY(api_method, rs->allow);
    case PROBLEM_not_allowed:
        if (!r || r->permission >= PERMISSION_COUNT
            || !(because(cx, "door") || because(cx, "level")))
            return cx->message;
        const char *area = areas[permissions[r->permission].area].label(cx);
        return permissions[r->permission].need == EDIT ? SAY(api_scope_edit, area)
                                                       : SAY(api_scope_view, area);
    case PROBLEM_key:
        rs->challenge = rq->authorization ? "Bearer realm=\"linden\", error=\"invalid_token\""
                                          : "Bearer realm=\"linden\"";
        return SAY(api_key_wrong);
    case PROBLEM_not_now: rs->retry_after = "2"; return api_problems[problem].about(cx);
    case PROBLEM_too_many: rs->retry_after = "3600"; return cx->message;
    case PROBLEM_broken:
    case PROBLEM_not_found:
    case PROBLEM_invalid: return api_problems[problem].about(cx);
    default: return cx->message ? cx->message : api_problems[problem].about(cx);
    }
}

/* Fields of a body by JSON Pointer, parameters of the query by name. */
static void write_faults(struct cx *cx, const struct request *rq, struct json *j)
{
    json_array(j, "errors");
    for (const struct fault *f = cx->faults; f; f = f->next) {
        bool query = rq->method == GET || (f->field && strcmp(f->field, "dry_run") == 0);
        json_object(j, NULL);
        json_text(j, query ? "parameter" : "pointer",
                  query ? f->field : arena_print(cx->mem, "/%s", f->field ? f->field : ""));
        json_text(j, "detail", f->message);
        json_end(j);
    }
    json_end(j);
}

void api_problem(struct cx *cx, const struct request *rq, struct response *rs, enum status status)
{
    enum problem problem = problem_of(cx, status, rs->status == 503);
    const struct problem_info *p = &api_problems[problem];
    struct json j = json_begin(cx->mem);
    rs->status = p->status;
    const char *detail = detail_of(cx, rq, rs, problem);
    json_object(&j, NULL);
    json_text(&j, "type", arena_print(cx->mem, "%s/api/v1/docs#%s", cx->setup->url, p->key));
    json_text(&j, "title", p->title(cx));
    json_int(&j, "status", p->status);
    json_text(&j, "detail", detail);
    json_text(&j, "request_id", rq->reference);
    if (cx->faults && status == INVALID) write_faults(cx, rq, &j);
    if (problem == PROBLEM_changed && rq->current) json_raw(&j, "current", rq->current);
    rs->type = "application/problem+json";
    rs->body.text = (char *)json_done(&j);
    rs->body.length = strlen(rs->body.text);
}
