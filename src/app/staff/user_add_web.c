/* user_add_web.c - adding a user, as a page. */
#include <string.h>

#include "app/staff/user_form.h"
#include "base/password.h"
#include "base/setup.h"
#include "base/time.h"
#include "web/page.h"

#include "app/staff/user_add.text.h"
#include "app/staff/user_add.html.h"

static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        struct user_form *form, const char *refused)
{
    struct user_form_view view;
    TRY(user_form_view(cx, form, NULL, &view));
    view.refused = refused;
    if (rq->method == GET) view.suggestion = password_suggest(cx->mem);
    user_add_page(&rs->body, rq, &view);
    return OK;
}

enum status user_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form = user_form_new();
    const char *refused = cx->why == CONFLICT ? cx->message : NULL;
    if (rq->method == POST) user_form_take(cx, rq, &form);
    return show(cx, rq, rs, &form, refused);
}

static enum status entry_of(struct cx *cx, const struct user_form *form, struct new_user *n)
{
    struct location_list locations;
    TRY(location_list(cx, &locations));
    *n = (struct new_user){
        .email_again = form->email_again,
        .one_name = form->one_name,
        .entry = strcmp(form->entry, "link") == 0         ? ENTRY_LINK
                 : strcmp(form->entry, "invitation") == 0 ? ENTRY_INVITATION
                                                          : ENTRY_PASSWORD,
        .password = form->password,
        .password_again = form->password_again,
    };
    user_form_draft(cx, form, &locations, NULL, &n->draft);
    return OK;
}

/* In the hash lane, and only for those who may add somebody. */
enum status user_prepare(struct cx *cx, struct request *rq)
{
    struct user_form form;
    struct new_user n;
    const char *hash;
    if (visit_enter(cx, rq, param_text(rq, "g")) != OK || !has(&cx->actor, USERS_ADD)) return OK;
    user_form_take(cx, rq, &form);
    TRY(entry_of(cx, &form, &n));
    TRY(new_user_hash(cx, &n, &hash));
    rq->prepared = (void *)hash;
    return OK;
}

static const char *strip(struct cx *cx, const struct new_user *n, const struct added *added)
{
    const struct user_draft *d = &n->draft;
    const char *name = draft_name(cx, d);
    switch (added->how) {
    case ADDED_WELCOMED: return SAY(added_welcomed, name, added->email);
    case ADDED_LINKED: return SAY(added_linked, name, added->email);
    case INVITED: return SAY(added_invited, name, cx->setup->invitation_life / DAYS(1));
    case INVITED_INSTEAD: return SAY(added_instead, *d->first_name ? d->first_name : d->last_name);
    }
    return name;
}

enum status user_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct new_user n;
    struct added added;
    user_form_take(cx, rq, &form);
    user_form_check(cx, &form);
    TRY(entry_of(cx, &form, &n));
    n.password_hash = rq->prepared;
    TRY(user_add(cx, &n, &added));
    const struct notice_link another = { SAY(add_another), url_for(cx, rq, ROUTE_user_new) };
    return redirect_on(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), strip(cx, &n, &added),
                       &another, 1);
}

/* What the form means as it stands: nothing is wrong with it yet, and nothing
 * is saved.  Also the answer to "Use this level's settings" without script. */
enum status user_preview(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct user *user;
    user_form_take(cx, rq, &form);
    cx_forget(cx);
    TRY(allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice }));
    if (!*form.user) return show(cx, rq, rs, &form, NULL);
    TRY(user_find(cx, id_of(form.user), &user));
    return user_edit_show(cx, rq, rs, user, &form);
}
