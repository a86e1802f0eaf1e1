/* second_step.c - see second_step.h: asking, and the apps. */
#include "app/second_step/second_step.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/second_step/recovery.h"
#include "app/second_step/required.h"
#include "app/second_step/seal.h"
#include "app/second_step/totp.h"
#include "app/sessions/remembered.h"
#include "app/sessions/session.h"
#include "base/setup.h"
#include "base/text.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/second_step/second_step.text.h"

enum { NEW_MINUTES = 30, NAME_MOST = 60 };

enum status second_step_on(struct cx *cx, struct id person, bool *on)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM authenticators WHERE person_id = $1"
                             " AND proven_at IS NOT NULL"
                             " UNION ALL SELECT id FROM passkeys WHERE person_id = $1 LIMIT 1"),
                  person));
    *on = t.rows > 0;
    return OK;
}

static struct authenticator read_one(const struct table *t, size_t row)
{
    return (struct authenticator){
        .id = cell_id(t, row, "id"),
        .name = cell_text(t, row, "name"),
        .added_at = cell_int(t, row, "proven_at"),
        .used_at = cell_int(t, row, "used_at"),
    };
}

enum status second_step_find(struct cx *cx, struct id person, struct second_step *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, name, proven_at, used_at FROM authenticators"
                             " WHERE person_id = $1 AND proven_at IS NOT NULL"
                             " ORDER BY proven_at, id"),
                  person));
    *out =
        (struct second_step){ .n = t.rows, .at = NEW_ARRAY(cx->mem, struct authenticator, t.rows) };
    for (size_t i = 0; i < t.rows; i++) out->at[i] = read_one(&t, i);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT count(*) FROM recovery_codes WHERE person_id = $1"
                             " AND used_at IS NULL"),
                  person));
    out->codes_left = table_number(&t);
    return OK;
}

enum status authenticator_find(struct cx *cx, struct id id, struct authenticator *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, name, proven_at, used_at FROM authenticators"
                             " WHERE id = $1 AND person_id = $2 AND proven_at IS NOT NULL"),
                  id, cx->actor.person));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such app.");
    *out = read_one(&t, 0);
    return OK;
}

/* --- secrets --------------------------------------------------------------------- */

/* Whose it is: a row that gets another's secret, or another person, opens no more. */
static const char *owner_of(struct cx *cx, struct id id, struct id person)
{
    return arena_print(cx->mem, "authenticator %s of %s", id.text, person.text);
}

static bool open_secret(struct cx *cx, struct id id, struct id person, const char *sealed,
                        struct totp_secret *out)
{
    return cx->setup->key
           && seal_open(cx->setup->key, owner_of(cx, id, person), sealed, out, sizeof *out);
}

/* The step whose code this is, of the one before to the one after now; or 0. */
static int64_t step_of(struct cx *cx, const struct totp_secret *secret, const char *code)
{
    int64_t found = 0, now = totp_step(cx->now);
    char right[7];
    for (int64_t step = now - 1; step <= now + 1; step++) {
        totp_code(secret, step, right);
        if (text_same_constant_time(code, right)) found = step;
    }
    return found;
}

/* --- taking a code ----------------------------------------------------------------- */

/* Without blanks and hyphens; NULL if that is too long for any code. */
static const char *typed_code(struct cx *cx, const char *typed)
{
    char *out = arena_alloc(cx->mem, RECOVERY_LETTERS + 1);
    size_t n = 0;
    for (; *typed; typed++) {
        if (*typed == ' ' || *typed == '-') continue;
        if (n == RECOVERY_LETTERS) return NULL;
        out[n++] = *typed >= 'A' && *typed <= 'Z' ? (char)(*typed + 32) : *typed;
    }
    out[n] = '\0';
    return out;
}

/* Compared and set in one statement: of fifty at once one changes the row. */
static enum status use_step(struct cx *cx, struct id id, int64_t step, bool *used)
{
    int64_t changed;
    TRY(db_change(cx, &changed,
                  SQL_GLOBAL("UPDATE authenticators SET last_step = $2, used_at = $3"
                             " WHERE id = $1 AND last_step < $2"),
                  id, step, cx->now));
    *used = changed == 1;
    return OK;
}

static enum status take_app(struct cx *cx, struct id person, const char *code,
                            enum code_verdict *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, sealed FROM authenticators WHERE person_id = $1"
                             " AND proven_at IS NOT NULL ORDER BY proven_at, id"),
                  person));
    bool closed = false;
    for (size_t i = 0; i < t.rows; i++) {
        struct totp_secret secret;
        struct id id = cell_id(&t, i, "id");
        bool used = false;
        if (!open_secret(cx, id, person, cell_text(&t, i, "sealed"), &secret)) {
            closed = true;
            continue;
        }
        int64_t step = step_of(cx, &secret, code);
        if (step) TRY(use_step(cx, id, step, &used));
        if (!used) continue;
        *out = CODE_RIGHT;
        return OK;
    }
    *out = closed ? CODE_KEYLESS : CODE_WRONG;
    return OK;
}

enum status second_step_take(struct cx *cx, struct id person, const char *typed,
                             enum code_verdict *out)
{
    bool used;
    const char *code = typed_code(cx, typed);
    *out = CODE_WRONG;
    if (!code) return OK;
    if (strlen(code) == 6 && strspn(code, "0123456789") == 6)
        return take_app(cx, person, code, out);
    if (strlen(code) != RECOVERY_LETTERS) return OK;
    TRY(recovery_code_use(cx, person, code, &used));
    if (!used) return OK;
    *out = CODE_RECOVERY;
    return second_step_changed(cx, person, EVENT_RECOVERY_CODE_USED, "used");
}

const char *code_words(struct cx *cx, enum code_verdict verdict)
{
    switch (verdict) {
    case CODE_RIGHT:
    case CODE_RECOVERY: return NULL;
    case CODE_WRONG: return SAY(code_wrong);
    case CODE_KEYLESS: return SAY(code_keyless);
    }
    return SAY(code_wrong);
}

/* --- changes ------------------------------------------------------------------------ */

enum status second_step_changed(struct cx *cx, struct id person, enum event event, const char *what)
{
    int64_t ended;
    TRY(sessions_finish_others(cx, person, cx->actor.session, &ended));
    TRY(remembered_end_all(cx, person));
    TRY(enqueue(cx, JOB_letter_second_step, person, what));
    return announce_above(cx, event, (struct about){ person, cx->actor.name }, NULL, NULL);
}

static enum status check_name(struct cx *cx, const char *name)
{
    struct second_step now;
    TRY(second_step_find(cx, cx->actor.person, &now));
    if (!*name) field_fault(cx, "name", SAY(app_name_missing));
    if (text_length(name) > NAME_MOST)
        field_fault(cx, "name", SAY(app_name_long, (int64_t)NAME_MOST));
    if (now.n >= AUTHENTICATORS_MOST)
        field_fault(cx, "name", SAY(app_too_many, (int64_t)AUTHENTICATORS_MOST));
    return field_check(cx);
}

enum status authenticator_begin(struct cx *cx, const char *name, struct id *out)
{
    struct totp_secret secret;
    TRY(check_name(cx, name));
    if (!cx->setup->key) return fail(cx, CONFLICT, "%s", SAY(app_keyless));
    TRY(db_exec(cx,
                SQL_GLOBAL("DELETE FROM authenticators WHERE person_id = $1"
                           " AND proven_at IS NULL"),
                cx->actor.person));
    totp_secret_new(&secret);
    *out = id_new(cx->now);
    return db_exec(
        cx,
        SQL_GLOBAL("INSERT INTO authenticators (id, person_id, session_id, name, sealed,"
                   " created_at) VALUES ($1, $2, $3, $4, $5, $6)"),
        *out, cx->actor.person, cx->actor.session, name,
        seal(cx->mem, cx->setup->key, owner_of(cx, *out, cx->actor.person), &secret, sizeof secret),
        cx->now);
}

static enum status find_new(struct cx *cx, struct id id, struct totp_secret *secret,
                            const char **name)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT name, sealed FROM authenticators WHERE id = $1"
                             " AND person_id = $2 AND session_id = $3 AND proven_at IS NULL"
                             " AND created_at > $4"),
                  id, cx->actor.person, cx->actor.session, cx->now - MINUTES(NEW_MINUTES)));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such app.");
    *name = cell_text(&t, 0, "name");
    if (open_secret(cx, id, cx->actor.person, cell_text(&t, 0, "sealed"), secret)) return OK;
    return fail(cx, CONFLICT, "%s", SAY(app_keyless));
}

/* Key URI format of authenticator apps: the label says whose, the issuer where. */
static const char *uri_of(struct cx *cx, const char *email, const char *secret)
{
    char *label = arena_alloc(cx->mem, strlen(email) * 3 + 1), *to = label;
    static const char hex[] = "0123456789ABCDEF";
    for (const char *at = email; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool plain =
            (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || strchr("-._~@", c);
        if (plain)
            *to++ = *at;
        else
            *to++ = '%', *to++ = hex[c >> 4], *to++ = hex[c & 15];
    }
    *to = '\0';
    return arena_print(cx->mem, "otpauth://totp/Linden:%s?secret=%s&issuer=Linden", label, secret);
}

enum status authenticator_new(struct cx *cx, struct id id, struct new_authenticator *out)
{
    struct totp_secret secret;
    struct table t;
    TRY(find_new(cx, id, &secret, &out->name));
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT email FROM people WHERE id = $1"), cx->actor.person));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such person.");
    out->id = id;
    out->secret = totp_secret_text(cx->mem, &secret);
    out->uri = uri_of(cx, cell_text(&t, 0, "email"), out->secret);
    return OK;
}

enum status authenticator_prove(struct cx *cx, struct id id, const char *typed,
                                struct recovery_codes *out)
{
    struct totp_secret secret;
    const char *name, *code = typed_code(cx, typed);
    bool on;
    *out = (struct recovery_codes){ 0 };
    TRY(find_new(cx, id, &secret, &name));
    TRY(second_step_on(cx, cx->actor.person, &on));
    int64_t step = code && strlen(code) == 6 ? step_of(cx, &secret, code) : 0;
    if (!step) field_fault(cx, "code", SAY(app_code_wrong));
    TRY(field_check(cx));
    TRY(db_change_one(cx, SAY(app_meanwhile),
                      SQL_GLOBAL("UPDATE authenticators SET proven_at = $2, last_step = $3"
                                 " WHERE id = $1 AND proven_at IS NULL"),
                      id, cx->now, step));
    if (!on) TRY(recovery_codes_new(cx, out));
    return second_step_changed(cx, cx->actor.person, EVENT_SECOND_STEP_ADDED, "added");
}

enum status authenticator_remove(struct cx *cx, struct id id)
{
    bool on;
    TRY(db_change_one(cx, SAY(app_meanwhile),
                      SQL_GLOBAL("DELETE FROM authenticators WHERE id = $1 AND person_id = $2"
                                 " AND proven_at IS NOT NULL"),
                      id, cx->actor.person));
    TRY(second_step_on(cx, cx->actor.person, &on));
    if (!on) TRY(second_step_spare(cx, cx->actor.person));
    if (!on) TRY(recovery_codes_drop(cx, cx->actor.person));
    return second_step_changed(cx, cx->actor.person, EVENT_SECOND_STEP_REMOVED,
                               on ? "removed" : "off");
}

enum status recovery_codes_make(struct cx *cx, struct recovery_codes *out)
{
    bool on;
    TRY(second_step_on(cx, cx->actor.person, &on));
    if (!on) return fail(cx, CONFLICT, "%s", SAY(codes_off));
    TRY(recovery_codes_new(cx, out));
    return second_step_changed(cx, cx->actor.person, EVENT_RECOVERY_CODES_MADE, "codes");
}

/* --- somebody else had the account ------------------------------------------------------ */

static enum status any_before(struct cx *cx, struct id person, int64_t since, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM authenticators WHERE person_id = $1"
                             " AND proven_at < $2 UNION ALL SELECT id FROM passkeys"
                             " WHERE person_id = $1 AND created_at < $2 LIMIT 1"),
                  person, since));
    *out = t.rows > 0;
    return OK;
}

enum status second_step_take_back(struct cx *cx, struct id person, int64_t since, bool then)
{
    int64_t apps, keys, codes;
    bool before;
    TRY(any_before(cx, person, since, &before));
    if (then && !before) return OK;
    TRY(db_change(cx, &apps,
                  SQL_GLOBAL("DELETE FROM authenticators WHERE person_id = $1"
                             " AND COALESCE(proven_at, created_at) >= $2"),
                  person, since));
    TRY(db_change(cx, &keys,
                  SQL_GLOBAL("DELETE FROM passkeys WHERE person_id = $1 AND created_at >= $2"),
                  person, since));
    TRY(db_change(cx, &codes,
                  SQL_GLOBAL("DELETE FROM recovery_codes WHERE person_id = $1"
                             " AND created_at >= $2"),
                  person, since));
    if (apps + keys + codes == 0) return OK;
    return second_step_changed(cx, person, EVENT_SECOND_STEP_ENDED, "undone");
}

/* --- the host ------------------------------------------------------------------------ */

enum status second_step_remove(struct cx *cx, struct id person, const char *by)
{
    bool on;
    TRY(second_step_on(cx, person, &on));
    if (!on) return fail(cx, NOT_FOUND, "There is no second step.");
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM authenticators WHERE person_id = $1"), person));
    TRY(db_exec(cx, SQL_GLOBAL("DELETE FROM passkeys WHERE person_id = $1"), person));
    TRY(recovery_codes_drop(cx, person));
    return second_step_changed(cx, person, EVENT_SECOND_STEP_ENDED, by);
}

enum status second_step_sealed(struct cx *cx, int64_t *all, int64_t *open)
{
    struct table t;
    struct totp_secret secret;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id, person_id, sealed FROM authenticators"
                             " WHERE proven_at IS NOT NULL")));
    *all = (int64_t)t.rows;
    *open = 0;
    for (size_t i = 0; i < t.rows; i++)
        *open += open_secret(cx, cell_id(&t, i, "id"), cell_id(&t, i, "person_id"),
                             cell_text(&t, i, "sealed"), &secret);
    return OK;
}
