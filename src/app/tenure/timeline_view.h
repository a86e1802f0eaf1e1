/* timeline_view.h - a user's access over time, as a picture and a table. */
#pragma once
#include "app/tenure/timeline.h"
#include "web/page.h"

void timeline_card(struct html *, const struct user *, const struct timeline *);
