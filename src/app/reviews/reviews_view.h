/* reviews_view.h - a signed review on paper. */
#pragma once
#include "app/reviews/review.h"
#include "paper/paper.h"

/* The same bytes for every reader, but for how they read the time. */
struct paper *review_paper(struct cx *, const struct review *, const struct review_lines *,
                           const char *group);
