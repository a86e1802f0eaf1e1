/* entries_view.h - entries of the audit log, for every page that shows some. */
#pragma once
#include "app/audit/audit.h"
#include "web/page.h"

/* A table, newest first; the list must not be empty. */
void audit_entries(struct html *, struct request *, const struct audit_list *);
/* The line under it: whose clock, and the ways to newer and older ones.
 * `here` is the page without a place, `older` where the next one begins or 0. */
void audit_pager(struct html *, const struct request *, struct url here, bool later, int64_t older);
