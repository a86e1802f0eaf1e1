/* departures_web.c - deactivating, leaving and activating, as pages. */
#include <string.h>

#include "app/departures/checklist_view.h"
#include "app/departures/departure.h"
#include "app/departures/plans_view.h"
#include "app/users/access_words.h"
#include "base/time.h"
#include "web/page.h"

#include "app/departures/departures.text.h"

struct deactivation_form {
    bool tell;
    const char *note;
    const char *when, *date, *time, *days; /* struct when */
    int64_t version; /* of the user as the page showed him; 0: whatever it is */
};

static const struct field deactivation_fields[] = {
    FIELD(struct deactivation_form, tell, FIELD_CHECK),
    FIELD(struct deactivation_form, note, FIELD_LINE, .max = 500),
    FIELD(struct deactivation_form, when, FIELD_LINE),
    FIELD(struct deactivation_form, date, FIELD_LINE, .max = 40),
    FIELD(struct deactivation_form, time, FIELD_LINE, .max = 20),
    FIELD(struct deactivation_form, days, FIELD_LINE, .max = 10),
    FIELD(struct deactivation_form, version, FIELD_INT, .max = 999999999),
};

static struct when when_of(const struct deactivation_form *f)
{
    return (struct when){ f->when, f->date, f->time, f->days };
}

struct departure_page {
    const char *heading, *called; /* "Beatriz" */
    const char *out;              /* what happens, or has happened */
    bool refused;
    struct url instead; /* to read-only access; .text NULL: has it already */
    struct deactivation_form form;
    struct plans plans;
    struct checklist list;
    const char *focus;                    /* the line to go on with, or NULL */
    const char *reasons[CHECKLIST_LINES]; /* as typed, where a line may be waived */
};

struct activation_form {
    const char *access;             /* "before" or "again"; "": before, as Undo sends it */
    const char *when, *date, *time; /* "date": not now, but then */
    const char *until;              /* the last day of the access, or "" */
};

static const struct field activation_fields[] = {
    FIELD(struct activation_form, access, FIELD_LINE),
    FIELD(struct activation_form, when, FIELD_LINE),
    FIELD(struct activation_form, date, FIELD_LINE, .max = 40),
    FIELD(struct activation_form, time, FIELD_LINE, .max = 20),
    FIELD(struct activation_form, until, FIELD_LINE, .max = 40),
};

struct activation_page {
    const char *heading, *called, *about;
    const char *level, *least, *settings, *locations;
    struct activation_form form;
    struct access_lines lines;
    struct plans plans;
    bool refused;
};

struct leave_page {
    const char *heading, *group, *out;
    const char *full; /* why not, or NULL */
    struct url lower; /* what to do first */
    const char *lower_label;
    struct departure_page list; /* of what is open, to look at */
    bool refused;
};

/* Where a user sees to a line of his own list: settling it here is for others, but what it is
 * about has pages of its own.  Nowhere for lines of others, and for what needs nothing. */
static struct url own_place(struct cx *cx, struct request *rq, const struct user *u,
                            const struct checklist_line *line)
{
    static const struct {
        const char *key;
        enum permission permission;
        enum route route;
        bool of_user; /* its address names the user */
    } places[] = {
        { "booking", BOOKING_EDIT, ROUTE_booking_index, false },
        { "invitations", USERS_ADD, ROUTE_users_index, false },
        { "appointments", USERS_EDIT, ROUTE_handover_new, true },
        { "appointments", CALENDAR_VIEW, ROUTE_calendar_show, false },
        { "reminders", REMINDERS_EDIT, ROUTE_reminders_own_show, true },
        { "top-up", CREDITS_EDIT, ROUTE_topup_own_show, true },
        { "webhooks", INTEGRATIONS_EDIT, ROUTE_webhooks_index, false },
        { "keys", INTEGRATIONS_EDIT, ROUTE_integrations_index, false },
        { "export", EXPORT_OWN, ROUTE_my_data_show, false },
    };
    struct subject self = user_subject(u);
    bool export = strcmp(line->key, "export") == 0;
    if (!id_same(u->id, cx->actor.user) || line->state != (export ? LINE_SETTLED : LINE_OPEN))
        return (struct url){ NULL };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i].key, line->key) == 0
            && may(&cx->actor, places[i].permission, &self, NULL))
            return places[i].of_user ? url_for(cx, rq, places[i].route, u->id)
                                     : url_for(cx, rq, places[i].route);
    return (struct url){ NULL };
}

#include "app/departures/departures.html.h"

static const char *called(const struct user *u)
{
    return *u->first_name ? u->first_name : u->last_name;
}

/* Did the form just fail because of the moment it was sent in? */
static bool refused(const struct cx *cx, const struct request *rq)
{
    return rq->method == POST && cx->why == CONFLICT && cx->message;
}

/* The user's own page, ready to give less access. */
static struct url less_access(struct cx *cx, struct request *rq, const struct user *u)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_user_show, u->id), "read_only", "1");
    return url_with(cx, url, "level", levels[access_least(u).level].key);
}

/* The same page at its level, which leads back here once the level is lower. */
static struct url to_lower(struct cx *cx, struct request *rq, const struct user *u,
                           const char *then)
{
    struct url url = url_with(cx, url_for(cx, rq, ROUTE_user_show, u->id), "then", then);
    return (struct url){ arena_print(cx->mem, "%s#level", url.text) };
}

/* --- deactivating ------------------------------------------------------------------ */

/* Each line has a field of its own: all of them stand in one form. */
static const char *waiver_reason(struct cx *cx, struct request *rq, const char *line)
{
    const char *reason = "";
    const struct field field = { .name = arena_print(cx->mem, "reason-%s", line),
                                 .kind = FIELD_LINE,
                                 .max = 300 };
    form_take_n(cx, rq, &field, 1, &reason);
    return reason;
}

static enum status fill_list(struct cx *cx, struct request *rq, const struct user *u,
                             struct departure_page *p)
{
    p->called = called(u);
    p->refused = refused(cx, rq);
    TRY(checklist_lines(cx, u, &p->list));
    for (size_t i = 0; i < p->list.n; i++)
        p->reasons[i] = rq->method == POST ? waiver_reason(cx, rq, p->list.at[i].key) : "";
    for (size_t i = p->list.n; rq->method == POST && !cx->faults && i-- > 0;)
        if (p->list.at[i].state == LINE_OPEN) p->focus = p->list.at[i].key;
    return OK;
}

static enum status show_deactivated(struct cx *cx, struct request *rq, struct response *rs,
                                    const struct user *u)
{
    struct departure_page p = { .heading = SAY(is_deactivated, user_name(cx, u)) };
    TRY(fill_list(cx, rq, u, &p));
    p.out = SAY(deactivated_since, u->deactivated_by_name, time_moment(cx, u->deactivated_at));
    deactivated_page(&rs->body, rq, u, &p);
    return OK;
}

/* Deactivating is a question; a form that just came back keeps its answers. */
static enum status show_question(struct cx *cx, struct request *rq, struct response *rs,
                                 const struct user *u)
{
    struct departure_page p = {
        .heading = SAY(deactivate_heading, user_name(cx, u)),
        .form = { .tell = true, .note = "", .when = "now", .date = "", .time = "", .days = "" },
    };
    const char *group = rq->visit->practice_name;
    int64_t devices;
    if (rq->method == POST) form_take(cx, rq, deactivation_fields, &p.form);
    TRY(fill_list(cx, rq, u, &p));
    TRY(plans_of_user(cx, u->id, &p.plans));
    TRY(user_devices(cx, u, &devices));
    p.out = devices ? SAY(deactivate_out, p.called, group, SAY(on_devices, devices))
                    : SAY(deactivate_none, p.called, group);
    if (!u->access.set[SETTING_read_only]) p.instead = less_access(cx, rq, u);
    deactivation_page(&rs->body, rq, u, &p);
    return OK;
}

static void show_why_not(struct cx *cx, struct request *rq, struct response *rs,
                         const struct user *u, const char *why)
{
    bool self = strcmp(why, "self") == 0;
    if (self)
        no_departure_page(&rs->body, rq, SAY(self_heading), SAY(self_why),
                          url_in(cx, "", ROUTE_own_page), SAY(self_page));
    else
        no_departure_page(&rs->body, rq, SAY(deactivate_heading, user_name(cx, u)),
                          SAY(full_first, user_name(cx, u)), to_lower(cx, rq, u, "deactivate"),
                          SAY(lower_button));
}

enum status deactivation_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    const char *why;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (user_awaited(u) && rq->method == GET)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id), NULL);
    struct subject subject = user_subject(u);
    if (!may(&cx->actor, USERS_DEACTIVATE, &subject, &why)) {
        show_why_not(cx, rq, rs, u, why);
        return OK;
    }
    return u->access.active ? show_question(cx, rq, rs, u) : show_deactivated(cx, rq, rs, u);
}

static enum status plan_deactivation(struct cx *cx, struct request *rq, struct response *rs,
                                     const struct user *u, const struct deactivation_form *form)
{
    const struct plan_draft draft = {
        form->date, form->time, "date", "time", form->tell, form->note
    };
    const char *name = user_name(cx, u), *said;
    int64_t from, due;
    if (strcmp(form->when, "read_only") == 0) {
        TRY(plan_wind_down(cx, u, &draft, form->days, &from, &due));
        said = SAY(planned_read_only_strip, name, time_moment(cx, from));
        if (due) said = SAY(planned_wind_down_strip, said, time_moment(cx, due));
    } else {
        TRY(plan_make(cx, u, PLAN_DEACTIVATE, &draft, &due));
        said = SAY(planned_strip, name, time_moment(cx, due));
    }
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id), said);
}

enum status deactivation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct deactivation_form form;
    struct user *u;
    int64_t ended;
    TRY(form_read(cx, rq, deactivation_fields, &form));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    const struct when when = when_of(&form);
    when_check(cx, &when);
    TRY(field_check(cx));
    if (strcmp(form.when, "date") == 0 || strcmp(form.when, "read_only") == 0)
        return plan_deactivation(cx, rq, rs, u, &form);
    if (form.version && u->access.active) u->version = form.version;
    enum status status = user_deactivate(cx, u, form.tell, form.note, &ended);
    if (status == FORBIDDEN && cx->reason
        && (strcmp(cx->reason, "full") == 0 || strcmp(cx->reason, "self") == 0)) {
        rs->status = 403; /* nothing was changed; the page says what to do first */
        show_why_not(cx, rq, rs, u, cx->reason);
        return OK;
    }
    TRY(status);
    const struct notice notice = {
        .text = SAY(deactivated_strip, user_name(cx, u), SAY(sessions_ended, ended)),
        .undo = url_for(cx, rq, ROUTE_activation_create, u->id),
        .row = u->id,
    };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), &notice);
}

/* The list stands inside the form of the deactivation: what was entered there
 * comes along, and a redirect would lose it.  Settling twice is fine, so a page
 * that is loaded again does no harm. */
static enum status list_again(struct cx *cx, struct request *rq, struct response *rs)
{
    if (rq->fragment || form_has(rq, "note")) return deactivation_new(cx, rq, rs);
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_deactivation_new, param_id(rq, "id")), NULL);
}

enum status checklist_settle(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    int64_t lines;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_settle_line(cx, u, param_text(rq, "line"), &lines));
    return list_again(cx, rq, rs);
}

enum status checklist_waive(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    const char *line = param_text(rq, "line");
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_waive_line(cx, u, line, waiver_reason(cx, rq, line)));
    return list_again(cx, rq, rs);
}

enum status checklist_undo(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(checklist_undo_line(cx, u, param_text(rq, "line")));
    return list_again(cx, rq, rs);
}

enum status user_sign_out(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    int64_t ended;
    TRY(user_find(cx, param_id(rq, "id"), &u));
    TRY(user_end_sessions(cx, u, &ended));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id),
                    SAY(signed_out_strip, user_name(cx, u), SAY(sessions_ended, ended)));
}

/* --- activating --------------------------------------------------------------------- */

static const char *settings_words(struct cx *cx, const struct access *a)
{
    const char *all = "";
    int boxes = access_customised(a);
    for (enum setting s = 0; s < SETTING_COUNT; s++) {
        if (!a->set[s]) continue;
        boxes--;
        all = arena_print(cx->mem, "%s%s%s", all, *all ? ", " : "", settings[s].label(cx));
    }
    if (boxes > 0)
        all = arena_print(cx->mem, "%s%s%s", all, *all ? ", " : "",
                          SAY(old_settings_boxes, (int64_t)boxes));
    return *all ? all : SAY(old_settings_none);
}

enum status activation_new(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user *u;
    struct activation_form form = { "before", "now", "", "", "" };
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (u->access.active)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id), NULL);
    if (rq->method == POST) form_take(cx, rq, activation_fields, &form);
    struct user_draft draft = user_as_draft(u);
    draft.access.active = true;
    struct activation_page p = {
        .heading = SAY(activate_heading, user_name(cx, u)),
        .called = called(u),
        .about = user_awaited(u)
                     ? SAY(activate_first, user_name(cx, u), rq->visit->practice_name)
                     : SAY(activate_about, user_name(cx, u), time_moment(cx, u->deactivated_at),
                           u->deactivated_by_name, rq->visit->practice_name),
        .level = u->access.level < LEVEL_COUNT ? levels[u->access.level].label(cx) : "",
        .least = levels[access_least(u).level].label(cx),
        .settings = settings_words(cx, &u->access),
        .locations = draft_locations(cx, &draft),
        .form = form,
        .refused = refused(cx, rq),
    };
    if (!*p.form.access) p.form.access = "before";
    TRY(plans_of_user(cx, u->id, &p.plans));
    access_lines(cx, &draft, &p.lines);
    activation_page(&rs->body, rq, u, &p);
    return OK;
}

/* Access for a while ends with the day that is named. */
static enum status plan_until(struct cx *cx, const struct user *u, const char *until)
{
    const struct plan_draft draft = { until, "", "until", "until", true, "" };
    int64_t due;
    return *until ? plan_make(cx, u, PLAN_DEACTIVATE, &draft, &due) : OK;
}

static enum status plan_activation(struct cx *cx, struct request *rq, struct response *rs,
                                   const struct user *u, const struct activation_form *form)
{
    const struct plan_draft draft = { form->date, form->time, "date", "time", true, "" };
    int64_t due;
    if (strcmp(form->access, "again") == 0) field_fault(cx, "access", SAY(access_then_before));
    TRY(plan_make(cx, u, PLAN_ACTIVATE, &draft, &due));
    enum status status = plan_until(cx, u, form->until);
    if (status == CONFLICT) field_fault(cx, "until", SAY(until_before));
    TRY(field_check(cx));
    TRY(status);
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id),
                    SAY(planned_back_strip, user_name(cx, u), time_moment(cx, due)));
}

enum status activation_create(struct cx *cx, struct request *rq, struct response *rs)
{
    struct activation_form form;
    struct user *u;
    TRY(form_read(cx, rq, activation_fields, &form));
    bool again = strcmp(form.access, "again") == 0;
    if (*form.access && !again && strcmp(form.access, "before") != 0)
        field_fault(cx, "access", SAY(access_missing));
    when_check(cx, &(struct when){ form.when, form.date, form.time, "" });
    TRY(field_check(cx));
    TRY(user_find(cx, param_id(rq, "id"), &u));
    if (strcmp(form.when, "date") == 0) return plan_activation(cx, rq, rs, u, &form);
    struct access least = access_least(u);
    TRY(user_activate(cx, u, again ? &least : NULL));
    if (*form.until) TRY(user_find(cx, u->id, &u));
    TRY(plan_until(cx, u, form.until));
    const char *name = user_name(cx, u);
    if (again)
        return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_user_show, u->id),
                        SAY(activated_least_strip, name, levels[least.level].label(cx)));
    const struct notice notice = { .text = SAY(activated_strip, name), .row = u->id };
    return redirect_notice(cx, rq, rs, url_for(cx, rq, ROUTE_users_index), &notice);
}

/* --- leaving ------------------------------------------------------------------------- */

enum status leave_new(struct cx *cx, struct request *rq, struct response *rs)
{
    const char *group = rq->visit->practice_name;
    struct leave_page p = { .heading = SAY(leave_heading, group),
                            .group = group,
                            .refused = refused(cx, rq) };
    struct user *u;
    int64_t devices, full, owners;
    TRY(user_find(cx, cx->actor.user, &u));
    TRY(user_devices(cx, u, &devices));
    p.out = SAY(leave_out, group, SAY(on_devices, devices));
    TRY(checklist_lines(cx, u, &p.list.list));
    TRY(full_access_count(cx, &full, &owners));
    if (u->access.owner && owners == 1) {
        p.full = SAY(full_owner);
        p.lower = url_for(cx, rq, ROUTE_ownership_hand_new);
        p.lower_label = SAY(hand_over_button);
    } else if (access_full(&u->access)) {
        p.full = SAY(full_own);
        p.lower = to_lower(cx, rq, u, "leave");
        p.lower_label = SAY(lower_button);
    }
    leave_page(&rs->body, rq, u, &p);
    return OK;
}

enum status leave_create(struct cx *cx, struct request *rq, struct response *rs)
{
    int64_t ended;
    const char *group = rq->visit->practice_name;
    TRY(user_leave(cx, &ended));
    return redirect(cx, rq, rs, url_in(cx, "", ROUTE_own_page), SAY(left_strip, group));
}
