/* confirm.c - see confirm.h */
#include "app/sign_in/confirm.h"

#include <string.h>

#include "app/people/person.h"
#include "app/second_step/second_step.h"
#include "app/sessions/session.h"
#include "app/sign_in/new_password.h"
#include "app/sign_in/sign_in.h"
#include "base/password.h"
#include "base/secret.h"
#include "base/time.h"

#include "app/sign_in/confirm.text.h"

enum { PASSKEY_FRESH_MINUTES = 10 };

enum status confirm_check(struct cx *cx, struct id id, const char *typed, struct confirmation **out)
{
    struct person *person;
    TRY(person_find(cx, id, &person));
    struct confirmation *c = *out = NEW(cx->mem, struct confirmation);
    *c = (struct confirmation){ .person = id, .before = person->password_hash, .typed = *typed };
    c->right = c->typed && c->before && password_verify(c->before, password_normal(cx->mem, typed));
    return OK;
}

enum status confirm_take(struct cx *cx, const char *field, const struct confirmation *c)
{
    struct person *person;
    int64_t wait;
    const char *session = cx->actor.session.text;
    if (!c || !id_same(c->person, cx->actor.person))
        return fail(cx, BROKEN, "the password was not checked");
    TRY(tries_wait(cx, &own_password_tries, session, &wait));
    if (wait) {
        field_fault(cx, field, SAY(confirm_slow, wait_words(cx, wait)));
        return fail_because(cx, INVALID, "slow", "%s", fault_of(cx, field));
    }
    if (c->typed && !c->right) TRY(tries_wrong(cx, &own_password_tries, session));
    if (!c->typed) field_fault(cx, field, SAY(confirm_missing));
    if (c->typed && !c->right) field_fault(cx, field, SAY(confirm_wrong));
    TRY(field_check(cx));
    TRY(person_find(cx, c->person, &person));
    if (!person->password_hash || strcmp(person->password_hash, c->before) != 0)
        return fail(cx, CONFLICT, "%s", SAY(confirm_meanwhile));
    return tries_forget(cx, &own_password_tries, session);
}

/* From one session: its person mistypes, whoever found it open guesses. */
static const struct tries_rule own_code_tries = { "own code", 5, HOURS(1), MINUTES(1),
                                                  MINUTES(15) };

enum status confirm_needs_code(struct cx *cx, bool *needs)
{
    bool on, passkey = false;
    TRY(second_step_on(cx, cx->actor.person, &on));
    if (on) TRY(session_passkey_since(cx, cx->now - MINUTES(PASSKEY_FRESH_MINUTES), &passkey));
    *needs = on && !passkey;
    return OK;
}

enum status confirm_second(struct cx *cx, const char *field, const char *typed)
{
    bool needs;
    TRY(confirm_needs_code(cx, &needs));
    return needs ? confirm_code(cx, field, typed) : OK;
}

enum status confirm_code(struct cx *cx, const char *field, const char *typed)
{
    enum code_verdict verdict = CODE_WRONG;
    int64_t wait;
    const char *session = cx->actor.session.text;
    TRY(tries_wait(cx, &own_code_tries, session, &wait));
    if (wait) {
        field_fault(cx, field, SAY(confirm_code_slow, wait_words(cx, wait)));
        return fail_because(cx, INVALID, "slow", "%s", fault_of(cx, field));
    }
    if (!*typed) field_fault(cx, field, SAY(confirm_code_missing));
    TRY(field_check(cx));
    TRY(second_step_take(cx, cx->actor.person, typed, &verdict));
    if (verdict == CODE_WRONG) TRY(tries_wrong(cx, &own_code_tries, session));
    const char *wrong = code_words(cx, verdict);
    if (wrong) field_fault(cx, field, wrong);
    TRY(field_check(cx));
    return tries_forget(cx, &own_code_tries, session);
}
