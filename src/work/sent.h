/* sent.h - mails that a mail server took, until the database knows it.
 *
 * An empty file each, in the folder "sent" of the data folder.  Between the
 * server's answer and the commit that crosses a mail off, the database may go
 * away or the program may die; the note outlives both, so the mail does not go
 * twice.  Nothing is noted for mails that are files themselves.
 *
 * A note that cannot be written is in the log: the mail has left anyway. */
#pragma once
#include "base/cx.h"

void sent_note(struct cx *, struct id job);
bool sent_noted(struct cx *, struct id job);
void sent_forget(struct cx *, struct id job); /* what was not noted, too */
