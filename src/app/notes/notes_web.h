/* notes_web.h - what the pages of notes have in common. */
#pragma once
#include "app/notes/note.h"
#include "web/web.h"

/* The note that the path names, and its patient.  The notes of a merged record went along;
 * whoever was writing one meanwhile goes on. */
enum status note_asked(struct cx *, const struct request *, struct patient **, struct note **);
