/* papers.h - until when a practitioner's registration and insurance hold.
 *
 * Days that somebody with Full Access notes, on the page of the user that the check-up leads to;
 * nothing ends by itself on them. */
#pragma once
#include "app/users/user.h"

enum paper_kind { PAPER_REGISTRATION, PAPER_INSURANCE, PAPER_KINDS };
enum { PAPER_NOTICE_DAYS = 60 }; /* the check-up says so that long before */

const char *paper_key(enum paper_kind); /* in the database, and the field of the form */
const char *paper_words(struct cx *, enum paper_kind);

struct papers {
    const char *ends_on[PAPER_KINDS]; /* "2026-11-30", or "" */
};
/* Both ask USERS_EDIT about the user. */
enum status papers_find(struct cx *, const struct user *, struct papers *out);
/* As typed; "" for none.  INVALID at the field of one that is no day; CONFLICT for who is not an
 * active practitioner.  What stays the same is no news. */
enum status papers_save(struct cx *, const struct user *, const char *const typed[PAPER_KINDS]);
