/* group.h - a new practice group with its owner, for the command line and the demo. */
#pragma once
#include "app/users/user.h"
#include "cli/cli.h"

struct new_group {
    const char *name, *time_zone;
    const char *email, *title, *first_name, *last_name, *profession, *registration_number;
    const char *password; /* not applied to a person who is there already */
    const char *locations[MANY_MOST];
    size_t locations_n;
    /* found out by group_prepare() */
    const char *email_key, *hash;
    bool known;
    /* made by group_create() */
    const char *slug;
    struct id practice, user, person;
};

/* Check everything and hash the password; INVALID with sentences. */
enum status group_prepare(struct cli *, struct new_group *);
/* Inside host_change().  The actor is in the new group afterwards. */
enum status group_create(struct cx *, void *new_group);
