/* user_add_web.c - adding a user, as a page. */
#include <string.h>

#include "app/staff/user_form.h"
#include "base/password.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"
#include "web/page.h"

#include "app/staff/user_add.text.h"
#include "app/staff/user_add.html.h"

/* `fresh`: opened, not sent back; a password is suggested once. */
static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        struct user_form *form, bool fresh, const char *refused)
{
    struct user_form_view view;
    TRY(user_form_view(cx, form, NULL, &view));
    view.refused = refused;
    if (fresh) view.suggestion = password_suggest(cx->mem);
    if (fresh && !form->resumed) TRY(kept_draft_find(cx, &view.kept));
    user_add_page(&rs->body, rq, &view);
    return OK;
}

/* The form that was put aside, if there still is one. */
static enum status take_up(struct cx *cx, struct user_form *form)
{
    const struct kept_draft *kept;
    TRY(kept_draft_find(cx, &kept));
    *form = user_form_new();
    if (!kept) return OK;
    user_form_unpack(cx, kept->fields, form);
    form->resumed = form->resume = true;
    return OK;
}

enum status user_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form = user_form_new();
    const char *refused = cx->why == CONFLICT ? cx->message : NULL;
    if (rq->method == POST) user_form_take(cx, rq, &form);
    if (rq->method == GET && *query_text(rq, "continue")) {
        TRY(take_up(cx, &form));
        cx_forget(cx);
    }
    return show(cx, rq, rs, &form, rq->method == GET, refused);
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
        .first_day = form->first_day,
        .last_day = form->last_day,
    };
    user_form_draft(cx, form, &locations, NULL, &n->draft);
    return OK;
}

/* In the hash lane, and only for those who may add somebody and typed a password. */
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
    case INVITED:
        if (added->open_until < cx->now + cx->setup->invitation_life)
            return SAY(added_invited_until, name, time_short_day(cx, added->open_until));
        return SAY(added_invited, name, cx->setup->invitation_life / DAYS(1));
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
    if (access_full(&n.draft.access) && !cx->faults) TRY(visit_proven(cx, rq));
    TRY(user_add(cx, &n, &added));
    if (form.resumed) TRY(kept_draft_drop(cx));
    const struct notice notice = {
        .text = strip(cx, &n, &added),
        .links = { { SAY(add_another), url_for(cx, rq, ROUTE_user_new) } },
        .links_n = 1,
        .row = added.id,
    };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), &notice);
}

/* What the form means as it stands: nothing is wrong with it yet, and nothing
 * is saved.  Also the answer to "Use this level's settings" without script. */
enum status user_preview(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct user *user;
    user_form_take(cx, rq, &form);
    if (form.resume) TRY(take_up(cx, &form));
    cx_forget(cx); /* whatever is wrong is said when it is saved */
    TRY(allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice }));
    if (!*form.user) return show(cx, rq, rs, &form, form.resume, NULL);
    TRY(user_find(cx, id_of(form.user), &user));
    return user_edit_show(cx, rq, rs, user, &form);
}

/* --- put aside ---------------------------------------------------------------- */

static const char *name_of(struct cx *cx, const struct user_form *f)
{
    const char *between = *f->first_name && *f->last_name ? " " : "";
    const char *name = arena_print(cx->mem, "%s%s%s", f->first_name, between, f->last_name);
    return *name ? name : f->email;
}

/* Closing the form: without a name or an address there is nothing to keep. */
enum status user_draft_keep(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct url list = url_for(cx, rq, ROUTE_users_index);
    user_form_take(cx, rq, &form);
    cx_forget(cx);
    form.resume = form.resumed = form.preset = false;
    const char *name = name_of(cx, &form);
    TRY(allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice }));
    if (!*name || !text_plain(name)) return redirect(cx, rq, rs, list, NULL);
    TRY(kept_draft_keep(cx, name, user_form_pack(cx, &form)));
    const char *said = SAY(kept_strip, name, KEPT_DRAFT_HOURS);
    if (rq->fragment) return html_text(&rs->body, said), OK; /* a dialog that closed */
    const struct notice notice = {
        .text = said,
        .links = { { SAY(kept_continue),
                     url_with(cx, url_for(cx, rq, ROUTE_user_new), "continue", "1") } },
        .links_n = 1,
    };
    return redirect_notice(cx, rq, rs, list, &notice);
}

enum status user_draft_clear(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form = user_form_new();
    TRY(kept_draft_drop(cx));
    if (rq->fragment) return show(cx, rq, rs, &form, true, NULL); /* the dialog stays */
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_new), NULL);
}
