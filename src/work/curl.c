/* curl.c - see curl.h */
#include "work/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static struct curl calls;
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
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    loaded = library && find(library, "curl_easy_init", &calls.init)
             && find(library, "curl_easy_cleanup", &calls.cleanup)
             && find(library, "curl_easy_perform", &calls.perform)
             && find(library, "curl_easy_setopt", &calls.setopt)
             && find(library, "curl_easy_strerror", &calls.strerror)
             && find(library, "curl_slist_append", &calls.slist_append)
             && find(library, "curl_slist_free_all", &calls.slist_free_all)
             && find(library, "curl_global_init", &calls.global_init)
             && calls.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct curl *curl_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded ? &calls : NULL;
}
