/* user.c - see user.h */
#include "app/users/user.h"

#include <string.h>

#include "access/second_rule.h"
#include "app/users/user_row.h"
#include "base/text.h"
#include "db/db.h"

const char *user_name(struct cx *cx, const struct user *u)
{
    if (!*u->first_name) return u->last_name;
    return ARENA_JOIN(cx->mem, u->first_name, " ", u->last_name);
}

const char *user_full_name(struct cx *cx, const struct user *u)
{
    const char *name = user_name(cx, u);
    return *u->title ? ARENA_JOIN(cx->mem, u->title, " ", name) : name;
}

const char *draft_name(struct cx *cx, const struct user_draft *d)
{
    if (!*d->first_name) return d->last_name;
    return arena_print(cx->mem, "%s %s", d->first_name, d->last_name);
}

bool user_awaited(const struct user *u)
{
    return !u->access.active && !*u->deactivated_by_name;
}

struct subject user_subject(const struct user *u)
{
    return (struct subject){
        .practice = u->practice,
        .user = u->id,
        .full = access_full(&u->access),
        .owner = u->access.owner,
    };
}

struct user_draft user_as_draft(const struct user *u)
{
    return (struct user_draft){
        .title = u->title,
        .first_name = u->first_name,
        .last_name = u->last_name,
        .email = u->email,
        .email_key = u->email_key,
        .profession = u->profession,
        .registration_number = u->registration_number,
        .access = u->access,
        .locations = u->locations,
        .locations_n = u->locations_n,
    };
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

struct user user_read(const struct table *t, size_t row)
{
    struct user u = {
        .id = cell_id(t, row, "id"),
        .person = cell_id(t, row, "person_id"),
        .practice = cell_id(t, row, "practice_id"),
        .title = cell_text(t, row, "title"),
        .first_name = cell_text(t, row, "first_name"),
        .last_name = cell_text(t, row, "last_name"),
        .email = cell_text(t, row, "email"),
        .email_key = cell_text(t, row, "email_key"),
        .profession = cell_text(t, row, "profession"),
        .registration_number = cell_text(t, row, "registration_number"),
        .access = access_stored(t, row),
        .location_names = "",
        .access_ended_at = cell_int(t, row, "access_ended_at"),
        .deactivated_at = cell_int(t, row, "deactivated_at"),
        .deactivated_by_name = or_empty(cell_text(t, row, "deactivated_by_name")),
        .created_at = cell_int(t, row, "created_at"),
        .seen_at = cell_int(t, row, "seen_at"),
        .temporary_until = cell_int(t, row, "temporary_until"),
        .has_password = cell_bool(t, row, "has_password"),
        .mail_problem = cell_text(t, row, "mail_problem"),
        .version = cell_int(t, row, "version"),
    };
    u.access.owner = cell_bool(t, row, "owner");
    u.access.active = strcmp(cell_text(t, row, "status"), "active") == 0;
    return u;
}

/* --- one ------------------------------------------------------------------ */

const char *user_join_names(struct cx *cx, const char *all, const char *name)
{
    return *all ? ARENA_JOIN(cx->mem, all, ", ", name) : name;
}

static enum status read_locations(struct cx *cx, struct user *u)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT l.id, l.name FROM assignments a JOIN locations l"
                      " ON l.practice_id = a.practice_id AND l.id = a.location_id"
                      " WHERE a.practice_id = $1 AND a.user_id = $2 ORDER BY l.name"),
                  u->id));
    u->locations = NEW_ARRAY(cx->mem, struct user_location, t.rows);
    u->locations_n = u->access.locations = t.rows;
    for (size_t i = 0; i < t.rows; i++) {
        u->locations[i] = (struct user_location){ cell_id(&t, i, "id"), cell_text(&t, i, "name") };
        u->location_names = user_join_names(cx, u->location_names, u->locations[i].name);
    }
    return OK;
}

const char *user_location_ids(struct cx *cx, const struct user *u)
{
    const char *ids = "";
    for (size_t i = 0; i < u->locations_n; i++)
        ids = arena_print(cx->mem, *ids ? "%s %s" : "%s%s", ids, u->locations[i].id.text);
    return ids;
}

/* One that is still to come (db_gather()) is a user without anything but his id. */
static enum status only(struct cx *cx, const struct table *t, struct id id, struct user **out)
{
    if (table_none(t)) return fail(cx, NOT_FOUND, "There is no such user.");
    *out = NEW(cx->mem, struct user);
    **out = user_read(t, 0);
    if (t->rows == 0) (*out)->id = id, (*out)->access.level = LEVEL_P_PERSONAL;
    return read_locations(cx, *out);
}

enum status user_find(struct cx *cx, struct id id, struct user **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT " USER_COLUMNS USER_TABLES "WHERE u.practice_id = $1 AND u.id = $2"),
                  id));
    return only(cx, &t, id, out);
}

enum status user_by_email(struct cx *cx, const char *email_key, struct user **out)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL("SELECT " USER_COLUMNS USER_TABLES "WHERE u.practice_id = $1 AND p.email_key = $2"),
        email_key));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "There is no such user."); /* as a rule */
    return only(cx, &t, (struct id){ "" }, out);
}

/* --- writing -------------------------------------------------------------- */

static const char *sort_key(struct cx *cx, const struct user_draft *d)
{
    return text_fold(cx->mem, arena_print(cx->mem, "%s %s", d->last_name, d->first_name));
}

static const char *find_key(struct cx *cx, const struct user_draft *d)
{
    return text_fold(cx->mem,
                     arena_print(cx->mem, "%s %s %s", d->first_name, d->last_name, d->email_key));
}

enum status users_found_by(struct cx *cx, struct id person, const char *email_key)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL_GLOBAL("SELECT practice_id, id, first_name, last_name FROM users"
                             " WHERE person_id = $1"),
                  person));
    for (size_t i = 0; i < t.rows; i++) {
        struct user_draft d = { .first_name = cell_text(&t, i, "first_name"),
                                .last_name = cell_text(&t, i, "last_name"),
                                .email_key = email_key };
        TRY(db_exec(cx,
                    SQL_GLOBAL("UPDATE users SET find_key = $3, mail_problem = ''"
                               " WHERE practice_id = $1 AND id = $2"),
                    cell_text(&t, i, "practice_id"), cell_text(&t, i, "id"), find_key(cx, &d)));
    }
    return OK;
}

/* Lists read the ids in the user's own row. */
static enum status copy_locations(struct cx *cx, struct id user)
{
    struct table t;
    const char *ids = "";
    TRY(db_select(cx, &t,
                  SQL("SELECT location_id FROM assignments WHERE practice_id = $1 AND user_id = $2"
                      " ORDER BY location_id"),
                  user));
    for (size_t i = 0; i < t.rows; i++)
        ids = arena_print(cx->mem, *ids ? "%s %s" : "%s%s", ids, cell_text(&t, i, "location_id"));
    return db_exec(cx, SQL("UPDATE users SET locations = $3 WHERE practice_id = $1 AND id = $2"),
                   user, ids);
}

/* A location that is not there (any more), or not here, is left out. */
static enum status write_locations(struct cx *cx, struct id user, const struct user_draft *d)
{
    for (size_t i = 0; i < d->locations_n; i++)
        TRY(db_exec(cx,
                    SQL("INSERT INTO assignments (practice_id, user_id, location_id)"
                        " SELECT practice_id, $2, id FROM locations"
                        " WHERE practice_id = $1 AND id = $3 ON CONFLICT DO NOTHING"),
                    user, d->locations[i].id));
    return copy_locations(cx, user);
}

enum status user_create(struct cx *cx, struct id person, const struct user_draft *d, bool owner,
                        struct id *out)
{
    bool later = d->starts_at > cx->now;
    struct access a = d->access;
    a.owner = owner;
    access_tidy(&a);
    if (a.level >= LEVEL_COUNT) return fail(cx, BROKEN, "a user without an access level");
    *out = id_new(cx->now);
    TRY(db_expect_one(
        cx, "This person is already a user of this group.",
        SQL("INSERT INTO users (practice_id, id, person_id, email, temporary_until, title,"
            " first_name, last_name, sort_key, find_key, role_type, profession,"
            " registration_number, level, others, read_only, location_restriction,"
            " hide_patient_names, see_history, see_reports, export_own, owner, all_locations,"
            " created_at, status, deactivated_at) SELECT $1, $2, p.id, p.email, p.temporary_until,"
            " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,"
            " $22, $23, CASE WHEN $23 = 'active' THEN NULL ELSE CAST($22 AS BIGINT) END FROM people p"
            " WHERE p.id = $3"
            " ON CONFLICT (practice_id, person_id) DO NOTHING"),
        *out, person, d->title, d->first_name, d->last_name, sort_key(cx, d), find_key(cx, d),
        role_key(a.role), d->profession, d->registration_number, levels[a.level].key,
        boxes_write(cx->mem, &a), a.set[SETTING_read_only], a.set[SETTING_location_restriction],
        a.set[SETTING_hide_patient_names], a.set[SETTING_see_history], a.set[SETTING_see_reports],
        a.set[SETTING_export_own], a.owner, a.all_locations, cx->now,
        later ? "deactivated" : "active"));
    TRY(headcount_change(cx, !later, later));
    return write_locations(cx, *out, d);
}

enum status user_write(struct cx *cx, const struct user *u, const struct user_draft *d)
{
    struct access a = d->access;
    access_tidy(&a);
    if (a.level >= LEVEL_COUNT) return fail(cx, BROKEN, "a user without an access level");
    TRY(db_expect_one(
        cx, "This user was changed meanwhile.",
        SQL("UPDATE users SET title = $3, first_name = $4, last_name = $5, sort_key = $6,"
            " find_key = $7, role_type = $8, profession = $9, registration_number = $10,"
            " level = $11, others = $12, read_only = $13, location_restriction = $14,"
            " hide_patient_names = $15, see_history = $16, see_reports = $17, export_own = $18,"
            " owner = $19, all_locations = $20, version = version + 1,"
            " second_since = CASE WHEN $22 = 1 THEN $23 ELSE second_since END"
            " WHERE practice_id = $1 AND id = $2 AND version = $21 AND status = 'active'"),
        u->id, d->title, d->first_name, d->last_name, sort_key(cx, d), find_key(cx, d),
        role_key(a.role), d->profession, d->registration_number, levels[a.level].key,
        boxes_write(cx->mem, &a), a.set[SETTING_read_only], a.set[SETTING_location_restriction],
        a.set[SETTING_hide_patient_names], a.set[SETTING_see_history], a.set[SETTING_see_reports],
        a.set[SETTING_export_own], a.owner, a.all_locations, u->version,
        second_concerns(&a) && !second_concerns(&u->access), cx->now));
    TRY(db_exec(cx, SQL("DELETE FROM assignments WHERE practice_id = $1 AND user_id = $2"), u->id));
    return write_locations(cx, u->id, d);
}

enum status user_locations_check(struct cx *cx)
{
    struct table t;
    TRY(db_select(
        cx, &t,
        SQL_GLOBAL("SELECT u.practice_id, u.id FROM users u WHERE length(u.locations) <>"
                   " (SELECT COALESCE(sum(length(a.location_id) + 1), 1) - 1 FROM assignments a"
                   "  WHERE a.practice_id = u.practice_id AND a.user_id = u.id)"
                   " OR EXISTS (SELECT 1 FROM assignments a WHERE a.practice_id = u.practice_id"
                   "  AND a.user_id = u.id AND ' ' || u.locations || ' ' NOT LIKE"
                   "  '% ' || a.location_id || ' %') ORDER BY u.practice_id, u.id LIMIT 1")));
    if (t.rows == 0) return OK;
    return fail(cx, BROKEN, "the row of the user %s of the group %s names other locations than his",
                cell_text(&t, 0, "id"), cell_text(&t, 0, "practice_id"));
}

/* --- about the practice --------------------------------------------------- */

enum status actor_access(struct cx *cx, struct access *out)
{
    struct user *user;
    TRY(user_find(cx, cx->actor.user, &user));
    *out = user->access;
    return OK;
}

enum status full_access_count(struct cx *cx, int64_t *full, int64_t *owners)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT count(*) AS n, COALESCE(sum(owner), 0) AS owners FROM users"
                      " WHERE practice_id = $1 AND level = 'full' AND status = 'active'")));
    *full = cell_int(&t, 0, "n");
    *owners = cell_int(&t, 0, "owners");
    return OK;
}
