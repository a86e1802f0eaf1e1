/* keys_web.c - making and disabling keys of the API. */
#include <string.h>

#include "app/integrations/key.h"
#include "web/form.h"
#include "web/page.h"

#include "app/integrations/keys.text.h"
#include "web/page.text.h"

struct key_form {
    const char *name;
    int64_t days;
    enum reach scope[AREA_COUNT];
};

static const struct field key_fields[] = {
    FIELD(struct key_form, name, FIELD_LINE, .max = 60),
    FIELD(struct key_form, days, FIELD_INT, .max = KEY_MOST_DAYS),
};

/* How far an actor who makes a key can let it reach there; also where no address of the API does,
 * since a key gives nobody more than it has. */
static enum reach most_of(const struct cx *cx, enum area area)
{
    enum reach own = reach_own(cx->actor.reach, area), others = reach_others(cx->actor.reach, area);
    return own > others ? own : others;
}

static const char *scope_name(struct cx *cx, enum area area)
{
    return arena_print(cx->mem, "scope-%s", areas[area].key);
}

#include "app/integrations/keys.html.h"

static void take(struct cx *cx, const struct request *rq, struct key_form *form)
{
    form_take(cx, rq, key_fields, form);
    for (enum area area = 0; area < AREA_COUNT; area++) {
        const char *typed = form_text(rq, scope_name(cx, area));
        enum reach most = most_of(cx, area);
        enum reach wanted = strcmp(typed, "2") == 0 ? EDIT : strcmp(typed, "1") == 0 ? VIEW : NONE;
        form->scope[area] = wanted < most ? wanted : most;
    }
}

enum status key_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct key_form form = { .name = "", .days = KEY_DAYS };
    if (rq->method == POST) take(cx, rq, &form);
    key_new_page(&rs->body, rq, &form);
    return OK;
}

/* The key stands in this answer and nowhere else, so it is no way to another page. */
enum status key_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct key_form form;
    const char *token;
    take(cx, rq, &form);
    struct key_draft draft = { .name = form.name, .days = form.days };
    memcpy(draft.scope, form.scope, sizeof draft.scope);
    TRY(key_make(cx, &draft, &token));
    key_made_page(&rs->body, rq, token);
    return OK;
}

enum status key_end(struct cx *cx, struct request *rq, struct response *rs)
{
    TRY(key_disable(cx, param_id(rq, "id")));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_integrations_index), SAY(key_disabled));
}
