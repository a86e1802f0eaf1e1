/* onward_view.h - where somebody was going who sets up a second step first.
 *
 * A page, or a form that met a group which is closed until then.  Both are carried along in hidden
 * fields of the forms in between, so that nothing of them is stored: "next" is the page; "kept" the
 * form's address and "kept-NAME" its fields, without passwords.  The page with the recovery codes
 * goes on there. */
#pragma once
#include "web/page.h"

/* Passwords never come back; proofs and form tokens belong to their own page. */
bool onward_keeps(const char *name);

/* Of a page's address or of the form that came, as the same for another page; "" for none. */
const char *onward_next(const struct request *);
/* A form is carried along, so no answer may be a way to another page. */
bool onward_kept(const struct request *);
/* Inside a form. */
void onward_fields(struct html *, const struct request *);
/* The request itself becomes what is carried along: it met a closed group. */
void onward_fields_of(struct html *, const struct request *);
/* The button that goes on, in words of its own; false, and no button, for who was going nowhere. */
bool onward_button(struct html *, const struct request *);

/* Whoever has just signed in goes by the page about the second step, if a group asks for one and
 * there is none; *to is left alone otherwise. */
enum status onward_by_second(struct cx *, struct id person, const char *next, struct url *to);
