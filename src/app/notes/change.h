/* change.h - what all that changes notes has in common; for this folder only. */
#pragma once
#include "app/audit/event.h"
#include "app/notes/note.h"

/* May the actor write here?  CONFLICT for a merged record. */
enum status note_gate(struct cx *, const struct patient *, bool mine);
/* What only the author does, and only with a note in this state. */
enum status note_gate_author(struct cx *, const struct patient *, const struct note *,
                             enum note_state);
/* Something that hangs on it has changed: its version goes up. */
enum status note_touch(struct cx *, const struct note *);
/* A signed note's next edition; its words are written by the caller. */
enum status note_next_edition(struct cx *, const struct note *, const struct note_draft *,
                              const char *reason);
/* `said`: more than the event says, or NULL. */
enum status note_tell(struct cx *, enum event, const struct patient *, const char *said);
