/* reminders_web.c - reminder settings, and the list of what was sent, as pages. */
#include <string.h>

#include "app/reminders/reminder.h"
#include "app/reminders/setting.h"
#include "base/setup.h"
#include "base/time.h"
#include "web/page.h"

#include "app/reminders/reminders.text.h"

enum { LOG_MOST = 200 };

struct reminders_form {
    bool email_on, text_on;
    const char *email_n, *email_unit, *text_n, *text_unit, *version;
};
static const struct field reminders_fields[] = {
    FIELD(struct reminders_form, email_on, FIELD_CHECK),
    FIELD(struct reminders_form, email_n, FIELD_LINE, .max = 10),
    FIELD(struct reminders_form, email_unit, FIELD_LINE, .max = 10),
    FIELD(struct reminders_form, text_on, FIELD_CHECK),
    FIELD(struct reminders_form, text_n, FIELD_LINE, .max = 10),
    FIELD(struct reminders_form, text_unit, FIELD_LINE, .max = 10),
    FIELD(struct reminders_form, version, FIELD_LINE, .max = 15),
};
static const struct id the_group = { "" };

static const char *state_words(struct cx *cx, const struct reminder *r)
{
    switch (r->state) {
    case REMINDER_WAITING: return SAY(state_waiting);
    case REMINDER_SENT: return SAY(state_sent);
    case REMINDER_DELIVERED: return SAY(state_delivered);
    case REMINDER_MISSED: return SAY(state_missed);
    case REMINDER_FAILED: return SAY(state_failed);
    default: return SAY(state_skipped);
    }
}

struct reminders_page {
    struct reminder_setting group;
    bool sees_group, edits_group, sees_log;
    struct reminder_people people;
    struct reminders_form form;
};

#include "app/reminders/reminders.html.h"

/* What is stored; or, if a form comes back, what was typed, over the version
 * that is stored now: the sentence above it says what that is. */
static struct reminders_form form_of(struct cx *cx, struct request *rq,
                                     const struct reminder_setting *s, bool typed)
{
    struct reminder_draft d = reminder_as_draft(cx, s);
    struct reminders_form form = { d.email.on, d.text.on,   d.email.n, d.email.unit,
                                   d.text.n,   d.text.unit, "" };
    if (typed) form_take(cx, rq, reminders_fields, &form);
    form.version = arena_print(cx->mem, "%lld", (long long)s->version);
    return form;
}

static struct reminder_draft draft_of(const struct reminders_form *f)
{
    return (struct reminder_draft){ { f->email_on, f->email_n, f->email_unit },
                                    { f->text_on, f->text_n, f->text_unit } };
}

enum status reminders_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminders_page page = {
        .sees_group = reminder_may_see(cx, the_group),
        .edits_group = reminder_may_edit(cx, the_group),
        .sees_log = has(&cx->actor, CALENDAR_VIEW),
    };
    TRY(reminder_people_list(cx, &page.people));
    TRY(reminder_setting_of(cx, the_group, &page.group));
    page.form = form_of(cx, rq, &page.group, rq->method == POST && form_has(rq, "email_n"));
    reminders_view(&rs->body, rq, &page, changed_row(cx, rq));
    return OK;
}

enum status reminders_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminders_form form;
    form_take(cx, rq, reminders_fields, &form);
    struct reminder_draft draft = draft_of(&form);
    TRY(reminder_setting_save(cx, the_group, &draft, form_version(rq, "version")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_reminders_index), SAY(saved_group));
}

enum status reminders_own_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminder_person person;
    struct reminder_setting stored;
    TRY(reminder_person_find(cx, param_id(rq, "id"), &person));
    TRY(reminder_setting_of(cx, person.user, &stored));
    struct reminder_setting shown = person.setting;
    shown.version = stored.version;
    struct reminders_form form = form_of(cx, rq, &shown, rq->method == POST);
    own_view(&rs->body, rq, &person, &form);
    return OK;
}

enum status reminders_own_update(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminders_form form;
    struct reminder_person person;
    TRY(reminder_person_find(cx, param_id(rq, "id"), &person));
    form_take(cx, rq, reminders_fields, &form);
    struct reminder_draft draft = draft_of(&form);
    TRY(reminder_setting_save(cx, person.user, &draft, form_version(rq, "version")));
    return redirect_notice(
        cx, rq, rs, url_for(cx, rq, ROUTE_reminders_index),
        &(struct notice){ .text = SAY(saved_own, person.name), .row = person.user });
}

enum status reminders_own_remove(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminder_person person;
    TRY(reminder_person_find(cx, param_id(rq, "id"), &person));
    TRY(reminder_setting_remove(cx, person.user));
    return redirect_notice(
        cx, rq, rs, url_for(cx, rq, ROUTE_reminders_index),
        &(struct notice){ .text = SAY(removed_own, person.name), .row = person.user });
}

enum status reminders_sent(struct cx *cx, struct request *rq, struct response *rs)
{
    struct reminder_list list;
    struct id appointment = id_of(query_text(rq, "appointment"));
    TRY(reminder_list(cx, appointment, LOG_MOST, &list));
    sent_view(&rs->body, rq, &list, id_some(appointment));
    return OK;
}

/* Asked for by the SMS gateway: what it has to say, and nothing to read. */
enum status text_reported(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(reminder_reported(cx, param_text(rq, "token"), query_int(rq, "said", 0)));
    rs->type = "text/plain; charset=utf-8";
    html_text(&rs->body, "");
    return OK;
}
