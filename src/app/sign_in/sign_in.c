/* sign_in.c - see sign_in.h */
#include "app/sign_in/sign_in.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/people/person.h"
#include "app/second_step/required.h"
#include "app/second_step/second_step.h"
#include "app/sessions/known_device.h"
#include "app/sessions/remembered.h"
#include "app/sessions/session.h"
#include "app/sessions/tries.h"
#include "base/email.h"
#include "base/password.h"
#include "base/secret.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/sign_in/session.text.h"

/* From one address to one account: generous, then slow. */
static const struct tries_rule pair_rule = { "sign-in pair", 5, HOURS(1), MINUTES(1), MINUTES(15) };
/* From one address to any account: a clinic behind one address signs in often. */
static const struct tries_rule address_rule = { "sign-in address", 50, HOURS(1), SECONDS(30),
                                                MINUTES(15) };
/* To one account from anywhere: far above what a person mistypes. */
static const struct tries_rule account_rule = { "sign-in account", 100, HOURS(24), MINUTES(1),
                                                MINUTES(5) };

/* The same for codes: three of a million are right at any moment. */
static const struct tries_rule code_pair_rule = { "code pair", 5, HOURS(1), MINUTES(1),
                                                  MINUTES(15) };
static const struct tries_rule code_account_rule = { "code account", 20, HOURS(24), MINUTES(1),
                                                     MINUTES(15) };

static struct password_cost cost_of(const struct cx *cx)
{
    return (struct password_cost){ cx->setup->hash_memory, cx->setup->hash_passes };
}

/* Stands in for the hash of nobody, so that unknown addresses take as long. */
static const char *nobodys_hash(struct cx *cx)
{
    unsigned long kib = cx->setup->hash_memory / 1024;
    return arena_print(cx->mem,
                       "$argon2id$v=19$m=%lu,t=%u,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                       "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                       kib, cx->setup->hash_passes);
}

enum status new_password_hash(struct cx *cx, const char *password, const char **hash)
{
    char *out = arena_alloc(cx->mem, PASSWORD_HASH_SIZE);
    *hash = NULL;
    if (!*password) return OK;
    if (!password_hash(out, password_normal(cx->mem, password), cost_of(cx)))
        return fail(cx, BROKEN, "no memory for a password hash");
    *hash = out;
    return OK;
}

const char *wait_words(struct cx *cx, int64_t wait)
{
    return SAY(wait_minutes, (wait + MINUTES(1) - 1) / MINUTES(1));
}

/* What a try is counted for.  A browser of the person's own is counted by itself, so that whatever
 * strangers do, behind the same address too, keeps nobody waiting there. */
struct failed {
    const char *pair, *pair_here; /* pair_here: with the address, if pair is with the browser */
    const char *address, *email_key;
    bool known; /* the person has signed in here before, or in this browser */
    struct about about;
};

/* Once somebody is slowed down, the person hears of it; once a day. */
static enum status tell_person(struct cx *cx, const struct failed *failed)
{
    int64_t wait;
    bool first;
    if (!id_some(failed->about.id)) return OK;
    TRY(tries_wait(cx, &pair_rule, failed->pair, &wait));
    if (wait == 0) return OK;
    TRY(tries_take(cx, "told of tries", failed->email_key, 1, HOURS(24), &first));
    return first ? enqueue(cx, JOB_letter_too_many_tries, failed->about.id, "") : OK;
}

static enum status count_failure(struct cx *cx, const struct failed *failed)
{
    TRY(tries_wrong(cx, &pair_rule, failed->pair));
    TRY(tries_count(cx, &address_rule, failed->address));
    TRY(tries_count(cx, &account_rule, failed->email_key));
    TRY(tell_person(cx, failed));
    return announce_above(cx, EVENT_SIGN_IN_FAILED, failed->about, NULL, NULL);
}

/* Where somebody has signed in before, and in a browser of theirs, what strangers try does not
 * count: only the pair's own failures do.  So nobody is locked out of his own desk.  Who only
 * knew the password has not signed in, what a group's provider says counts there alone, and a
 * browser that was somebody else's is nobody's own. */
static enum status at_home(struct cx *cx, const char *email_key, bool *here, bool *browser)
{
    struct table t;
    const char *device = cx->actor.device ? device_hash(cx) : "none";
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT COALESCE(max(CASE WHEN s.address = $2 THEN 1 ELSE 0 END), 0)"
                             " AS here, COALESCE(max(CASE WHEN s.device = $3 THEN 1 ELSE 0 END),"
                             " 0) AS browser FROM sessions s JOIN people p"
                             " ON p.id = s.person_id WHERE p.email_key = $1"
                             " AND (s.address = $2 OR s.device = $3)"
                             " AND s.signed_in_at > $4 AND s.waits_for <> 1"
                             " AND s.only_practice_id = '' AND NOT EXISTS (SELECT 1"
                             "  FROM known_devices k WHERE k.person_id = p.id"
                             "  AND k.token_hash = s.device AND k.disowned_at > 0)"),
                  email_key, cx->actor.address ? cx->actor.address : "", device,
                  cx->now - DAYS(30)));
    *here = cell_bool(&t, 0, "here");
    *browser = cell_bool(&t, 0, "browser");
    return OK;
}

/* `who` may be an account, or whoever has shown the password of one. */
static enum status find_pair(struct cx *cx, const char *who, const char *email_key,
                             struct failed *failed)
{
    bool here, browser;
    TRY(at_home(cx, email_key, &here, &browser));
    failed->known = here || browser;
    failed->address = tries_address(cx);
    failed->pair = failed->pair_here = ARENA_JOIN(cx->mem, who, " ", failed->address);
    if (browser) failed->pair = ARENA_JOIN(cx->mem, who, " in ", device_hash(cx));
    return OK;
}

/* Which failures were counted must not show who exists, so unknown addresses
 * count like known ones; their keys are hashed, they may be anything. */
static enum status find_failed(struct cx *cx, const char *email_key, struct failed **out)
{
    char *key = arena_alloc(cx->mem, SECRET_SIZE);
    struct failed *failed = *out = NEW(cx->mem, struct failed);
    secret_hash(email_key, key);
    failed->email_key = key;
    return find_pair(cx, key, email_key, failed);
}

static enum status find_wait(struct cx *cx, const struct failed *failed, int64_t *wait)
{
    int64_t address, account;
    TRY(tries_wait(cx, &pair_rule, failed->pair, wait));
    TRY(tries_wait(cx, &address_rule, failed->address, &address));
    TRY(tries_wait(cx, &account_rule, failed->email_key, &account));
    if (!failed->known && address > *wait) *wait = address;
    if (!failed->known && account > *wait) *wait = account;
    return OK;
}

/* What was not even checked because of the pace is not taken when the wait is
 * over a moment later: it was not found to be right. */
static enum status check_pace(struct cx *cx, const struct sign_in_proof *proof,
                              const struct failed *failed)
{
    int64_t wait;
    TRY(find_wait(cx, failed, &wait));
    if (wait == 0 && proof->unchecked) wait = SECONDS(1);
    if (wait == 0) return OK;
    field_fault(cx, "email", SAY(sign_in_slow, wait_words(cx, wait)));
    return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
}

enum status sign_in_check(struct cx *cx, const char *email, const char *password,
                          struct sign_in_proof **out)
{
    struct sign_in_proof *proof = *out = NEW(cx->mem, struct sign_in_proof);
    struct person *person = NULL;
    const char *address, *normal = password_normal(cx->mem, password);
    proof->email_key = email;
    if (email_clean(cx->mem, email, &address, &proof->email_key) == EMAIL_OK) {
        enum status status = person_by_email(cx, proof->email_key, &person);
        if (status != OK && status != NOT_FOUND) return status;
    }
    struct failed *failed;
    int64_t wait;
    TRY(find_failed(cx, proof->email_key, &failed));
    TRY(find_wait(cx, failed, &wait));
    if (wait) {
        proof->unchecked = true; /* else guessing would keep others waiting for a hash */
        return OK;
    }
    if (person) proof->hash = person->password_hash;
    const char *stored = proof->hash ? proof->hash : nobodys_hash(cx);
    proof->right = password_verify(stored, normal) && proof->hash;
    if (proof->right && password_needs_rehash(stored, cost_of(cx)))
        return new_password_hash(cx, normal, &proof->rehashed);
    return OK;
}

static enum status refuse(struct cx *cx, const struct failed *failed, const char *message)
{
    TRY(count_failure(cx, failed));
    field_fault(cx, "email", message);
    return field_check(cx);
}

/* First the code, then an own password: nobody chooses one who has not shown both. */
static enum waits_for waits_after(const struct person *person)
{
    return person->temporary ? WAITS_FOR_PASSWORD : WAITS_FOR_NOTHING;
}

enum status sign_in_may_remember(struct cx *cx, bool *may)
{
    return second_remember_allowed(cx, cx->actor.person, may);
}

/* A group that requires the second step may have taken its leave back, or is new to this person. */
static enum status is_remembered(struct cx *cx, const struct sign_in_proof *proof, bool *out)
{
    bool may = false;
    TRY(remembered_look(cx, cx->actor.person, proof->remembered, out));
    if (*out) TRY(sign_in_may_remember(cx, &may));
    *out = *out && may;
    return OK;
}

static enum status remembered_in(struct cx *cx, const struct person *person,
                                 const struct sign_in_proof *proof, const char **token,
                                 enum waits_for *waits_for)
{
    *waits_for = waits_after(person);
    TRY(remembered_use(cx, proof->remembered));
    TRY(session_start_remembered(cx, person->id, *waits_for, token));
    return announce_above(cx, EVENT_SIGNED_IN, (struct about){ person->id, cx->actor.name }, NULL,
                          SAY(sign_in_remembered));
}

enum status sign_in(struct cx *cx, const struct sign_in_proof *proof, const char **token,
                    enum waits_for *waits_for)
{
    struct person *person = NULL;
    bool second, remembered = false;
    struct failed *failed;
    TRY(find_failed(cx, proof->email_key, &failed));
    TRY(check_pace(cx, proof, failed));
    enum status status = person_by_email(cx, proof->email_key, &person);
    if (status != OK && status != NOT_FOUND) return status;
    if (person) failed->about = (struct about){ person->id, person_name(cx, person) };
    bool same = person && proof->right && person->password_hash
                && strcmp(person->password_hash, proof->hash) == 0;
    if (!same) return refuse(cx, failed, SAY(sign_in_wrong));
    if (person->temporary && person->temporary_until <= cx->now)
        return refuse(cx, failed,
                      person->temporary_by ? SAY(sign_in_temporary_over, person->temporary_by)
                                           : SAY(sign_in_temporary_over_host));
    if (proof->rehashed)
        TRY(db_exec(cx, SQL_GLOBAL("UPDATE people SET password_hash = $2 WHERE id = $1"),
                    person->id, proof->rehashed));
    TRY(tries_forget(cx, &pair_rule, failed->pair));
    TRY(second_step_on(cx, person->id, &second));
    if (id_some(cx->actor.session)) TRY(session_finish(cx, cx->actor.session));
    cx->actor.person = person->id;
    cx->actor.name = person_name(cx, person);
    if (second) TRY(is_remembered(cx, proof, &remembered));
    if (remembered) return remembered_in(cx, person, proof, token, waits_for);
    *waits_for = second ? WAITS_FOR_CODE : waits_after(person);
    TRY(session_start(cx, person->id, *waits_for, token));
    return announce_above(cx, second ? EVENT_SECOND_STEP_ASKED : EVENT_SIGNED_IN, failed->about,
                          NULL, NULL);
}

/* --- the second step ----------------------------------------------------------------- */

static enum status find_second_wait(struct cx *cx, const struct failed *failed, int64_t *wait)
{
    int64_t account;
    TRY(tries_wait(cx, &code_pair_rule, failed->pair, wait));
    TRY(tries_wait(cx, &code_account_rule, failed->about.id.text, &account));
    if (!failed->known && account > *wait) *wait = account;
    return OK;
}

/* Whoever gets here knows the password: the person hears of it, once a day. */
static enum status count_wrong_code(struct cx *cx, const struct failed *failed)
{
    int64_t wait;
    bool first = false;
    TRY(tries_wrong(cx, &code_pair_rule, failed->pair));
    TRY(tries_count(cx, &code_account_rule, failed->about.id.text));
    TRY(tries_wait(cx, &code_pair_rule, failed->pair, &wait));
    if (wait) TRY(tries_take(cx, "told of codes", failed->about.id.text, 1, HOURS(24), &first));
    if (first) TRY(enqueue(cx, JOB_letter_wrong_codes, failed->about.id, ""));
    return announce_above(cx, EVENT_SECOND_STEP_FAILED, failed->about, NULL, NULL);
}

static enum status take_code(struct cx *cx, const char *typed, const struct failed *failed,
                             enum code_verdict *verdict)
{
    TRY(second_step_take(cx, failed->about.id, typed, verdict));
    if (*verdict == CODE_WRONG) TRY(count_wrong_code(cx, failed));
    const char *wrong = code_words(cx, *verdict);
    if (wrong) field_fault(cx, "code", wrong);
    return field_check(cx);
}

enum status sign_in_second(struct cx *cx, const struct second_try *try, const char **token,
                           const char **remembered, enum waits_for *waits_for)
{
    struct person *person;
    enum code_verdict verdict;
    bool may = false;
    int64_t wait;
    *remembered = NULL;
    TRY(person_find(cx, cx->actor.person, &person));
    struct failed *failed = NEW(cx->mem, struct failed);
    failed->about = (struct about){ person->id, person_name(cx, person) };
    TRY(find_pair(cx, person->id.text, person->email_key, failed));
    TRY(find_second_wait(cx, failed, &wait));
    if (wait) {
        field_fault(cx, "code", SAY(second_slow, wait_words(cx, wait)));
        return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
    }
    TRY(take_code(cx, try->typed, failed, &verdict));
    TRY(tries_forget(cx, &code_pair_rule, failed->pair));
    TRY(tries_forget(cx, &code_account_rule, person->id.text));
    *waits_for = waits_after(person);
    TRY(session_finish(cx, cx->actor.session));
    TRY(session_start(cx, person->id, *waits_for, token));
    if (try->remember && verdict == CODE_RIGHT) TRY(sign_in_may_remember(cx, &may));
    if (may) TRY(remembered_make(cx, person->id, remembered));
    return announce_above(cx, EVENT_SIGNED_IN, failed->about, NULL, NULL);
}

enum status sign_in_passkey(struct cx *cx, struct id id, const char **token,
                            enum waits_for *waits_for)
{
    struct person *person;
    TRY(person_find(cx, id, &person));
    *waits_for = waits_after(person);
    TRY(session_start_passkey(cx, id, *waits_for, token));
    cx->actor.person = id;
    cx->actor.name = person_name(cx, person);
    return announce_above(cx, EVENT_SIGNED_IN, (struct about){ id, cx->actor.name }, NULL, NULL);
}

enum status sign_in_second_passkey(struct cx *cx, const char **token, enum waits_for *waits_for)
{
    TRY(session_finish(cx, cx->actor.session));
    return sign_in_passkey(cx, cx->actor.person, token, waits_for);
}

enum status sign_in_without(struct cx *cx, const char **token, enum waits_for *waits_for)
{
    struct person *person;
    TRY(person_find(cx, cx->actor.person, &person));
    *waits_for = waits_after(person);
    TRY(session_finish(cx, cx->actor.session));
    TRY(session_start(cx, person->id, *waits_for, token));
    return announce_above(cx, EVENT_SIGNED_IN,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

enum status sign_in_forget(struct cx *cx, const char *email_key)
{
    struct failed *failed;
    TRY(find_failed(cx, email_key, &failed));
    TRY(tries_forget(cx, &pair_rule, failed->pair));
    TRY(tries_forget(cx, &pair_rule, failed->pair_here));
    return tries_forget(cx, &account_rule, failed->email_key);
}

enum status sign_out(struct cx *cx)
{
    TRY(session_finish(cx, cx->actor.session));
    return announce_above(cx, EVENT_SIGNED_OUT, (struct about){ cx->actor.person, cx->actor.name },
                          NULL, NULL);
}
