/* invitation.c - the group's side: sending, sending again, withdrawing, clearing. */
#include <string.h>

#include "app/invitations/invitation_row.h"
#include "app/sessions/tries.h"
#include "app/users/access_words.h"
#include "app/users/users_mail.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"

#include "app/invitations/invitation.text.h"

static enum status gate(struct cx *cx)
{
    return allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice });
}

/* --- what must hold -------------------------------------------------------------- */

/* Rule 4: nobody gives what he has not got. */
static enum status check_gift(struct cx *cx, const struct user_draft *draft)
{
    struct access own, given = draft->access;
    given.active = true;
    given.locations = draft->locations_n;
    TRY(actor_access(cx, &own));
    if (db_unsure(cx)) return OK;
    if (given.owner || access_gives_too_much(&cx->actor, &own, NULL, &given, false))
        return fail_because(cx, FORBIDDEN, "gives", "%s", SAY(invitation_gives_too_much));
    return OK;
}

static enum status refuse_address(struct cx *cx, const char *reason, const char *message)
{
    field_fault(cx, "email", message);
    return fail_because(cx, INVALID, reason, "%s", message);
}

/* Whoever is, or was, a user here is not invited. */
static enum status check_no_user(struct cx *cx, const struct user_draft *draft)
{
    struct user *user;
    enum status status = user_by_email(cx, draft->email_key, &user);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    if (user->access.active)
        return refuse_address(cx, "member", SAY(invitation_is_user, draft->email));
    return refuse_address(
        cx, "deactivated",
        SAY(invitation_was_user, draft->email, time_day(cx, user->deactivated_at)));
}

/* An open invitation other than `but`; one whose time is over makes way. */
static enum status check_no_other(struct cx *cx, const struct user_draft *draft, struct id but)
{
    struct invitation_list list;
    TRY(invitations_undecided(cx, draft->email_key, &list));
    for (size_t i = 0; i < list.n; i++) {
        const struct invitation *inv = &list.at[i];
        if (id_same(inv->id, but)) continue;
        if (inv->state == INVITATION_PENDING)
            return refuse_address(
                cx, "pending",
                SAY(invitation_is_pending, draft->email, time_short_day(cx, inv->expires_at)));
        TRY(invitation_end_term(cx, inv));
    }
    return OK;
}

/* --- sending --------------------------------------------------------------------- */

int64_t invitation_term_end(const struct cx *cx, const struct user_draft *d)
{
    int64_t end = cx->now + cx->setup->invitation_life;
    return d->ends_at && d->ends_at < end ? d->ends_at : end;
}

/* The letter, and what happens later by itself. */
static enum status post(struct cx *cx, struct id id, int64_t expires_at)
{
    int64_t remind_at = expires_at - cx->setup->invitation_reminder;
    TRY(enqueue(cx, JOB_letter_invitation, id, ""));
    if (remind_at > cx->now) TRY(enqueue_at(cx, JOB_invitation_remind, id, "", remind_at));
    return enqueue_at(cx, JOB_invitation_expire, id, "", expires_at);
}

static const char *location_ids(struct cx *cx, const struct user_draft *draft)
{
    const char *all = "";
    for (size_t i = 0; i < draft->locations_n; i++)
        all = arena_print(cx->mem, "%s%s%s", all, *all ? " " : "", draft->locations[i].id.text);
    return all;
}

static enum status insert(struct cx *cx, const struct user_draft *d, struct id id)
{
    struct access a = d->access;
    const char *find_key = text_fold(
        cx->mem, arena_print(cx->mem, "%s %s %s", d->first_name, d->last_name, d->email_key));
    access_tidy(&a);
    if (a.level >= LEVEL_COUNT) return fail(cx, BROKEN, "an invitation without an access level");
    return db_exec(
        cx,
        SQL("INSERT INTO invitations (practice_id, id, email, email_key, title, first_name,"
            " last_name, find_key, role_type, profession, registration_number, level, others,"
            " read_only, location_restriction, hide_patient_names, see_history, see_reports,"
            " export_own, all_locations, locations, inviter_id, inviter_name, created_at, sent_at,"
            " expires_at, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
            " $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $24, $25,"
            " NULLIF($26, 0), NULLIF($27, 0))"),
        id, d->email, d->email_key, d->title, d->first_name, d->last_name, find_key,
        role_key(a.role), d->profession, d->registration_number, levels[a.level].key,
        boxes_write(cx->mem, &a), a.set[SETTING_read_only], a.set[SETTING_location_restriction],
        a.set[SETTING_hide_patient_names], a.set[SETTING_see_history], a.set[SETTING_see_reports],
        a.set[SETTING_export_own], a.all_locations, location_ids(cx, d), cx->actor.user,
        cx->actor.name, cx->now, invitation_term_end(cx, d), d->starts_at, d->ends_at);
}

/* What the audit log keeps of it: to whom, and what was offered. */
static struct changes offer(struct cx *cx, const struct user_draft *d)
{
    struct changes all = { 0 };
    change_note(cx, &all, SAY(invitation_email), "", d->email);
    change_note(cx, &all, SAY(invitation_role_type), "", role_label(d->access.role)(cx));
    change_note(cx, &all, SAY(invitation_level), "", levels[d->access.level].label(cx));
    draft_described_term(cx, d, &all);
    return all;
}

enum status invitation_send(struct cx *cx, const struct user_draft *draft, struct id *out)
{
    struct id id = id_new(cx->now);
    TRY(gate(cx));
    TRY(check_gift(cx, draft));
    TRY(check_no_user(cx, draft));
    TRY(check_no_other(cx, draft, id));
    /* What came of earlier ones is of no interest in the list any more. */
    TRY(db_exec(cx,
                SQL("UPDATE invitations SET cleared = 1, version = version + 1"
                    " WHERE practice_id = $1 AND email_key = $2 AND cleared = 0"),
                draft->email_key));
    TRY(insert(cx, draft, id));
    TRY(post(cx, id, invitation_term_end(cx, draft)));
    struct changes changes = offer(cx, draft);
    TRY(announce(cx, EVENT_INVITATION_SENT, (struct about){ id, draft_name(cx, draft) }, &changes,
                 NULL));
    *out = id;
    return OK;
}

/* Every letter costs the same budget as adding a user. */
static enum status check_budget(struct cx *cx)
{
    struct table t;
    bool fits;
    TRY(db_select(cx, &t, SQL("SELECT adds_per_hour FROM practices WHERE id = $1")));
    TRY(tries_take(cx, "invitations sent again", cx->actor.practice.text, table_number(&t),
                   HOURS(1), &fits));
    if (fits) return OK;
    return fail_because(cx, CONFLICT, "slow", "%s", SAY(invitation_slow, table_number(&t)));
}

enum status invitation_resend(struct cx *cx, struct id id)
{
    struct invitation *inv;
    TRY(gate(cx));
    TRY(invitation_find(cx, id, &inv));
    if (inv->state == INVITATION_ACCEPTED) return invitation_check_pending(cx, inv);
    int64_t expires_at = invitation_term_end(cx, &inv->draft);
    if (expires_at <= cx->now)
        return fail_because(cx, CONFLICT, "over", "%s", SAY(invitation_term_over));
    TRY(check_gift(cx, &inv->draft));
    TRY(check_no_user(cx, &inv->draft));
    TRY(check_no_other(cx, &inv->draft, inv->id));
    TRY(check_budget(cx));
    TRY(db_expect_one(
        cx, SAY(invitation_meanwhile),
        SQL("UPDATE invitations SET state = 'pending', lost = 0, cleared = 0, inviter_id = $3,"
            " inviter_name = $4, sent_at = $5, expires_at = $6, answered_at = NULL, note = '',"
            " mail_problem = '', version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND version = $7 AND state <> 'accepted'"),
        inv->id, cx->actor.user, cx->actor.name, cx->now, expires_at, inv->version));
    TRY(invitation_close(cx, inv)); /* letters of before are unwritten */
    TRY(post(cx, inv->id, expires_at));
    return announce(cx, EVENT_INVITATION_RESENT, invitation_about(cx, inv), NULL, NULL);
}

/* --- ending ---------------------------------------------------------------------- */

/* `lost`: it stays in the list, for somebody else to send it again. */
static enum status end(struct cx *cx, const struct invitation *inv, bool lost, const char *note)
{
    TRY(db_expect_one(
        cx, SAY(invitation_meanwhile),
        SQL("UPDATE invitations SET state = 'withdrawn', lost = CAST($3 AS BIGINT),"
            " cleared = 1 - CAST($3 AS BIGINT),"
            " answered_at = $4, version = version + 1"
            " WHERE practice_id = $1 AND id = $2 AND state = 'pending' AND version = $5"),
        inv->id, lost, cx->now, inv->version));
    TRY(invitation_close(cx, inv));
    return announce(cx, EVENT_INVITATION_WITHDRAWN, invitation_about(cx, inv), NULL, note);
}

enum status invitation_withdraw(struct cx *cx, struct id id)
{
    struct invitation *inv;
    TRY(gate(cx));
    TRY(invitation_find(cx, id, &inv));
    if (inv->state == INVITATION_WITHDRAWN) return OK;
    TRY(invitation_check_pending(cx, inv));
    TRY(end(cx, inv, false, NULL));
    return enqueue(cx, JOB_letter_invitation_withdrawn, inv->id, "");
}

enum status invitation_clear(struct cx *cx, struct id id)
{
    struct invitation *inv;
    int64_t changed;
    TRY(gate(cx));
    TRY(invitation_find(cx, id, &inv));
    if (inv->state == INVITATION_PENDING)
        return fail_because(cx, CONFLICT, "pending", "%s", SAY(invitation_still_pending));
    TRY(invitation_end_term(cx, inv));
    TRY(db_change(cx, &changed,
                  SQL("UPDATE invitations SET cleared = 1, version = version + 1"
                      " WHERE practice_id = $1 AND id = $2 AND cleared = 0"),
                  inv->id));
    if (!changed) return OK;
    return announce(cx, EVENT_INVITATION_CLEARED, invitation_about(cx, inv), NULL, NULL);
}

/* One handful; what it took of the memory is given back. */
static enum status withdraw_some(struct cx *cx, struct id inviter, const char *reason, size_t *n)
{
    enum { HANDFUL = 20 };
    struct table t;
    struct invitation_list list;
    struct arena_mark mark = arena_mark(cx->mem);
    TRY(db_select(cx, &t,
                  SQL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                      "WHERE i.practice_id = $1 AND i.inviter_id = $2 AND i.state = 'pending'"
                      " AND i.expires_at > $3 LIMIT $4"),
                  inviter, cx->now, HANDFUL));
    TRY(invitation_all(cx, &t, &list));
    for (size_t i = 0; i < list.n; i++) TRY(end(cx, &list.at[i], true, reason));
    *n = list.n;
    arena_rewind(cx->mem, mark);
    return OK;
}

/* However many there are: else thousands of them would keep their sender from
 * being lowered. */
enum status invitations_withdraw_by(struct cx *cx, struct id inviter_user, const char *reason)
{
    size_t n, all = 0;
    do {
        TRY(withdraw_some(cx, inviter_user, reason, &n));
        all += n;
    } while (n);
    if (!all) return OK; /* the others can send them again */
    return letters_to_full_access(cx, JOB_letter_invitations_lost, inviter_user, inviter_user.text);
}

enum status invitations_withdraw_for(struct cx *cx, const char *email_key)
{
    struct invitation_list list;
    TRY(invitations_undecided(cx, email_key, &list));
    for (size_t i = 0; i < list.n; i++) TRY(end(cx, &list.at[i], false, NULL));
    return OK;
}
