/* activity_view.h - a card: when somebody signed in, and when it failed. */
#pragma once
#include "app/sessions/activity.h"
#include "web/page.h"

void activity_card(struct html *, const struct activity *);
