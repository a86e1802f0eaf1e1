/* zones.h - a list of all time zones to choose from. */
#pragma once
#include "web/page.h"

/* A select_field() of the zones in use today. */
void zone_field(struct html *, const struct input *);
