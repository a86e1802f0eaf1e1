/* checkup.h - the security check-up: what somebody with Full Access should look at.
 *
 * Lines come from checkup.def and are computed from the data of this moment; nothing is
 * kept.  An entry is somebody or something to look at, with what mends it: a button here, or
 * the page where it is done. */
#pragma once
#include "access/access.h"
#include "base/cx.h"

enum {
    CHECKUP_QUIET_DAYS = 90,  /* not seen for so long */
    CHECKUP_KEY_DAYS = 90,    /* a key is old then */
    CHECKUP_ENDING_DAYS = 2,  /* an invitation is about to end */
    CHECKUP_FAILED_DAYS = 28, /* sign-ins are looked at for so long */
    CHECKUP_FAILED_MANY = 5,  /* fewer are slips of the finger ... */
    CHECKUP_CODES_MANY = 3,   /* ... but for codes, which come after the right password */
    CHECKUP_SHOWN = 50,       /* entries of a line */
};

enum checkup_way { WAY_NONE, WAY_OWN, WAY_LOWER, WAY_DEACTIVATE, WAY_DEVICES, WAY_INVITATIONS, WAY_PAPERS };

struct checkup_entry {
    struct id id;      /* what the button is about */
    struct id user;    /* whose page the name leads to; none: no page */
    const char *name, *about;
    const char *tag;   /* a warning beside the name, or NULL */
    bool button;       /* the line's button fits */
    enum checkup_way way;
};
struct checkup_line {
    const char *key, *title, *about;
    const char *button; /* or NULL */
    const char *all;    /* the button for all of them, or NULL */
    bool open;          /* somebody should do something */
    size_t n;           /* of which CHECKUP_SHOWN are here */
    struct checkup_entry *at;
};

enum { CHECKUP_LINES = 8 };
struct checkup {
    size_t n, open;
    struct checkup_line at[CHECKUP_LINES];
};
/* Asks USERS_EDIT. */
enum status checkup_find(struct cx *, struct checkup *out);

/* Presses the button of an entry, or (id "all") that of the line: what the entry's own page
 * would do, asking what that asks.  *said: what was done, in a sentence.  NOT_FOUND for
 * lines without a button and for what is not of this group; CONFLICT where it is too late. */
enum status checkup_mend(struct cx *, const char *key, struct id, const char **said);

/* --- for lines.c ------------------------------------------------------------------------- */

/* Active users by last name: read once for all lines. */
struct checkup_user {
    struct id id, person;
    const char *name;
    struct access access;
    int64_t seen_at, created_at; /* seen_at 0: never */
    bool second;                 /* has a second step */
};
struct checkup_users {
    size_t n;
    struct checkup_user *at;
};
typedef enum status checkup_look(struct cx *, const struct checkup_users *, struct checkup_line *);
typedef enum status checkup_mend_one(struct cx *, struct id, const char **said);

checkup_look second_look, full_look, quiet_look, failed_look, keys_look, invitations_look,
    papers_look;
checkup_mend_one second_mend, quiet_mend, failed_mend, keys_mend, invitations_mend;
/* The next entry of a line with room for all of `most`. */
struct checkup_entry *checkup_entry(struct cx *, struct checkup_line *, size_t most);
