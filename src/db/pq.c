/* pq.c - see pq.h */
#include "db/pq.h"

#include <pthread.h>

#include "base/library.h"

struct pq pq;
static bool loaded;

static void load(void)
{
    void *library = library_open("libpq.so.5");
#define FIND(name) &&library_find(library, #name, &pq.name)
    loaded = library PQ_FUNCTIONS(FIND);
#undef FIND
}

bool pq_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded;
}
