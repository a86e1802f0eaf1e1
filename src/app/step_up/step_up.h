/* step_up.h - "Confirm it is you", before acts that nobody shall do who only found a session
 * open.
 *
 * routes.def says which those are.  Whoever has signed in, or confirmed it, in the last
 * PROOF_MINUTES is not asked.  Others see a page that keeps what they sent, without
 * passwords, in fields of its own: nothing of it is stored.  It carries a value that is
 * good once, so that the page does nothing when it is sent again.  Proof is the password
 * or, for who has one, a passkey or a code of the second step; guesses count together with those
 * elsewhere (sign_in/confirm.h).  Who signed in in a remembered browser has shown the password, so
 * there it is a passkey or a code. */
#pragma once
#include "app/passkeys/passkey.h"
#include "app/sign_in/confirm.h"

struct proof {
    const char *code;
    const struct webauthn_answer *passkey; /* NULL: none answered */
    const struct confirmation *password;   /* NULL: was not checked */
};
/* INVALID at "proof_password", "proof_code" or "proof_passkey" for a wrong one, as confirm_take(),
 * confirm_second() and passkey_take(). */
enum status step_up_prove(struct cx *, const struct proof *);

/* The value that a page carries which asks, and using it up: CONFLICT if somebody has, and
 * INVALID with the reason "old" if it is none any more. */
enum status step_up_begin(struct cx *, const char **value);
enum status step_up_look(struct cx *, const char *value);
enum status step_up_use(struct cx *, const char *value);
