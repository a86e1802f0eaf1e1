/* reach.h - what the gate looks at for a note; for the sources of this folder. */
#pragma once
#include "app/notes/note.h"

/* The patient's record with the author's side as the own one.  `facts` holds
 * what the subject points to. */
struct subject note_subject(const struct cx *, const struct patient *, bool mine,
                            struct record *facts);
