/* rooms_view.h - rooms on the pages of their location. */
#pragma once
#include "app/locations/room.h"
#include "web/page.h"

/* For who may change them: the list, with what can be done; `changed` is marked. */
void rooms_card(struct html *, struct request *, struct id location, const struct room_list *,
                struct id changed);
/* For everybody else: a line of a list of facts; nothing without rooms that are offered. */
void rooms_fact(struct html *, struct id location, const struct room_list *);
