/* invitation_answer.c - the person's side: accepting, declining, and the mailed link. */
#include "app/invitations/invitation_row.h"
#include "app/sessions/link.h"
#include "app/people/person.h"
#include "app/second_step/second_step.h"
#include "app/sessions/session.h"
#include "app/users/onboarding.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/invitations/invitation.text.h"

/* --- what must hold ---------------------------------------------------------------- */

/* A sign-in made with somebody else's temporary password is nobody's proof. */
static enum status check_proof(struct cx *cx, const struct person *person)
{
    if (person->proven_at) return OK;
    return fail_because(cx, CONFLICT, "proof", "%s", SAY(invitation_proof));
}

/* Whoever sent it must be able to send it still; an invitation never gives
 * more than its sender could give at this moment. */
static enum status check_inviter(struct cx *cx, const struct invitation *inv)
{
    struct user *inviter;
    struct access given = inv->draft.access;
    TRY(user_find(cx, inv->inviter, &inviter));
    if (db_unsure(cx)) return OK;
    struct actor actor = { .reach = access_reach(&inviter->access) };
    if (access_full(&inviter->access) && inviter->access.active
        && !access_gives_too_much(&actor, &inviter->access, NULL, &given, false))
        return OK;
    return fail_because(cx, CONFLICT, "withdrawn", "%s",
                        SAY(invitation_was_withdrawn, inv->practice_name));
}

static enum status check_no_user(struct cx *cx, const struct invitation *inv)
{
    struct user *user;
    enum status status = user_by_email(cx, inv->draft.email_key, &user);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    if (user->access.active)
        return fail_because(cx, CONFLICT, "member", "%s",
                            SAY(invitation_own_user, inv->practice_name));
    return fail_because(cx, CONFLICT, "deactivated", "%s",
                        SAY(invitation_own_past, inv->practice_name));
}

static enum status check_no_other(struct cx *cx, const struct invitation *inv)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n FROM invitations WHERE practice_id = $1"
                      " AND email_key = $2 AND state = 'pending'"),
                  inv->draft.email_key));
    return table_number(&t) == 0 ? OK : fail(cx, CONFLICT, "%s", SAY(invitation_meanwhile));
}

/* --- acting in a practice the person is not in (yet) --------------------------------- */

struct answer {
    const struct invitation *inv;
    const struct person *person;
    const char *note;
    struct id user; /* whom accepting made */
};

typedef enum status answer_function(struct cx *, struct answer *);

/* The practice gets to know the name it wrote itself, and nothing else of
 * whoever is not one of its users: no id, no address, no browser. */
static enum status answer_there(struct cx *cx, answer_function *act, struct answer *answer)
{
    struct actor before = cx->actor;
    cx->actor = (struct actor){ .practice = answer->inv->practice,
                                .name = invitation_name(cx, answer->inv),
                                .via = before.via };
    enum status status = act(cx, answer);
    cx->actor = before;
    return status;
}

static enum status find_own(struct cx *cx, struct id id, struct invitation **inv,
                            struct person **person)
{
    TRY(person_find(cx, cx->actor.person, person));
    return invitation_own(cx, id, inv);
}

/* --- accepting --------------------------------------------------------------------- */

static enum status accept_there(struct cx *cx, struct answer *answer)
{
    const struct invitation *inv = answer->inv;
    TRY(check_inviter(cx, inv));
    TRY(check_no_user(cx, inv));
    TRY(db_expect_one(cx, SAY(invitation_accepted_already),
                      SQL("UPDATE invitations SET state = 'accepted', answered_at = $3,"
                          " cleared = 1, version = version + 1 WHERE practice_id = $1 AND id = $2"
                          " AND state = 'pending' AND version = $4 AND expires_at > $3"),
                      inv->id, cx->now, inv->version));
    TRY(user_create(cx, answer->person->id, &inv->draft, false, &answer->user));
    TRY(db_exec(cx, SQL("UPDATE invitations SET user_id = $3 WHERE practice_id = $1 AND id = $2"),
                inv->id, answer->user));
    TRY(invitation_close(cx, inv));
    TRY(enqueue(cx, JOB_letter_invitation_accepted, inv->inviter, inv->id.text));
    cx->actor.user = answer->user;
    return announce(cx, EVENT_INVITATION_ACCEPTED,
                    (struct about){ answer->user, invitation_name(cx, inv) }, NULL, NULL);
}

static enum status accept(struct cx *cx, const struct invitation *inv, const struct person *person,
                          struct id *user)
{
    struct answer answer = { .inv = inv, .person = person };
    TRY(invitation_check_pending(cx, inv));
    TRY(check_proof(cx, person));
    TRY(answer_there(cx, accept_there, &answer));
    *user = answer.user;
    return OK;
}

enum status invitation_accept(struct cx *cx, struct id id)
{
    struct invitation *inv;
    struct person *person;
    struct id user;
    TRY(find_own(cx, id, &inv, &person));
    return accept(cx, inv, person, &user);
}

/* --- declining --------------------------------------------------------------------- */

static enum status decline_there(struct cx *cx, struct answer *answer)
{
    const struct invitation *inv = answer->inv;
    TRY(db_change_one(cx, SAY(invitation_meanwhile),
                      SQL("UPDATE invitations SET state = 'declined', answered_at = $3, note = $4,"
                          " version = version + 1 WHERE practice_id = $1 AND id = $2"
                          " AND state = 'pending' AND version = $5"),
                      inv->id, cx->now, answer->note, inv->version));
    TRY(enqueue(cx, JOB_letter_invitation_declined, inv->inviter, inv->id.text));
    return announce(cx, EVENT_INVITATION_DECLINED, invitation_about(cx, inv), NULL, answer->note);
}

enum status invitation_decline(struct cx *cx, struct id id, const char *note)
{
    struct invitation *inv;
    struct person *person;
    TRY(find_own(cx, id, &inv, &person));
    if (inv->state == INVITATION_DECLINED) return OK;
    TRY(invitation_check_pending(cx, inv));
    TRY(check_proof(cx, person));
    return answer_there(cx, decline_there,
                        &(struct answer){ .inv = inv, .person = person, .note = note });
}

static enum status reopen_there(struct cx *cx, struct answer *answer)
{
    const struct invitation *inv = answer->inv;
    TRY(check_inviter(cx, inv));
    TRY(check_no_other(cx, inv));
    TRY(db_change_one(cx, SAY(invitation_not_reopened),
                      SQL("UPDATE invitations SET state = 'pending', answered_at = NULL,"
                          " note = '', version = version + 1 WHERE practice_id = $1 AND id = $2"
                          " AND state = 'declined' AND cleared = 0 AND version = $3"
                          " AND answered_at > $4 AND expires_at > $5"),
                      inv->id, inv->version, cx->now - HOURS(24), cx->now));
    return announce(cx, EVENT_INVITATION_REOPENED, invitation_about(cx, inv), NULL, NULL);
}

enum status invitation_reopen(struct cx *cx, struct id id)
{
    struct invitation *inv;
    struct person *person;
    TRY(find_own(cx, id, &inv, &person));
    if (inv->state == INVITATION_PENDING) return OK;
    if (inv->state != INVITATION_DECLINED) return invitation_check_pending(cx, inv);
    TRY(check_proof(cx, person));
    return answer_there(cx, reopen_there, &(struct answer){ .inv = inv, .person = person });
}

/* --- the mailed link ------------------------------------------------------------------ */

static enum status find_by_link(struct cx *cx, const char *token, struct invitation **inv)
{
    bool open;
    TRY(invitation_by_token(cx, token, inv, &open));
    TRY(invitation_check_pending(cx, *inv));
    return open ? OK : fail_because(cx, CONFLICT, "link", "%s", SAY(invitation_link_over));
}

static enum status announce_proof(struct cx *cx, const struct person *person)
{
    return announce_above(cx, EVENT_ADDRESS_PROVEN,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

enum status invitation_confirm(struct cx *cx, const char *token, struct invitation **out)
{
    struct invitation *own;
    struct person *person;
    TRY(find_by_link(cx, token, out));
    enum status status = invitation_own(cx, (*out)->id, &own);
    if (status == NOT_FOUND)
        return fail_because(cx, CONFLICT, "other", "%s", SAY(invitation_of_another));
    TRY(status);
    TRY(person_find(cx, cx->actor.person, &person));
    if (person->proven_at) return OK;
    TRY(person_prove(cx, person->id));
    return announce_proof(cx, person);
}

/* A person who was added somewhere and has never chosen a password is there
 * already, under the name that is the person's own. */
static enum status make_sign_in(struct cx *cx, const struct invitation *inv, const char *hash,
                                struct person **out)
{
    const struct user_draft *d = &inv->draft;
    struct id id;
    enum status status = person_by_email(cx, d->email_key, out);
    if (status != OK && status != NOT_FOUND) return status;
    if (status == OK && (*out)->password_hash)
        return fail_because(cx, CONFLICT, "sign-in", "%s", SAY(invitation_has_one));
    if (status == OK) {
        id = (*out)->id;
        TRY(person_set_password(cx, id, hash, (struct id){ 0 }));
        TRY(links_close(cx, LINK_CHOOSE, id, (struct id){ 0 }, (struct id){ 0 }));
        TRY(person_prove(cx, id));
    } else {
        TRY(person_create(cx,
                          &(struct new_person){ .email = d->email,
                                                .email_key = d->email_key,
                                                .first_name = d->first_name,
                                                .last_name = d->last_name,
                                                .password_hash = hash,
                                                .proven = true },
                          &id));
    }
    return person_find(cx, id, out);
}

static enum status welcome_there(struct cx *cx, struct answer *answer)
{
    return onboarding_begin(cx, answer->user);
}

enum status invitation_join(struct cx *cx, const char *token, const char *hash,
                            const char **session_token)
{
    struct invitation *inv;
    struct person *person;
    struct answer answer = { 0 };
    bool on;
    TRY(find_by_link(cx, token, &inv));
    if (!hash) return fail_because(cx, CONFLICT, "sign-in", "%s", SAY(invitation_has_one));
    TRY(make_sign_in(cx, inv, hash, &person));
    cx->actor.person = person->id;
    cx->actor.name = person_name(cx, person);
    TRY(announce_proof(cx, person));
    answer.inv = inv;
    TRY(accept(cx, inv, person, &answer.user));
    TRY(answer_there(cx, welcome_there, &answer));
    TRY(second_step_on(cx, person->id, &on));
    TRY(session_start(cx, person->id, on ? WAITS_FOR_CODE : WAITS_FOR_NOTHING, session_token));
    return announce_above(cx, EVENT_SIGNED_IN, (struct about){ person->id, cx->actor.name }, NULL,
                          NULL);
}
