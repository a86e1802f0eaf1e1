/* plans_mail.c - letters about what is planned: to the user, and to those who plan.
 *
 *   letter_plan_own   about: the user; details: see details_of() in plan.c, of what is
 *                     "planned", "soon" or "cancelled"
 *   letter_plan_told  about: the reader; "soon", "done" or "refused"
 *
 * A letter that is not true any more when it is written is not written. */
#include <stdlib.h>
#include <string.h>

#include "app/departures/checklist.h"
#include "app/departures/plan.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/departures/plans.text.h"

struct facts {
    struct user *user;
    struct letter_practice practice;
    enum plan_kind kind;
    const char *what;
    int64_t due;
    struct plan *plan; /* of that moment, or NULL */
};

static const char *word(struct cx *cx, const char **text)
{
    size_t n = strcspn(*text, " ");
    const char *one = arena_copy(cx->mem, *text, n);
    *text += n;
    *text += strspn(*text, " ");
    return one;
}

static enum status read_facts(struct cx *cx, const struct job *job, struct facts *f)
{
    struct plan all[PLAN_KINDS];
    size_t n;
    const char *text = job->details;
    struct id user = id_of(word(cx, &text));
    *f = (struct facts){ 0 };
    if (!plan_find_kind(word(cx, &text), &f->kind))
        return fail(cx, BROKEN, "details of a letter: %s", job->details);
    f->what = word(cx, &text);
    f->due = strtoll(text, NULL, 10);
    TRY(letter_facts(cx, user, &f->user, &f->practice));
    TRY(plans_of(cx, user, all, &n));
    for (size_t i = 0; i < n; i++) {
        if (all[i].kind != f->kind || all[i].due_at != f->due) continue;
        f->plan = NEW(cx->mem, struct plan);
        *f->plan = all[i];
    }
    return f->plan ? plan_tell(cx, f->plan, f->user) : OK;
}

static bool is(const struct facts *f, const char *what)
{
    return strcmp(f->what, what) == 0;
}

/* Is the user as the plan wants it?  Of a change of access its plan is gone, or is not. */
static bool done(const struct facts *f)
{
    const struct access *a = &f->user->access;
    if (f->kind == PLAN_ACCESS) return a->active && is(f, "done");
    if (f->kind == PLAN_READ_ONLY) return a->active && a->set[SETTING_read_only];
    return a->active == (f->kind == PLAN_ACTIVATE);
}

/* Does what the letter says still hold? */
static enum status check_true(struct cx *cx, const struct facts *f)
{
    bool stands = f->plan && !*f->plan->refused && !f->plan->done_at;
    bool yes = is(f, "refused")     ? f->plan && *f->plan->refused
               : is(f, "done")      ? done(f)
               : is(f, "cancelled") ? !f->plan && !done(f)
                                    : stands;
    return yes ? OK : fail(cx, NOT_FOUND, "not so any more");
}

static void say_off(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->due);
    switch (f->kind) {
    case PLAN_DEACTIVATE:
        l->subject = SAY(own_end_off_subject, group);
        letter_say(l, SAY(own_end_off, group, moment));
        break;
    case PLAN_ACTIVATE:
        l->subject = SAY(own_begin_off_subject, group);
        letter_say(l, SAY(own_begin_off, group, moment));
        break;
    case PLAN_ACCESS:
        l->subject = SAY(own_change_off_subject, group);
        letter_say(l, SAY(own_change_off, group, moment));
        break;
    default:
        l->subject = SAY(own_look_off_subject, group);
        letter_say(l, SAY(own_look_off, group, moment));
    }
}

static void say_planned(struct cx *cx, struct letter *l, const struct facts *f)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->due);
    bool soon = is(f, "soon");
    switch (f->kind) {
    case PLAN_DEACTIVATE:
        l->subject = SAY(own_end_subject, group);
        letter_say(l, soon ? SAY(own_end_soon, group, moment) : SAY(own_end, group, moment));
        letter_say(l, SAY(own_end_then));
        break;
    case PLAN_ACTIVATE:
        l->subject = SAY(own_begin_subject, group);
        letter_say(l, soon ? SAY(own_begin_soon, group, moment) : SAY(own_begin, group, moment));
        break;
    case PLAN_ACCESS:
        l->subject = SAY(own_change_subject, group);
        letter_say(l, soon ? SAY(own_change_soon, group, moment) : SAY(own_change, group, moment));
        letter_say(l, f->plan->about);
        break;
    default:
        l->subject = SAY(own_look_subject, group);
        letter_say(l, soon ? SAY(own_look_soon, group, moment) : SAY(own_look, group, moment));
        letter_say(l, SAY(own_look_then));
    }
}

enum status letter_plan_own(struct cx *cx, const struct job *job, struct letter *l)
{
    struct facts f;
    TRY(read_facts(cx, job, &f));
    TRY(check_true(cx, &f));
    letter_begin(cx, l, f.user, &f.practice);
    if (is(&f, "cancelled")) {
        say_off(cx, l, &f);
        return OK;
    }
    say_planned(cx, l, &f);
    letter_say(l, SAY(own_by, f.plan->by_name));
    return OK;
}

static enum status say_what_is_left(struct cx *cx, struct letter *l, const struct facts *f)
{
    struct checklist list;
    if (f->kind == PLAN_ACTIVATE || f->kind == PLAN_ACCESS) return OK;
    TRY(checklist_lines(cx, f->user, &list));
    letter_say(l, list.open ? SAY(told_left, list.open) : SAY(told_left_none));
    return OK;
}

static void say_refused(struct cx *cx, struct letter *l, const struct facts *f, const char *name)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->due);
    switch (f->kind) {
    case PLAN_DEACTIVATE:
        l->subject = SAY(told_end_no_subject, name);
        letter_say(l, SAY(told_end_no, name, group, moment));
        break;
    case PLAN_ACTIVATE:
        l->subject = SAY(told_begin_no_subject, name);
        letter_say(l, SAY(told_begin_no, name, group, moment));
        break;
    case PLAN_ACCESS:
        l->subject = SAY(told_change_no_subject, name);
        letter_say(l, SAY(told_change_no, name, group, moment));
        break;
    default:
        l->subject = SAY(told_look_no_subject, name);
        letter_say(l, SAY(told_look_no, name, group, moment));
    }
    letter_say(l, f->plan->refused);
}

static void say_done(struct cx *cx, struct letter *l, const struct facts *f, const char *name)
{
    const char *group = f->practice.name;
    switch (f->kind) {
    case PLAN_DEACTIVATE:
        l->subject = SAY(told_end_done_subject, name);
        letter_say(l, SAY(told_end_done, name, group));
        break;
    case PLAN_ACTIVATE:
        l->subject = SAY(told_begin_done_subject, name);
        letter_say(l, SAY(told_begin_done, name, group));
        break;
    case PLAN_ACCESS:
        l->subject = SAY(told_change_done_subject, name);
        letter_say(l, SAY(told_change_done, name, group));
        break;
    default:
        l->subject = SAY(told_look_done_subject, name);
        letter_say(l, SAY(told_look_done, name, group));
    }
}

static void say_to_come(struct cx *cx, struct letter *l, const struct facts *f, const char *name)
{
    const char *group = f->practice.name, *moment = time_moment_there(cx, f->due);
    switch (f->kind) {
    case PLAN_DEACTIVATE:
        l->subject = SAY(told_end_subject, name);
        letter_say(l, SAY(told_end, name, group, moment));
        break;
    case PLAN_ACTIVATE:
        l->subject = SAY(told_begin_subject, name);
        letter_say(l, SAY(told_begin, name, group, moment));
        break;
    case PLAN_ACCESS:
        l->subject = SAY(told_change_subject, name);
        letter_say(l, SAY(told_change, name, group, moment));
        letter_say(l, f->plan->about);
        break;
    default:
        l->subject = SAY(told_look_subject, name);
        letter_say(l, SAY(told_look_day, name, group, moment));
    }
}

enum status letter_plan_told(struct cx *cx, const struct job *job, struct letter *l)
{
    struct facts f;
    struct user *reader;
    struct letter_practice practice;
    TRY(read_facts(cx, job, &f));
    TRY(check_true(cx, &f));
    TRY(letter_facts(cx, job->about, &reader, &practice));
    if (!access_full(&reader->access) || !reader->access.active)
        return fail(cx, NOT_FOUND, "not theirs to know any more");
    const char *name = user_name(cx, f.user);
    letter_begin(cx, l, reader, &practice);
    if (is(&f, "refused"))
        say_refused(cx, l, &f, name);
    else if (is(&f, "done"))
        say_done(cx, l, &f, name);
    else
        say_to_come(cx, l, &f, name);
    if (!is(&f, "refused")) TRY(say_what_is_left(cx, l, &f));
    letter_say(
        l, SAY(told_look, url_whole(cx, url_in(cx, practice.slug, ROUTE_user_show, f.user->id))));
    return OK;
}
