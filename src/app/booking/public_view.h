/* public_view.h - the frame of pages for everybody: no script, no menu, 15 KB at the most. */
#pragma once
#include "app/booking/open.h"
#include "web/page.h"

/* `practice` NULL: of none. */
void public_open(struct html *, const struct request *, const struct open_practice *practice,
                 const char *title);
void public_close(struct html *);
/* Who asks, by the cookie, which comes with this answer if there is none yet: so that a form can
 * be sent, and a kept time be one browser's. */
const char *public_visitor(struct cx *, struct request *, struct response *);
