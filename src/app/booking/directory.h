/* directory.h - the public directory: practitioners of all practices who want to be found.
 *
 * Above the practices it learns where profiles are that fit; what is shown of each is read inside
 * of its practice, as in open.h, so a user who is deactivated is gone with the next request. */
#pragma once
#include "app/booking/open.h"

enum { DIRECTORY_MOST = 20 };

struct directory_filter {
    const char *work;     /* key of a profession, or what was typed for one; "" for all */
    const char *place;    /* part of a location's name or address */
    const char *language; /* part of the languages */
    int weekday;          /* 0 is Sunday; -1: any */
};
struct directory_entry {
    struct open_practice practice;
    struct offer offer;
    const char *days; /* "Mon, Tue" on which this one works there; "" if nobody said */
};
struct directory {
    size_t n;
    bool more;
    struct directory_entry *at;
};
enum status directory_search(struct cx *, const struct directory_filter *, struct directory *out);
/* The actor is in its practice from now on.  NOT_FOUND for whoever is not public. */
enum status directory_find(struct cx *, struct id profile, struct directory_entry *out);
/* For search engines: schema.org, as JSON-LD; `address` is that of its page. */
const char *directory_data(struct cx *, const struct directory_entry *, const char *address);
