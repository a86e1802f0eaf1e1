/* key.h - keys of the API: what other programs sign in with.
 *
 * A key is a user's own and acts as that user in this practice, with no more than its scopes
 * and never more than the user's access, which is read anew with each request (web/api_key.c).
 * It ends on its day, when it is disabled, and with the user's access, in the same transaction;
 * a session or a password that ends changes nothing.  Stored is a hash; the key is shown when
 * it is made and never again. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

enum { KEY_DAYS = 90, KEY_MOST_DAYS = 365, KEYS_MOST = 20 /* of one user */ };

struct api_key {
    struct id id, user;
    const char *user_name, *name;
    const char *tail; /* its last letters */
    enum reach scope[AREA_COUNT];
    int64_t made_at, expires_at, used_at; /* used_at 0: never; to the minute */
    bool own, over;
};
struct api_key_list {
    size_t n;
    struct api_key *at;
};

/* The own ones, and those of others whose integrations the actor may see; by last name, the
 * newest first. */
enum status key_list(struct cx *, struct api_key_list *out);

struct key_draft {
    const char *name;
    enum reach scope[AREA_COUNT];
    int64_t days;
};
/* Makes one for the actor, who gets a mail about it.  Asks INTEGRATIONS_EDIT.  INVALID with
 * faults at "name", "scope" (none) and "days". */
enum status key_make(struct cx *, const struct key_draft *, const char **token);
/* Ends at once, whoever uses it at the moment.  Asks INTEGRATIONS_EDIT about its user; NOT_FOUND
 * for one that has ended, or that the actor may not know of. */
enum status key_disable(struct cx *, struct id);

/* Of one user, for who looks through what somebody leaves: not those that are over. */
enum status keys_of(struct cx *, struct id user, int64_t *n);
/* All of one user, with the same gate; how many there were. */
enum status keys_disable_of(struct cx *, struct id user, int64_t *n);
/* Those that the actor made since, also those that are over: an email that is taken back takes
 * them along (own_email/email_change.h).  Asks nothing; each one is announced. */
enum status keys_take_back(struct cx *, int64_t since);

/* "Users: see · Calendar: see and edit" */
const char *key_scope_words(struct cx *, const enum reach scope[AREA_COUNT]);
