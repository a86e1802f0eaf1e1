/* audit.h - reading the audit log of a practice, newest first. */
#pragma once
#include "app/audit/event.h"

struct audit_entry {
    int64_t seq, at;
    const char *kind; /* an event's key */
    const char *actor_name, *via;
    struct id actor; /* none: the host, or Linden itself */
    struct id about;
    const char *about_name;
    bool about_user;     /* `about` is a user of this practice */
    bool about_location; /* ... or a location of it */
    struct changes changes;
    const char *note;            /* "" */
    const char *address, *agent; /* "" for jobs and the command line */
};

struct audit_filter {
    const char *text;   /* part of who, about whom, what changed, or what happened; "" for all */
    const char *action; /* an event's key, "" for all */
    struct id about;    /* none for all */
    struct id actor;    /* who did it; none for all */
    int64_t from;       /* no older ones; 0 for all */
    int64_t before;     /* only rows with a smaller number; 0 begins with the newest */
    int64_t limit;
};
struct audit_list {
    size_t n;
    struct audit_entry *at;
    int64_t older; /* `before` of the next page; 0: this is the last one */
    /* With a filter about one, or by one: how it was called last, or NULL. */
    const char *about_name, *actor_name;
};

/* Asks HISTORY_VIEW. */
enum status audit_list(struct cx *, const struct audit_filter *, struct audit_list *out);

/* The last change of a thing, for whoever tells that somebody was faster: who
 * and when.  Asks nothing; `name` is NULL if nobody ever changed it. */
enum status audit_last(struct cx *, struct id about, const char **name, int64_t *at);
