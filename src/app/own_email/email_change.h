/* email_change.h - a person changes the email that they sign in with.
 *
 * In two steps: asked for by whoever is signed in and has just shown who they are, and confirmed
 * with a link that is mailed to the new address, in a session of the same person: who got the
 * letter by a slip of the keyboard can do nothing with it.  The old address is told of both, and
 * can take it back: until it is confirmed, and for EMAIL_UNDO_DAYS then.  Taking back ends all
 * sessions and sends a link to choose a new password, since whoever changed it knew the old one,
 * and removes what they may have added to come in with (second_step_take_back()), keys of the API
 * and calendar addresses among it. So long nobody else gets the old address (person.h).
 *
 * The page says the same whether or not the new address has a sign-in: the letter says which. */
#pragma once
#include "app/people/person.h"

enum { EMAIL_CONFIRM_DAYS = 1 };

struct email_change {
    struct id id, person;
    const char *old_email, *old_key, *new_email, *new_key;
    int64_t asked_at, confirmed_at; /* 0: not yet */
    bool second_then;               /* there was a second step when it was asked for */
};
enum status email_change_find(struct cx *, struct id, struct email_change *out);
/* What the acting person has asked for and not confirmed: out->id is none if that is nothing. */
enum status email_change_waiting(struct cx *, struct email_change *out);

/* Takes the place of one that waits.  INVALID on field "email" for what is no address, for the
 * present one, and (reason "slow") after a few in an hour. */
enum status email_change_ask(struct cx *, const char *typed);

/* The links, made as the letters are composed.  Opening one changes nothing; NOT_FOUND for unknown
 * ones, and for those of a change that is over or too old, alike. */
enum status email_confirm_link(struct cx *, struct id change, const char **token);
enum status email_undo_link(struct cx *, struct id change, const char **token);
enum status email_confirm_find(struct cx *, const char *token, struct email_change *out);
enum status email_undo_find(struct cx *, const char *token, struct email_change *out);

/* By its person: the email is another one from now on, in all practice groups, and other sessions
 * end.  FORBIDDEN for everybody else; CONFLICT if the address has a sign-in. */
enum status email_change_confirm(struct cx *, const char *token, struct email_change *out);
/* By whoever reads the old address, who is the actor from then on. */
enum status email_change_undo(struct cx *, const char *token, struct email_change *out);
