/* user_form.h - the form for adding and for changing a user.
 *
 * Its boxes are those of one role type and level, which the hidden field
 * boxes_for names ("practitioner.clinical").  A box that comes back as that
 * level sets it follows the level that was chosen; one that differs is a
 * change of its own, and stays.  So without script, choosing another level and
 * pressing Save gives exactly that level. */
#pragma once
#include "app/locations/location.h"
#include "app/staff/kept_draft.h"
#include "app/staff/user_add.h"
#include "app/users/access_words.h"
#include "web/page.h"

struct user_form {
    const char *title, *title_other, *first_name, *last_name;
    bool one_name;
    const char *role_type, *profession, *profession_other, *registration_number;
    const char *email, *email_again, *entry, *password, *password_again; /* adding only */
    const char *level, *boxes_for;
    bool see[AREA_COUNT], edit[AREA_COUNT], set[SETTING_COUNT];
    struct texts locations; /* ids */
    bool all_locations, owner;
    const char *first_day, *last_day; /* adding only */
    const char *version, *was, *user; /* changing only; see versions_web.h */
    const char *then; /* "deactivate", "leave": where to go on once Full Access is lowered */
    bool reviewed, preset;
    bool resume, resumed; /* adding only: take up what was put aside; it was taken up */
};

/* What a new form shows, what a user's form shows, and what came back. */
struct user_form user_form_new(void);
struct user_form user_form_of(struct cx *, const struct user *);
void user_form_take(struct cx *, const struct request *, struct user_form *);

/* The draft the form means.  `user`: who is changed, or NULL. */
void user_form_draft(struct cx *, const struct user_form *, const struct location_list *,
                     const struct user *, struct user_draft *out);
/* What a form for adding holds, for keeping it, and back.  No passwords. */
const char *user_form_pack(struct cx *, const struct user_form *);
void user_form_unpack(struct cx *, const char *packed, struct user_form *);

/* The form for this draft; what only a form has (version, reviewed ...) stays. */
void user_form_fill(struct cx *, struct user_form *, const struct user_draft *);
/* Faults only a form can have: no role type, a level the role type lacks. */
void user_form_check(struct cx *, const struct user_form *);
/* Boxes as the draft has them, for the next round; with `preset` pressed, the
 * level's own. */
void user_form_settle(struct cx *, struct user_form *, struct user_draft *);

struct user_form_view {
    const struct user_form *form;
    const struct user *user; /* NULL: a new one */
    struct location_list locations;
    struct user_draft draft;
    const char *suggestion;        /* a password, or NULL */
    bool level_fixed;              /* another owner's level is not for the actor to change */
    bool owner_box;                /* only owners give ownership, only oneself gives it up */
    const char *refused;           /* why it was not saved, if that is no field's fault; or NULL */
    const struct kept_draft *kept; /* to be taken up, or NULL */
    bool activate;                 /* the email belongs to a deactivated user */
    struct id activate_id;
};
enum status user_form_view(struct cx *, struct user_form *, const struct user *,
                           struct user_form_view *out);

/* The whole <form> with its sections and the preview beside them. */
void user_form_show(struct html *, struct request *, const struct user_form_view *, struct url to,
                    struct url preview);
/* The same values as hidden fields, for the review. */
void user_form_hidden(struct html *, const struct user_form *);
/* First name, or the only one, or "this user" while there is none. */
const char *user_form_called(struct cx *, const struct user_form *);

/* The page for changing this user, with what the form holds. */
enum status user_edit_show(struct cx *, struct request *, struct response *, const struct user *,
                           struct user_form *);
