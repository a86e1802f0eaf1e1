/* identity.h - who a user of this group is at its provider, and coming in as that.
 *
 * An identity is issuer and subject (OpenID Connect Core, 2): what a provider says of somebody's
 * email is asked nowhere, since addresses are given to others.  A user is connected by themselves,
 * while signed in to the group with what is their own; nobody is added by signing in, and who is
 * deactivated stays outside. */
#pragma once
#include "app/sso/token.h"
#include "app/sso/provider.h"

struct identity {
    struct id id;
    int64_t linked_at, used_at; /* used_at 0: never */
};
/* The acting user's at this provider. */
enum status identity_own(struct cx *, const struct provider *, bool *connected,
                         struct identity *out);
/* In the place of another one; other sessions end, with a letter.  CONFLICT "taken" if it is somebody
 * else's here.  INVALID on field "code" unless the person showed who is there (at `proved_at`) when
 * they went to the provider, CONNECT_MINUTES ago at most: what the browser brings back is no proof of
 * that, since whoever finds it open could make it up. */
enum { CONNECT_MINUTES = 20 };
enum status identity_connect(struct cx *, const struct provider *, const struct claims *,
                             int64_t proved_at);
/* Other sessions end, with those that came through it.  Twice is fine. */
enum status identity_disconnect(struct cx *);
/* Those that were connected at `since` or later, in all groups of the person: somebody else had the
 * account. */
enum status identities_take_back(struct cx *, struct id person, int64_t since);

/* How somebody is received at the door of the acting practice. */
enum arrival { ARRIVED, ARRIVED_UNKNOWN, ARRIVED_DEACTIVATED };
enum status identity_arrive(struct cx *, const struct provider *, const struct claims *,
                            enum arrival *, const char **token);
/* Is it the acting user who has just shown the provider who they are?  Then the session knows. */
enum status identity_confirm(struct cx *, const struct provider *, const struct claims *,
                             int64_t since, bool *confirmed);
/* The provider says that somebody has signed out there. */
enum status identity_leave(struct cx *, const struct provider *, const struct claims *);
