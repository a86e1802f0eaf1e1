/* user_edit_web.c - changing a user, as pages. */
#include <string.h>

#include "app/audit/entries_view.h"
#include "app/departures/checklist.h"
#include "app/departures/plans_view.h"
#include "app/devices/came_in.h"
#include "app/me/activity_view.h"
#include "app/sessions/session.h"
#include "app/sights/sights.h"
#include "app/staff/later_change.h"
#include "app/staff/user_change.h"
#include "app/staff/user_form.h"
#include "app/staff/user_versions.h"
#include "app/tenure/timeline_view.h"
#include "app/users/later_access.h"
#include "app/users/profession.h"
#include "base/password.h"
#include "base/time.h"
#include "web/page.h"

#include "app/staff/user_edit.text.h"

enum { ENTRIES = 50 };

struct edit_facts {
    int64_t sessions;
    bool temporary; /* a temporary password may be set */
    struct plans plans;
};

struct review {
    const struct user *user;
    const struct user_form *form;
    struct changes changes;
    int64_t n;
    const char *gained, *lost;
    bool self, lowers_own, becomes_full, loses_full;
    bool may_wait; /* nothing changes but what can wait for a day */
    struct when when;
    const struct seeing *seeing; /* NULL: counted for nothing, or for something else */
};

/* How much the user sees, and will see: counted before the transaction, since
 * it may take longer than others should wait. */
struct seeing {
    bool differs;
    struct sights before, after;
};
enum { SEEING = 3 };

struct past {
    const struct user *user;
    struct audit_list list;
    bool by, later;           /* by the user, not about; not the newest entries */
    struct timeline timeline; /* with the newest ones about the user, as is when they signed in */
    struct activity activity;
    bool shows_activity;
};

static const char *first_of(const struct user *u)
{
    return *u->first_name ? u->first_name : u->last_name;
}

static bool may_edit(struct cx *cx, const struct user *u)
{
    struct subject subject = user_subject(u);
    return may(&cx->actor, USERS_EDIT, &subject, NULL);
}

/* "12 patient records", "more than 20000 patient records" */
static const char *seen_words(struct cx *cx, int64_t n, size_t what)
{
    bool more = n > SIGHTS_MOST;
    n = more ? SIGHTS_MOST : n;
    const char *said = what == 0   ? SAY(seen_patients, n)
                       : what == 1 ? SAY(seen_appointments, n)
                                   : SAY(seen_notes, n);
    return more ? SAY(seen_more, said) : said;
}

static const char *seeing_words(struct cx *cx, const struct seeing *s, size_t what)
{
    int64_t before = what == 0   ? s->before.patients
                     : what == 1 ? s->before.appointments
                                 : s->before.notes;
    int64_t after = what == 0   ? s->after.patients
                    : what == 1 ? s->after.appointments
                                : s->after.notes;
    if (before == after) return SAY(seeing_same, seen_words(cx, after, what));
    if (before > SIGHTS_MOST || after > SIGHTS_MOST)
        return SAY(seeing_from, seen_words(cx, after, what), seen_words(cx, before, what));
    if (after > before)
        return SAY(seeing_gains, seen_words(cx, after - before, what), seen_words(cx, after, what));
    return SAY(seeing_loses, seen_words(cx, before - after, what), seen_words(cx, after, what));
}

#include "app/staff/user_edit.html.h"

/* What the form means, with what somebody else saved meanwhile, or was chosen
 * over it, taken in; then it is a form of the version that is saved now.
 * False while there is something to choose: then it is left as it came. */
static bool catch_up(struct cx *cx, const struct request *rq, const struct user *user,
                     struct user_form *form, struct user_draft *draft, struct user_versions *v)
{
    struct user_draft saved = user_as_draft(user);
    user_versions(cx, draft, &saved, v);
    if (!versions_settle(cx, rq, user->version, v->at, USER_PARTS)) return false;
    struct version_fields current = versions_new(cx, user->version, v->at, USER_PARTS);
    user_versions_take(v, &saved, draft);
    enum role_type role;
    bool clear = role_find(form->role_type, &role) || v->at[PART_LEVEL].which == VERSION_SAVED;
    if (clear && draft->access.level < LEVEL_COUNT) user_form_fill(cx, form, draft);
    form->one_name = form->one_name || (!*saved.first_name && !*draft->first_name);
    form->version = current.version;
    form->was = current.was;
    return true;
}

static enum status draft_of(struct cx *cx, struct user_form *form, const struct user *user,
                            struct user_draft *out)
{
    struct location_list locations;
    TRY(location_list(cx, &locations));
    user_form_draft(cx, form, &locations, user, out);
    user_form_settle(cx, form, out);
    return OK;
}

static enum status ask_versions(struct cx *cx, struct request *rq, struct response *rs,
                                const struct user *user, struct user_form *form)
{
    struct user_versions v;
    struct user_draft draft;
    TRY(draft_of(cx, form, user, &draft));
    (void)catch_up(cx, rq, user, form, &draft, &v);
    const struct versions_page page = {
        .about = user->id,
        .version = user->version,
        .lines = v.at,
        .n = USER_PARTS,
        .save = url_for(cx, rq, ROUTE_user_update, user->id),
        .back = url_for(cx, rq, ROUTE_user_preview),
        .reload = url_for(cx, rq, ROUTE_user_show, user->id),
    };
    versions_page(&rs->body, rq, &page);
    return OK;
}

static enum status show(struct cx *cx, struct request *rq, struct response *rs,
                        const struct user *user, struct user_form *form, const char *refused)
{
    struct user_form_view view;
    struct edit_facts facts = { 0 };
    TRY(user_form_view(cx, form, user, &view));
    TRY(sessions_entering(cx, user->person, user->access_ended_at, &facts.sessions));
    TRY(user_may_get_temporary(cx, user, &facts.temporary));
    TRY(plans_of_user(cx, user->id, &facts.plans));
    view.refused = refused;
    user_edit_page(&rs->body, rq, &view, &facts);
    return OK;
}

enum status user_edit_show(struct cx *cx, struct request *rq, struct response *rs,
                           const struct user *user, struct user_form *form)
{
    struct subject subject = user_subject(user);
    struct user_versions v;
    struct user_draft draft;
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(draft_of(cx, form, user, &draft));
    (void)catch_up(cx, rq, user, form, &draft, &v);
    return show(cx, rq, rs, user, form, NULL);
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

/* The review came back with a day that is none. */
static bool day_faults(struct cx *cx)
{
    return fault_of(cx, "when") || fault_of(cx, "date") || fault_of(cx, "time");
}

static enum status review_again(struct cx *, struct request *, struct response *);

enum status user_show(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    struct plans plans;
    bool late = stale(cx, rq);
    const char *refused = cx->why == CONFLICT && !late ? cx->message : NULL;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    struct subject subject = user_subject(user);
    TRY(allow(cx, USERS_EDIT, &subject));
    if (!user->access.active) {
        struct checklist list;
        TRY(checklist_lines(cx, user, &list));
        TRY(plans_of_user(cx, user->id, &plans));
        return user_gone_page(&rs->body, rq, user, &list, &plans, refused), OK;
    }
    struct user_form form = user_form_of(cx, user);
    if (big_form(rq)) user_form_take(cx, rq, &form);
    if (late) return ask_versions(cx, rq, rs, user, &form);
    if (form.reviewed && day_faults(cx)) return review_again(cx, rq, rs);
    if (rq->method == GET) {
        less_access(rq, &form);
        form.then = query_text(rq, "then");
    }
    return show(cx, rq, rs, user, &form, refused);
}

enum status user_activity(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *user;
    TRY(user_find(cx, param_id(rq, "id"), &user));
    struct past a = { .user = user, .by = *query_text(rq, "by") };
    struct audit_filter filter = { .text = "", .action = "", .limit = ENTRIES };
    *(a.by ? &filter.actor : &filter.about) = user->id;
    filter.before = query_int(rq, "before", 0);
    a.later = filter.before > 0;
    TRY(audit_list(cx, &filter, &a.list));
    if (!a.by && !a.later) TRY(timeline_find(cx, user, &a.timeline));
    a.shows_activity = !a.by && !a.later && may_edit(cx, user);
    if (a.shows_activity) TRY(came_in_find(cx, user->id, &a.activity));
    activity_page(&rs->body, rq, &a);
    return OK;
}

/* --- saving --------------------------------------------------------------------- */

static enum status read_change(struct cx *cx, struct request *rq, struct user_form *form,
                               struct user_change *c)
{
    struct user_versions v;
    TRY(user_find(cx, param_id(rq, "id"), &c->user));
    user_form_take(cx, rq, form);
    const char *version = form->version;
    TRY(draft_of(cx, form, c->user, &c->after));
    if (!catch_up(cx, rq, c->user, form, &c->after, &v)) return versions_late(cx);
    if (strcmp(version, form->version) != 0) form->reviewed = false; /* of something else */
    user_form_check(cx, form);
    access_tidy(&c->after.access);
    c->version = c->user->version;
    c->one_name = form->one_name;
    return OK;
}

/* From when on, as the review asks; before it was asked, as the link to it says. */
static const struct field when_fields_of[] = {
    FIELD(struct when, when, FIELD_LINE, .max = 20),
    FIELD(struct when, date, FIELD_LINE, .max = 40),
    FIELD(struct when, time, FIELD_LINE, .max = 20),
};

static struct when read_when(struct cx *cx, const struct request *rq, const struct user_form *form)
{
    struct when w = { 0 };
    form_take(cx, rq, when_fields_of, &w);
    w.days = "";
    if (!*w.when) w.when = strcmp(form->then, "date") == 0 ? "date" : "now";
    return w;
}

/* A level that is none must stay none: it is a fault, not a change. */
static enum status review(struct cx *cx, struct request *rq, struct response *rs,
                          const struct user_change *c, const struct user_form *form)
{
    struct user_draft before = user_as_draft(c->user);
    struct review r = { .user = c->user, .form = form, .seeing = rq->prepared };
    draft_changes(cx, &before, &c->after, &r.changes);
    if (!r.changes.first)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, c->user->id),
                        SAY(changed_nothing));
    for (const struct change *change = r.changes.first; change; change = change->next) r.n++;
    r.may_wait = !later_access_not(cx, &before, &c->after);
    r.when = read_when(cx, rq, form);
    r.gained = access_gained(cx, &before, &c->after);
    r.lost = access_lost(cx, &before, &c->after);
    r.self = id_same(c->user->id, cx->actor.user);
    r.loses_full = access_full(&before.access) && !access_full(&c->after.access);
    r.becomes_full = !access_full(&before.access) && access_full(&c->after.access);
    r.lowers_own = r.self && (r.loses_full || (before.access.owner && !c->after.access.owner));
    user_review_page(&rs->body, rq, &r);
    return OK;
}

enum status user_prepare_review(struct cx *cx, struct request *rq)
{
    struct user_form form;
    struct user_change c;
    if (visit_enter(cx, rq, param_text(rq, "g")) != OK || !has(&cx->actor, USERS_EDIT)) return OK;
    if (read_change(cx, rq, &form, &c) != OK || form.reviewed) return cx_forget(cx), OK;
    struct user_draft before = user_as_draft(c.user);
    struct seeing *s = NEW(cx->mem, struct seeing);
    bool counts = user_change_check(cx, &c) == OK && draft_changes_access(cx, &before, &c.after);
    cx_forget(cx); /* what is wrong is said by the form itself */
    if (!counts) return OK;
    s->differs = !sights_same(&before, &c.after);
    if (s->differs) {
        TRY(sights_count(cx, c.user->id, &before, &s->before));
        TRY(sights_count(cx, c.user->id, &c.after, &s->after));
    }
    rq->prepared = s;
    return OK;
}

static enum status review_again(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_form form;
    struct user_change c;
    TRY(read_change(cx, rq, &form, &c));
    return review(cx, rq, rs, &c, &form);
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

static bool gives_most(const struct access *before, const struct access *after)
{
    return (access_full(after) && !access_full(before)) || (after->owner && !before->owner);
}

static enum status plan_change(struct cx *cx, struct request *rq, struct response *rs,
                               const struct user_change *c, const struct when *w)
{
    const struct plan_draft draft = { w->date, w->time, "date", "time", true, "", "", "when" };
    int64_t due;
    TRY(user_change_later(cx, c, &draft, &due));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, c->user->id),
                    SAY(planned_strip, user_name(cx, c->user), time_moment(cx, due)));
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
    const struct when when = read_when(cx, rq, &form);
    bool later = form.reviewed && strcmp(when.when, "date") == 0;
    if (form.reviewed) when_check(cx, &when);
    TRY(field_check(cx));
    if (gives_most(&before.access, &c.after.access)) TRY(visit_proven(cx, rq));
    if (later) return plan_change(cx, rq, rs, &c, &when);
    TRY(user_change(cx, &c));
    const struct notice notice = { .text = SAY(changed_strip, draft_name(cx, &c.after)),
                                   .row = c.user->id };
    return redirect_notice(cx, rq, rs, way_on(cx, rq, &form, &c), &notice);
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
