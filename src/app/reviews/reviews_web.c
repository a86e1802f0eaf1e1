/* reviews_web.c - access reviews, as pages. */
#include <stdlib.h>
#include <string.h>

#include "app/documents/paper_view.h"
#include "app/reviews/reviews_view.h"
#include "base/date.h"
#include "base/time.h"
#include "web/page.h"

#include "app/reviews/reviews.text.h"

struct plan_form {
    const char *months;
};
static const struct field plan_fields[] = {
    FIELD(struct plan_form, months, FIELD_LINE, .max = 5),
};

struct decide_form {
    const char *decision, *to, *had, *version;
};
static const struct field decide_fields[] = {
    FIELD(struct decide_form, decision, FIELD_LINE, .max = 20),
    FIELD(struct decide_form, to, FIELD_LINE, .max = 40),
    FIELD(struct decide_form, had, FIELD_LINE, .max = 20000),
    FIELD(struct decide_form, version, FIELD_LINE, .max = 18),
};

struct sign_form {
    const char *note;
};
static const struct field sign_fields[] = {
    FIELD(struct sign_form, note, FIELD_LINE, .max = REVIEW_NOTE),
};

struct index_view {
    struct review_list all;
    struct review_plan plan;
    const char *months;
};
struct show_view {
    struct review review;
    struct review_lines lines;
    const char *note;
    struct id wrong; /* whose form came back with a fault, or none */
    const char *why;
};

static const char *line_stands(struct cx *cx, const struct review_line *l)
{
    if (!l->version) return "";
    return SAY(signed_line, decision_words(cx, l->decision), l->left, l->by, time_moment(cx, l->at));
}

static const char *seen_words(struct cx *cx, const struct review_line *l)
{
    const char *seen = l->seen_at ? time_day(cx, l->seen_at) : SAY(never);
    if (!l->keys) return seen;
    return l->key_used ? SAY(seen_keys, seen, l->keys, time_day(cx, l->key_used))
                       : SAY(seen_keys_never, seen, l->keys);
}

#include "app/reviews/reviews.html.h"

enum status reviews_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct index_view view = { .months = "" };
    struct plan_form form = { "" };
    TRY(review_list(cx, &view.all));
    TRY(review_plan_find(cx, &view.plan));
    if (view.plan.months) view.months = arena_number(cx->mem, view.plan.months);
    if (rq->method == POST && form_has(rq, "months")) {
        form_take(cx, rq, plan_fields, &form);
        view.months = form.months;
    }
    reviews_page(&rs->body, rq, &view);
    return OK;
}

enum status review_begin_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct id id;
    TRY(review_begin(cx, &id));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_review_show, id), NULL);
}

enum status review_plan_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct plan_form form;
    char *end;
    form_take(cx, rq, plan_fields, &form);
    int64_t months = strtoll(form.months, &end, 10);
    TRY(review_plan_set(cx, *end ? -1 : months));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_reviews_index),
                    months ? SAY(plan_saved) : SAY(plan_saved_never));
}

enum status review_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct show_view view = { .note = "" };
    struct sign_form form = { "" };
    TRY(review_find(cx, param_id(rq, "id"), &view.review));
    TRY(review_lines(cx, &view.review, &view.lines));
    if (rq->method == POST) {
        if (form_has(rq, "note")) form_take(cx, rq, sign_fields, &form);
        view.note = form.note;
        view.why = fault_of(cx, "to") ? fault_of(cx, "to") : fault_of(cx, "decision");
        if (view.why) view.wrong = param_id(rq, "user");
    }
    review_page(&rs->body, rq, &view);
    return OK;
}

enum status review_decide_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct review r;
    struct decide_form form;
    form_take(cx, rq, decide_fields, &form);
    const struct review_choice c = { form.decision, form.to, form.had,
                                     strtoll(form.version, NULL, 10) };
    TRY(review_find(cx, param_id(rq, "id"), &r));
    if (strcmp(c.decision, decision_key(DEACTIVATE)) == 0) TRY(visit_proven(cx, rq));
    TRY(review_decide(cx, &r, param_id(rq, "user"), &c));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_review_show, r.id), SAY(decided));
}

enum status review_sign_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct review r;
    struct sign_form form;
    TRY(form_read(cx, rq, sign_fields, &form));
    TRY(review_find(cx, param_id(rq, "id"), &r));
    TRY(review_sign(cx, &r, form.note));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_review_show, r.id), SAY(signed_said));
}

/* Drawing takes longer than a loop can wait, and is done once, when all is known. */
enum status review_pdf(struct cx *cx, struct request *rq, struct response *rs)
{
    struct review r;
    struct review_lines lines;
    TRY(db_take_time(cx));
    TRY(review_find(cx, param_id(rq, "id"), &r));
    if (r.open) return fail(cx, NOT_FOUND, "It is not signed.");
    TRY(review_lines(cx, &r, &lines));
    if (db_unsure(cx)) return OK;
    const char *day = date_at(cx, r.signed_at);
    return paper_answer(cx, rs, review_paper(cx, &r, &lines, rq->visit->practice_name),
                        arena_print(cx->mem, "access-review-%s.pdf", day));
}
