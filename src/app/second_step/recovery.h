/* recovery.h - recovery codes, for those who add and remove what the second step is made of. */
#pragma once
#include "app/audit/event.h"
#include "app/second_step/second_step.h"

enum { RECOVERY_LETTERS = 16, RECOVERY_SHOWN = 19 }; /* of 5 random bits each; with hyphens */

/* In the place of those that there are, of the acting person. */
enum status recovery_codes_new(struct cx *, struct recovery_codes *out);
enum status recovery_codes_drop(struct cx *, struct id person);
/* `code` has RECOVERY_LETTERS small letters.  Of many who use one at once, one does. */
enum status recovery_code_use(struct cx *, struct id person, const char *code, bool *used);

/* Ends the other sessions, writes to the person, and remembers. */
enum status second_step_changed(struct cx *, struct id person, enum event, const char *what);
