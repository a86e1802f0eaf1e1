/* user_change.c - see user_change.h */
#include "app/staff/user_change.h"

#include <string.h>

#include "app/invitations/invitation.h"
#include "app/staff/user_check.h"
#include "app/users/access_words.h"
#include "base/say.h"
#include "work/queue.h"

#include "app/staff/staff.text.h"

enum status user_change_check(struct cx *cx, const struct user_change *c)
{
    const struct user *u = c->user;
    struct subject subject = user_subject(u);
    struct user_draft before = user_as_draft(u), after = c->after;
    if (after.access.level < LEVEL_COUNT) access_tidy(&after.access);
    after.access.active = true;
    after.access.locations = after.locations_n;
    subject.lowers =
        (subject.owner && !after.access.owner) || access_lowers(&before.access, &after.access);
    TRY(allow(cx, USERS_EDIT, &subject));
    if (!u->access.active)
        return fail_because(cx, CONFLICT, "deactivated", "%s", SAY(deactivated_first));
    if (c->version != u->version)
        return fail_because(cx, CONFLICT, "stale", "%s", SAY(version_stale_nobody));
    draft_check_person(cx, &after, &before, c->one_name);
    draft_check_access(cx, &after);
    TRY(draft_check_giving(cx, u, &after));
    if (after.access.level < LEVEL_COUNT) TRY(draft_check_last(cx, u, &after));
    return field_check(cx);
}

/* What the letter says: a paragraph of changes, what is new, what is gone. */
static const char *letter_lines(struct cx *cx, const struct user_draft *before,
                                const struct user_draft *after, const struct changes *changes)
{
    const char *all = "", *gained = access_gained(cx, before, after);
    const char *lost = access_lost(cx, before, after);
    for (const struct change *c = changes->first; c; c = c->next) {
        const char *was = *c->before ? c->before : SAY(letter_nothing);
        const char *is = *c->after ? c->after : SAY(letter_nothing);
        all = arena_print(cx->mem, "%s%s%s", all, *all ? " " : "",
                          SAY(letter_change, c->field, was, is));
    }
    if (*gained) all = arena_print(cx->mem, "%s\n%s", all, SAY(letter_new, gained));
    if (*lost) all = arena_print(cx->mem, "%s\n%s", all, SAY(letter_gone, lost));
    return all;
}

static enum status tell(struct cx *cx, const struct user *u, const struct user_draft *before,
                        const struct user_draft *after, const struct changes *changes)
{
    bool was_full = access_full(&before->access), is_full = access_full(&after->access);
    if (!draft_changes_access(cx, before, after)) return OK;
    TRY(enqueue(cx, JOB_letter_access_changed, u->id, letter_lines(cx, before, after, changes)));
    if (is_full && !was_full) TRY(enqueue(cx, JOB_letter_full_access_granted, u->id, ""));
    if (was_full && !is_full) TRY(invitations_withdraw_by(cx, u->id, SAY(role_changed_lowered)));
    return OK;
}

enum status user_change(struct cx *cx, const struct user_change *c)
{
    const struct user *u = c->user;
    struct changes changes = { 0 };
    struct user_draft before = user_as_draft(u), after = c->after;
    TRY(user_change_check(cx, c));
    access_tidy(&after.access);
    draft_changes(cx, &before, &after, &changes);
    if (!changes.first) return OK;
    TRY(user_write(cx, u, &after));
    bool access = draft_changes_access(cx, &before, &after);
    TRY(announce(cx, access ? EVENT_USER_ACCESS_CHANGED : EVENT_USER_CHANGED,
                 (struct about){ u->id, draft_name(cx, &after) }, &changes, NULL));
    return tell(cx, u, &before, &after, &changes);
}
