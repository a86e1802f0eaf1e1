/* lines_things.c - the lines of the check-up about API keys and invitations. */
#include "app/checkup/checkup.h"
#include "app/integrations/key.h"
#include "app/invitations/invitation.h"
#include "base/time.h"

#include "app/checkup/checkup.text.h"

/* --- API keys -------------------------------------------------------------------------------- */

static bool old(const struct cx *cx, const struct api_key *key)
{
    int64_t used = key->used_at ? key->used_at : key->made_at, now = cx->now;
    return key->made_at <= now - DAYS(CHECKUP_KEY_DAYS) || used <= now - DAYS(CHECKUP_KEY_DAYS / 3);
}

enum status keys_look(struct cx *cx, const struct checkup_users *users, struct checkup_line *line)
{
    struct api_key_list keys;
    (void)users;
    TRY(key_list(cx, &keys));
    for (size_t i = 0; i < keys.n; i++) {
        const struct api_key *key = &keys.at[i];
        if (key->over || !old(cx, key)) continue;
        struct checkup_entry *e = checkup_entry(cx, line, keys.n);
        const char *made = time_day(cx, key->made_at);
        e->id = key->id;
        e->user = key->user;
        e->name = SAY(keys_of_whom, key->name, key->user_name);
        e->about = key->used_at ? SAY(keys_used, made, time_day(cx, key->used_at))
                                : SAY(keys_never, made);
        e->button = true;
    }
    line->title = SAY(keys_title);
    line->about = line->n ? SAY(keys_some, (int64_t)line->n) : SAY(keys_none);
    line->button = SAY(keys_button);
    line->open = line->n > 0;
    return OK;
}

enum status keys_mend(struct cx *cx, struct id id, const char **said)
{
    *said = SAY(keys_said);
    return key_disable(cx, id);
}

/* --- invitations ------------------------------------------------------------------------------ */

enum status invitations_look(struct cx *cx, const struct checkup_users *users,
                             struct checkup_line *line)
{
    struct invitation_list all;
    (void)users;
    TRY(invitation_list(cx, "", &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct invitation *v = &all.at[i];
        if (v->state != INVITATION_PENDING || v->expires_at > cx->now + DAYS(CHECKUP_ENDING_DAYS))
            continue;
        struct checkup_entry *e = checkup_entry(cx, line, all.n);
        e->id = v->id;
        e->name = invitation_name(cx, v);
        e->about = SAY(invitations_ends, v->inviter_name, time_left(cx, v->expires_at));
        e->button = true;
        e->way = WAY_INVITATIONS;
    }
    line->title = SAY(invitations_title);
    line->about = line->n ? SAY(invitations_some, (int64_t)line->n) : SAY(invitations_none);
    line->button = SAY(invitations_button);
    line->open = line->n > 0;
    return OK;
}

enum status invitations_mend(struct cx *cx, struct id id, const char **said)
{
    struct invitation *v;
    TRY(invitation_find(cx, id, &v));
    TRY(invitation_resend(cx, id));
    *said = SAY(invitations_said, invitation_name(cx, v));
    return OK;
}
