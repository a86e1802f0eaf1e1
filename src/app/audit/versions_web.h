/* versions_web.h - two versions of one thing, for a form that lost a race.
 *
 * The page that a stale form comes back to shows what was entered and what is
 * saved now, side by side.  Its hidden version is the one saved now, so that
 * saving again means: I have seen both. */
#pragma once
#include "web/page.h"

struct version_line {
    const char *label, *yours, *saved;
};

/* Is the page shown because somebody else was faster? */
bool stale(const struct cx *, const struct request *);

/* Lines that are the same on both sides are left out.  `about` is the thing,
 * whose last change says who was faster; `reload` shows what is saved. */
void versions(struct html *, struct id about, struct url reload, const struct version_line *,
              size_t n);
