/* step_up.c - see step_up.h */
#include "app/step_up/step_up.h"

#include "app/second_step/second_step.h"
#include "app/sessions/challenge.h"
#include "app/sessions/session.h"
#include "base/say.h"
#include "base/time.h"

#include "app/step_up/step_up.text.h"

static const char purpose[] = "proof";
enum { PAGE_MINUTES = 30 };

static enum status by_passkey(struct cx *cx, const struct webauthn_answer *answer)
{
    struct id person;
    TRY(passkey_take(cx, PASSKEY_CONFIRM, cx->actor.session.text, answer, &person));
    if (!id_some(person)) field_fault(cx, "proof_passkey", passkey_wrong(cx));
    TRY(field_check(cx));
    return session_prove(cx, true);
}

enum status step_up_prove(struct cx *cx, const struct proof *p)
{
    bool on, remembered;
    const struct confirmation nothing = { .person = cx->actor.person };
    if (p->passkey) return by_passkey(cx, p->passkey);
    TRY(second_step_on(cx, cx->actor.person, &on));
    TRY(session_is_remembered(cx, &remembered));
    if (on && (remembered || (*p->code && !(p->password && p->password->typed))))
        TRY(confirm_code(cx, "proof_code", p->code));
    else
        TRY(confirm_take(cx, "proof_password", p->password ? p->password : &nothing));
    return session_prove(cx, false);
}

enum status step_up_begin(struct cx *cx, const char **value)
{
    return challenge_new(cx, purpose, cx->actor.session.text, value);
}

enum status step_up_look(struct cx *cx, const char *value)
{
    enum challenge state;
    TRY(challenge_look(cx, purpose, cx->actor.session.text, value, MINUTES(PAGE_MINUTES), &state));
    if (state == CHALLENGE_USED) return fail_because(cx, CONFLICT, "used", "%s", SAY(step_up_used));
    if (state == CHALLENGE_OPEN) return OK;
    return fail_because(cx, INVALID, "old", "%s", SAY(step_up_old));
}

enum status step_up_use(struct cx *cx, const char *value)
{
    bool used;
    TRY(challenge_use(cx, purpose, cx->actor.session.text, value, MINUTES(PAGE_MINUTES), &used));
    return used ? OK : fail_because(cx, CONFLICT, "used", "%s", SAY(step_up_used));
}
