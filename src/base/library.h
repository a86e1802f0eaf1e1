/* library.h - shared libraries that are opened by name, once they are needed. */
#pragma once
#include <stdbool.h>

/* NULL if it is not installed.  It stays open. */
void *library_open(const char *name);
/* Puts a pointer to this function of the library into *out; false, and NULL, if
 * it has none such, or is NULL itself. */
bool library_find(void *library, const char *name, void *out);
