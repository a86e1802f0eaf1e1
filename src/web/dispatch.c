/* dispatch.c - the life of a request, top to bottom. */
#include <string.h>

#include "access/looks.h"
#include "access/rules.h"
#include "base/text.h"
#include "web/api.h"
#include "web/errors.h"
#include "web/stream.h"
#include "web/visit.h"
#include "work/queue.h"

static enum status find(struct cx *cx, struct request *rq)
{
    bool other_method = false;
    if (rq->route || route_find(cx, rq, &other_method)) return OK;
    return fail_because(cx, NOT_FOUND, other_method ? "method" : NULL, "There is no such page.");
}

/* To the sign-in page, and back here afterwards if this is a page. */
static enum status to_sign_in(struct cx *cx, struct request *rq, struct response *rs)
{
    if (rq->route->tell) return fail_because(cx, FORBIDDEN, "session", "Sign in.");
    const char *next = rq->method == GET && strcmp(rq->path, "/") != 0 ? rq->path : "";
    rs->status = 303;
    rs->location = url_with(cx, url_in(cx, "", ROUTE_session_new), "next", next).text;
    if (cookie_text(cx, rq, session_cookie_name(cx)))
        response_cookie(cx, rs, visit_forget_cookie(cx));
    return OK;
}

static bool needs_session(const struct request *rq)
{
    return rq->route->permission != ANYONE;
}

/* A session that waits for something opens the page for that, and signs out. */
static bool session_opens(const struct request *rq)
{
    enum permission p = rq->route->permission;
    switch (rq->visit->waits_for) {
    case WAITS_FOR_NOTHING: return true;
    case WAITS_FOR_CODE: return p == PROVING || p == HALFWAY;
    case WAITS_FOR_PASSWORD: return p == REPLACING || p == HALFWAY;
    }
    return false;
}

/* What is the person's own, above the groups, does not open to whom a group's provider let in. */
static enum status check_only(struct cx *cx, const struct request *rq)
{
    static const enum route open[] = { ROUTE_step_up_new, ROUTE_step_up_create, ROUTE_api_docs };
    if (!id_some(rq->visit->only) || rq->route->permission != SIGNED_IN) return OK;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (rq->route == &routes[open[i]]) return OK;
    return fail_because(cx, FORBIDDEN, "only", "This session opens one group alone.");
}

/* To the page it waits on; from there back here, if this is a page. */
static enum status to_what_it_waits_for(struct cx *cx, struct request *rq, struct response *rs)
{
    if (rq->route->tell) return to_sign_in(cx, rq, rs);
    const char *next = rq->method == GET ? rq->path : "";
    struct url code = url_with(cx, url_in(cx, "", ROUTE_second_step_new), "next", next);
    rs->status = 303;
    rs->location = rq->visit->waits_for == WAITS_FOR_CODE
                       ? code.text
                       : url_in(cx, "", ROUTE_own_password_new).text;
    return OK;
}

/* The form token is bound to the session (or to the visitor's cookie), so no
 * other site can send our forms in somebody's name. */
static enum status check_form(struct cx *cx, const struct request *rq)
{
    if (rq->method == GET) return OK;
    /* A mail program's one-click button (RFC 8058) has no page and no cookie;
     * the token in the path is the secret, and all it can do is stop tips. */
    if (rq->route == &routes[ROUTE_unsubscribe_create]
        && strcmp(form_text(rq, "List-Unsubscribe"), "One-Click") == 0)
        return OK;
    /* A provider's machine; what it sends is signed. */
    if (rq->route == &routes[ROUTE_sso_out_create]) return OK;
    bool foreign = rq->fetch_site && strcmp(rq->fetch_site, "cross-site") == 0;
    if (!foreign && rq->visit->token
        && text_same_constant_time(form_text(rq, "form_token"), visit_form_token(cx, rq)))
        return OK;
    return fail_because(cx, FORBIDDEN, "form", "This form is out of date.");
}

/* Where people are led who have no second step and a group requires one.  Files would not come
 * along: who sends some is told to send them again. */
static bool leads_to_second(const struct cx *cx, const struct request *rq, enum status status)
{
    return status == FORBIDDEN && cx->reason && strcmp(cx->reason, "second") == 0
           && rq->files.n == 0;
}

static enum status to_second(struct cx *cx, struct request *rq, struct response *rs)
{
    struct url to = url_in(cx, "", ROUTE_own_second_show);
    if (rq->method != GET) {
        TRY(check_form(cx, rq));
        return second_ask(cx, rq, rs);
    }
    return redirect(cx, rq, rs, url_with(cx, to, "next", url_here(cx, rq).text), NULL);
}

/* Where somebody may go who views as another user: pages that a permission opens, and
 * the frame around them.  Not what is the viewed user's alone, and never a change. */
static bool open_to_viewers(const struct route_info *r)
{
    static const enum route frame[] = { ROUTE_home_show,      ROUTE_help_index,   ROUTE_help_show,
                                        ROUTE_settings_index, ROUTE_find_show,    ROUTE_find_look,
                                        ROUTE_events_open,    ROUTE_view_end_form };
    static const enum route alone[] = { ROUTE_feed_show, ROUTE_emergency_new, ROUTE_key_new };
    for (size_t i = 0; i < sizeof frame / sizeof *frame; i++)
        if (r == &routes[frame[i]]) return true;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (r == &routes[alone[i]]) return false;
    return r->permission < PERMISSION_COUNT && (r->method == GET || r->reads);
}

enum status answer_door(struct cx *cx, struct request *rq)
{
    enum permission permission = rq->route->permission;
    if (permission >= PERMISSION_COUNT && permission != MEMBER) return OK;
    TRY(visit_enter(cx, rq, param_text(rq, "g")));
    if (id_some(cx->actor.viewer) && !open_to_viewers(rq->route))
        return fail_because(cx, FORBIDDEN, "viewing", "You are viewing as somebody else.");
    return permission == MEMBER ? OK : allow_door(cx, permission);
}

/* A handler that changes something must have asked allow() about that very
 * thing.  Forgetting is found by any test of the route. */
static enum status check_asked(struct cx *cx, const struct route_info *route)
{
    if (route->permission >= PERMISSION_COUNT || route->method == GET || route->reads) return OK;
    if (was_asked(cx, route->permission)) return OK;
    return fail(cx, BROKEN, "%s never called allow()", route->name);
}

/* Only what a page has shown is over: its stream and its dialogs are asked for meanwhile. */
static void notice_over(struct cx *cx, const struct request *rq, struct response *rs)
{
    if (rq->visit && rq->visit->notice_shown) response_cookie(cx, rs, notice_clear(cx));
}

/* Forms whose handlers may run over nothing first, so that their questions travel together:
 * they bear a user, a person, an invitation without anything in it. */
static bool asks_together(const struct route_info *r)
{
    static const enum route all[] = {
        ROUTE_user_create_form,    ROUTE_user_update,       ROUTE_user_review,
        ROUTE_deactivation_create, ROUTE_activation_create, ROUTE_own_invitation_accept,
        ROUTE_landing_accept,      ROUTE_delivery_create,   ROUTE_withdrawal_create,
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (r == &routes[all[i]]) return true;
    return false;
}

/* The form once more, with what was wrong; the count of it is committed. */
static enum status show_again(struct cx *cx, struct request *rq, struct response *rs)
{
    if (!rq->route->again) return fail(cx, BROKEN, "%s has no page", rq->route->name);
    *rs = (struct response){ .body.cx = cx };
    TRY(rq->route->again(cx, rq, rs));
    if (!rs->status) rs->status = 422;
    notice_over(cx, rq, rs);
    return OK;
}

/* Somebody who has not shown lately who is there is asked before a page, and around a form. */
static enum status ask_first(struct cx *cx, struct request *rq, struct response *rs)
{
    if (rq->method != GET) return step_up_ask(cx, rq, rs);
    struct url to = url_in(cx, "", ROUTE_step_up_new);
    return redirect(cx, rq, rs, url_with(cx, to, "next", url_here(cx, rq).text), NULL);
}

/* `done`: the answer stands in rs. */
static enum status check_proof(struct cx *cx, struct request *rq, struct response *rs, bool *done)
{
    enum asks asks = route_asks(rq->route);
    bool brings = form_has(rq, "proof");
    *done = false;
    if (asks == ASKS_NOTHING || (!brings && visit_is_proven(cx, rq))) return OK;
    if (!db_counts(cx)) return *done = true, OK;
    if (brings) {
        enum status status = step_up_take(cx, rq, rs, done);
        if (*done || status != INVALID) return status;
        *done = true;
        return show_again(cx, rq, rs);
    }
    if (asks == ASKS_SOMETIMES) return OK;
    *done = true;
    return ask_first(cx, rq, rs);
}

struct visit_at {
    struct request *rq;
    struct response *rs;
};

static enum status visit_and_answer(struct cx *cx, struct request *rq, struct response *rs)
{
    *rs = (struct response){ .body.cx = cx };
    cx_forget(cx);
    rq->visit = NULL;
    cx->actor = (struct actor){ .address = rq->address, .agent = rq->agent, .via = "web" };
    TRY(visit_begin(cx, rq));
    TRY(find(cx, rq));
    if (needs_session(rq) && !rq->visit->signed_in) return to_sign_in(cx, rq, rs);
    if (needs_session(rq) && !session_opens(rq)) return to_what_it_waits_for(cx, rq, rs);
    TRY(check_only(cx, rq));
    enum status door = answer_door(cx, rq);
    if (leads_to_second(cx, rq, door)) return to_second(cx, rq, rs);
    TRY(door);
    TRY(check_form(cx, rq));
    bool done;
    TRY(check_proof(cx, rq, rs, &done));
    if (done) return OK;
    if (route_changes(rq) && !asks_together(rq->route) && !db_counts(cx)) return OK;
    enum status status = rq->route->function(cx, rq, rs);
    if (status == INVALID && cx->counted) return show_again(cx, rq, rs);
    if (status == INVALID && cx->reason && strcmp(cx->reason, "proof") == 0)
        return step_up_ask(cx, rq, rs);
    TRY(status);
    notice_over(cx, rq, rs);
    return check_asked(cx, rq->route);
}

/* Who it was in a run that does not count is nobody: its memory is taken back, and a page that
 * says why there is no answer says nothing that was only guessed. */
static enum status visited(struct cx *cx, void *arg)
{
    const struct visit_at *at = arg;
    enum status status = visit_and_answer(cx, at->rq, at->rs);
    if (db_unsure(cx)) at->rq->visit = NULL;
    return status;
}

/* What it would be: the rows go back to what they were, and what was shown of patients stays
 * noted.  What would have been made is nowhere, and has no version. */
static enum status try_only(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(db_mark(cx));
    TRY(rq->route->function(cx, rq, rs));
    TRY(check_asked(cx, rq->route));
    TRY(db_back(cx));
    rs->location = rs->etag = NULL;
    rs->status = rs->body.length ? 200 : 204;
    rs->dry = true;
    return OK;
}

/* A program asks.  No cookie counts, so that no other site can ask in somebody's name. */
static enum status called(struct cx *cx, struct request *rq, struct response *rs)
{
    *rs = (struct response){ .body.cx = cx };
    cx_forget(cx);
    rq->visit = NULL;
    rq->current = NULL;
    cx->actor = (struct actor){ .address = rq->address, .agent = rq->agent, .via = "api" };
    TRY(api_enter(cx, rq));
    TRY(api_check(cx, rq));
    bool found;
    TRY(api_find_answer(cx, rq, rs, &found));
    if (found) return OK;
    if (api_is_dry(rq)) return try_only(cx, rq, rs);
    TRY(rq->route->function(cx, rq, rs));
    api_finish(cx, rq, rs);
    TRY(check_asked(cx, rq->route));
    return api_keep_answer(cx, rq, rs);
}

enum status answer_inside(struct cx *cx, struct request *rq, struct response *rs)
{
    if (rq->route && rq->route->api) return called(cx, rq, rs);
    return db_gather(cx, visited, &(struct visit_at){ rq, rs });
}

enum status answer_gathered(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(visited(cx, &(struct visit_at){ rq, rs }));
    if (!rs->status) rs->status = 200;
    return OK;
}

/* Nobody has to put the program right: the database comes back, or is busy. */
static bool passes(const struct cx *cx)
{
    static const char *const reasons[] = { "full", "down", "setup", "slow", "unknown" };
    for (size_t i = 0; cx->reason && i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(cx->reason, reasons[i]) == 0) return true;
    return false;
}

static int http_status(const struct cx *cx, enum status status)
{
    switch (status) {
    case OK: return 200;
    case NOT_FOUND: return cx->reason && strcmp(cx->reason, "method") == 0 ? 405 : 404;
    case FORBIDDEN: return 403;
    case INVALID: return 422;
    case CONFLICT: return 409;
    case AGAIN: return 503;
    case BROKEN: return (cx->db && db_full(cx->db)) || passes(cx) ? 503 : 500;
    }
    return 500;
}

/* An error page holds nothing of any patient.  What a refusal kept from being
 * opened was denied. */
static void show_nothing(struct cx *cx, enum status status)
{
    struct shown **at = &cx->shown;
    while (*at) {
        struct shown *s = *at;
        if (status == FORBIDDEN && strcmp(s->how, "opened") == 0) s->how = "denied";
        if (status == FORBIDDEN && strcmp(s->how, "denied") == 0)
            at = &s->next;
        else
            *at = s->next;
    }
}

void answer_failed(struct cx *cx, struct request *rq, struct response *rs, enum status status)
{
    int code = http_status(cx, status);
    *rs = (struct response){ .body.cx = cx };
    if ((status == INVALID || status == CONFLICT) && rq->route && rq->route->again
        && rq->route->again(cx, rq, rs) == OK) {
        if (!rs->status) rs->status = code;
        notice_over(cx, rq, rs);
        return;
    }
    *rs = (struct response){ .status = code, .body.cx = cx };
    if (api_path(rq->path)) {
        if (!rq->current) show_nothing(cx, status);
        api_problem(cx, rq, rs, status);
        return;
    }
    if (rq->route && rq->route->tell && status == FORBIDDEN) {
        stream_refuse(cx, rs);
        return;
    }
    show_nothing(cx, status);
    error_page(cx, rq, rs, status);
    notice_over(cx, rq, rs);
}

bool route_changes(const struct request *rq)
{
    if (!rq->route) return false;
    return rq->route->reports || (rq->method != GET && !rq->route->reads);
}

enum status answer_record(struct cx *cx, const struct request *rq)
{
    if (!cx->shown) return OK;
    bool move;
    TRY(looks_write(cx, rq->route ? rq->route->path : "", rq->reference, &move));
    return move ? enqueue(cx, JOB_looks_move_on, (struct id){ "" }, "") : OK;
}

static enum status run_inside(struct cx *cx, void *arg)
{
    const struct visit_at *at = arg;
    TRY(answer_inside(cx, at->rq, at->rs));
    return route_changes(at->rq) ? answer_record(cx, at->rq) : OK;
}

static enum status record_inside(struct cx *cx, void *rq)
{
    return answer_record(cx, rq);
}

/* What a refused form showed of patients. */
static enum status record_failed(struct cx *cx, struct request *rq, struct response *rs,
                                 enum status status)
{
    if (!cx->shown || db_transact(cx, true, record_inside, rq) == OK) return status;
    answer_failed(cx, rq, rs, BROKEN);
    return BROKEN;
}

/* Handlers touch nothing but the database, so starting over is safe. */
enum status answer(struct cx *cx, struct request *rq, struct response *rs)
{
    if (find(cx, rq) != OK) rq->route = NULL;
    rq->visit = NULL; /* of an attempt whose memory was taken back */
    enum status status =
        db_transact(cx, route_changes(rq), run_inside, &(struct visit_at){ rq, rs });
    if (db_late(cx->db)) return AGAIN;
    if (status != OK) {
        answer_failed(cx, rq, rs, status);
        if (route_changes(rq)) status = record_failed(cx, rq, rs, status);
    }
    if (!rs->status) rs->status = 200;
    return status;
}

/* Will the handler be reached?  Others get their answer from answer(), and
 * nothing is prepared for them. */
static bool reaches_handler(struct cx *cx, struct request *rq)
{
    if (!needs_session(rq)) return true;
    if (!rq->visit->signed_in || !session_opens(rq)) return false;
    return check_only(cx, rq) == OK && answer_door(cx, rq) == OK;
}

static bool proof_prepares(const struct request *rq)
{
    return route_asks(rq->route) && *form_text(rq, "proof_password");
}

static bool route_prepares(const struct request *rq)
{
    return rq->route->prepare && (!rq->route->typed_only || *form_text(rq, "password"));
}

static enum status prepare_inside(struct cx *cx, void *arg)
{
    struct request *rq = arg;
    cx->actor = (struct actor){ .address = rq->address, .agent = rq->agent, .via = "web" };
    TRY(visit_begin(cx, rq));
    if (!reaches_handler(cx, rq)) return OK;
    TRY(check_form(cx, rq));
    if (proof_prepares(rq)) TRY(step_up_check(cx, rq));
    return route_prepares(rq) ? rq->route->prepare(cx, rq) : OK;
}

bool request_prepares(const struct request *rq)
{
    return rq->route && (proof_prepares(rq) || route_prepares(rq));
}

enum status answer_prepare(struct cx *cx, struct request *rq)
{
    TRY(find(cx, rq));
    if (!request_prepares(rq)) return OK;
    return db_transact(cx, false, prepare_inside, rq);
}

void answer_call(struct cx *cx, struct request *rq)
{
    if (rq->route && rq->route->call && rq->prepared) rq->route->call(cx, rq);
}

enum status redirect_notice(struct cx *cx, struct request *rq, struct response *rs, struct url to,
                            const struct notice *notice)
{
    rs->status = 303;
    rs->location = to.text;
    response_cookie(cx, rs, notice_cookie(cx, rq, notice));
    return OK;
}

enum status redirect(struct cx *cx, struct request *rq, struct response *rs, struct url to,
                     const char *notice)
{
    if (notice) return redirect_notice(cx, rq, rs, to, &(struct notice){ .text = notice });
    rs->status = 303;
    rs->location = to.text;
    return OK;
}

void response_cookie(struct cx *cx, struct response *rs, const char *cookie)
{
    (void)cx;
    for (size_t i = 0; i < COOKIES && cookie; i++)
        if (!rs->cookies[i]) {
            rs->cookies[i] = cookie;
            return;
        }
}
