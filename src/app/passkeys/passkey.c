/* passkey.c - see passkey.h */
#include "app/passkeys/passkey.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/people/person.h"
#include "app/second_step/recovery.h"
#include "app/second_step/required.h"
#include "app/sessions/challenge.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"

#include "app/passkeys/passkeys.text.h"

enum { NAME_MOST = 60 };

static const char *const purposes[] = { [PASSKEY_SIGN_IN] = "passkey sign-in",
                                        [PASSKEY_SECOND] = "passkey second",
                                        [PASSKEY_CONFIRM] = "passkey confirm",
                                        [PASSKEY_ADD] = "passkey add" };

static struct passkey read_one(const struct table *t, size_t row)
{
    return (struct passkey){
        .id = cell_id(t, row, "id"),
        .name = cell_text(t, row, "name"),
        .credential = cell_text(t, row, "credential"),
        .added_at = cell_int(t, row, "created_at"),
        .used_at = cell_int(t, row, "used_at"),
    };
}

enum status passkey_list(struct cx *cx, struct id person, struct passkey_list *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, name, credential, created_at, used_at FROM passkeys"
                             " WHERE person_id = $1 ORDER BY created_at, id"),
                  person));
    *out = (struct passkey_list){ t.rows, NEW_ARRAY(cx->mem, struct passkey, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_one(&t, i);
    return OK;
}

enum status passkey_find(struct cx *cx, struct id id, struct passkey *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, name, credential, created_at, used_at FROM passkeys"
                             " WHERE id = $1 AND person_id = $2"),
                  id, cx->actor.person));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such passkey.");
    *out = read_one(&t, 0);
    return OK;
}

/* --- an answer ------------------------------------------------------------------------ */

enum status passkey_challenge(struct cx *cx, enum passkey_use use, const char *owner,
                              const char **out)
{
    return challenge_new(cx, purposes[use], owner, out);
}

const char *passkey_wrong(struct cx *cx)
{
    return SAY(passkey_refused);
}

static enum status challenge_open(struct cx *cx, enum passkey_use use, const char *owner,
                                  const struct webauthn_answer *a, bool *open)
{
    return challenge_use(cx, purposes[use], owner, a->challenge, MINUTES(PASSKEY_MINUTES), open);
}

/* Whose it says it is: a discoverable one says so; another may leave it out. */
static bool is_whose(const struct cx *cx, enum passkey_use use, const struct webauthn_answer *a,
                     struct id person)
{
    if (use != PASSKEY_SIGN_IN && !id_same(person, cx->actor.person)) return false;
    return (!*a->user && use != PASSKEY_SIGN_IN) || strcmp(a->user, person.text) == 0;
}

/* Compared and set in one statement.  Keys that are kept in several places do not count. */
static enum status count_up(struct cx *cx, struct id id, int64_t counter, bool *counted)
{
    int64_t changed;
    TRY(db_change(cx, &changed,
                  SQL_GLOBAL("UPDATE passkeys SET counter = $2, used_at = $3 WHERE id = $1"
                             " AND (counter < $2 OR (counter = 0 AND $2 = 0))"),
                  id, counter, cx->now));
    *counted = changed == 1;
    return OK;
}

static enum status take(struct cx *cx, enum passkey_use use, const struct webauthn_answer *a,
                        struct id *person)
{
    struct table t;
    int64_t counter;
    bool counted;
    struct webauthn_party party = webauthn_party(cx->mem, cx->setup->url);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, person_id, algorithm, public_key, counter FROM passkeys"
                             " WHERE credential = $1"),
                  a->credential));
    if (t.rows == 0 || !is_whose(cx, use, a, cell_id(&t, 0, "person_id"))) return OK;
    struct webauthn_key key = { .credential = a->credential,
                                .public_key = cell_text(&t, 0, "public_key"),
                                .algorithm = cell_int(&t, 0, "algorithm"),
                                .counter = cell_int(&t, 0, "counter") };
    if (!webauthn_right(cx->mem, &party, &key, a, use != PASSKEY_SECOND, &counter)) return OK;
    TRY(count_up(cx, cell_id(&t, 0, "id"), counter, &counted));
    if (counted) *person = cell_id(&t, 0, "person_id");
    return OK;
}

enum status passkey_take(struct cx *cx, enum passkey_use use, const char *owner,
                         const struct webauthn_answer *a, struct id *person)
{
    bool open;
    *person = (struct id){ "" };
    TRY(challenge_open(cx, use, owner, a, &open));
    if (open) TRY(take(cx, use, a, person));
    if (!id_some(*person)) cx_count(cx);
    return OK;
}

/* --- changes ------------------------------------------------------------------------- */

enum status passkey_name_check(struct cx *cx, const char *name)
{
    struct passkey_list now;
    TRY(passkey_list(cx, cx->actor.person, &now));
    if (!*name) field_fault(cx, "name", SAY(passkey_name_missing));
    if (text_length(name) > NAME_MOST)
        field_fault(cx, "name", SAY(passkey_name_long, (int64_t)NAME_MOST));
    if (now.n >= PASSKEYS_MOST)
        field_fault(cx, "name", SAY(passkey_too_many, (int64_t)PASSKEYS_MOST));
    TRY(field_check(cx));
    return webauthn_missing() ? fail(cx, CONFLICT, "%s", SAY(passkey_without_library)) : OK;
}

static enum status insert(struct cx *cx, const char *name, const struct webauthn_key *key)
{
    int64_t changed;
    TRY(db_change(
        cx, &changed,
        SQL_GLOBAL("INSERT INTO passkeys (id, person_id, name, credential, algorithm, public_key,"
                   " counter, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT (credential) DO NOTHING"),
        id_new(cx->now), cx->actor.person, name, key->credential, key->algorithm, key->public_key,
        key->counter, cx->now));
    if (changed == 0) field_fault(cx, "name", SAY(passkey_there));
    return field_check(cx);
}

enum status passkey_add(struct cx *cx, const char *name, const struct webauthn_answer *a,
                        struct recovery_codes *out)
{
    struct webauthn_party party = webauthn_party(cx->mem, cx->setup->url);
    struct webauthn_key key;
    bool open, on;
    *out = (struct recovery_codes){ 0 };
    TRY(passkey_name_check(cx, name));
    TRY(challenge_open(cx, PASSKEY_ADD, cx->actor.session.text, a, &open));
    if (!open || !webauthn_new(cx->mem, &party, a, &key)) {
        cx_count(cx);
        field_fault(cx, "name", SAY(passkey_not_made));
        return field_check(cx);
    }
    TRY(second_step_on(cx, cx->actor.person, &on));
    TRY(insert(cx, name, &key));
    if (!on) TRY(recovery_codes_new(cx, out));
    return second_step_changed(cx, cx->actor.person, EVENT_PASSKEY_ADDED, "passkey added");
}

enum status passkey_remove(struct cx *cx, struct id id)
{
    struct person *person;
    struct passkey_list all;
    bool on;
    TRY(person_find(cx, cx->actor.person, &person));
    TRY(passkey_list(cx, cx->actor.person, &all));
    if (!person->password_hash && all.n <= 1) return fail(cx, CONFLICT, "%s", SAY(passkey_last));
    TRY(db_change_one(cx, SAY(passkey_meanwhile),
                      SQL_GLOBAL("DELETE FROM passkeys WHERE id = $1 AND person_id = $2"), id,
                      cx->actor.person));
    TRY(second_step_on(cx, cx->actor.person, &on));
    if (!on) TRY(second_step_spare(cx, cx->actor.person));
    if (!on) TRY(recovery_codes_drop(cx, cx->actor.person));
    return second_step_changed(cx, cx->actor.person, EVENT_PASSKEY_REMOVED,
                               on ? "passkey removed" : "passkey off");
}
