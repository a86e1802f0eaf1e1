/* network.h - the networks that a practice group is entered from.
 *
 * A list of addresses and networks (http/proxy.h), or none: then it opens from everywhere.  Whoever
 * comes from elsewhere finds the group closed, with the next request and in sessions that are open
 * (web/visit.c); their other groups stay open.  Keys of the API and calendar feeds are read by
 * programs elsewhere, and go on. */
#pragma once
#include "base/cx.h"

enum { NETWORKS_MOST = 50 };

struct networks {
    struct id practice;
    const char *name, *list; /* of the group; with blanks between, "" for everywhere */
    int64_t version;
};
enum status networks_find(struct cx *, struct networks *out);

/* Asks USERS_EDIT and announces it.  INVALID at "networks" for a line that is no network, for too
 * many, and for a list without the address the acting person comes from.  CONFLICT unless
 * `version` is the stored one.  The same once more changes nothing. */
enum status networks_save(struct cx *, const char *typed, int64_t version);

/* --- the host ---------------------------------------------------------------------------- */

/* From everywhere again, for a group that has shut itself out.  Announced. */
enum status networks_clear(struct cx *);
