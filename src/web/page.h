/* page.h - the frame around pages, and the pieces pages are made of.
 *
 *   %% static void locations_page(struct html *h, struct request *rq, ...)
 *   %   page_open(h, rq, T(locations_heading));
 *   ...
 *   %   page_close(h, rq);
 *   %%
 */
#pragma once
#include "base/say.h"
#include "http/agent.h"
#include "web/assets.h"
#include "web/form.h"
#include "web/visit.h"
#include "web/web.h"

/* The whole frame: sidebar, switcher, top bar.  Inside a group its name stands
 * in the title.  With faults in cx the title begins with "Error: ". */
void page_open(struct html *, struct request *, const char *title);
void page_close(struct html *, struct request *);

/* Before page_open(): this page shows `about` ("users") as it was at change
 * number `since` of the group, and wants to hear of later ones.  Every page in
 * a group hears when it has to cover itself, without this. */
void page_watch(struct cx *, struct request *, const char *about, int64_t since);

/* The narrow card of pages for people who are not signed in (yet). */
void auth_open(struct html *, struct request *, const char *title);
void auth_close(struct html *);

/* "There is a problem", with a link to each field.  Nothing without faults. */
void error_summary(struct html *);
/* Why the form that was sent was refused, if that is no field's fault (CONFLICT).
 * Pages that ask how to go on say it themselves. */
void refusal(struct html *, const struct request *);

/* What the form that led here changed, or none.  A list gives that row the
 * class "fresh" and, in words, just_changed(). */
struct id changed_row(struct cx *, const struct request *);
void just_changed(struct html *);

/* The hidden field every changing form carries. */
void form_token(struct html *, const struct request *);

/* A page's h1 and the sentence under it (NULL: none). */
void page_head(struct html *, const char *heading, const char *about);

struct input {
    const char *name, *label, *value;
    const char *hint;         /* or NULL */
    const char *type;         /* "text" if NULL; "password" never shows its value: it comes back
                                 empty and says so, unless value is "" */
    const char *autocomplete; /* "off" if NULL */
    const char *inputmode;    /* or NULL */
    bool optional, filter;
    int lines; /* more than 1: a text area */
};
void text_field(struct html *, const struct input *);
/* A file or several, in a form of multipart/form-data; `endings` is what a browser offers
 * first (".pdf,.png").  What was chosen does not come back: browsers forbid it. */
void files_field(struct html *, const struct input *, const char *endings, bool several);

struct choice {
    const char *value, *label, *hint; /* hint: for cards and boxes, or NULL */
};
/* A list; `value` is the one chosen. */
void select_field(struct html *, const struct input *, const struct choice *, size_t n);
/* The same, of which script offers only what belongs to the one chosen in the field `other`: of[i]
 * is its value, or "" for what always is. */
void select_within(struct html *, const struct input *, const char *other, const struct choice *,
                   const char *const *of, size_t n);
/* Radio cards with a legend.  The fault's link leads to the first. */
void choice_field(struct html *, const struct input *, const struct choice *, size_t n);
void check_box(struct html *, const char *name, const char *value, const char *label,
               const char *hint, bool on);

/* One of icons.txt's names; decoration only. */
void icon(struct html *, const char *name);

/* A form that is one button.  style: "btn", "btn s", "btn primary", "linkbtn" ... */
void button_form(struct html *, const struct request *, struct url to, const char *label,
                 const char *style);

/* "Page 2 of 9" with links; nothing for a single page. */
void paging(struct html *, struct url here, int64_t page, int64_t pages);

/* On paper only: of which group, by whom and when. */
void print_note(struct html *, const struct request *);

/* A moment as <time datetime>, in words of time_ago(). */
void time_tag(struct html *, int64_t at);

/* An address of the net, with "about Australia" under it where that is known (http/place.h). */
void address_tag(struct html *, const char *address);
