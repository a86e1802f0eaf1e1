/* credits_view.h - what the pages about credits say alike. */
#pragma once
#include "app/credits/order.h"
#include "web/page.h"

/* The group's route, or a user's own. */
struct url whose(struct cx *, struct request *, struct id user, enum route group, enum route own);
const char *order_state_words(struct cx *, enum order_state);
const char *order_asked_words(struct cx *, const struct order *); /* "21 Nov by Freya Nilsson" */
