/* user_add.c - see user_add.h */
#include "app/staff/user_add.h"

#include <string.h>

#include "app/invitations/invitation.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "app/sessions/tries.h"
#include "app/staff/term.h"
#include "app/staff/user_check.h"
#include "app/users/access_words.h"
#include "app/users/onboarding.h"
#include "base/email.h"
#include "base/password.h"
#include "base/say.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/staff/staff.text.h"

/* --- what was typed --------------------------------------------------------- */

enum status temporary_fault(struct cx *cx, const struct user_draft *d, const char *password,
                            const char **fault)
{
    struct practice_facts practice;
    TRY(practice_facts(cx, &practice));
    const char *known[] = { d->first_name, d->last_name, d->email, practice.name };
    switch (password_check(cx->mem, password, PASSWORD_LEAST, known, 4)) {
    case PASSWORD_OK: *fault = NULL; break;
    case PASSWORD_TEXT: *fault = SAY(password_unclear); break;
    case PASSWORD_SHORT: *fault = SAY(password_short, (int64_t)PASSWORD_LEAST); break;
    case PASSWORD_LONG: *fault = SAY(password_long, (int64_t)PASSWORD_MOST); break;
    case PASSWORD_PERSONAL: *fault = SAY(password_personal); break;
    case PASSWORD_PATTERN: *fault = SAY(password_pattern); break;
    case PASSWORD_COMMON: *fault = SAY(password_common); break;
    }
    return OK;
}

static bool typed_a_password(const struct new_user *n)
{
    return n->entry == ENTRY_PASSWORD && (*n->password || *n->password_again);
}

static enum status check_password(struct cx *cx, const struct new_user *n)
{
    const char *fault;
    if (!typed_a_password(n)) return OK;
    if (strcmp(n->password, n->password_again) != 0)
        field_fault(cx, *n->password ? "password_again" : "password", SAY(password_mismatch));
    if (!*n->password) return OK;
    TRY(temporary_fault(cx, &n->draft, n->password, &fault));
    if (fault) field_fault(cx, "password", fault);
    return OK;
}

/* The address and its key, or faults. */
static void check_email(struct cx *cx, const struct new_user *n, struct user_draft *d)
{
    const char *address = "", *key = "", *again = "", *again_key = "";
    enum email_verdict verdict = email_clean(cx->mem, n->draft.email, &address, &key);
    d->email = address;
    d->email_key = key;
    if (verdict == EMAIL_EMPTY) field_fault(cx, "email", SAY(email_missing));
    if (verdict != EMAIL_OK) field_fault(cx, "email", SAY(email_shape));
    enum email_verdict second = email_clean(cx->mem, n->email_again, &again, &again_key);
    if (second == EMAIL_EMPTY)
        field_fault(cx, "email_again", SAY(email_again_missing));
    else if (verdict == EMAIL_OK && (second != EMAIL_OK || strcmp(key, again_key) != 0))
        field_fault(cx, "email_again", SAY(email_mismatch));
}

enum status new_user_hash(struct cx *cx, const struct new_user *n, const char **hash)
{
    const char *fault;
    *hash = NULL;
    if (n->entry != ENTRY_PASSWORD || !*n->password) return OK;
    if (strcmp(n->password, n->password_again) != 0) return OK;
    TRY(temporary_fault(cx, &n->draft, n->password, &fault));
    return fault ? OK : new_password_hash(cx, n->password, hash);
}

/* --- who that is -------------------------------------------------------------- */

/* Without the rows that are still to come there would be faults that are none. */
static enum status check_fields(struct cx *cx)
{
    return db_unsure(cx) ? OK : field_check(cx);
}

/* `at`: since when it is deactivated, or until when it is open. */
static enum status find_here(struct cx *cx, const struct user_draft *d, enum here *out, int64_t *at)
{
    struct user *user;
    struct invitation *open;
    *out = NOT_HERE;
    enum status status = user_by_email(cx, d->email_key, &user);
    if (status != OK && status != NOT_FOUND) return status;
    if (status == OK) {
        *out = user->access.active ? IS_USER : WAS_USER;
        *at = user->deactivated_at;
        if (!db_unsure(cx)) return OK;
    }
    status = invitation_pending(cx, d->email_key, &open);
    if (status != OK) return status == NOT_FOUND ? OK : status;
    *out = IS_INVITED;
    *at = open->expires_at;
    return OK;
}

static enum status check_here(struct cx *cx, const struct user_draft *d)
{
    enum here here;
    int64_t at = 0;
    TRY(find_here(cx, d, &here, &at));
    if (here == IS_USER) field_fault(cx, "email", SAY(email_already_user, d->email));
    if (here == WAS_USER)
        field_fault(cx, "email", SAY(email_deactivated_user, d->email, time_day(cx, at)));
    if (here == IS_INVITED)
        field_fault(cx, "email", SAY(email_pending, d->email, time_day(cx, at)));
    return check_fields(cx);
}

/* Adding is a way to find out about addresses, so it is limited. */
static enum status take_one(struct cx *cx, const struct practice_facts *practice)
{
    bool fits;
    TRY(tries_take(cx, "adds", cx->actor.practice.text, practice->adds_per_hour, HOURS(1), &fits));
    if (fits) return OK;
    return fail_because(cx, CONFLICT, "limit", "%s", SAY(too_many_adds, practice->adds_per_hour));
}

static enum status announce_added(struct cx *cx, struct id id, const struct user_draft *d)
{
    struct changes changes = { 0 };
    draft_described(cx, d, &changes);
    return announce(cx, EVENT_USER_ADDED, (struct about){ id, draft_name(cx, d) }, &changes, NULL);
}

static enum status add_new(struct cx *cx, const struct new_user *n, const struct user_draft *d,
                           const struct practice_facts *practice, struct added *out)
{
    struct id person;
    bool temporary = n->entry == ENTRY_PASSWORD;
    if (temporary && !n->password_hash) return fail(cx, BROKEN, "a password that nobody hashed");
    TRY(person_create(cx,
                      &(struct new_person){ .email = d->email,
                                            .email_key = d->email_key,
                                            .first_name = d->first_name,
                                            .last_name = d->last_name,
                                            .password_hash = temporary ? n->password_hash : NULL,
                                            .temporary = temporary,
                                            .set_by = temporary ? cx->actor.name : NULL,
                                            .set_at = temporary ? practice->name : NULL },
                      &person));
    TRY(user_create(cx, person, d, d->access.owner, &out->id));
    TRY(announce_added(cx, out->id, d));
    out->how = temporary ? ADDED_WELCOMED : ADDED_LINKED;
    TRY(enqueue(cx, temporary ? JOB_letter_welcome : JOB_letter_welcome_link, out->id, ""));
    if (access_full(&d->access)) TRY(enqueue(cx, JOB_letter_full_access_granted, out->id, ""));
    TRY(term_begin(cx, out->id, d));
    return d->starts_at > cx->now ? OK : onboarding_begin(cx, out->id);
}

/* `d`: the draft with what was found out about it. */
static enum status check(struct cx *cx, const struct new_user *n, struct user_draft *d)
{
    *d = n->draft;
    TRY(allow(cx, USERS_ADD, &(struct subject){ .practice = cx->actor.practice }));
    draft_check_person(cx, d, NULL, n->one_name);
    check_email(cx, n, d);
    TRY(check_password(cx, n));
    draft_check_access(cx, d);
    TRY(draft_check_giving(cx, NULL, d));
    term_check(cx, n->first_day, n->last_day, d);
    TRY(check_fields(cx));
    access_tidy(&d->access);
    return OK;
}

enum status user_add_check(struct cx *cx, const struct new_user *n, enum here *out)
{
    struct user_draft d;
    int64_t at;
    TRY(check(cx, n, &d));
    return find_here(cx, &d, out, &at);
}

enum status user_add(struct cx *cx, const struct new_user *n, struct added *out)
{
    struct practice_facts practice;
    struct person *person = NULL;
    struct user_draft d;
    TRY(check(cx, n, &d));
    TRY(practice_facts(cx, &practice));
    TRY(take_one(cx, &practice));
    TRY(check_here(cx, &d));
    *out = (struct added){ .how = INVITED, .email = d.email };
    enum status status = person_by_email(cx, d.email_key, &person);
    if (status != OK && status != NOT_FOUND) return status;
    bool typed = n->entry == ENTRY_PASSWORD && *n->password;
    if (db_unsure(cx)) person = NULL; /* as a rule */
    if (!person && (typed || n->entry == ENTRY_LINK)) return add_new(cx, n, &d, &practice, out);
    if (typed) out->how = INVITED_INSTEAD;
    out->open_until = invitation_term_end(cx, &d);
    return invitation_send(cx, &d, &out->id);
}
