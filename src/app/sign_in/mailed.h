/* mailed.h - what the buttons behind mailed links do.
 *
 * Opening a link changes nothing: mail scanners open links.  Unknown, used and
 * expired tokens are NOT_FOUND, alike. */
#pragma once
#include "app/sessions/known_device.h"
#include "app/sessions/link.h"
#include "app/sign_in/new_password.h"

/* Somebody asks for a link to reset the password of this address.  Does the
 * same whether or not the address has a sign-in; INVALID on field "email" if it
 * is none, or if this address of the net asked too often (reason "slow").  An
 * account gets a few letters an hour; more asking is answered alike. */
enum status reset_ask(struct cx *, const char *email);
/* A letter with such a link.  `asked_by` names who asked, "Freya Nilsson at
 * Northside Allied Health"; "" for somebody on the page to sign in. */
enum status reset_send(struct cx *, struct id person, const char *asked_by);

/* Whose link it is, even if it works no more; "" for unknown ones. */
enum status mailed_email(struct cx *, enum link_purpose, const char *token, const char **email);

/* In the hash lane, for LINK_RESET and LINK_CHOOSE: *out is NULL for a dead link. */
enum status mailed_check(struct cx *, enum link_purpose, const char *token,
                         const struct typed_password *, struct new_password **out);
/* Uses the link up and saves the password.  The address is proven by it, all
 * sessions end, none begins. */
enum status mailed_password(struct cx *, enum link_purpose, const char *token,
                            const struct new_password *);

/* Confirms the address. */
enum status mailed_proof(struct cx *, const char *token);
/* Mails the acting person another such link, if the address is not proven yet;
 * CONFLICT after a few in an hour. */
enum status own_proof_send(struct cx *);

/* "It was not me", behind the letter about a new sign-in: what was begun in that browser ends, and a
 * letter with a link to choose a new password goes out.  The link itself chooses none: people pass
 * such letters on to ask what they are. */
enum status mailed_not_me(struct cx *, const char *token, struct new_sign_in *out);

/* The link in onboarding letters, which works as long as they do. */
enum status tips_find(struct cx *, const char *token, bool *on);
enum status tips_stop(struct cx *, const char *token); /* twice is fine */
