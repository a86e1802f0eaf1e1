/* public_view.h - the frame of pages for everybody: no script, no menu, 15 KB at the most. */
#pragma once
#include "app/booking/open.h"
#include "web/page.h"

/* `practice` NULL: of none. */
void public_open(struct html *, const struct request *, const struct open_practice *practice,
                 const char *title);
void public_close(struct html *);
