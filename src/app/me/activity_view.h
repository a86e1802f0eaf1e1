/* activity_view.h - a card: when somebody signed in, and when it failed.
 *
 * `name`: whose it is, where a practice group looks (app/devices/came_in.h); NULL: the reader's
 * own. */
#pragma once
#include "app/sessions/activity.h"
#include "web/page.h"

void activity_card(struct html *, const struct activity *, const char *name);
