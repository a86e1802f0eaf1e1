/* invitations_view.h - how an invitation looks on other pages. */
#pragma once
#include "app/invitations/invitation.h"
#include "web/page.h"

/* On the person's own pages: a strip for each, with "Decline" and "Accept and
 * join".  While the address is not proven: that some wait, and the button that
 * mails the link again; whoever made this sign-in with a temporary password
 * learns no more.  Nothing for an empty list. */
void invitation_strips(struct html *, struct request *, const struct invitation_list *);

/* On the Users page: a row of its table of six columns, under "Invitations".
 * `fresh`: it was changed just now. */
void invitation_row(struct html *, const struct request *, const struct invitation *, bool fresh);

/* Days are those of the practice: "21 Nov". */
const char *invitation_day(struct cx *, const struct invitation *, int64_t at);
/* "You would have Personal Access at Riverside and Harbour St." */
const char *invitation_offer(struct cx *, const struct invitation *);

/* "You have joined ...": 303 to the group's home where it is the person's only
 * one; otherwise to the person's own page, with "Switch to it" and "Stay here". */
enum status invitation_joined(struct cx *, struct request *, struct response *,
                              const struct invitation *);
