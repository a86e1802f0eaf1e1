/* person.c - see person.h */
#include "app/people/person.h"

#include <string.h>

#include "app/audit/event.h"
#include "app/sessions/link.h"
#include "app/sessions/remembered.h"
#include "app/sessions/session.h"
#include "base/say.h"
#include "base/setup.h"
#include "base/time.h"
#include "db/db.h"
#include "work/queue.h"

#include "app/people/person.text.h"

#define PERSON                                                                             \
    "id, email, email_key, first_name, last_name, password_hash, password_at, temporary,"  \
    " temporary_until, temporary_by, temporary_at_name, proven_at, theme, density, clock," \
    " shortcuts, onboarding_mails, last_practice_id, created_at, version"

static struct person read_person(const struct table *t, size_t row)
{
    return (struct person){
        .id = cell_id(t, row, "id"),
        .email = cell_text(t, row, "email"),
        .email_key = cell_text(t, row, "email_key"),
        .first_name = cell_text(t, row, "first_name"),
        .last_name = cell_text(t, row, "last_name"),
        .password_hash = cell_text(t, row, "password_hash"),
        .password_at = cell_int(t, row, "password_at"),
        .temporary = cell_bool(t, row, "temporary"),
        .temporary_until = cell_int(t, row, "temporary_until"),
        .temporary_by = cell_text(t, row, "temporary_by"),
        .temporary_at_name = cell_text(t, row, "temporary_at_name"),
        .proven_at = cell_int(t, row, "proven_at"),
        .theme = cell_text(t, row, "theme"),
        .density = cell_text(t, row, "density"),
        .clock = cell_text(t, row, "clock"),
        .shortcuts = cell_bool(t, row, "shortcuts"),
        .onboarding_mails = cell_bool(t, row, "onboarding_mails"),
        .last_practice = cell_id(t, row, "last_practice_id"),
        .created_at = cell_int(t, row, "created_at"),
        .version = cell_int(t, row, "version"),
    };
}

const char *person_name(struct cx *cx, const struct person *p)
{
    if (!*p->first_name) return p->last_name;
    return arena_print(cx->mem, "%s %s", p->first_name, p->last_name);
}

static enum status only(struct cx *cx, const struct table *t, struct person **out)
{
    if (table_none(t)) return fail(cx, NOT_FOUND, "There is no such person.");
    *out = NEW(cx->mem, struct person);
    **out = read_person(t, 0);
    return OK;
}

enum status person_find(struct cx *cx, struct id id, struct person **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT " PERSON " FROM people WHERE id = $1"), id));
    return only(cx, &t, out);
}

enum status person_by_email(struct cx *cx, const char *email_key, struct person **out)
{
    struct table t;
    TRY(db_select(cx, &t, SQL_GLOBAL("SELECT " PERSON " FROM people WHERE email_key = $1"),
                  email_key));
    return only(cx, &t, out);
}

enum status email_is_kept(struct cx *cx, const char *email_key, struct id from, bool *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT id FROM email_changes WHERE old_key = $1 AND person_id <> $2"
                             " AND over_at = 0 AND confirmed_at > $3 LIMIT 1"),
                  email_key, (const char *)from.text, cx->now - DAYS(EMAIL_UNDO_DAYS)));
    *out = t.rows > 0;
    return OK;
}

static enum status not_kept(struct cx *cx, const char *email_key, struct id from)
{
    bool kept;
    TRY(email_is_kept(cx, email_key, from, &kept));
    return kept ? fail(cx, CONFLICT, "%s", SAY(person_email_kept, (int64_t)EMAIL_UNDO_DAYS)) : OK;
}

enum status person_set_email(struct cx *cx, struct id id, const char *email, const char *email_key)
{
    struct person *other;
    TRY(not_kept(cx, email_key, id));
    enum status status = person_by_email(cx, email_key, &other);
    if (status == OK && !id_same(other->id, id))
        return fail(cx, CONFLICT, "%s", SAY(person_email_taken));
    if (status != OK && status != NOT_FOUND) return status;
    return db_change_one(cx, "There is no such person.",
                         SQL_GLOBAL("UPDATE people SET email = $2, email_key = $3, proven_at = $4,"
                                    " version = version + 1 WHERE id = $1"),
                         id, email, email_key, cx->now);
}

enum status person_create(struct cx *cx, const struct new_person *p, struct id *out)
{
    int64_t until = p->temporary ? cx->now + cx->setup->temporary_life : 0;
    *out = id_new(cx->now);
    TRY(not_kept(cx, p->email_key, (struct id){ "" })); /* asked the same in every run */
    return db_exec(cx,
                   SQL_GLOBAL("INSERT INTO people (id, email, email_key, first_name, last_name,"
                              " password_hash, password_at, temporary, temporary_until,"
                              " temporary_by, temporary_at_name, proven_at, created_at)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $7)"),
                   *out, p->email, p->email_key, p->first_name, p->last_name, p->password_hash,
                   cx->now, p->temporary, until, p->set_by, p->set_at, p->proven ? cx->now : 0);
}

enum status person_set_password(struct cx *cx, struct id id, const char *hash, struct id keep)
{
    const struct id none = { 0 };
    int64_t ended;
    TRY(db_change_one(cx, "There is no such person.",
                      SQL_GLOBAL("UPDATE people SET password_hash = $2, password_at = $3,"
                                 " temporary = 0, temporary_until = 0, temporary_by = NULL,"
                                 " temporary_at_name = NULL, version = version + 1 WHERE id = $1"),
                      id, hash, cx->now));
    TRY(sessions_finish_others(cx, id, keep, &ended));
    TRY(remembered_end_all(cx, id));
    TRY(links_close(cx, LINK_RESET, id, none, none));
    TRY(links_close(cx, LINK_CHOOSE, id, none, none));
    return enqueue(cx, JOB_letter_password_changed, id, "");
}

/* Whoever sets it could sign in with it, so the address has to be proven anew
 * before that sign-in may join another group (decision 3). */
enum status person_set_temporary(struct cx *cx, struct id id, const char *hash, const char *set_by,
                                 const char *set_at)
{
    int64_t ended;
    TRY(db_change_one(cx, "This person has a password of their own by now.",
                      SQL_GLOBAL("UPDATE people SET password_hash = $2, password_at = $3,"
                                 " temporary = 1, temporary_until = $4, temporary_by = $5,"
                                 " temporary_at_name = $6, proven_at = NULL, version = version + 1"
                                 " WHERE id = $1 AND (temporary = 1 OR password_hash IS NULL)"),
                      id, hash, cx->now, cx->now + cx->setup->temporary_life, set_by, set_at));
    TRY(remembered_end_all(cx, id));
    return sessions_finish_others(cx, id, (struct id){ 0 }, &ended);
}

enum status person_prove(struct cx *cx, struct id id)
{
    return db_exec(cx,
                   SQL_GLOBAL("UPDATE people SET proven_at = $2, version = version + 1"
                              " WHERE id = $1 AND COALESCE(proven_at, 0) = 0"),
                   id, cx->now);
}

static bool one_of(const char *text, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(text, *list) == 0) return true;
    return false;
}

enum status own_preferences_save(struct cx *cx, const struct preferences *p)
{
    struct person *before;
    if (!one_of(p->theme, (const char *const[]){ "system", "light", "dark", NULL }))
        field_fault(cx, "theme", SAY(person_choice));
    if (!one_of(p->density, (const char *const[]){ "comfortable", "compact", NULL }))
        field_fault(cx, "density", SAY(person_choice));
    if (!one_of(p->clock, (const char *const[]){ "24", "12", NULL }))
        field_fault(cx, "clock", SAY(person_choice));
    TRY(field_check(cx));
    TRY(person_find(cx, cx->actor.person, &before));
    if (strcmp(p->theme, before->theme) == 0 && strcmp(p->density, before->density) == 0
        && strcmp(p->clock, before->clock) == 0 && p->shortcuts == before->shortcuts
        && p->tips == before->onboarding_mails)
        return OK;
    TRY(db_exec(cx,
                SQL_GLOBAL("UPDATE people SET theme = $2, density = $3, clock = $4, shortcuts = $5,"
                           " onboarding_mails = $6, version = version + 1 WHERE id = $1"),
                before->id, p->theme, p->density, p->clock, p->shortcuts, p->tips));
    return announce_above(cx, EVENT_PREFERENCES_CHANGED,
                          (struct about){ before->id, person_name(cx, before) }, NULL, NULL);
}
