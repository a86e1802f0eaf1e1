/* plan.h - deactivating, activating again, Read Only, or another access, on a day that is to come.
 *
 * A plan is a row and a job that finds it.  When it is due it is carried out as
 * whoever planned it, with the rights of that moment and by the same functions as
 * by hand, so every rule is asked again; whatever the job finds done already, or
 * taken back, or put off, it leaves alone, so it happens once.  A plan that cannot
 * be carried out stays, says why, and everybody with Full Access is told.
 *
 * It ends when it is carried out, taken back, or overtaken: who is deactivated by
 * hand has nothing left to be deactivated from.  Less access is no end of it, since
 * who is about to go may be given less before.  Whoever planned it and loses Full
 * Access, or goes, leaves it refused, and the others hear of it at once.
 *
 * A change of access holds what is to be different and leaves the rest as it is by then.
 *
 * Winding down is two plans: from one day the user is Read Only, so many days later
 * deactivated, or never.  The first one stays while Read Only holds by it; taking it
 * back then lifts it.  It ends when the user goes, or somebody lifts it by hand. */
#pragma once
#include "app/users/user.h"

enum plan_kind { PLAN_DEACTIVATE, PLAN_ACTIVATE, PLAN_READ_ONLY, PLAN_ACCESS, PLAN_KINDS };

struct plan {
    struct id user;
    enum plan_kind kind;
    const char *user_name; /* lists */
    int64_t due_at, planned_at;
    bool tell; /* the user gets letters about it */
    const char *note;
    struct id by;
    const char *by_name;
    const char *refused; /* why it cannot be carried out, or "" */
    int64_t done_at;     /* Read Only since; 0: still to come */
    const char *access;  /* PLAN_ACCESS: see users/later_access.h */
    const char *about;   /* what of it changes, in words; "" until plan_tell() */
};
struct plan_list {
    size_t n;
    struct plan *at; /* the next one first */
};

/* As typed; a time left out is the last minute of the day when deactivating, else its
 * beginning (which is now, if the day is today and it is Read Only).  Both are those of the
 * practice's time zone. */
struct plan_draft {
    const char *date, *time;
    const char *date_field, *time_field; /* what they are called in the form */
    bool tell;
    const char *note;
    const char *access;      /* of PLAN_ACCESS */
    const char *whole_field; /* of PLAN_ACCESS: for what cannot wait; NULL: date_field */
};
/* "Deactivated on 30 Nov 2026 at 23:59.", and why not; the same about whom. */
const char *plan_words(struct cx *, const struct plan *);
const char *plan_sentence(struct cx *, const struct plan *, const char *name);

enum { PLAN_DAYS_MOST = 731, WIND_DOWN_MOST = 180 };

const char *plan_key(enum plan_kind); /* "deactivate" */
bool plan_find_kind(const char *key, enum plan_kind *out);

/* The plans of a user, of the practice.  Ask nothing: they show in pages of those
 * who may edit users. */
enum status plans_of(struct cx *, struct id user, struct plan out[PLAN_KINDS], size_t *n);
enum status plans_all(struct cx *, struct plan_list *out);

/* Says in `about` what a planned change of access changes of the user as he is now. */
enum status plan_tell(struct cx *, struct plan *, const struct user *);

/* In place of an earlier plan of that kind.  Asks what doing it now asks; a change of access is
 * checked by staff/later_change.h.  INVALID
 * for a moment that is over, or more than PLAN_DAYS_MOST days away; CONFLICT
 * (reason "already") for who is deactivated (or active, or Read Only) already, unless
 * a plan of the other kind comes before. */
enum status plan_make(struct cx *, const struct user *, enum plan_kind, const struct plan_draft *,
                      int64_t *due_at);
/* The same for a moment that is known; the user gets letters about it. */
enum status plan_make_at(struct cx *, const struct user *, enum plan_kind, int64_t due_at);
/* Read Only from `begin` on, for as many days as typed, the first one counted, and
 * deactivated at the end of the last; "": it stays at that, and *until is 0.  Asks what
 * deactivating asks, since whoever winds down decides about going.  INVALID at
 * "days" for what is no number up to WIND_DOWN_MOST. */
enum status plan_wind_down(struct cx *, const struct user *, const struct plan_draft *begin,
                           const char *days, int64_t *from, int64_t *until);
/* Asks for USERS_EDIT.  What is not planned is fine. */
enum status plan_cancel(struct cx *, const struct user *, enum plan_kind);

/* For jobs: what is planned is due.  Finds the plan of the job and does it as whoever planned
 * it; FORBIDDEN, CONFLICT and INVALID of `doing`, which changes nothing then, refuse the plan.
 * What is done does away with the plan, by its events or by plan_over(). */
struct job;
typedef enum status (*plan_doing)(struct cx *, const struct plan *);
enum status plan_carry_out(struct cx *, const struct job *, plan_doing);
enum status plan_over(struct cx *, const struct plan *);
