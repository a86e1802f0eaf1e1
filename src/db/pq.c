/* pq.c - see pq.h */
#include "db/pq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

struct pq pq;
static bool loaded;

/* A pointer to a function out of dlsym()'s pointer to something. */
static bool find(void *library, const char *name, void *out)
{
    void *symbol = dlsym(library, name);
    memcpy(out, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void)
{
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
#define FIND(name) &&find(library, #name, &pq.name)
    loaded = library PQ_FUNCTIONS(FIND);
#undef FIND
}

bool pq_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}
