/* curl.h - libcurl, loaded when the first mail goes to a server, or
 * the first text message or call.
 *
 * It brings some thirty libraries along, five megabytes of an idle program,
 * and an installation that writes its mail into a folder needs none of them.
 * So it is opened by name, once, and called through this table. */
#pragma once
#include <curl/curl.h>

struct curl {
    __typeof__(curl_easy_init) *init;
    __typeof__(curl_easy_cleanup) *cleanup;
    __typeof__(curl_easy_perform) *perform;
    __typeof__(curl_easy_setopt) *setopt;
    __typeof__(curl_easy_getinfo) *getinfo;
    __typeof__(curl_easy_strerror) *strerror;
    __typeof__(curl_slist_append) *slist_append;
    __typeof__(curl_slist_free_all) *slist_free_all;
    __typeof__(curl_global_init) *global_init;
};

/* NULL if the library is not installed.  Any thread; the first call loads, and
 * starts it. */
const struct curl *curl_load(void);

/* perform(), and a server that hangs up does not end the process: curl leaves SIGPIPE to us. */
CURLcode curl_run(const struct curl *, CURL *);
