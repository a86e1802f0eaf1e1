/* invitation_row.c - see invitation_row.h */
#include "app/invitations/invitation_row.h"

#include <string.h>

#include "app/sessions/link.h"
#include "work/queue.h"

#include "app/invitations/invitation.text.h"

static const char *const states[] = {
    [INVITATION_PENDING] = "pending",     [INVITATION_ACCEPTED] = "accepted",
    [INVITATION_DECLINED] = "declined",   [INVITATION_EXPIRED] = "expired",
    [INVITATION_WITHDRAWN] = "withdrawn",
};

static enum invitation_state state_of(const char *key)
{
    enum invitation_state state = INVITATION_PENDING;
    while (state < INVITATION_WITHDRAWN && strcmp(states[state], key) != 0) state++;
    return state;
}

/* Nobody has to write down that its time is over. */
static void end_in_time(const struct cx *cx, struct invitation *inv)
{
    if (inv->state != INVITATION_PENDING || inv->expires_at > cx->now) return;
    inv->state = INVITATION_EXPIRED;
    inv->answered_at = inv->expires_at;
}

struct invitation invitation_read(const struct cx *cx, const struct table *t, size_t row)
{
    struct invitation inv = {
        .id = cell_id(t, row, "id"),
        .practice = cell_id(t, row, "practice_id"),
        .practice_name = cell_text(t, row, "practice_name"),
        .practice_slug = cell_text(t, row, "slug"),
        .practice_zone = cell_text(t, row, "time_zone"),
        .draft = {
            .title = cell_text(t, row, "title"),
            .first_name = cell_text(t, row, "first_name"),
            .last_name = cell_text(t, row, "last_name"),
            .email = cell_text(t, row, "email"),
            .email_key = cell_text(t, row, "email_key"),
            .profession = cell_text(t, row, "profession"),
            .registration_number = cell_text(t, row, "registration_number"),
            .access = access_stored(t, row),
            .starts_at = cell_int(t, row, "starts_at"),
            .ends_at = cell_int(t, row, "ends_at"),
        },
        .state = state_of(cell_text(t, row, "state")),
        .lost = cell_bool(t, row, "lost"),
        .inviter = cell_id(t, row, "inviter_id"),
        .inviter_name = cell_text(t, row, "inviter_name"),
        .created_at = cell_int(t, row, "created_at"),
        .sent_at = cell_int(t, row, "sent_at"),
        .expires_at = cell_int(t, row, "expires_at"),
        .answered_at = cell_int(t, row, "answered_at"),
        .note = cell_text(t, row, "note"),
        .user = cell_id(t, row, "user_id"),
        .mail_problem = cell_text(t, row, "mail_problem"),
        .version = cell_int(t, row, "version"),
    };
    end_in_time(cx, &inv);
    return inv;
}

struct invitation invitation_listed(const struct cx *cx, const struct table *t, size_t row)
{
    enum role_type role = PRACTITIONER;
    (void)role_find(cell_text(t, row, "role_type"), &role);
    struct invitation inv = {
        .id = cell_id(t, row, "id"),
        .practice = cx->actor.practice,
        .practice_zone = cx->zone,
        .draft = {
            .title = cell_text(t, row, "title"),
            .first_name = cell_text(t, row, "first_name"),
            .last_name = cell_text(t, row, "last_name"),
            .email = cell_text(t, row, "email"),
            .profession = cell_text(t, row, "profession"),
            .access = { .role = role, .level = level_find(role, cell_text(t, row, "level")) },
            .starts_at = cell_int(t, row, "starts_at"),
            .ends_at = cell_int(t, row, "ends_at"),
        },
        .state = state_of(cell_text(t, row, "state")),
        .lost = cell_bool(t, row, "lost"),
        .inviter_name = cell_text(t, row, "inviter_name"),
        .sent_at = cell_int(t, row, "sent_at"),
        .expires_at = cell_int(t, row, "expires_at"),
        .answered_at = cell_int(t, row, "answered_at"),
        .note = cell_text(t, row, "note"),
        .mail_problem = cell_text(t, row, "mail_problem"),
    };
    end_in_time(cx, &inv);
    return inv;
}

/* What is kept is a list of ids; a location that went away is not among them. */
static enum status add_locations(struct cx *cx, struct invitation *inv)
{
    struct table t;
    struct user_draft *draft = &inv->draft;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT l.id, l.name FROM invitations i JOIN locations l"
                             " ON l.practice_id = i.practice_id"
                             " AND ' ' || i.locations || ' ' LIKE '% ' || l.id || ' %'"
                             " WHERE i.practice_id = $1 AND i.id = $2 AND i.locations <> ''"
                             " ORDER BY l.name"),
                  inv->practice, inv->id));
    draft->locations = NEW_ARRAY(cx->mem, struct user_location, t.rows);
    draft->locations_n = draft->access.locations = t.rows;
    for (size_t i = 0; i < t.rows; i++)
        draft->locations[i] =
            (struct user_location){ cell_id(&t, i, "id"), cell_text(&t, i, "name") };
    return OK;
}

enum status invitation_only(struct cx *cx, const struct table *t, struct invitation **out)
{
    if (t->rows == 0) return fail(cx, NOT_FOUND, "%s", SAY(invitation_none));
    struct invitation *inv = NEW(cx->mem, struct invitation);
    *inv = invitation_read(cx, t, 0);
    TRY(add_locations(cx, inv));
    *out = inv;
    return OK;
}

enum status invitation_all(struct cx *cx, const struct table *t, struct invitation_list *out)
{
    out->n = t->rows;
    out->total = (int64_t)t->rows;
    out->at = NEW_ARRAY(cx->mem, struct invitation, t->rows);
    for (size_t i = 0; i < t->rows; i++) {
        out->at[i] = invitation_read(cx, t, i);
        TRY(add_locations(cx, &out->at[i]));
    }
    return OK;
}

const char *invitation_name(struct cx *cx, const struct invitation *inv)
{
    return draft_name(cx, &inv->draft);
}

const char *invitation_full_name(struct cx *cx, const struct invitation *inv)
{
    const char *name = draft_name(cx, &inv->draft);
    return *inv->draft.title ? arena_print(cx->mem, "%s %s", inv->draft.title, name) : name;
}

struct about invitation_about(struct cx *cx, const struct invitation *inv)
{
    return (struct about){ inv->id, invitation_name(cx, inv) };
}

enum status invitation_close(struct cx *cx, const struct invitation *inv)
{
    TRY(links_close(cx, LINK_INVITATION, (struct id){ 0 }, inv->practice, inv->id));
    TRY(dequeue(cx, JOB_letter_invitation, inv->id));
    TRY(dequeue(cx, JOB_letter_invitation_reminder, inv->id));
    TRY(dequeue(cx, JOB_letter_invitation_withdrawn, inv->id));
    TRY(dequeue(cx, JOB_invitation_remind, inv->id));
    return dequeue(cx, JOB_invitation_expire, inv->id);
}

enum status invitation_end_term(struct cx *cx, const struct invitation *inv)
{
    int64_t changed;
    TRY(db_change(cx, &changed,
                  SQL("UPDATE invitations SET state = 'expired', answered_at = expires_at,"
                      " version = version + 1 WHERE practice_id = $1 AND id = $2"
                      " AND state = 'pending' AND expires_at <= $3"),
                  inv->id, cx->now));
    if (!changed) return OK;
    TRY(invitation_close(cx, inv));
    TRY(enqueue(cx, JOB_letter_invitation_expired, inv->inviter, inv->id.text));
    return announce(cx, EVENT_INVITATION_EXPIRED, invitation_about(cx, inv), NULL, NULL);
}

const char *invitation_state_words(struct cx *cx, const struct invitation *inv)
{
    switch (inv->state) {
    case INVITATION_PENDING: return NULL;
    case INVITATION_ACCEPTED: return SAY(invitation_accepted_already);
    case INVITATION_DECLINED: return SAY(invitation_declined_already);
    case INVITATION_EXPIRED: return SAY(invitation_is_over, inv->inviter_name);
    case INVITATION_WITHDRAWN: break;
    }
    return SAY(invitation_was_withdrawn, inv->practice_name);
}

enum status invitation_check_pending(struct cx *cx, const struct invitation *inv)
{
    static const char *const reasons[] = {
        [INVITATION_ACCEPTED] = "answered",
        [INVITATION_DECLINED] = "answered",
        [INVITATION_EXPIRED] = "expired",
        [INVITATION_WITHDRAWN] = "withdrawn",
    };
    if (inv->state == INVITATION_PENDING) return OK;
    return fail_because(cx, CONFLICT, reasons[inv->state], "%s", invitation_state_words(cx, inv));
}
