/* email_change.c - see email_change.h */
#include "app/own_email/email_change.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/feed/feed.h"
#include "app/integrations/key.h"
#include "app/second_step/second_step.h"
#include "app/sessions/link.h"
#include "app/sessions/remembered.h"
#include "app/sessions/session.h"
#include "app/sessions/tries.h"
#include "app/sign_in/mailed.h"
#include "app/sso/identity.h"
#include "app/users/user.h"
#include "base/email.h"
#include "base/secret.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/own_email/email_change.text.h"

enum { ASKS_AN_HOUR = 3 };

#define CHANGE                                                                        \
    "c.id, c.person_id, c.old_email, c.old_key, c.new_email, c.new_key, c.asked_at, " \
    "c.confirmed_at, c.second_then"

static struct email_change read_change(const struct table *t)
{
    return (struct email_change){
        .id = cell_id(t, 0, "id"),
        .person = cell_id(t, 0, "person_id"),
        .old_email = cell_text(t, 0, "old_email"),
        .old_key = cell_text(t, 0, "old_key"),
        .new_email = cell_text(t, 0, "new_email"),
        .new_key = cell_text(t, 0, "new_key"),
        .asked_at = cell_int(t, 0, "asked_at"),
        .confirmed_at = cell_int(t, 0, "confirmed_at"),
        .second_then = cell_bool(t, 0, "second_then"),
    };
}

enum status email_change_find(struct cx *cx, struct id id, struct email_change *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " CHANGE " FROM email_changes c WHERE c.id = $1"
                             " AND c.over_at = 0"),
                  id));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such change, or over");
    *out = read_change(&t);
    return OK;
}

enum status email_change_waiting(struct cx *cx, struct email_change *out)
{
    struct table t;
    *out = (struct email_change){ 0 };
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " CHANGE " FROM email_changes c WHERE c.person_id = $1"
                             " AND c.confirmed_at = 0 AND c.over_at = 0 AND c.asked_at > $2"
                             " ORDER BY c.asked_at DESC LIMIT 1"),
                  cx->actor.person, cx->now - DAYS(EMAIL_CONFIRM_DAYS)));
    if (t.rows) *out = read_change(&t);
    return OK;
}

/* --- asking ------------------------------------------------------------------------------- */

static enum status read_address(struct cx *cx, const struct person *person, const char *typed,
                                const char **address, const char **key)
{
    bool fits;
    if (email_clean(cx->mem, typed, address, key) != EMAIL_OK)
        field_fault(cx, "email", SAY(email_change_shape));
    else if (strcmp(*address, person->email) == 0)
        field_fault(cx, "email", SAY(email_change_same));
    TRY(field_check(cx));
    TRY(tries_take(cx, "email change", person->id.text, ASKS_AN_HOUR, HOURS(1), &fits));
    if (fits) return OK;
    field_fault(cx, "email", SAY(email_change_often));
    return fail_because(cx, INVALID, "slow", "%s", cx->faults->message);
}

enum status email_change_ask(struct cx *cx, const char *typed)
{
    struct person *person;
    const char *address, *key;
    struct id id = id_new(cx->now);
    bool second;
    TRY(person_find(cx, cx->actor.person, &person));
    TRY(read_address(cx, person, typed, &address, &key));
    TRY(second_step_on(cx, person->id, &second));
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE email_changes SET over_at = $2 WHERE person_id = $1"
                           " AND confirmed_at = 0 AND over_at = 0"),
                person->id, cx->now));
    TRY(db_exec(cx,
                SQL_GLOBAL("INSERT INTO email_changes (id, person_id, old_email, old_key,"
                           " new_email, new_key, asked_at, second_then)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
                id, person->id, person->email, person->email_key, address, key, cx->now, second));
    TRY(enqueue(cx, JOB_letter_email_confirm, id, ""));
    TRY(enqueue(cx, JOB_letter_email_notice, id, "asked"));
    return announce_above(cx, EVENT_EMAIL_CHANGE_ASKED,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

/* --- the links ------------------------------------------------------------------------------ */

static enum status make_link(struct cx *cx, struct id change, const char *kind, const char **token)
{
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO email_links (token_hash, change_id, kind, made_at)"
                              " VALUES ($1, $2, $3, $4)"),
                   (const char *)hash, change, kind, cx->now);
}

enum status email_confirm_link(struct cx *cx, struct id change, const char **token)
{
    return make_link(cx, change, "confirm", token);
}

enum status email_undo_link(struct cx *cx, struct id change, const char **token)
{
    return make_link(cx, change, "undo", token);
}

static enum status find_link(struct cx *cx, const char *kind, const char *token,
                             struct email_change *out)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return fail(cx, NOT_FOUND, "no such link");
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT " CHANGE " FROM email_links l"
                             " JOIN email_changes c ON c.id = l.change_id"
                             " WHERE l.token_hash = $1 AND l.kind = $2 AND c.over_at = 0"),
                  (const char *)hash, kind));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "no such link");
    *out = read_change(&t);
    return OK;
}

enum status email_confirm_find(struct cx *cx, const char *token, struct email_change *out)
{
    TRY(find_link(cx, "confirm", token, out));
    bool open = !out->confirmed_at && out->asked_at > cx->now - DAYS(EMAIL_CONFIRM_DAYS);
    return open ? OK : fail(cx, NOT_FOUND, "no such link");
}

enum status email_undo_find(struct cx *cx, const char *token, struct email_change *out)
{
    TRY(find_link(cx, "undo", token, out));
    bool open = out->confirmed_at ? out->confirmed_at > cx->now - DAYS(EMAIL_UNDO_DAYS)
                                  : out->asked_at > cx->now - DAYS(EMAIL_CONFIRM_DAYS);
    return open ? OK : fail(cx, NOT_FOUND, "no such link");
}

/* --- the change --------------------------------------------------------------------------------
 */

/* The users' rows follow by their foreign key, but for what they are found by. */
static enum status write_email(struct cx *cx, struct id person, const char *email, const char *key)
{
    TRY(person_set_email(cx, person, email, key));
    TRY(users_found_by(cx, person, key));
    TRY(links_close(cx, LINK_RESET, person, (struct id){ 0 }, (struct id){ 0 }));
    TRY(links_close(cx, LINK_CHOOSE, person, (struct id){ 0 }, (struct id){ 0 }));
    TRY(links_close(cx, LINK_PROVE, person, (struct id){ 0 }, (struct id){ 0 }));
    return OK;
}

static enum status end_sessions(struct cx *cx, struct id person, struct id keep)
{
    int64_t ended;
    TRY(sessions_finish_others(cx, person, keep, &ended));
    return remembered_end_all(cx, person);
}

enum status email_change_confirm(struct cx *cx, const char *token, struct email_change *out)
{
    struct person *person;
    TRY(email_confirm_find(cx, token, out));
    if (!id_same(cx->actor.person, out->person)) return fail(cx, FORBIDDEN, "somebody else's");
    TRY(person_find(cx, out->person, &person));
    if (strcmp(person->email_key, out->old_key) != 0) return fail(cx, NOT_FOUND, "no such link");
    TRY(write_email(cx, person->id, out->new_email, out->new_key));
    TRY(db_exec(cx, SQL_GLOBAL("UPDATE email_changes SET confirmed_at = $2 WHERE id = $1"), out->id,
                cx->now));
    TRY(end_sessions(cx, person->id, cx->actor.session));
    TRY(enqueue(cx, JOB_letter_email_notice, out->id, "changed"));
    return announce_above(cx, EVENT_EMAIL_CHANGED,
                          (struct about){ person->id, person_name(cx, person) }, NULL, NULL);
}

/* What other programs come in with is a practice group's: ended in each, and announced there. */
static enum status end_programs(struct cx *cx, struct id person, int64_t since)
{
    struct table t;
    const struct actor before = cx->actor;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT u.practice_id, u.id FROM users u WHERE u.person_id = $1"
                             " AND (EXISTS (SELECT 1 FROM api_keys k WHERE k.practice_id ="
                             "   u.practice_id AND k.user_id = u.id AND k.made_at >= $2)"
                             "  OR EXISTS (SELECT 1 FROM calendar_feeds f WHERE f.practice_id ="
                             "   u.practice_id AND f.user_id = u.id AND f.made_at >= $2))"
                             " ORDER BY u.practice_id"),
                  person, since));
    enum status status = OK;
    for (size_t i = 0; status == OK && i < t.rows; i++) {
        cx->actor.practice = cell_id(&t, i, "practice_id");
        cx->actor.user = cell_id(&t, i, "id");
        status = keys_take_back(cx, since);
        if (status == OK) status = feed_take_back(cx, since);
    }
    cx->actor = before;
    return status;
}

/* What was changed after it goes with it: a later one is taken back no more, and whoever did it
 * keeps no way in. */
enum status email_change_undo(struct cx *cx, const char *token, struct email_change *out)
{
    struct person *person;
    TRY(email_undo_find(cx, token, out));
    TRY(person_find(cx, out->person, &person));
    cx->actor.person = person->id;
    cx->actor.name = person_name(cx, person);
    if (strcmp(person->email, out->old_email) != 0)
        TRY(write_email(cx, person->id, out->old_email, out->old_key));
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE email_changes SET over_at = $3 WHERE person_id = $1"
                           " AND asked_at >= $2 AND over_at = 0"),
                person->id, out->asked_at, cx->now));
    TRY(second_step_take_back(cx, person->id, out->asked_at, out->second_then));
    TRY(identities_take_back(cx, person->id, out->asked_at));
    TRY(end_programs(cx, person->id, out->asked_at));
    TRY(end_sessions(cx, person->id, (struct id){ 0 }));
    TRY(reset_send(cx, person->id, ""));
    return announce_above(cx, EVENT_EMAIL_CHANGE_UNDONE,
                          (struct about){ person->id, cx->actor.name }, NULL, NULL);
}
