/* backup.h - whole databases: copying one while it is in use, and looking for damage. */
#pragma once
#include "db/whole/copy.h"

/* Copy the database file `from` into a new file, in one snapshot, while others
 * read and write.  The copy is one file without a journal, mode 0600, checked
 * and on the disk when this answers OK; otherwise there is none.  CONFLICT if
 * `to` exists. */
enum status db_copy(struct cx *, const char *from, const char *to);

/* The same out of a server, whose tables are up to date: what cx->db holds, in one
 * snapshot, becomes a file of the very same kind, so it can be restored on either
 * engine.  Outside of transactions. */
enum status db_save(struct cx *, const char *to, struct tallies *out);

/* BROKEN with a sentence if the file is damaged, INVALID if it is no database
 * of Linden's. */
enum status db_sound(struct cx *, const char *path);
