/* webhooks_web.c - webhooks: a list, a new one, and what one was told. */
#include <string.h>

#include "app/webhooks/webhook.h"
#include "base/time.h"
#include "web/page.h"
#include "web/page.text.h"
#include "work/call.h"

#include "app/webhooks/webhooks.text.h"

struct new_form {
    const char *url;
    struct texts events;
};
static const struct field fields[] = {
    FIELD(struct new_form, url, FIELD_LINE, .max = CALL_URL),
    FIELD(struct new_form, events, FIELD_MANY, .max = 40),
};

struct hook_page {
    const struct webhook *hook;
    struct webhook_messages messages;
};

static bool chosen(const struct new_form *form, const char *key)
{
    for (size_t i = 0; i < form->events.n; i++)
        if (strcmp(form->events.at[i], key) == 0) return true;
    return false;
}

static const char *group_words(struct cx *cx, enum webhook_group group)
{
    switch (group) {
    case PEOPLE: return SAY(webhook_people);
    case CALENDAR: return SAY(webhook_calendar);
    case INVOICES: return SAY(webhook_invoices);
    default: return SAY(webhook_practice);
    }
}

static const char *state_words(struct cx *cx, const struct webhook *w)
{
    if (w->on && w->failing_since)
        return SAY(webhooks_failing_since, time_moment(cx, w->failing_since));
    if (w->on) return "";
    if (strcmp(w->stopped, "left") == 0) return SAY(webhooks_off_left);
    if (strcmp(w->stopped, "access") == 0) return SAY(webhooks_off_access);
    if (strcmp(w->stopped, "failed") == 0) return SAY(webhooks_off_failed);
    if (strcmp(w->stopped, "gone") == 0) return SAY(webhooks_off_gone);
    return SAY(webhooks_off_user);
}

static const char *message_words(struct cx *cx, const struct webhook_message *m)
{
    switch (*m->state) {
    case 'w': return SAY(message_waiting);
    case 't': return SAY(message_told);
    case 'f': return SAY(message_failed);
    default: return SAY(message_dropped);
    }
}

static bool may_change(const struct cx *cx)
{
    return may(&cx->actor, INTEGRATIONS_EDIT, &(struct subject){ cx->actor.practice }, NULL);
}

#include "app/webhooks/webhooks.html.h"

enum status webhooks_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct webhook_list list;
    TRY(webhook_list(cx, &list));
    webhooks_page(&rs->body, rq, &list);
    return OK;
}

enum status webhook_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct webhook_list list;
    struct new_form form = { .url = "" };
    TRY(webhook_list(cx, &list));
    if (rq->method == POST) form_take(cx, rq, fields, &form);
    webhook_new_page(&rs->body, rq, &form);
    return OK;
}

/* The secret stands in this answer and nowhere else. */
enum status webhook_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct new_form form;
    struct id id;
    const char *secret;
    TRY(form_read(cx, rq, fields, &form));
    struct webhook_draft draft = { form.url, form.events.n, form.events.at };
    TRY(webhook_make(cx, &draft, &id, &secret));
    webhook_secret_page(&rs->body, rq, id, secret);
    return OK;
}

enum status webhook_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct webhook *w;
    struct hook_page p;
    TRY(webhook_find(cx, param_id(rq, "id"), &w));
    p.hook = w;
    TRY(webhook_messages(cx, w->id, id_of(query_text(rq, "after")), &p.messages));
    webhook_page(&rs->body, rq, &p);
    return OK;
}

static enum status back(struct cx *cx, struct request *rq, struct response *rs, const char *notice)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_webhook_show, param_id(rq, "id")), notice);
}

enum status webhook_disable_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(webhook_disable(cx, param_id(rq, "id")));
    return back(cx, rq, rs, SAY(webhook_was_disabled));
}

enum status webhook_enable_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(webhook_enable(cx, param_id(rq, "id")));
    return back(cx, rq, rs, SAY(webhook_is_on));
}

enum status webhook_remove_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(webhook_remove(cx, param_id(rq, "id")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_webhooks_index), SAY(webhook_was_removed));
}

enum status webhook_test_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(webhook_test(cx, param_id(rq, "id")));
    return back(cx, rq, rs, SAY(webhook_test_waits));
}

enum status webhook_resend_form(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(webhook_resend(cx, param_id(rq, "id"), param_id(rq, "message")));
    return back(cx, rq, rs, SAY(message_waits));
}
