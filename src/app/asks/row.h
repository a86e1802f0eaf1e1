/* row.h - requests as they stand in rows; for the sources of this folder. */
#pragma once
#include "app/asks/ask.h"
#include "app/audit/event.h"
#include "app/users/user.h"

/* Anything but blanks. */
bool text_said(const char *);
/* Asks nothing. */
enum status ask_read(struct cx *, struct id, struct ask **out);
/* From waiting to `state`, by the actor; CONFLICT if it waits no more. */
enum status ask_close(struct cx *, const struct ask *, const char *state, const char *answer);
enum status ask_announce(struct cx *, enum event, const struct ask *);
/* The moment after the day that was typed; 0 and a fault at "ends_on" unless it
 * is one from tomorrow on, and not further than ASK_DAYS. */
int64_t ask_end_of(struct cx *, const char *typed);
/* Does this user reach the record, or in the area anything at all? */
enum status user_reaches(struct cx *, const struct user *, struct id patient, enum area,
                         enum reach need, bool *out);
