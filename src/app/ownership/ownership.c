/* ownership.c - see ownership.h */
#include "app/ownership/ownership.h"

#include "app/users/access_words.h"
#include "base/text.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/ownership/ownership.text.h"

static enum status read_owners(struct cx *cx, bool owner, struct owner_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT u.id, u.first_name, u.last_name, u.seen_at FROM users u"
                      " WHERE u.practice_id = $1 AND u.level = 'full' AND u.status = 'active'"
                      " AND u.owner = $2 AND ($2 = 1 OR u.seen_at IS NOT NULL)"
                      " ORDER BY u.sort_key, u.id"),
                  owner));
    *out = (struct owner_list){ t.rows, NEW_ARRAY(cx->mem, struct owner, t.rows) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct owner){ cell_id(&t, i, "id"),
                                     text_name(cx->mem, "", cell_text(&t, i, "first_name"),
                                               cell_text(&t, i, "last_name")),
                                     cell_int(&t, i, "seen_at") };
    return OK;
}

enum status ownership_owners(struct cx *cx, struct owner_list *out)
{
    return read_owners(cx, true, out);
}

enum status ownership_candidates(struct cx *cx, struct owner_list *out)
{
    return read_owners(cx, false, out);
}

enum status ownership_ask(struct cx *cx)
{
    const struct subject subject = { .practice = cx->actor.practice,
                                     .user = cx->actor.user,
                                     .full = true,
                                     .owner = true,
                                     .lowers = true };
    TRY(allow(cx, USERS_EDIT, &subject));
    if (cx->actor.owner) return OK;
    return fail_because(cx, FORBIDDEN, "owner", "%s", SAY(owners_only));
}

enum status ownership_set(struct cx *cx, struct id id, bool owner)
{
    struct user *u;
    struct changes changes = { 0 };
    TRY(user_find(cx, id, &u));
    struct user_draft before = user_as_draft(u), after = before;
    after.access.owner = owner;
    access_tidy(&after.access);
    draft_changes(cx, &before, &after, &changes);
    TRY(user_write(cx, u, &after));
    return announce(cx, EVENT_USER_ACCESS_CHANGED, (struct about){ u->id, user_name(cx, u) },
                    &changes, NULL);
}

enum status ownership_tell(struct cx *cx, enum ownership_readers readers, struct id also,
                           const char *what, struct id user, struct id other, int64_t at)
{
    struct table t;
    const char *details = arena_print(cx->mem, "%s %s %s %lld", what, user.text,
                                      id_some(other) ? other.text : "-", (long long)at);
    TRY(db_select(cx, &t,
                  SQL("SELECT id FROM users WHERE practice_id = $1 AND level = 'full'"
                      " AND status = 'active' AND ($2 = 1 OR owner = 1 OR id = $3)"
                      " ORDER BY sort_key, id"),
                  readers == TO_FULL_ACCESS, also));
    for (size_t i = 0; i < t.rows; i++)
        TRY(enqueue(cx, JOB_letter_ownership, cell_id(&t, i, "id"), details));
    return OK;
}

static enum status check_receiver(struct cx *cx, struct id to, const struct owner **out)
{
    struct owner_list all;
    *out = NULL;
    TRY(ownership_candidates(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (id_same(all.at[i].user, to)) *out = &all.at[i];
    if (!id_some(to))
        field_fault(cx, "to", SAY(to_missing));
    else if (!*out)
        field_fault(cx, "to", SAY(to_none));
    return OK;
}

enum status ownership_hand_over(struct cx *cx, struct id to)
{
    const struct owner *receiver;
    struct changes changes = { 0 };
    TRY(ownership_ask(cx));
    TRY(check_receiver(cx, to, &receiver));
    TRY(field_check(cx));
    TRY(ownership_set(cx, to, true));
    TRY(ownership_set(cx, cx->actor.user, false));
    change_note(cx, &changes, SAY(owner_change), cx->actor.name, receiver->name);
    TRY(announce(cx, EVENT_OWNERSHIP_HANDED_OVER, (struct about){ to, receiver->name }, &changes,
                 NULL));
    return ownership_tell(cx, TO_FULL_ACCESS, to, "handed", cx->actor.user, to, cx->now);
}
