/* lost_step_view.h - what other pages show of it. */
#pragma once
#include "app/lost_step/lost_step.h"
#include "html/html.h"

struct request;

/* On the page that asks for a code; nothing where nothing is open. */
void lost_step_at_sign_in(struct html *, const struct request *, const struct lost_groups *);
/* On the person's own page: a strip for each that can be refused. */
void lost_step_strips(struct html *, const struct request *, const struct lost_groups *);
