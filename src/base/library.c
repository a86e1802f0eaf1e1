/* library.c - see library.h */
#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *name)
{
    return dlopen(name, RTLD_NOW | RTLD_LOCAL);
}

/* A pointer to a function out of dlsym()'s pointer to something. */
bool library_find(void *library, const char *name, void *out)
{
    void *symbol = library ? dlsym(library, name) : NULL;
    memcpy(out, &symbol, sizeof symbol);
    return symbol != NULL;
}
