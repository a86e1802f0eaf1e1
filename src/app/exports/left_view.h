/* left_view.h - the groups that keep an archive for who has left them, for the own pages. */
#pragma once
#include "app/exports/left.h"
#include "web/page.h"

/* A section with a link to each; nothing if there is none. */
void left_section(struct html *, const struct left_groups *);
