/* golden.h - text that people review, kept in files. */
#pragma once

/* A failure unless the file holds exactly this text.  With GOLDEN set in the
 * environment (make golden) the file is written instead. */
void golden_compare(const char *path, const char *text);
