/* invitation.h - asking a person into a practice group.
 *
 * An invitation is for one email and one group, and holds what the user will
 * be.  It works once: only the signed-in person of that email, whose address
 * is proven, may answer it, before it expires, while nobody has withdrawn it
 * and while whoever sent it may still add users.  Accepting makes the user.
 *
 * Two sides look at it.  Functions of the group act in the actor's practice
 * and ask for USERS_ADD; those of the person compare the acting person's own
 * email and need no practice. */
#pragma once
#include "app/users/user.h"

enum invitation_state {
    INVITATION_PENDING,
    INVITATION_ACCEPTED,
    INVITATION_DECLINED,
    INVITATION_EXPIRED, /* also a pending one whose time is over and whose row does not say so yet
                         */
    INVITATION_WITHDRAWN,
};

struct invitation {
    struct id id, practice;
    const char *practice_name, *practice_slug, *practice_zone;
    struct user_draft draft; /* with those of its locations that still exist */
    enum invitation_state state;
    bool lost; /* withdrawn because its sender may add nobody any more: stays in the list */
    struct id inviter;
    const char *inviter_name;
    int64_t created_at, sent_at, expires_at;
    int64_t answered_at;      /* accepted, declined, expired or withdrawn then; 0 before */
    const char *note;         /* to the inviter, with declining; "" */
    struct id user;           /* whom accepting made */
    const char *mail_problem; /* "" */
    int64_t version;
};
struct invitation_list {
    size_t n;
    struct invitation *at;
    int64_t total; /* that match, beyond those listed */
};

const char *invitation_name(struct cx *, const struct invitation *);      /* "Ingrid Haaland" */
const char *invitation_full_name(struct cx *, const struct invitation *); /* "Dr Ingrid Haaland" */

/* "Southbank Clinic withdrew this invitation.", or NULL for a pending one. */
const char *invitation_state_words(struct cx *, const struct invitation *);

/* --- the group's side ------------------------------------------------------- */

/* In the actor's practice; NOT_FOUND for those of others and for ids that are none, alike. */
enum status invitation_find(struct cx *, struct id, struct invitation **out);

/* For the Users page: pending, declined, expired and lost ones that nobody has
 * cleared, pending ones first.  `text`: part of name or email, "" for all.
 * Nothing for users who may not add users.  They hold what a row shows. */
enum status invitation_list(struct cx *, const char *text, struct invitation_list *out);
/* The open one for this address in the actor's practice, or NOT_FOUND. */
enum status invitation_pending(struct cx *, const char *email_key, struct invitation **out);

/* Invites.  INVALID on field "email" if there is such a user (reason "member",
 * or "deactivated": then activate) or an open invitation (reason "pending");
 * FORBIDDEN if the draft gives what the actor has not got. */
enum status invitation_send(struct cx *, const struct user_draft *, struct id *out);

/* Until when it is open if it is sent now: not beyond the last day of the access. */
int64_t invitation_term_end(const struct cx *, const struct user_draft *);

/* A new link and a new term, in the actor's name; the old links are dead.  Also
 * for declined, expired and withdrawn ones (Undo of withdrawing); CONFLICT once
 * accepted, (reason "over") when the last day of the access is, and (reason "slow") for too
 * many an hour. */
enum status invitation_resend(struct cx *, struct id);
/* Tells the invited person.  Twice is fine; CONFLICT once answered. */
enum status invitation_withdraw(struct cx *, struct id);
/* Takes one that is over out of the list.  Twice is fine; CONFLICT while pending. */
enum status invitation_clear(struct cx *, struct id);

/* Of a user who accepted one: who sent it, and the days of the draft that it was for; zeros for
 * none.  Asks nothing. */
enum status invitation_term(struct cx *, struct id user, struct id *inviter,
                            struct user_draft *out);

/* Consequences of other changes in the actor's practice; they ask nothing.
 * withdraw_by: the user has lost Full Access or is deactivated; the remaining
 * Full Access users are told and may send again.  `reason`: for the audit log.
 * withdraw_for: the user of this email is deactivated (rule 5). */
enum status invitations_withdraw_by(struct cx *, struct id inviter_user, const char *reason);
enum status invitations_withdraw_for(struct cx *, const char *email_key);

/* --- the person's side -------------------------------------------------------- */

/* Open ones, over all practices, the oldest first. */
enum status invitations_for_person(struct cx *, const char *email_key, struct invitation_list *out);
/* Those declined in the last 24 hours that may still be taken up again. */
enum status invitations_declined_lately(struct cx *, const char *email_key,
                                        struct invitation_list *out);
/* NOT_FOUND unless it is for the acting person's email. */
enum status invitation_own(struct cx *, struct id, struct invitation **out);

/* The user is there when this answers OK, and any session of the person may
 * enter.  NOT_FOUND for other people's; CONFLICT with cx->reason "proof" (the
 * address is not proven), "answered", "expired", "withdrawn", "member" (is a
 * user there already) or "deactivated" (was one: activating is the way back). */
enum status invitation_accept(struct cx *, struct id);
/* `note` may be "".  Needs the proven address, too; twice is fine. */
enum status invitation_decline(struct cx *, struct id, const char *note);
/* Undo of declining, within 24 hours. */
enum status invitation_reopen(struct cx *, struct id);

/* What a mailed token names: whatever became of it, so that the page can say
 * so.  *open: the link still works.  NOT_FOUND for unknown tokens. */
enum status invitation_by_token(struct cx *, const char *token, struct invitation **out,
                                bool *open);
/* The acting person confirms the mailed link, which proves the address if it
 * is the invited one.  CONFLICT if the link is closed (reason "link") or the
 * person is another (reason "other"). */
enum status invitation_confirm(struct cx *, const char *token, struct invitation **out);
/* Does the invited address have a sign-in?  Tell only who holds the token. */
enum status invitation_has_sign_in(struct cx *, const struct invitation *, bool *out);
/* For an address without a sign-in: makes it with this hash, proven, accepts,
 * and starts a session.  CONFLICT (reason "sign-in") if it has one by now. */
enum status invitation_join(struct cx *, const char *token, const char *hash,
                            const char **session_token);
