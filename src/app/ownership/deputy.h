/* deputy.h - who becomes an Account Owner when no owner is there any more.
 *
 * An owner names a user with Full Access and a number of days.  Each signed-in
 * request of any owner in the group is a sign of life, and so is naming; when there
 * was none for so long, the deputy becomes an owner beside those there are, for
 * nobody loses ownership who does not give it up.  14, 7 and 1 days before, all
 * owners and the deputy get an email; after the first one a job looks every day
 * and tells them when an owner is back.  The day is put off where a notice comes late
 * (the program did not run): the first is 7 days before at the least, the last 1 day.
 *
 * Who is deactivated, leaves or gets less than Full Access is deputy no more, and
 * the owners are told; who becomes an owner otherwise needs to be none. */
#pragma once
#include "app/users/user.h"

enum { DEPUTY_DAYS_LEAST = 14, DEPUTY_DAYS_MOST = 180, DEPUTY_DAYS_USUAL = 30, DEPUTY_NOTICES = 3 };

struct deputy {
    struct id user;
    const char *name;
    int64_t days;
    int64_t named_at;
    const char *named_name;
    int64_t quiet_since, due_at; /* as of now: the last sign of an owner, and when it would be */
    bool announced;              /* notices of this silence went out */
    /* For the job: how many of them; whether they were overtaken by an owner; its moment. */
    int64_t told;
    bool back;
    int64_t look_at;
};
/* NULL: there is none.  Asks nothing. */
enum status deputy_find(struct cx *, struct deputy **out);

/* In place of an earlier one.  Asks ownership_ask().  INVALID at "deputy" for who is
 * no candidate, at "days" for other numbers. */
enum status deputy_name(struct cx *, struct id user, const char *days);
/* Asks the same; none is fine. */
enum status deputy_end(struct cx *);
