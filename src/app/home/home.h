/* home.h - what the first page of a practice group tells its reader. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

/* The list that helps a new user to begin.  Each line's state comes from the
 * data, never from a click; who the user is decides which lines there are. */
struct guide_line {
    enum {
        GUIDE_PRACTICE, /* confirm the practice's details */
        GUIDE_LOCATION, /* add a first location */
        GUIDE_PEOPLE,   /* add colleagues */
        GUIDE_DETAILS,  /* check one's own details */
        GUIDE_PLACES,   /* be assigned to a location */
        GUIDE_EMAIL,    /* confirm the own address */
        GUIDE_LINES,
    } what;
    bool done;
    const char *shown; /* "Riverside, Harbour St", "Mr Chen Wei, Dietitian", or NULL */
};
struct guide {
    bool show;   /* neither hidden nor finished, or asked for again */
    bool hidden; /* there is something to show again */
    size_t n;
    int64_t done;
    struct guide_line at[GUIDE_LINES];
};
/* Of the acting user. */
enum status guide_find(struct cx *, const struct access *, bool proven, struct guide *out);
enum status guide_hide(struct cx *);
enum status guide_show_again(struct cx *); /* even when it is finished */
/* The acting user says that the own details are right; ends the onboarding
 * letters about them, too.  Twice is fine. */
enum status guide_details_right(struct cx *);

/* What Full Access users should look at.  Asks nothing: the page shows it to
 * nobody else. */
struct attention_line {
    enum {
        ATTENTION_INVITATION_ENDS,
        ATTENTION_MAIL_USER,
        ATTENTION_MAIL_INVITATION,
        ATTENTION_LEFT_TO_SETTLE,
        ATTENTION_ASKED,   /* somebody asks for access */
        ATTENTION_CREDITS, /* auto top-up of the group's went off by itself */
        ATTENTION_PLANNED, /* somebody is to go or to come back soon, or could not */
    } kind;
    struct id id;             /* of the invitation, user or request */
    const char *name, *about; /* about: what is asked for, or planned */
    int64_t at, n;            /* when it ends; how many things are left */
};
struct attention {
    size_t n;
    struct attention_line *at;
};
enum status attention_list(struct cx *, struct attention *out);
