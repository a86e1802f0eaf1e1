/* plans_view.h - what is planned, for every page that shows or asks it. */
#pragma once
#include "app/departures/plan.h"
#include "web/page.h"

struct plans {
    size_t n;
    struct plan at[PLAN_KINDS];
};
enum status plans_of_user(struct cx *, struct id user, struct plans *out);

/* What is planned for one user, with a button to take it back.  in_form: the page
 * has one big form, and the button belongs to it. */
void plans_banner(struct html *, struct request *, const struct plans *, bool in_form);
/* Now or on a date: the fields "when", "date" and "time"; `hint` says what no time means. */
void when_fields(struct html *, const char *when, const char *date, const char *time,
                 const char *hint);
/* The same for an end, which may begin with days of Read Only; as typed. */
struct when {
    const char *when; /* "now", "date", "read_only" */
    const char *date, *time, *days;
};
void when_end_fields(struct html *, const struct when *, const char *hint, bool read_only_too);
/* Notes a fault where a day was chosen and "now" as well, or days of Read Only and not
 * that: nobody means both. */
void when_check(struct cx *, const struct when *);
