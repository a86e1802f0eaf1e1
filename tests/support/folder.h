/* folder.h - folders of a test's own. */
#pragma once
#include "base/cx.h"

/* A new and empty one: where TMPDIR says, else in memory, where nothing waits for a disk, else in
 * /tmp.  Ends the process if there cannot be one. */
const char *folder_new(struct cx *);

/* Takes it away with everything in it; answers how many files that were. */
int folder_remove(const char *folder);
