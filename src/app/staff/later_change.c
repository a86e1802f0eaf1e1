/* later_change.c - see later_change.h */
#include "app/staff/later_change.h"

#include "app/users/later_access.h"
#include "base/say.h"
#include "work/queue.h"

#include "app/staff/staff.text.h"

enum status user_change_later(struct cx *cx, const struct user_change *c,
                              const struct plan_draft *d, int64_t *due_at)
{
    struct user_draft before = user_as_draft(c->user), after = c->after;
    struct plan_draft draft = *d;
    TRY(user_change_check(cx, c));
    access_tidy(&after.access);
    const char *other = later_access_not(cx, &before, &after);
    const char *field = d->whole_field ? d->whole_field : d->date_field;
    if (other) field_fault(cx, field, SAY(later_not, other));
    draft.access = later_access_write(cx, &before, &after);
    if (!other && !*draft.access) field_fault(cx, field, SAY(later_nothing));
    TRY(field_check(cx));
    return plan_make(cx, c->user, PLAN_ACCESS, &draft, due_at);
}

/* The plan goes before the change, which would find it and take it for one that is left over;
 * and after the check, which is where it is refused. */
static enum status change_access(struct cx *cx, const struct plan *p)
{
    bool fits;
    struct user_change c = { 0 };
    TRY(user_find(cx, p->user, &c.user));
    c.version = c.user->version;
    c.one_name = !*c.user->first_name;
    TRY(later_access_read(cx, p->access, c.user, &c.after, &fits));
    if (!fits)
        return fail_because(cx, CONFLICT, "role", "%s", SAY(later_role, user_name(cx, c.user)));
    TRY(user_change_check(cx, &c));
    TRY(plan_over(cx, p));
    return user_change(cx, &c);
}

enum status plan_access_due(struct cx *cx, const struct job *job)
{
    return plan_carry_out(cx, job, change_access);
}
