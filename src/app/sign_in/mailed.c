/* mailed.c - see mailed.h */
#include "app/sign_in/mailed.h"

#include "app/audit/event.h"
#include "app/people/person.h"
#include "app/sign_in/sign_in.h"
#include "app/sessions/tries.h"
#include "base/email.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/sign_in/mailed.text.h"

enum { LETTERS_AN_HOUR = 3, ASKS_AN_HOUR = 20 };

static enum status check_pace(struct cx *cx)
{
    bool fits;
    TRY(tries_take(cx, "reset address", tries_address(cx), ASKS_AN_HOUR, HOURS(1), &fits));
    if (fits) return OK;
    field_fault(cx, "email", SAY(reset_slow, wait_words(cx, HOURS(1))));
    return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
}

enum status reset_ask(struct cx *cx, const char *email)
{
    const char *address, *key;
    char who[SECRET_SIZE];
    struct person *person = NULL;
    bool fits;
    if (email_clean(cx->mem, email, &address, &key) != EMAIL_OK) {
        field_fault(cx, "email", SAY(reset_email_shape));
        return field_check(cx);
    }
    TRY(check_pace(cx));
    secret_hash(key, who);
    TRY(tries_take(cx, "reset account", who, LETTERS_AN_HOUR, HOURS(1), &fits));
    enum status status = person_by_email(cx, key, &person);
    if (status != OK && status != NOT_FOUND) return status;
    /* For nobody the same job is queued, about nobody: it finds nothing to write. */
    return fits ? reset_send(cx, person ? person->id : id_new(cx->now), "") : OK;
}

enum status reset_send(struct cx *cx, struct id person, const char *asked_by)
{
    return enqueue(cx, JOB_letter_reset, person, asked_by);
}

enum status mailed_email(struct cx *cx, enum link_purpose purpose, const char *token,
                         const char **email)
{
    struct link link;
    struct person *person;
    bool open;
    *email = "";
    enum status status = link_look(cx, purpose, token, &link, &open);
    if (status == OK) status = person_find(cx, link.person, &person);
    if (status == OK) *email = person->email;
    return status == NOT_FOUND ? OK : status;
}

enum status mailed_check(struct cx *cx, enum link_purpose purpose, const char *token,
                         const struct typed_password *typed, struct new_password **out)
{
    struct link link;
    *out = NULL;
    enum status status = link_find(cx, purpose, token, &link);
    if (status == NOT_FOUND) return OK;
    TRY(status);
    return new_password_check(cx, link.person, typed, out);
}

/* Whoever holds the link acts as its person. */
static enum status act_as(struct cx *cx, struct id id, struct about *about)
{
    struct person *person;
    TRY(person_find(cx, id, &person));
    cx->actor.person = id;
    cx->actor.name = person_name(cx, person);
    *about = (struct about){ id, cx->actor.name };
    return sign_in_forget(cx, person->email_key);
}

enum status mailed_password(struct cx *cx, enum link_purpose purpose, const char *token,
                            const struct new_password *p)
{
    struct link link;
    struct about about;
    if (!p) return fail(cx, NOT_FOUND, "no such link");
    TRY(link_find(cx, purpose, token, &link));
    if (!id_same(link.person, p->person)) return fail(cx, BROKEN, "checked for somebody else");
    TRY(new_password_faults(cx, p));
    TRY(link_use(cx, purpose, token, &link));
    TRY(act_as(cx, link.person, &about));
    TRY(person_set_password(cx, link.person, p->hash, (struct id){ 0 }));
    TRY(person_prove(cx, link.person));
    return announce_above(cx, EVENT_PASSWORD_RESET, about, NULL, NULL);
}

enum status mailed_proof(struct cx *cx, const char *token)
{
    struct link link;
    struct about about;
    TRY(link_use(cx, LINK_PROVE, token, &link));
    TRY(act_as(cx, link.person, &about));
    TRY(person_prove(cx, link.person));
    return announce_above(cx, EVENT_ADDRESS_PROVEN, about, NULL, NULL);
}

enum status own_proof_send(struct cx *cx)
{
    struct person *person;
    bool fits;
    TRY(person_find(cx, cx->actor.person, &person));
    if (person->proven_at) return OK;
    TRY(tries_take(cx, "proof", person->id.text, LETTERS_AN_HOUR, HOURS(1), &fits));
    if (!fits) {
        field_fault(cx, "proof", SAY(proof_often));
        return fail(cx, CONFLICT, "%s", cx->faults->message);
    }
    return enqueue(cx, JOB_letter_prove, person->id, "");
}

enum status mailed_not_me(struct cx *cx, const char *token, struct new_sign_in *out)
{
    struct person *person;
    TRY(not_me_link_find(cx, token, out));
    TRY(person_find(cx, out->person, &person));
    cx->actor.name = person_name(cx, person);
    TRY(not_me_link_use(cx, token, out));
    return reset_send(cx, out->person, "");
}

enum status tips_find(struct cx *cx, const char *token, bool *on)
{
    struct link link;
    struct person *person;
    TRY(link_find(cx, LINK_UNSUBSCRIBE, token, &link));
    TRY(person_find(cx, link.person, &person));
    *on = person->onboarding_mails;
    return OK;
}

enum status tips_stop(struct cx *cx, const char *token)
{
    struct link link;
    TRY(link_find(cx, LINK_UNSUBSCRIBE, token, &link));
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE people SET onboarding_mails = 0, version = version + 1"
                              " WHERE id = $1 AND onboarding_mails = 1"),
                   link.person);
}
