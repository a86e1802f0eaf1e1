/* policy_web.c - the settings page about signing in to the group. */
#include <stdlib.h>
#include <string.h>

#include "app/second_step/second_step.h"
#include "app/security/network.h"
#include "app/security/policy.h"
#include "app/sessions/remembered.h"
#include "base/date.h"
#include "web/page.h"

#include "app/security/network.text.h"
#include "app/security/security.text.h"

struct security_form {
    const char *rule, *from, *version;
    bool remember;
};
static const struct field security_fields[] = {
    FIELD(struct security_form, rule, FIELD_LINE, .max = 10),
    FIELD(struct security_form, from, FIELD_LINE, .max = 40),
    FIELD(struct security_form, remember, FIELD_CHECK),
    FIELD(struct security_form, version, FIELD_LINE, .max = 18),
};

struct networks_form {
    const char *networks, *version;
};
static const struct field networks_fields[] = {
    FIELD(struct networks_form, networks, FIELD_TEXT, .max = 4000),
    FIELD(struct networks_form, version, FIELD_LINE, .max = 18),
};

struct security_view {
    struct second_policy policy;
    struct networks networks;
    const char *typed; /* of them */
    struct lacking_list lacking;
    struct security_form form;
    bool own; /* who looks has a second step */
};

#include "app/security/security.html.h"

static const char *a_line_each(struct cx *cx, const char *list)
{
    char *out = arena_copy(cx->mem, list, strlen(list));
    for (char *c = out; *c; c++)
        if (*c == ' ') *c = '\n';
    return out;
}

enum status security_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct security_view view = { 0 };
    TRY(second_policy_find(cx, &view.policy));
    TRY(second_lacking(cx, &view.lacking));
    TRY(second_step_on(cx, cx->actor.person, &view.own));
    const char *day = second_day(cx, &view.policy.rule);
    if (!*day) day = date_add(cx, date_today(cx), SECOND_DAYS_USUAL);
    view.form = (struct security_form){ second_choice(&view.policy.rule), date_words(cx, day), "",
                                        view.policy.remember };
    TRY(networks_find(cx, &view.networks));
    view.typed = a_line_each(cx, view.networks.list);
    if (form_has(rq, "rule")) form_take(cx, rq, security_fields, &view.form);
    if (form_has(rq, "networks")) view.typed = form_text(rq, "networks");
    view.form.version = arena_number(cx->mem, view.policy.version);
    security_page(&rs->body, rq, &view);
    return OK;
}

enum status security_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct security_form form;
    int64_t told;
    form_take(cx, rq, security_fields, &form);
    const struct second_wish wish = { form.rule, form.from, form.remember,
                                      strtoll(form.version, NULL, 10) };
    TRY(second_policy_save(cx, &wish, &told));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_security_show),
                    told ? SAY(rule_saved_told, told) : SAY(rule_saved));
}

enum status networks_update_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct networks_form form;
    TRY(form_read(cx, rq, networks_fields, &form));
    TRY(networks_save(cx, form.networks, strtoll(form.version, NULL, 10)));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_security_show), SAY(network_saved));
}
