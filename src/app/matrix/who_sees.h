/* who_sees.h - who can see an area of the practice group at one location, and how.
 *
 * Said of access_reach() and reach_record(), the two that are enforced: of a
 * record that is kept at the location and is the user's own, and of one that is
 * somebody else's.  For clinical notes the patient's record has to be reached, too.
 * What was granted for a single patient is that patient's record's to say. */
#pragma once
#include "app/users/user.h"

/* How much of an area somebody sees, the most first. */
enum much { EDIT_ALL, SEE_ALL_EDIT_OWN, SEE_ALL, EDIT_OWN, SEE_OWN, MUCHES, NOTHING = MUCHES };
enum much much_of(enum reach own, enum reach others);
bool much_others(enum much); /* others' records, too */

struct who_asked {
    enum area area;
    const struct user_location *place; /* one of these, which are the practice's */
    const struct user_location *places;
    size_t places_n;
};

struct seer {
    struct id user;
    const char *name; /* "Beatriz Lima" */
    enum level level;
    enum much much;
    const char *how; /* "Clinical Access, changed by Read Only Access." */
};
enum { SEERS_LISTED = 500 };
struct who_sees {
    int64_t n, others; /* all who can; those of them who see others' records, too */
    int64_t of[LEVEL_COUNT][MUCHES];
    size_t listed;   /* no more than SEERS_LISTED */
    struct seer *at; /* by name */
};
/* Active users.  Asks for USERS_EDIT.  In areas without records every location is like another. */
enum status who_sees(struct cx *, const struct who_asked *, struct who_sees *out);
