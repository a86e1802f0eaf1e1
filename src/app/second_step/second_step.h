/* second_step.h - what a person is asked for after the password: a code of an
 * authenticator app, a passkey (passkeys/passkey.h), or one of ten recovery codes.
 *
 * It is on as soon as one app is proven or a passkey added, and off when the last is removed. Apps'
 * secrets are sealed (app/second_step/seal.h) under setup's key; without that key no code can
 * be checked, and recovery codes still work.  Each code is taken once, however many
 * try at the same time.  Every change tells the person by mail and ends the other
 * sessions.  Whoever acts has been confirmed before (sign_in/confirm.h).
 *
 * Rules: RFC 6238, NIST SP 800-63B-4 (3.1.4, 3.1.2), OWASP ASVS 5.0 V6.5. */
#pragma once
#include "base/cx.h"

enum { RECOVERY_CODES = 10, RECOVERY_CODES_FEW = 2, AUTHENTICATORS_MOST = 10 };

struct authenticator {
    struct id id;
    const char *name;
    int64_t added_at, used_at; /* 0: never since */
};
struct second_step {
    size_t n; /* proven apps, the oldest first */
    struct authenticator *at;
    int64_t codes_left;
};
struct recovery_codes {
    size_t n;                       /* 0, or RECOVERY_CODES */
    const char *at[RECOVERY_CODES]; /* "k7qm-2xvd-9rtb-h4wn" */
};

enum status second_step_on(struct cx *, struct id person, bool *on);
enum status second_step_find(struct cx *, struct id person, struct second_step *out);

/* Takes what was typed, with blanks or hyphens or without, and uses it up.  A code is
 * good for its own 30 seconds and those before and after. */
enum code_verdict { CODE_WRONG, CODE_RIGHT, CODE_RECOVERY, CODE_KEYLESS };
enum status second_step_take(struct cx *, struct id person, const char *typed,
                             enum code_verdict *out);
/* What is wrong with it, in words; NULL for a right one. */
const char *code_words(struct cx *, enum code_verdict);

/* --- the acting person's own ------------------------------------------------------- */

/* A new app, which asks nobody for anything until it is proven.  INVALID at "name" for
 * none, or for more apps than AUTHENTICATORS_MOST; CONFLICT without the key.  One that
 * was begun before is forgotten. */
enum status authenticator_begin(struct cx *, const char *name, struct id *out);
/* Its secret for the app, as text and as what a QR code says.  NOT_FOUND unless this
 * session began it in the last half hour, and it is not proven. */
struct new_authenticator {
    struct id id;
    const char *name, *secret, *uri;
};
enum status authenticator_new(struct cx *, struct id, struct new_authenticator *out);
/* INVALID at "code" if that is none of its codes.  With the first app come the recovery
 * codes, which stand nowhere else in words. */
enum status authenticator_prove(struct cx *, struct id, const char *code,
                                struct recovery_codes *out);
enum status authenticator_find(struct cx *, struct id, struct authenticator *out);
/* With the last app and passkey the recovery codes go; CONFLICT where a practice group requires
 * a second step (required.h). */
enum status authenticator_remove(struct cx *, struct id);
/* The others work no more.  CONFLICT while the second step is off. */
enum status recovery_codes_make(struct cx *, struct recovery_codes *out);
/* The page that shows them sends them back, to have them as a file: `typed` are those of the acting
 * person, all of them and nothing else, a blank between two.  NOT_FOUND otherwise. */
enum status recovery_codes_shown(struct cx *, const char *typed, struct recovery_codes *out);

/* Removes the apps, passkeys and recovery codes that were added at `since` or later: somebody else
 * had the account.  Where there was a second step then (`then`) one of those before must be left,
 * or all stay: it is not for a mailbox to take the last one.  Nothing added is fine. */
enum status second_step_take_back(struct cx *, struct id person, int64_t since, bool then);

/* --- the host ------------------------------------------------------------------------ */

/* Off, with all apps and passkeys, for somebody who has lost all of it.  NOT_FOUND if it is not on.
 * by: "host", or "groups" (lost_step/lost_step.h), for the letter. */
enum status second_step_remove(struct cx *, struct id person, const char *by);
/* How many apps are there, and of how many this key opens the secret. */
enum status second_step_sealed(struct cx *, int64_t *all, int64_t *open);
