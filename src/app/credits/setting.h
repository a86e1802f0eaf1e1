/* setting.h - who pays with which credits, and when more are bought by themselves.
 *
 * Everybody uses the group's credits, unless there is a setting of their own:
 * then messages about their appointments are paid from their own account.  A
 * deactivated user's own setting stays as a row, pays for nothing, and its auto
 * top-up is off (and says why).
 *
 * The group's setting is a matter of others' credits, an own one of that user's:
 * reading asks CREDITS_VIEW, changing CREDITS_EDIT, about the user. */
#pragma once
#include "base/cx.h"

enum { CREDITS_MOST = 100000 };

/* Buy `buy` when `below` or fewer are left, but no more than `most` in a month of
 * the practice's calendar. */
struct topup {
    bool on;
    int64_t below, buy, most;
};
struct credit_setting {
    struct id id, user; /* user none: the group's */
    struct topup topup;
    const char *stopped; /* why auto top-up went off by itself, in words, or "" */
    int64_t version;     /* 0: nothing is stored */
};
/* Of this user, in force or not; or the group's.  Asks nothing. */
enum status credit_setting_of(struct cx *, struct id user, struct credit_setting *out);
const char *topup_words(struct cx *, const struct topup *); /* "Buys 100 when 30 are left, …" */

/* As typed. */
struct topup_draft {
    bool on;
    const char *below, *buy, *most;
};
struct topup_draft topup_as_draft(struct cx *, const struct topup *);
/* INVALID at "auto_below", "auto_buy", "auto_most"; CONFLICT "stale" unless `version`
 * is the stored one; CONFLICT "none" for a user without a setting of their own,
 * "deactivated" for one who is.  Nothing happens if nothing differs. */
enum status topup_save(struct cx *, struct id user, const struct topup_draft *, int64_t version);
/* Off, as it is when a user leaves ("left") or does not pay ("unpaid").  Asks
 * nothing, announces it; false in *done if it was off. */
enum status topup_stop(struct cx *, struct id user, const char *why, bool *done);

/* Practitioners, as far as the actor may see their credits: the active ones, and
 * those who left a setting or credits of their own.  Asks CREDITS_VIEW. */
struct credit_person {
    struct id user;
    const char *name;
    bool active, has_own, may_edit;
    int64_t balance;
    struct credit_setting setting; /* the own one, if there is one */
};
struct credit_people {
    size_t n;
    struct credit_person *at;
};
enum status credit_people_list(struct cx *, struct credit_people *out);
/* NOT_FOUND for users of other practices, for ids that are none, and for those
 * who are no practitioners, alike. */
enum status credit_person_find(struct cx *, struct id user, struct credit_person *out);
/* May the actor see, or change, the credits of this user (none: the group's)? */
bool credit_may_see(const struct cx *, struct id user);
bool credit_may_edit(const struct cx *, struct id user);
/* FORBIDDEN unless the actor may change them: for pages with a form. */
enum status credit_ask_edit(struct cx *, struct id user);

/* Credits of their own from now on; twice is fine.  CONFLICT for the deactivated. */
enum status credit_own_begin(struct cx *, struct id user);
/* The group's credits again: what is left on the own account goes to the group's,
 * and what was asked to be bought for it is withdrawn.  Twice is fine. */
enum status credit_own_end(struct cx *, struct id user);
