/* group_export.h - all records of a practice group in one archive: two people's doing.
 *
 * Somebody with EXPORT_PRACTICE (Full Access) asks for it and says why; somebody else who has it
 * agrees, and a job collects it with the rights of who asked, like own records (export.h).  What
 * those do not reach, as private notes of others, is counted and left out.  Only who asked gets the
 * link.  There is one at a time.  A question that nobody answers ends after GROUP_EXPORT_DAYS.
 *
 * Who has asked and loses the right, or the access, has nothing any more: what was collected goes.
 */
#pragma once
#include "app/exports/export.h"

enum { GROUP_EXPORT_DAYS = 7 };

/* The one that is asked for, runs, or waits to be taken; NULL if there is none. */
enum status group_export_now(struct cx *, struct export **out);
/* Any of them, for letters: asks nothing. */
enum status group_export_read(struct cx *, struct id, struct export **out);

/* INVALID at "reason"; CONFLICT "alone" where nobody else could agree, "another" if there is one.
 * Announced; the others with Full Access are told. */
enum status group_export_ask(struct cx *, const char *reason);
/* By somebody else than who asked, else CONFLICT "second"; CONFLICT "moved" if it is not asked for
 * any more.  Announced. */
enum status group_export_agree(struct cx *);
/* Declines, stops or deletes it, by whoever has the right; who asked is told if it was declined.
 * Announced.  Twice is fine. */
enum status group_export_end(struct cx *);
