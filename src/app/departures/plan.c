/* plan.c - see plan.h */
#include "app/departures/plan.h"

#include <stdlib.h>
#include <string.h>

#include "app/audit/event.h"
#include "app/departures/departure.h"
#include "app/users/access_words.h"
#include "app/users/acting.h"
#include "app/users/later_access.h"
#include "app/users/users_mail.h"
#include "base/date.h"
#include "base/time.h"
#include "db/db.h"

#include "app/departures/plans.text.h"

static const struct kind_info {
    const char *key;
    enum permission permission;
    bool active; /* what the user is before it */
    words *field;
    enum job_kind job;
} kinds[PLAN_KINDS] = {
    [PLAN_DEACTIVATE] = { "deactivate", USERS_DEACTIVATE, true, t_plan_deactivated, JOB_plan_due },
    [PLAN_ACTIVATE] = { "activate", USERS_ACTIVATE, false, t_plan_activated, JOB_plan_due },
    [PLAN_READ_ONLY] = { "read_only", USERS_EDIT, true, t_plan_read_only, JOB_plan_due },
    [PLAN_ACCESS] = { "access", USERS_EDIT, true, t_plan_access, JOB_plan_access_due },
};

const char *plan_key(enum plan_kind kind)
{
    return kinds[kind].key;
}

bool plan_find_kind(const char *key, enum plan_kind *out)
{
    for (*out = 0; *out < PLAN_KINDS; ++*out)
        if (strcmp(key, kinds[*out].key) == 0) return true;
    return false;
}

const char *plan_words(struct cx *cx, const struct plan *p)
{
    const char *moment = time_moment(cx, p->due_at);
    bool no = *p->refused;
    if (p->done_at) return SAY(plan_read_only_since, time_moment(cx, p->done_at));
    switch (p->kind) {
    case PLAN_DEACTIVATE:
        return no ? SAY(plan_not_deactivated, moment, p->refused) : SAY(plan_to_deactivate, moment);
    case PLAN_ACTIVATE:
        return no ? SAY(plan_not_activated, moment, p->refused) : SAY(plan_to_activate, moment);
    case PLAN_ACCESS:
        return no ? SAY(plan_not_access, moment, p->refused) : SAY(plan_to_access, moment);
    default:
        return no ? SAY(plan_not_read_only, moment, p->refused) : SAY(plan_to_read_only, moment);
    }
}

const char *plan_sentence(struct cx *cx, const struct plan *p, const char *name)
{
    const char *moment = time_moment(cx, p->due_at);
    if (*p->refused) return SAY(plan_refused_who, name, plan_words(cx, p));
    if (p->done_at) return SAY(plan_read_only_since_who, name, time_moment(cx, p->done_at));
    switch (p->kind) {
    case PLAN_DEACTIVATE: return SAY(plan_to_deactivate_who, name, moment);
    case PLAN_ACTIVATE: return SAY(plan_to_activate_who, name, moment);
    case PLAN_ACCESS: return SAY(plan_to_access_who, name, moment);
    default: return SAY(plan_to_read_only_who, name, moment);
    }
}

/* --- reading ---------------------------------------------------------------------- */

#define PLAN_COLUMNS                                                           \
    "p.user_id, p.kind, p.due_at, p.planned_at, p.tell, p.note, p.planned_by," \
    " p.planned_name, p.refused, p.done_at, p.access"

static struct plan read_plan(const struct table *t, size_t row)
{
    struct plan p = {
        .user = cell_id(t, row, "user_id"),
        .due_at = cell_int(t, row, "due_at"),
        .planned_at = cell_int(t, row, "planned_at"),
        .tell = cell_bool(t, row, "tell"),
        .note = cell_text(t, row, "note"),
        .by = cell_id(t, row, "planned_by"),
        .by_name = cell_text(t, row, "planned_name"),
        .refused = cell_text(t, row, "refused"),
        .done_at = cell_int(t, row, "done_at"),
        .access = cell_text(t, row, "access"),
        .about = "",
    };
    (void)plan_find_kind(cell_text(t, row, "kind"), &p.kind);
    return p;
}

enum status plans_of(struct cx *cx, struct id user, struct plan out[PLAN_KINDS], size_t *n)
{
    struct table t;
    *n = 0;
    TRY(db_select(cx, &t,
                  SQL("SELECT " PLAN_COLUMNS " FROM planned_changes p WHERE p.practice_id = $1"
                      " AND p.user_id = $2 ORDER BY p.due_at, p.kind"),
                  user));
    for (size_t i = 0; i < t.rows && i < PLAN_KINDS; i++) out[(*n)++] = read_plan(&t, i);
    return OK;
}

enum status plans_all(struct cx *cx, struct plan_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " PLAN_COLUMNS ", u.first_name, u.last_name FROM planned_changes p"
                      " JOIN users u ON u.practice_id = p.practice_id AND u.id = p.user_id"
                      " WHERE p.practice_id = $1 ORDER BY p.due_at, p.user_id")));
    *out = (struct plan_list){ t.rows, NEW_ARRAY(cx->mem, struct plan, t.rows) };
    for (size_t i = 0; i < t.rows; i++) {
        const char *first = cell_text(&t, i, "first_name");
        out->at[i] = read_plan(&t, i);
        out->at[i].user_name =
            arena_print(cx->mem, "%s%s%s", first, *first ? " " : "", cell_text(&t, i, "last_name"));
    }
    return OK;
}

static enum status find(struct cx *cx, struct id user, enum plan_kind kind, struct plan **out)
{
    struct plan all[PLAN_KINDS];
    size_t n;
    *out = NULL;
    TRY(plans_of(cx, user, all, &n));
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind != kind) continue;
        *out = NEW(cx->mem, struct plan);
        **out = all[i];
    }
    return OK;
}

/* --- planning --------------------------------------------------------------------- */

static enum status moment_of(struct cx *cx, enum plan_kind kind, const struct plan_draft *d,
                             int64_t *out)
{
    const char *date = date_parse(cx, d->date);
    int whole = kind == PLAN_DEACTIVATE ? 24 * 60 - 1 : 0;
    int minutes = *d->time ? clock_typed(d->time) : whole;
    if (!*d->date) field_fault(cx, d->date_field, SAY(plan_date_missing));
    if (*d->date && !date) field_fault(cx, d->date_field, SAY(plan_date_none));
    if (minutes < 0) field_fault(cx, d->time_field, SAY(plan_time_none));
    TRY(field_check(cx));
    *out = date_moment(cx, date, minutes);
    if (kind == PLAN_READ_ONLY && !*d->time && strcmp(date, date_today(cx)) == 0) *out = cx->now;
    if (*out < cx->now || (*out == cx->now && kind != PLAN_READ_ONLY))
        field_fault(cx, d->date_field, SAY(plan_over));
    if (*out > day_add(time_zone(cx), cx->now, PLAN_DAYS_MOST))
        field_fault(cx, d->date_field, SAY(plan_too_far));
    return field_check(cx);
}

static enum status ask(struct cx *cx, const struct user *u, enum plan_kind kind)
{
    struct subject subject = user_subject(u);
    return allow(cx, kinds[kind].permission, &subject);
}

/* Which user's, which kind, what of it, and of which moment: for jobs and letters. */
static const char *details_of(struct cx *cx, const struct plan *p, const char *what)
{
    return arena_print(cx->mem, "%s %s %s %lld", p->user.text, kinds[p->kind].key, what,
                       (long long)p->due_at);
}

static enum status set_going(struct cx *cx, const struct plan *p)
{
    int64_t before = day_add(time_zone(cx), p->due_at, -1);
    TRY(enqueue_at(cx, kinds[p->kind].job, p->user, kinds[p->kind].key, p->due_at));
    if (p->tell) TRY(enqueue(cx, JOB_letter_plan_own, p->user, details_of(cx, p, "planned")));
    if (before <= cx->now) return OK;
    if (p->tell)
        TRY(enqueue_at(cx, JOB_letter_plan_own, p->user, details_of(cx, p, "soon"), before));
    return enqueue_at(cx, JOB_letter_plan_told, p->by, details_of(cx, p, "soon"), before);
}

static enum status write_plan(struct cx *cx, const struct plan *p)
{
    return db_exec(
        cx,
        SQL("INSERT INTO planned_changes (practice_id, user_id, kind, due_at, tell, note,"
            " planned_at, planned_by, planned_name, access) VALUES ($1, $2, $3, $4, $5, $6, $7,"
            " $8, $9, $10) ON CONFLICT (practice_id, user_id, kind) DO UPDATE SET"
            " due_at = excluded.due_at, tell = excluded.tell, note = excluded.note,"
            " planned_at = excluded.planned_at, planned_by = excluded.planned_by,"
            " planned_name = excluded.planned_name, access = excluded.access, refused = '', done_at = NULL"),
        p->user, kinds[p->kind].key, p->due_at, p->tell, p->note, cx->now, p->by, p->by_name,
        p->access);
}

/* The user is as the plan wants it before it; or will be, by the plan of the other kind. */
static enum status check_order(struct cx *cx, const struct user *u, enum plan_kind kind,
                               int64_t due)
{
    struct plan *other;
    if (kind == PLAN_READ_ONLY && u->access.set[SETTING_read_only])
        return fail_because(cx, CONFLICT, "already", "%s",
                            SAY(plan_is_read_only, user_name(cx, u)));
    if (u->access.active == kinds[kind].active) return OK;
    TRY(find(cx, u->id, kind == PLAN_ACTIVATE ? PLAN_DEACTIVATE : PLAN_ACTIVATE, &other));
    if (other && !*other->refused && other->due_at < due) return OK;
    return fail_because(cx, CONFLICT, "already", "%s",
                        u->access.active ? SAY(plan_active, user_name(cx, u))
                                         : SAY(plan_gone, user_name(cx, u)));
}

/* What a plan changes of the user's access as it is now. */
static enum status access_changes(struct cx *cx, const struct user *u, const struct plan *p,
                                  struct changes *out)
{
    struct user_draft before = user_as_draft(u), after;
    bool fits;
    TRY(later_access_read(cx, p->access, u, &after, &fits));
    if (fits) access_tidy(&after.access);
    if (fits) draft_changes(cx, &before, &after, out);
    return OK;
}

enum status plan_tell(struct cx *cx, struct plan *p, const struct user *u)
{
    struct user_draft before = user_as_draft(u), after;
    struct changes changes = { 0 };
    bool fits;
    if (p->kind != PLAN_ACCESS) return OK;
    TRY(later_access_read(cx, p->access, u, &after, &fits));
    if (!fits) return OK;
    access_tidy(&after.access);
    draft_changes(cx, &before, &after, &changes);
    const char *gained = access_gained(cx, &before, &after);
    const char *lost = access_lost(cx, &before, &after), *all = "";
    for (const struct change *c = changes.first; c; c = c->next)
        all = arena_print(cx->mem, "%s%s%s", all, *all ? " " : "",
                          SAY(plan_change, c->field, c->after));
    if (*gained) all = arena_print(cx->mem, "%s %s", all, SAY(plan_gained, gained));
    if (*lost) all = arena_print(cx->mem, "%s %s", all, SAY(plan_lost, lost));
    p->about = all;
    return OK;
}

static const char *moment_words(struct cx *cx, const struct plan *p)
{
    return p ? time_moment_there(cx, p->due_at) : "";
}

static enum status note_down(struct cx *cx, const struct user *u, enum event event,
                             const struct plan *before, const struct plan *after, const char *note)
{
    struct changes changes = { 0 };
    const struct kind_info *kind = &kinds[(after ? after : before)->kind];
    change_note(cx, &changes, kind->field(cx), moment_words(cx, before), moment_words(cx, after));
    if (after && after->kind == PLAN_ACCESS) TRY(access_changes(cx, u, after, &changes));
    return announce(cx, event, (struct about){ u->id, user_name(cx, u) }, &changes, note);
}

static enum status put_down(struct cx *cx, const struct user *u, const struct plan *plan)
{
    struct plan *before;
    TRY(check_order(cx, u, plan->kind, plan->due_at));
    TRY(find(cx, u->id, plan->kind, &before));
    TRY(write_plan(cx, plan));
    TRY(set_going(cx, plan));
    return note_down(cx, u, EVENT_USER_PLANNED, before, plan, plan->note);
}

static struct plan plan_by_actor(const struct cx *cx, const struct user *u, enum plan_kind kind)
{
    return (struct plan){ .user = u->id,
                          .kind = kind,
                          .tell = true,
                          .note = "",
                          .access = "",
                          .by = cx->actor.user,
                          .by_name = cx->actor.name };
}

enum status plan_make(struct cx *cx, const struct user *u, enum plan_kind kind,
                      const struct plan_draft *d, int64_t *due_at)
{
    struct plan plan = plan_by_actor(cx, u, kind);
    plan.tell = d->tell;
    plan.note = d->note;
    if (kind == PLAN_ACCESS) plan.access = d->access;
    TRY(ask(cx, u, kind));
    TRY(moment_of(cx, kind, d, &plan.due_at));
    *due_at = plan.due_at;
    return put_down(cx, u, &plan);
}

enum status plan_make_at(struct cx *cx, const struct user *u, enum plan_kind kind, int64_t due_at)
{
    struct plan plan = plan_by_actor(cx, u, kind);
    plan.due_at = due_at;
    TRY(ask(cx, u, kind));
    return put_down(cx, u, &plan);
}

static bool days_typed(const char *typed, int *out)
{
    char *end;
    long n = strtol(typed, &end, 10);
    *out = n >= 1 && n <= WIND_DOWN_MOST ? (int)n : 0;
    return *typed && !*end && *out;
}

enum status plan_wind_down(struct cx *cx, const struct user *u, const struct plan_draft *begin,
                           const char *typed, int64_t *from, int64_t *until)
{
    int days = 0;
    *until = 0;
    TRY(ask(cx, u, PLAN_DEACTIVATE));
    if (*typed && !days_typed(typed, &days))
        field_fault(cx, "days", SAY(plan_days_none, (int64_t)WIND_DOWN_MOST));
    TRY(plan_make(cx, u, PLAN_READ_ONLY, begin, from));
    if (!*typed) return OK;
    struct plan_draft end = *begin;
    end.date = date_add(cx, date_at(cx, *from), days - 1);
    end.time = "";
    return plan_make(cx, u, PLAN_DEACTIVATE, &end, until);
}

static enum status remove_plan(struct cx *cx, struct id user, enum plan_kind kind)
{
    return db_exec(cx,
                   SQL("DELETE FROM planned_changes WHERE practice_id = $1 AND user_id = $2"
                       " AND kind = $3"),
                   user, kinds[kind].key);
}

enum status plan_over(struct cx *cx, const struct plan *p)
{
    return remove_plan(cx, p->user, p->kind);
}

enum status plan_cancel(struct cx *cx, const struct user *u, enum plan_kind kind)
{
    struct plan *p;
    struct subject subject = user_subject(u);
    TRY(allow(cx, USERS_EDIT, &subject));
    TRY(find(cx, u->id, kind, &p));
    if (!p) return OK;
    TRY(remove_plan(cx, u->id, kind));
    TRY(note_down(cx, u, EVENT_USER_PLAN_ENDED, p, NULL, NULL));
    if (p->done_at) return user_read_only(cx, u, false); /* which tells the user */
    if (!p->tell || *p->refused) return OK;
    return enqueue(cx, JOB_letter_plan_own, u->id, details_of(cx, p, "cancelled"));
}

/* --- what overtakes it -------------------------------------------------------------- */

/* It stays, so that nobody believes that somebody went who did not.  Whoever is to go need not
 * hear of it, unless it was an own plan. */
static enum status refuse(struct cx *cx, const struct plan *p, const char *why)
{
    struct user *u;
    TRY(user_find(cx, p->user, &u));
    TRY(db_exec(cx,
                SQL("UPDATE planned_changes SET refused = $4 WHERE practice_id = $1"
                    " AND user_id = $2 AND kind = $3"),
                p->user, kinds[p->kind].key, why));
    TRY(note_down(cx, u, EVENT_USER_PLAN_REFUSED, p, NULL, why));
    const char *details = details_of(cx, p, "refused");
    if (id_same(p->user, p->by)) TRY(enqueue(cx, JOB_letter_plan_told, p->by, details));
    return letters_to_full_access(cx, JOB_letter_plan_told, p->user, details);
}

/* Mostly there is nothing planned about a user, nor by him: one question says so. */
static enum status plans_touching(struct cx *cx, struct id user, struct plan_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " PLAN_COLUMNS " FROM planned_changes p WHERE p.practice_id = $1"
                      " AND (p.user_id = $2 OR p.planned_by = $2) ORDER BY p.due_at, p.user_id"),
                  user));
    *out = (struct plan_list){ t.rows, NEW_ARRAY(cx->mem, struct plan, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_plan(&t, i);
    return OK;
}

static enum status refuse_plans_by(struct cx *cx, const struct plan_list *plans, struct id user)
{
    for (size_t i = 0; i < plans->n; i++) {
        const struct plan *p = &plans->at[i];
        if (!id_same(p->by, user) || *p->refused || p->done_at) continue;
        TRY(refuse(cx, p, SAY(plan_nobody, p->by_name)));
    }
    return OK;
}

static enum status follow(struct cx *cx, struct id user, enum plan_kind over)
{
    struct plan_list plans;
    TRY(plans_touching(cx, user, &plans));
    for (size_t i = 0; i < plans.n; i++) {
        enum plan_kind kind = plans.at[i].kind;
        bool ends = kind == over || (kind != PLAN_ACTIVATE && over == PLAN_DEACTIVATE);
        if (ends && id_same(plans.at[i].user, user)) TRY(remove_plan(cx, user, kind));
    }
    return over == PLAN_DEACTIVATE ? refuse_plans_by(cx, &plans, user) : OK;
}

enum status plans_follow_leaving(struct cx *cx, struct id user)
{
    return follow(cx, user, PLAN_DEACTIVATE);
}

enum status plans_follow_return(struct cx *cx, struct id user)
{
    return follow(cx, user, PLAN_ACTIVATE);
}

/* Read Only by a plan holds until somebody lifts it. */
static enum status forget_lifted(struct cx *cx, const struct user *u, const struct plan_list *plans)
{
    if (u->access.set[SETTING_read_only]) return OK;
    for (size_t i = 0; i < plans->n; i++)
        if (id_same(plans->at[i].user, u->id) && plans->at[i].done_at)
            TRY(remove_plan(cx, u->id, PLAN_READ_ONLY));
    return OK;
}

/* Who has no Full Access any more deactivates nobody; who has it now cannot be deactivated,
 * nor be Read Only. */
enum status plans_follow_access(struct cx *cx, struct id user)
{
    struct user *u;
    struct plan_list plans;
    TRY(plans_touching(cx, user, &plans));
    if (!plans.n) return OK;
    TRY(user_find(cx, user, &u));
    TRY(forget_lifted(cx, u, &plans));
    if (!access_full(&u->access)) return refuse_plans_by(cx, &plans, user);
    for (size_t i = 0; i < plans.n; i++) {
        const struct plan *p = &plans.at[i];
        bool fits = p->kind == PLAN_ACTIVATE || p->kind == PLAN_ACCESS;
        if (!id_same(p->user, user) || fits || *p->refused || p->done_at) continue;
        TRY(refuse(cx, p, SAY(plan_full, user_name(cx, u))));
    }
    return OK;
}

/* --- when it is due ------------------------------------------------------------------ */

/* Who is so already stays it, and nothing is left that could be taken back. */
static enum status begin_read_only(struct cx *cx, const struct user *u)
{
    if (u->access.active && u->access.set[SETTING_read_only])
        return remove_plan(cx, u->id, PLAN_READ_ONLY);
    TRY(user_read_only(cx, u, true));
    return db_exec(cx,
                   SQL("UPDATE planned_changes SET done_at = $3 WHERE practice_id = $1"
                       " AND user_id = $2 AND kind = 'read_only'"),
                   u->id, cx->now);
}

static enum status carry_out(struct cx *cx, const struct plan *p)
{
    struct user *u;
    int64_t ended;
    TRY(user_find(cx, p->user, &u));
    if (p->kind == PLAN_ACTIVATE) return user_activate(cx, u, NULL);
    if (p->kind == PLAN_READ_ONLY) return begin_read_only(cx, u);
    return user_deactivate(cx, u, p->tell, p->note, &ended);
}

/* As whoever planned it.  A refusal comes before any change, so nothing is left of it. */
static enum status try(struct cx *cx, const struct plan *p, plan_doing doing, const char **why)
{
    enum status status = user_acts(cx, p->by, INT64_MAX);
    *why = status == FORBIDDEN ? SAY(plan_nobody, p->by_name) : NULL;
    if (status == OK) {
        status = doing(cx, p);
        if (status == FORBIDDEN || status == CONFLICT)
            *why = cx->message ? cx->message : SAY(plan_nobody, p->by_name);
        if (status == INVALID && cx->faults) *why = cx->faults->message;
    }
    if (!*why) return status;
    cx_forget(cx);
    return OK;
}

enum status plan_carry_out(struct cx *cx, const struct job *job, plan_doing doing)
{
    struct plan *p;
    enum plan_kind kind;
    const char *why;
    if (!plan_find_kind(job->details, &kind)) return fail(cx, BROKEN, "details of a plan");
    TRY(find(cx, job->about, kind, &p));
    if (!p || *p->refused || p->done_at || p->due_at > cx->now) return OK;
    const struct actor before = cx->actor;
    const char *zone = cx->zone;
    enum status status = try(cx, p, doing, &why);
    cx->actor = before;
    TRY(status);
    if (why)
        status = refuse(cx, p, why);
    else
        status = enqueue(cx, JOB_letter_plan_told, p->by, details_of(cx, p, "done"));
    cx->zone = zone;
    return status;
}

enum status plan_due(struct cx *cx, const struct job *job)
{
    return plan_carry_out(cx, job, carry_out);
}
