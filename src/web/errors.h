/* errors.h - the pages for what went wrong, and notices for what went well. */
#pragma once
#include "web/page.h"

/* Writes the page that belongs to status, cx->reason and rs->status. */
void error_page(struct cx *, struct request *, struct response *, enum status);

/* Success strips travel in a cookie that is signed with the session's token
 * and shown once. */
const char *notice_cookie(struct cx *, const struct request *, const struct notice *);
/* NULL if there is none, or it was tampered with. */
const struct notice *notice_read(struct cx *, const struct request *);
const char *notice_clear(struct cx *);
