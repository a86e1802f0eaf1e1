/* user_edit_web.c - changing a user, as pages. */
#include <string.h>

#include "app/audit/versions_web.h"
#include "app/sessions/session.h"
#include "app/staff/user_change.h"
#include "app/staff/user_form.h"
#include "base/password.h"
#include "base/time.h"
#include "web/page.h"

#include "app/staff/user_edit.text.h"

enum { VERSION_LINES = 40 };

struct edit_facts {
    int64_t sessions;
    bool temporary; /* a temporary password may be set */
    struct version_line versions[VERSION_LINES];
    size_t versions_n;
};

struct review {
    const struct user *user;
    const struct user_form *form;
    struct changes changes;
    int64_t n;
    const char *gained, *lost;
    bool self, lowers_own, becomes_full, loses_full;
};

static const char *first_of(const struct user *u)
{
    return *u->first_name ? u->first_name : u->last_name;
}

#include "app/staff/user_edit.html.h"

static int64_t number_of(const char *digits)
{
    int64_t n = 0;
    if (strspn(digits, "0123456789") != strlen(digits)) return 0;
    for (; *digits; digits++) n = n * 10 + (*digits - '0');
    return n;
}

/* The sessions that may enter this group. */
static enum status count_sessions(struct cx *cx, const struct user *u, int64_t *n)
{
    struct session_list all;
    TRY(session_list(cx, u->person, &all));
    *n = 0;
    for (size_t i = 0; i < all.n; i++) *n += all.at[i].signed_in_at > u->access_ended_at;
    return OK;
}

/* What was entered, and what somebody else saved meanwhile, where they differ. */
static void note_versions(struct cx *cx, const struct user_form_view *v, struct edit_facts *facts)
{
    struct changes changes = { 0 };
    struct user_draft saved = user_as_draft(v->user);
    draft_changes(cx, &saved, &v->draft, &changes);
    for (const struct change *c = changes.first; c && facts->versions_n < VERSION_LINES;
         c = c->next)
        facts->versions[facts->versions_n++] =
            (struct version_line){ c->field, c->after, c->before };
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        const struct user *user, struct user_form *form, bool late,
                        const char *refused)
{
    struct user_form_view view;
    struct edit_facts facts = { 0 };
    TRY(user_form_view(cx, form, user, &view));
    TRY(count_sessions(cx, user, &facts.sessions));
    TRY(user_may_get_temporary(cx, user, &facts.temporary));
    view.refused = refused;
    if (late) note_versions(cx, &view, &facts);
    user_edit_page(&rs->body, rq, &view, &facts);
    return OK;
}

enum status user_edit_show(struct cx *cx, struct request *rq, struct response *rs,
                           const struct user *user, struct user_form *form)
{
    struct subject subject = user_subject(user);
    TRY(allow(cx, USERS_EDIT, &subject));
    return show(cx, rq, rs, user, form, false, NULL);
}

/* The link of the page for deactivating: read-only access instead. */
static void less_access(const struct request *rq, struct user_form *form)
{
    const char *level = query_text(rq, "level");
    if (!*query_text(rq, "read_only")) return;
    form->set[SETTING_read_only] = true;
    if (*level) form->level = level;
}

/* Forms of this page that are not the big one leave it as it is stored. */
static bool big_form(const struct request *rq)
{
    return rq->method == POST && form_has(rq, "last_name");
}

enum status user_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    bool late = stale(cx, rq);
    const char *refused = cx->why == CONFLICT && !late ? cx->message : NULL;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    struct subject subject = user_subject(user);
    TRY(allow(cx, USERS_EDIT, &subject));
    if (!user->access.active) return user_gone_page(&rs->body, rq, user, refused), OK;
    struct user_form form = user_form_of(cx, user);
    const char *current = form.version;
    if (big_form(rq)) user_form_take(cx, rq, &form);
    if (late) form.version = current;
    if (rq->method == GET) {
        less_access(rq, &form);
        form.then = query_text(rq, "then");
    }
    return show(cx, rq, rs, user, &form, late, refused);
}

/* --- saving --------------------------------------------------------------------- */

static enum status read_change(struct cx *cx, struct request *rq, struct user_form *form,
                               struct user_change *c)
{
    struct location_list locations;
    TRY(user_find(cx, param_id(rq, "id"), &c->user));
    TRY(location_list(cx, &locations));
    user_form_take(cx, rq, form);
    user_form_check(cx, form);
    user_form_draft(cx, form, &locations, c->user, &c->after);
    user_form_settle(cx, form, &c->after);
    access_tidy(&c->after.access);
    c->version = number_of(form->version);
    c->one_name = form->one_name;
    return OK;
}

/* A level that is none must stay none: it is a fault, not a change. */
static enum status review(struct cx *cx, struct request *rq, struct response *rs,
                          const struct user_change *c, const struct user_form *form)
{
    struct user_draft before = user_as_draft(c->user);
    struct review r = { .user = c->user, .form = form };
    draft_changes(cx, &before, &c->after, &r.changes);
    if (!r.changes.first)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, c->user->id),
                        SAY(changed_nothing));
    for (const struct change *change = r.changes.first; change; change = change->next) r.n++;
    r.gained = access_gained(cx, &before, &c->after);
    r.lost = access_lost(cx, &before, &c->after);
    r.self = id_same(c->user->id, cx->actor.user);
    r.loses_full = access_full(&before.access) && !access_full(&c->after.access);
    r.becomes_full = !access_full(&before.access) && access_full(&c->after.access);
    r.lowers_own = r.self && (r.loses_full || (before.access.owner && !c->after.access.owner));
    user_review_page(&rs->body, rq, &r);
    return OK;
}

enum status user_review(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct user_change c;
    TRY(read_change(cx, rq, &form, &c));
    TRY(user_change_check(cx, &c));
    return review(cx, rq, rs, &c, &form);
}

/* Who lowered Full Access in order to deactivate, or to leave, goes on there. */
static struct url way_on(struct cx *cx, struct request *rq, const struct user_form *form,
                         const struct user_change *c)
{
    bool lowered = !access_full(&c->after.access), self = id_same(c->user->id, cx->actor.user);
    if (lowered && !self && strcmp(form->then, "deactivate") == 0)
        return url_for(cx, rq, ROUTE_deactivation_new, c->user->id);
    if (lowered && self && strcmp(form->then, "leave") == 0)
        return url_for(cx, rq, ROUTE_leave_new);
    return url_for(cx, rq, ROUTE_users_index);
}

enum status user_update(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct user_change c;
    TRY(read_change(cx, rq, &form, &c));
    TRY(user_change_check(cx, &c));
    struct user_draft before = user_as_draft(c.user);
    if (!form.reviewed && draft_changes_access(cx, &before, &c.after))
        return review(cx, rq, rs, &c, &form);
    TRY(user_change(cx, &c));
    return redirect(cx, rq, rs, way_on(cx, rq, &form, &c),
                    SAY(changed_strip, draft_name(cx, &c.after)));
}

/* --- getting in ------------------------------------------------------------------- */

static enum status back(struct cx *cx, struct request *rq, struct response *rs,
                        const struct user *u, const char *notice)
{
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id), notice);
}

enum status user_send_reset(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    TRY(user_reset_send(cx, user));
    return back(cx, rq, rs, user, SAY(reset_strip, user_name(cx, user)));
}

enum status user_send_welcome(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    TRY(user_welcome_again(cx, user));
    return back(cx, rq, rs, user, SAY(welcome_strip, user->email));
}

struct temporary_form {
    const char *temporary_password, *temporary_password_again;
};
static const struct field temporary_fields[] = {
    FIELD(struct temporary_form, temporary_password, FIELD_SECRET, .max = 2000),
    FIELD(struct temporary_form, temporary_password_again, FIELD_SECRET, .max = 2000),
};

enum status user_temporary_prepare(struct cx *cx, struct request *rq)
{
    struct temporary_form form;
    struct temporary_password *p = NEW(cx->mem, struct temporary_password);
    struct user *user;
    if (visit_enter(cx, rq, param_text(rq, "g")) != OK || !has(&cx->actor, USERS_EDIT)) return OK;
    if (user_find(cx, param_id(rq, "id"), &user) != OK) return OK;
    form_take(cx, rq, temporary_fields, &form);
    *p =
        (struct temporary_password){ form.temporary_password, form.temporary_password_again, NULL };
    rq->prepared = p;
    return temporary_hash(cx, user, p);
}

enum status user_temporary_password(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    if (!rq->prepared) return fail(cx, BROKEN, "a password that nobody looked at");
    TRY(user_temporary_set(cx, user, rq->prepared));
    return back(cx, rq, rs, user, SAY(temporary_strip, user_name(cx, user)));
}
