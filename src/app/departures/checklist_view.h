/* checklist_view.h - the list of somebody, to look at, for pages of other areas. */
#pragma once
#include "app/departures/checklist.h"
#include "web/page.h"

/* Its lines and how many are settled; no heading. */
void checklist_read(struct html *, struct request *, const struct user *, const struct checklist *);
