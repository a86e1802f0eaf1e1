/* new_password.c - see new_password.h */
#include "app/sign_in/new_password.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/people/person.h"
#include "app/sessions/session.h"
#include "app/sign_in/sign_in.h"
#include "app/sessions/tries.h"
#include "base/password.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"

#include "app/sign_in/new_password.text.h"

/* From one session: its person mistypes, whoever found it open guesses. */
const struct tries_rule own_password_tries = { "own password", 5, HOURS(1), MINUTES(1),
                                               MINUTES(15) };

/* What a stranger would try first: the names of the person and of the groups. */
static enum status words_about(struct cx *cx, const struct person *p, const char *const **words,
                               size_t *n)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT g.name, u.first_name, u.last_name FROM users u"
                             " JOIN practices g ON g.id = u.practice_id WHERE u.person_id = $1"),
                  p->id));
    const char **all = NEW_ARRAY(cx->mem, const char *, 3 + 3 * t.rows);
    *n = 0;
    all[(*n)++] = p->first_name;
    all[(*n)++] = p->last_name;
    all[(*n)++] = p->email;
    for (size_t i = 0; i < t.rows; i++) {
        all[(*n)++] = cell_text(&t, i, "name");
        all[(*n)++] = cell_text(&t, i, "first_name");
        all[(*n)++] = cell_text(&t, i, "last_name");
    }
    *words = all;
    return OK;
}

static const char *verdict_words(struct cx *cx, enum password_verdict verdict)
{
    switch (verdict) {
    case PASSWORD_OK: return NULL;
    case PASSWORD_TEXT: return SAY(new_password_unclear);
    case PASSWORD_SHORT: return SAY(new_password_short, (int64_t)PASSWORD_LEAST);
    case PASSWORD_LONG: return SAY(new_password_long, (int64_t)PASSWORD_MOST);
    case PASSWORD_PERSONAL: return SAY(new_password_personal);
    case PASSWORD_PATTERN: return SAY(new_password_pattern);
    case PASSWORD_COMMON: return SAY(new_password_common);
    }
    return NULL;
}

static void check_current(struct cx *cx, const struct typed_password *typed, struct new_password *p)
{
    if (!typed->current) return;
    p->guessed = *typed->current != '\0';
    p->right = p->guessed && p->before
               && password_verify(p->before, password_normal(cx->mem, typed->current));
    if (!p->guessed)
        p->current_fault = SAY(current_password_missing);
    else if (!p->right)
        p->current_fault = SAY(current_password_wrong);
    else if (strcmp(typed->current, typed->password) == 0)
        p->fault = SAY(new_password_same);
}

static void judge(struct cx *cx, const struct typed_password *typed, const char *const *words,
                  size_t n, struct new_password *p)
{
    if (!*typed->password)
        p->fault = SAY(new_password_missing);
    else if (!p->fault)
        p->fault =
            verdict_words(cx, password_check(cx->mem, typed->password, PASSWORD_LEAST, words, n));
    if (!*typed->again && *typed->password)
        p->again_fault = SAY(new_password_again_missing);
    else if (strcmp(typed->password, typed->again) != 0)
        p->again_fault = SAY(new_password_mismatch);
}

enum status first_password_check(struct cx *cx, const char *const *words, size_t n,
                                 const struct typed_password *typed, struct new_password **out)
{
    struct new_password *p = *out = NEW(cx->mem, struct new_password);
    judge(cx, typed, words, n, p);
    return p->fault || p->again_fault ? OK : new_password_hash(cx, typed->password, &p->hash);
}

enum status new_password_check(struct cx *cx, struct id id, const struct typed_password *typed,
                               struct new_password **out)
{
    struct person *person;
    const char *const *words;
    size_t n;
    TRY(person_find(cx, id, &person));
    TRY(words_about(cx, person, &words, &n));
    struct new_password *p = *out = NEW(cx->mem, struct new_password);
    p->person = id;
    p->before = person->password_hash;
    check_current(cx, typed, p);
    judge(cx, typed, words, n, p);
    if (p->fault || p->again_fault || p->current_fault) return OK;
    if (person->temporary && p->before
        && password_verify(p->before, password_normal(cx->mem, typed->password))) {
        p->fault = SAY(new_password_same_as_temporary);
        return OK;
    }
    return new_password_hash(cx, typed->password, &p->hash);
}

enum status new_password_faults(struct cx *cx, const struct new_password *p)
{
    if (p->current_fault) field_fault(cx, "current_password", p->current_fault);
    if (p->fault) field_fault(cx, "new_password", p->fault);
    if (p->again_fault) field_fault(cx, "new_password_again", p->again_fault);
    return field_check(cx);
}

/* The person as it stands now, if it is still the one that was checked. */
static enum status unchanged(struct cx *cx, const struct new_password *p, struct person **out)
{
    if (!id_same(p->person, cx->actor.person)) return fail(cx, BROKEN, "checked for somebody else");
    TRY(person_find(cx, p->person, out));
    const char *now = (*out)->password_hash;
    if (p->hash && (p->before ? now && strcmp(now, p->before) == 0 : !now)) return OK;
    field_fault(cx, "new_password", SAY(new_password_meanwhile));
    return fail(cx, CONFLICT, "%s", cx->faults->message);
}

static enum status announce_change(struct cx *cx, const struct person *person)
{
    return announce_above(cx, EVENT_PASSWORD_CHANGED,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

enum status own_password_choose(struct cx *cx, const struct new_password *p, const char **token)
{
    struct person *person;
    TRY(new_password_faults(cx, p));
    TRY(unchanged(cx, p, &person));
    TRY(person_set_password(cx, person->id, p->hash, (struct id){ 0 }));
    TRY(session_start(cx, person->id, WAITS_FOR_NOTHING, token));
    return announce_change(cx, person);
}

enum status own_password_change(struct cx *cx, const struct new_password *p)
{
    struct person *person;
    int64_t wait;
    const char *session = cx->actor.session.text;
    TRY(tries_wait(cx, &own_password_tries, session, &wait));
    if (wait) {
        field_fault(cx, "current_password", SAY(current_password_slow, wait_words(cx, wait)));
        return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
    }
    if (p->guessed && !p->right) TRY(tries_wrong(cx, &own_password_tries, session));
    TRY(new_password_faults(cx, p));
    TRY(unchanged(cx, p, &person));
    TRY(tries_forget(cx, &own_password_tries, session));
    TRY(person_set_password(cx, person->id, p->hash, cx->actor.session));
    return announce_change(cx, person);
}
