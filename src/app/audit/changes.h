/* changes.h - what a row of the audit log says was before and after.
 *
 * Reads exactly what announce() writes, a list of objects with three texts,
 * and nothing else: anybody who edits the database by hand gets no list. */
#pragma once
#include "app/audit/event.h"

/* False, and an empty list, for any other text. */
bool changes_read(struct arena *, const char *text, struct changes *out);
