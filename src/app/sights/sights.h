/* sights.h - how much a user would come to see with some access, in numbers.
 *
 * Counted by the database with the rules that filter its lists: SEEN()
 * (app/patients/reach.h), CALENDAR_SEEN() (app/calendar/reach.h) and NOTE_SEEN()
 * (app/notes/reach.h).  For the review before a change, so it takes an access
 * and locations that need not be stored. */
#pragma once
#include "app/users/user.h"

enum { SIGHTS_MOST = 20000 }; /* what is more is not counted further */

struct sights {
    int64_t patients, appointments, notes; /* SIGHTS_MOST + 1: more than SIGHTS_MOST */
};
/* What the stored user sees with the access and the locations of the draft.
 * Asks nothing, shows nothing. */
enum status sights_count(struct cx *, struct id user, const struct user_draft *,
                         struct sights *out);
/* Would these two see the same in every list, whatever there is? */
bool sights_same(const struct user_draft *before, const struct user_draft *after);
