/* passkeys_view.h - passkeys in pages of others: the way in, the second step, "Confirm it is
 * you".  assets/passkeys.js fills the fields and sends the form; without script the page
 * says that passkeys need it. */
#pragma once
#include "app/passkeys/passkey.h"
#include "web/page.h"

/* A form of its own.  `autofill`: browsers offer passkeys in the email field, too. */
void passkey_form(struct html *, const struct request *, struct url to, const char *next,
                  bool autofill);
/* Inside somebody else's form; `id` is what the fault belongs to. */
void passkey_button(struct html *, const char *id);

struct webauthn_answer passkey_answer(const struct request *);
/* Whose challenge it is, of somebody who has not signed in. */
const char *passkey_visitor(struct cx *, const struct request *);
