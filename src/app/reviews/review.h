/* review.h - access reviews: going through who has what access, together, and signing that.
 *
 * A review is open until somebody signs it; a practice group has one open at a time.  Its lines
 * are the active users of the moment, with the access of the moment: whoever joins meanwhile is
 * in it.  What is decided about a line (keep, reduce, deactivate) is carried out at once, by the
 * functions of the user's own pages, with their gates, letters and audit rows.  A decision stands as
 * long as the access is what it left: who is changed afterwards is to be decided about again.
 *
 * Several people may go through it at once: a decision goes with the line as it was shown, and
 * comes too late where somebody else has decided meanwhile.
 *
 * Signing needs a decision about everybody.  It writes all of them as one row of the audit log,
 * which no one can change; the review keeps its number and hash, and the PDF says them. */
#pragma once
#include "access/access.h"
#include "app/audit/event.h"
#include "base/cx.h"

enum { REVIEW_MOST = 100000 /* users */, REVIEW_MONTHS_MOST = 24, REVIEW_NOTE = 500 };

struct review {
    struct id id;
    bool open;
    int64_t begun_at, signed_at;
    const char *begun_name, *signed_name;
    const char *note;  /* of the signature; "" */
    int64_t entry;     /* of the audit log, once signed */
    const char *hash;
    int64_t decided;   /* lines; lists */
};
struct review_list {
    size_t n;
    struct review *at;
};
/* The newest first.  Asks USERS_EDIT, as all of these do. */
enum status review_list(struct cx *, struct review_list *out);
/* NOT_FOUND for those of other practices and for none. */
enum status review_find(struct cx *, struct id, struct review *out);
/* While one is open that one is `out`, and nothing begins. */
enum status review_begin(struct cx *, struct id *out);

enum decision { UNDECIDED, KEEP, REDUCE, DEACTIVATE, DECISIONS };
const char *decision_key(enum decision);
const char *decision_words(struct cx *, enum decision);

struct review_line {
    struct id user;
    const char *name;
    const char *has; /* the access in words, as it is now; "" for who is not active any more */
    struct access access;
    int64_t seen_at; /* 0: never */
    int64_t keys, key_used; /* API keys, and when one was used last (0: never) */
    bool open;              /* to be decided about */
    enum decision decision; /* the last one, or UNDECIDED */
    const char *had, *left; /* what it found, and what it left */
    const char *by;
    int64_t at, version; /* version 0: nothing was decided */
};
struct review_lines {
    size_t n, open;
    struct review_line *at;
};
/* Of an open one: everybody by last name, and then whoever was active when decided about.
 * Of a signed one: what was decided. */
enum status review_lines(struct cx *, const struct review *, struct review_lines *out);

/* Less than the user has: levels below, and Read Only Access.  None for an Account Owner. */
struct reduction {
    const char *key, *label;
};
enum { REDUCTIONS = 4 };
size_t review_reductions(struct cx *, const struct access *, struct reduction out[REDUCTIONS]);

struct review_choice {
    const char *decision; /* a key */
    const char *to;       /* of a reduction */
    const char *had;      /* the access in words as it was shown ... */
    int64_t version;      /* ... and the line */
};
/* INVALID at "decision" for none of the three and at "to" for a reduction that is none; CONFLICT for a
 * review that is signed, a line that was shown otherwise, and where the user's page would refuse
 * it (a last one with Full Access stays).  FORBIDDEN to deactivate who must not be.  The same
 * decision once more is fine, and is no news. */
enum status review_decide(struct cx *, const struct review *, struct id user,
                          const struct review_choice *);

/* CONFLICT while lines are open, and for one that is signed already. */
enum status review_sign(struct cx *, const struct review *, const char *note);

/* When everybody with Full Access is reminded next, and every how many months; 0, 0: never.
 * A signature puts it off to so many months later. */
struct review_plan {
    int64_t months, due_at;
};
enum status review_plan_find(struct cx *, struct review_plan *out);
/* INVALID at "months" unless 0 (never) to REVIEW_MONTHS_MOST. */
enum status review_plan_set(struct cx *, int64_t months);

/* --- for the files of this folder ------------------------------------------------------ */

struct user;
/* "Clinical Access, Read Only; Riverside and Harbour St": the same words for the same access. */
const char *review_access_words(struct cx *, const struct user *);
enum status review_gate(struct cx *);
enum status review_plan_put_off(struct cx *);
