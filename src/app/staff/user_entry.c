/* user_entry.c - helping a user to get in; see user_change.h */
#include <string.h>

#include "app/audit/event.h"
#include "app/sign_in/mailed.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "app/sessions/tries.h"
#include "app/staff/user_add.h"
#include "app/staff/user_change.h"
#include "app/staff/user_check.h"
#include "base/say.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/staff/staff.text.h"

enum { LETTERS_AN_HOUR = 5 };

static struct about about(struct cx *cx, const struct user *u)
{
    return (struct about){ u->id, user_name(cx, u) };
}

static enum status allow_active(struct cx *cx, const struct user *u)
{
    struct subject subject = user_subject(u);
    TRY(allow(cx, USERS_EDIT, &subject));
    if (u->access.active) return OK;
    return fail_because(cx, CONFLICT, "deactivated", "%s", SAY(deactivated_first));
}

/* Nobody's letter box is filled by a click that is repeated. */
static enum status take_letter(struct cx *cx, const struct user *u)
{
    bool fits;
    TRY(tries_take(cx, "letters to user", u->id.text, LETTERS_AN_HOUR, HOURS(1), &fits));
    if (fits) return OK;
    return fail_because(cx, CONFLICT, "limit", "%s", SAY(reset_too_many, user_name(cx, u)));
}

enum status user_reset_send(struct cx *cx, const struct user *u)
{
    struct practice_facts practice;
    TRY(allow_active(cx, u));
    TRY(take_letter(cx, u));
    TRY(practice_facts(cx, &practice));
    TRY(reset_send(cx, u->person, SAY(asked_by, cx->actor.name, practice.name)));
    return announce(cx, EVENT_USER_RESET_SENT, about(cx, u), NULL, NULL);
}

enum status user_welcome_again(struct cx *cx, const struct user *u)
{
    TRY(allow_active(cx, u));
    TRY(take_letter(cx, u));
    TRY(db_exec(cx, SQL("UPDATE users SET mail_problem = '' WHERE practice_id = $1 AND id = $2"),
                u->id));
    TRY(enqueue(cx, u->has_password ? JOB_letter_welcome : JOB_letter_welcome_link, u->id, ""));
    return announce(cx, EVENT_USER_WELCOME_SENT, about(cx, u), NULL, NULL);
}

enum status user_may_get_temporary(struct cx *cx, const struct user *u, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT count(*) AS n FROM users WHERE person_id = $1"),
                  u->person));
    *out = u->access.active && (!u->has_password || u->temporary_until) && table_number(&t) == 1;
    return OK;
}

static const char *wrong_password(struct cx *cx, const char *password, const char *fault)
{
    return *password ? fault : SAY(password_missing);
}

enum status temporary_hash(struct cx *cx, const struct user *u, struct temporary_password *p)
{
    const char *fault;
    struct user_draft d = user_as_draft(u);
    p->hash = NULL;
    TRY(temporary_fault(cx, &d, p->password, &fault));
    if (fault || strcmp(p->password, p->again) != 0) return OK;
    return new_password_hash(cx, p->password, &p->hash);
}

enum status user_temporary_set(struct cx *cx, const struct user *u,
                               const struct temporary_password *p)
{
    struct practice_facts practice;
    const char *fault;
    bool may;
    struct user_draft d = user_as_draft(u);
    TRY(allow_active(cx, u));
    TRY(user_may_get_temporary(cx, u, &may));
    if (!may && u->has_password && !u->temporary_until)
        return fail_because(cx, CONFLICT, "own", "%s", SAY(own_password_there, user_name(cx, u)));
    if (!may)
        return fail_because(cx, CONFLICT, "own", "%s",
                            SAY(other_groups_password, user_name(cx, u)));
    TRY(temporary_fault(cx, &d, p->password, &fault));
    if (fault) field_fault(cx, "temporary_password", wrong_password(cx, p->password, fault));
    if (!fault && strcmp(p->password, p->again) != 0)
        field_fault(cx, "temporary_password_again", SAY(password_mismatch));
    TRY(field_check(cx));
    if (!p->hash) return fail(cx, BROKEN, "a password that nobody hashed");
    TRY(practice_facts(cx, &practice));
    TRY(person_set_temporary(cx, u->person, p->hash, cx->actor.name, practice.name));
    TRY(enqueue(cx, JOB_letter_temporary_password_set, u->id, ""));
    return announce(cx, EVENT_PASSWORD_SET, about(cx, u), NULL, NULL);
}
