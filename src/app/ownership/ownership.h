/* ownership.h - Account Owners: handing ownership over.
 *
 * A group may have several owners.  Only an owner gives ownership, and only the
 * owner himself gives it up (design rule 3), so handing over is both in one
 * transaction: nobody sees the group with one owner too many or with none.  Two
 * who hand over at once cannot both do it, since each writes the versions that he
 * has read.  It holds at once (decision 037). */
#pragma once
#include "app/users/user.h"

struct owner {
    struct id user;
    const char *name;
    int64_t seen_at; /* 0: never */
};
struct owner_list {
    size_t n;
    struct owner *at;
};
/* Who owns the group, and who could: active, Full Access, no owner yet, and has been
 * here.  By last name.  Asks nothing: the pages that show them do. */
enum status ownership_owners(struct cx *, struct owner_list *out);
enum status ownership_candidates(struct cx *, struct owner_list *out);

/* Asks for USERS_EDIT, and FORBIDDEN (reason "owner") for all but owners. */
enum status ownership_ask(struct cx *);

/* The acting owner makes this user an owner and is none any more; both keep Full
 * Access.  INVALID at "to" for nobody, oneself, and who is no candidate.  Everybody
 * with Full Access is told. */
enum status ownership_hand_over(struct cx *, struct id to);

/* A letter of this kind to whoever it concerns; details: "WHAT USER OTHER MOMENT". */
enum ownership_readers { TO_FULL_ACCESS, TO_OWNERS };
enum status ownership_tell(struct cx *, enum ownership_readers, struct id also, const char *what,
                           struct id user, struct id other, int64_t at);

/* Sets or takes the flag of an active user and announces it as a change of access.
 * Asks nothing. */
enum status ownership_set(struct cx *, struct id user, bool owner);
