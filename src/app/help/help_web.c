/* help_web.c - the help, as pages. */
#include <string.h>

#include "access/access.h"
#include "app/booking/request.h"
#include "app/waiting/waiting.h"
#include "app/help/help.h"
#include "app/home/home.h"
#include "app/imports/import.h"
#include "app/integrations/key.h"
#include "app/invoices/sending.h"
#include "app/notes/attachment.h"
#include "app/ownership/deputy.h"
#include "base/setup.h"
#include "web/page.h"

#include "app/help/help.text.h"
#include "app/invoices/invoices.text.h"
#include "app/invoices/sendings.text.h"
#include "app/ownership/ownership.text.h"
#include "web/page.text.h"

struct answer_form {
    const char *helpful, *comment;
};
static const struct field answer_fields[] = {
    FIELD(struct answer_form, helpful, FIELD_LINE),
    FIELD(struct answer_form, comment, FIELD_TEXT, .max = 2000),
};

/* Times of the installation, in words: articles quote what really holds. */
static const char *days(struct cx *cx, int64_t life)
{
    return SAY(n_days, (life + DAYS(1) - 1) / DAYS(1));
}

static const char *hours(struct cx *cx, int64_t life)
{
    return SAY(n_hours, (life + HOURS(1) - 1) / HOURS(1));
}

/* For the shade of the cell: 0 nothing, 3 everything. */
static const char *cell_class(enum level level, enum area area)
{
    static const char *const classes[] = { "l0", "l1", "l2", "l2", "l3" };
    return classes[level_own(level, area) + level_others(level, area)];
}

static const char *limit_words(struct cx *cx, enum setting setting)
{
    switch (settings[setting].limit) {
    case ANY_LEVEL: return SAY(limit_any);
    case BELOW_FULL: return SAY(limit_below_full);
    case ADMINISTRATORS: return SAY(limit_administrators);
    case NOT_OWNER: return SAY(limit_not_owner);
    }
    return "";
}

/* Who has a permission by level alone: "Practitioners: Full Access". */
static const char *who_can(struct cx *cx, enum role_type role, enum permission permission)
{
    const struct permission_info *p = &permissions[permission];
    const char *all = NULL;
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        if (levels[l].role == role && level_others(l, p->area) >= p->need)
            all = all ? SAY(and_also, all, levels[l].label(cx)) : levels[l].label(cx);
    return all ? all : SAY(nobody);
}

/* Everybody of a role: what is a person's own takes no permission. */
static const char *everybody(struct cx *cx, enum role_type role)
{
    const char *all = NULL;
    for (enum level l = 0; l < LEVEL_COUNT; l++)
        if (levels[l].role == role)
            all = all ? SAY(and_also, all, levels[l].label(cx)) : levels[l].label(cx);
    return all;
}

#include "app/help/articles.html.h"
#include "app/help/help.html.h"

enum status help_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct guide guide;
    TRY(guide_find(cx, &rq->visit->access, rq->visit->proven, &guide));
    help_page(&rs->body, rq, guide.hidden);
    return OK;
}

enum status help_show(struct cx *cx, struct request *rq, struct response *rs)
{
    const struct help_article *article = help_find(param_text(rq, "article"));
    struct answer_form form = { "", "" };
    if (!article) return fail(cx, NOT_FOUND, "There is no such article.");
    if (rq->method == POST) form_take(cx, rq, answer_fields, &form);
    article_open(&rs->body, rq, article->title(cx));
    if (strcmp(article->key, "add-user") == 0) add_article(&rs->body, rq);
    if (strcmp(article->key, "deactivate-user") == 0) deactivate_article(&rs->body, rq);
    if (strcmp(article->key, "access-levels") == 0) levels_article(&rs->body, rq);
    if (strcmp(article->key, "integrations") == 0) integrations_article(&rs->body, rq);
    if (strcmp(article->key, "webhooks") == 0) webhooks_article(&rs->body, rq);
    if (strcmp(article->key, "single-sign-on") == 0) sso_article(&rs->body, rq);
    if (strcmp(article->key, "ownership") == 0) ownership_article(&rs->body, rq);
    if (strcmp(article->key, "invoice-documents") == 0) papers_article(&rs->body, rq);
    if (strcmp(article->key, "second-step") == 0) second_article(&rs->body, rq);
    if (strcmp(article->key, "security-check-up") == 0) checkup_article(&rs->body, rq);
    if (strcmp(article->key, "import") == 0) import_article(&rs->body, rq);
    if (strcmp(article->key, "notes") == 0) notes_article(&rs->body, rq);
    if (strcmp(article->key, "rooms") == 0) rooms_article(&rs->body, rq);
    if (strcmp(article->key, "online-booking") == 0) online_article(&rs->body, rq);
    article_close(&rs->body, rq, article, form.comment);
    return OK;
}

enum status help_answer(struct cx *cx, struct request *rq, struct response *rs)
{
    const struct help_article *article = help_find(param_text(rq, "article"));
    struct answer_form form;
    if (!article) return fail(cx, NOT_FOUND, "There is no such article.");
    form_take(cx, rq, answer_fields, &form);
    bool yes = strcmp(form.helpful, "yes") == 0, no = strcmp(form.helpful, "no") == 0;
    if (!yes && !no) field_fault(cx, "helpful", SAY(answer_missing));
    TRY(help_answer_add(cx, article, yes, form.comment));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_help_show, article->key), SAY(answer_thanks));
}
