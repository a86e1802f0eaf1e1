/* papers_web.c - until when somebody's registration and insurance hold, as a page. */
#include "app/checkup/papers.h"
#include "base/date.h"
#include "web/page.h"

#include "app/checkup/checkup.text.h"

struct papers_form {
    const char *registration, *insurance;
};
static const struct field papers_fields[] = {
    FIELD(struct papers_form, registration, FIELD_LINE, .max = 40),
    FIELD(struct papers_form, insurance, FIELD_LINE, .max = 40),
};

#include "app/checkup/papers.html.h"

enum status papers_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct papers papers;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(papers_find(cx, u, &papers));
    struct papers_form form = { date_words(cx, papers.ends_on[PAPER_REGISTRATION]),
                                date_words(cx, papers.ends_on[PAPER_INSURANCE]) };
    if (rq->method == POST) form_take(cx, rq, papers_fields, &form);
    papers_page(&rs->body, rq, u, &form);
    return OK;
}

enum status papers_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct papers_form form;
    form_take(cx, rq, papers_fields, &form);
    TRY(user_find(cx, param_id(rq, "id"), &u));
    const char *const typed[PAPER_KINDS] = { form.registration, form.insurance };
    TRY(papers_save(cx, u, typed));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_checkup_show),
                    SAY(paper_saved, user_name(cx, u)));
}
