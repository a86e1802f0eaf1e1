/* curl.c - see curl.h */
#include "work/curl.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/library.h"

static struct curl calls;
static bool loaded;

static void load(void)
{
    void *library = library_open("libcurl.so.4");
    loaded = library_find(library, "curl_easy_init", &calls.init)
             && library_find(library, "curl_easy_cleanup", &calls.cleanup)
             && library_find(library, "curl_easy_perform", &calls.perform)
             && library_find(library, "curl_easy_setopt", &calls.setopt)
             && library_find(library, "curl_easy_getinfo", &calls.getinfo)
             && library_find(library, "curl_easy_strerror", &calls.strerror)
             && library_find(library, "curl_slist_append", &calls.slist_append)
             && library_find(library, "curl_slist_free_all", &calls.slist_free_all)
             && library_find(library, "curl_global_init", &calls.global_init)
             && calls.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

const struct curl *curl_load(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return loaded ? &calls : NULL;
}

CURLcode curl_run(const struct curl *c, CURL *curl)
{
    sigset_t pipe, before, waiting;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&waiting);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    CURLcode code = c->perform(curl);
    if (!sigismember(&waiting, SIGPIPE)) sigtimedwait(&pipe, NULL, &(struct timespec){ 0 });
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}
