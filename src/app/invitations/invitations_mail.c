/* invitations_mail.c - letters about invitations.
 *
 * Letters to the invited person are about the invitation.  Letters to a user
 * are about that user, and their details hold what else must be known: the
 * invitation, or who sent those that were lost. */
#include "app/invitations/invitation_row.h"
#include "app/sessions/link.h"
#include "app/users/access_words.h"
#include "app/users/users_mail.h"
#include "base/time.h"
#include "web/web.h"

#include "app/invitations/invitations_mail.text.h"

/* --- to the invited person ---------------------------------------------------------- */

static const char *called(const struct invitation *inv)
{
    return *inv->draft.first_name ? inv->draft.first_name : inv->draft.last_name;
}

/* NOT_FOUND unless it is in this state still: what is no longer true is not written. */
static enum status begin(struct cx *cx, const struct job *job, enum invitation_state state,
                         struct letter *l, struct invitation **out)
{
    TRY(invitation_find(cx, job->about, out));
    const struct invitation *inv = *out;
    if (inv->state != state) return fail(cx, NOT_FOUND, "answered meanwhile");
    cx->zone = inv->practice_zone;
    l->to = inv->draft.email;
    l->to_name = invitation_name(cx, inv);
    l->from_name = inv->practice_name;
    letter_say(l, SAY(mail_hello, called(inv)));
    return OK;
}

static void say_term(struct cx *cx, struct letter *l, const struct invitation *inv)
{
    const char *term = draft_term(cx, inv->practice_zone, &inv->draft);
    if (*term) letter_say(l, SAY(mail_term, term));
}

/* The token is made here and stands in this letter only. */
static enum status say_link(struct cx *cx, struct letter *l, const struct invitation *inv)
{
    const char *token;
    TRY(link_make(cx,
                  &(struct link){ .purpose = LINK_INVITATION,
                                  .practice = inv->practice,
                                  .invitation = inv->id,
                                  .expires_at = inv->expires_at },
                  &token));
    letter_button(l, SAY(mail_button),
                  url_whole(cx, url_in(cx, "", ROUTE_invitation_landing, token)));
    return OK;
}

static enum status reply_to_inviter(struct cx *cx, struct letter *l, const struct invitation *inv)
{
    struct user *inviter;
    TRY(user_find(cx, inv->inviter, &inviter));
    if (inviter->access.active) l->reply_to = inviter->email;
    return OK;
}

enum status letter_invitation(struct cx *cx, const struct job *job, struct letter *l)
{
    struct invitation *inv;
    TRY(begin(cx, job, INVITATION_PENDING, l, &inv));
    const char *group = inv->practice_name, *name = inv->inviter_name;
    const char *sent = time_day(cx, inv->sent_at), *until = time_short_day(cx, inv->expires_at);
    l->subject = SAY(invited_subject, group);
    letter_say(l, inv->draft.access.role == PRACTITIONER
                      ? SAY(invited_practitioner, group, name, sent, until)
                      : SAY(invited_administrator, group, name, sent, until));
    say_term(cx, l, inv);
    TRY(say_link(cx, l, inv));
    letter_say(l, SAY(invited_apart, group));
    letter_say(l, SAY(invited_why, name));
    return reply_to_inviter(cx, l, inv);
}

enum status letter_invitation_reminder(struct cx *cx, const struct job *job, struct letter *l)
{
    struct invitation *inv;
    TRY(begin(cx, job, INVITATION_PENDING, l, &inv));
    l->subject = SAY(reminder_subject, time_short_day(cx, inv->expires_at));
    letter_say(l, SAY(reminder_text, inv->practice_name, time_short_day(cx, inv->sent_at),
                      inv->inviter_name, time_moment_there(cx, inv->expires_at)));
    say_term(cx, l, inv);
    TRY(say_link(cx, l, inv));
    letter_say(l, SAY(reminder_why, inv->inviter_name));
    return reply_to_inviter(cx, l, inv);
}

enum status letter_invitation_withdrawn(struct cx *cx, const struct job *job, struct letter *l)
{
    struct invitation *inv;
    TRY(begin(cx, job, INVITATION_WITHDRAWN, l, &inv));
    l->subject = SAY(withdrawn_subject, inv->practice_name);
    letter_say(l, SAY(withdrawn_text, inv->practice_name, time_day(cx, inv->sent_at)));
    return OK;
}

/* --- to whoever sent it ---------------------------------------------------------------- */

struct told {
    struct user *user;
    struct letter_practice practice;
    struct invitation *inv;
};

static enum status begin_user(struct cx *cx, const struct job *job, struct letter *l,
                              struct told *out)
{
    TRY(letter_facts(cx, job->about, &out->user, &out->practice));
    if (!out->user->access.active) return fail(cx, NOT_FOUND, "no longer a user here");
    letter_begin(cx, l, out->user, &out->practice);
    return OK;
}

static enum status begin_inviter(struct cx *cx, const struct job *job, enum invitation_state state,
                                 struct letter *l, struct told *out)
{
    TRY(invitation_find(cx, id_of(job->details), &out->inv));
    if (out->inv->state != state) return fail(cx, NOT_FOUND, "changed meanwhile");
    return begin_user(cx, job, l, out);
}

static void say_users(struct cx *cx, struct letter *l, const struct told *told)
{
    letter_button(l, SAY(users_button),
                  url_whole(cx, url_in(cx, told->practice.slug, ROUTE_users_index)));
}

enum status letter_invitation_accepted(struct cx *cx, const struct job *job, struct letter *l)
{
    struct told told;
    TRY(begin_inviter(cx, job, INVITATION_ACCEPTED, l, &told));
    const struct invitation *inv = told.inv;
    const char *name = invitation_name(cx, inv), *day = time_short_day(cx, inv->answered_at);
    const char *level = levels[inv->draft.access.level].label(cx);
    l->subject = SAY(accepted_subject, name);
    letter_say(l, inv->draft.access.role == PRACTITIONER
                      ? SAY(accepted_practitioner, name, day, told.practice.name, level)
                      : SAY(accepted_administrator, name, day, told.practice.name, level));
    say_term(cx, l, inv);
    letter_button(l, SAY(accepted_button),
                  url_whole(cx, url_in(cx, told.practice.slug, ROUTE_user_show, inv->user)));
    letter_say(l, SAY(sent_why));
    return OK;
}

enum status letter_invitation_declined(struct cx *cx, const struct job *job, struct letter *l)
{
    struct told told;
    TRY(begin_inviter(cx, job, INVITATION_DECLINED, l, &told));
    const struct invitation *inv = told.inv;
    const char *name = invitation_name(cx, inv);
    l->subject = SAY(declined_subject, name);
    letter_say(l, SAY(declined_text, name, time_short_day(cx, inv->answered_at)));
    if (*inv->note) letter_say(l, SAY(declined_note, inv->note));
    letter_say(l, SAY(declined_again));
    say_users(cx, l, &told);
    letter_say(l, SAY(sent_why));
    return OK;
}

enum status letter_invitation_expired(struct cx *cx, const struct job *job, struct letter *l)
{
    struct told told;
    TRY(begin_inviter(cx, job, INVITATION_EXPIRED, l, &told));
    const struct invitation *inv = told.inv;
    const char *name = invitation_name(cx, inv);
    l->subject = SAY(expired_subject, name);
    letter_say(l, SAY(expired_text, name, told.practice.name, time_short_day(cx, inv->sent_at),
                      time_short_day(cx, inv->expires_at)));
    say_users(cx, l, &told);
    letter_say(l, SAY(sent_why));
    return OK;
}

/* --- to those who can send again what its sender no longer can --------------------------- */

enum status letter_invitations_lost(struct cx *cx, const struct job *job, struct letter *l)
{
    struct told told;
    struct table t, all;
    struct invitation_list lost;
    const char *people = "";
    TRY(begin_user(cx, job, l, &told));
    if (!access_full(&told.user->access)) return fail(cx, NOT_FOUND, "could not send them either");
    TRY(db_select(cx, &t,
                  SQL("SELECT " INVITATION_COLUMNS INVITATION_TABLES
                      "WHERE i.practice_id = $1 AND i.inviter_id = $2 AND i.state = 'withdrawn'"
                      " AND i.lost = 1 AND i.cleared = 0 ORDER BY i.sent_at, i.id LIMIT 50"),
                  job->details));
    TRY(db_select(cx, &all,
                  SQL("SELECT count(*) AS n FROM invitations WHERE practice_id = $1"
                      " AND inviter_id = $2 AND state = 'withdrawn' AND lost = 1 AND cleared = 0"),
                  job->details));
    TRY(invitation_all(cx, &t, &lost));
    if (lost.n == 0) return fail(cx, NOT_FOUND, "sent again meanwhile");
    for (size_t i = 0; i < lost.n; i++)
        people =
            arena_print(cx->mem, "%s%s%s", people, i ? ", " : "", invitation_name(cx, &lost.at[i]));
    const char *name = lost.at[0].inviter_name;
    int64_t total = table_number(&all), more = total - (int64_t)lost.n;
    if (more) people = SAY(lost_more, people, more);
    l->subject = SAY(lost_subject, name);
    letter_say(l, SAY(lost_text, name, told.practice.name, total, people));
    letter_say(l, SAY(lost_again));
    say_users(cx, l, &told);
    letter_say(l, SAY(full_why, told.practice.name));
    return OK;
}
