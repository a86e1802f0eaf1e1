/* export.c - permissions, exports and their links: see export.h */
#include <string.h>

#include "app/audit/event.h"
#include "app/exports/archive.h"
#include "app/exports/row.h"
#include "app/users/users_mail.h"
#include "base/secret.h"
#include "base/time.h"
#include "work/queue.h"

#include "app/exports/exports.text.h"

static const char *const states[EXPORT_STATES] = { "asked", "running", "ready", "taken", "ended" };
static const char *const scopes[EXPORT_SCOPES] = { "own", "practice" };

/* --- the permission ---------------------------------------------------------------- */

enum status export_permit_find(struct cx *cx, struct id user, struct export_permit *out)
{
    struct table t;
    *out = (struct export_permit){ 0 };
    TRY(db_select(cx, &t,
                  SQL("SELECT p.until, p.outlives, EXISTS (SELECT 1 FROM exports x"
                      "  WHERE x.practice_id = $1 AND x.user_id = p.user_id AND x.scope = 'own'"
                      "  AND x.state IN ('ready', 'taken')) AS waits FROM export_permits p"
                      " WHERE p.practice_id = $1 AND p.user_id = $2"),
                  user));
    if (t.rows)
        *out = (struct export_permit){ cell_int(&t, 0, "until"), cell_bool(&t, 0, "outlives"),
                                       cell_bool(&t, 0, "waits") };
    return OK;
}

static enum status gate(struct cx *cx, const struct user *u)
{
    struct subject subject = user_subject(u);
    return allow(cx, USERS_EDIT, &subject);
}

static enum status set(struct cx *cx, const struct user *u, bool on)
{
    if (u->access.set[SETTING_export_own] == on) return OK;
    return db_change_one(cx, SAY(export_user_stale),
                         SQL("UPDATE users SET export_own = $4, version = version + 1"
                             " WHERE practice_id = $1 AND id = $2 AND version = $3"),
                         u->id, u->version, on);
}

enum status export_permit_give(struct cx *cx, const struct user *u)
{
    int64_t until = cx->now + DAYS(EXPORT_PERMIT_DAYS);
    TRY(gate(cx, u));
    TRY(set(cx, u, true));
    TRY(db_exec(cx,
                SQL("INSERT INTO export_permits (practice_id, user_id, until, by_name)"
                    " VALUES ($1, $2, $3, $4) ON CONFLICT (practice_id, user_id)"
                    " DO UPDATE SET until = excluded.until, by_name = excluded.by_name"),
                u->id, until, cx->actor.name));
    TRY(enqueue_at(cx, JOB_export_permit_expire, u->id, "", until));
    return u->access.active ? enqueue(cx, JOB_letter_export, u->id, "allowed") : OK;
}

static enum status end(struct cx *cx, struct id id)
{
    TRY(dequeue(cx, JOB_export_work, id));
    TRY(dequeue(cx, JOB_export_expire, id));
    return export_wipe(cx, id);
}

/* What is asked for, runs or waits to be taken; its link dies with it. */
enum status export_end_all(struct cx *cx, struct id user, enum export_scope scope, bool *any)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.user_id = $2 AND x.state <> 'ended'"
                                         " AND ($3 = '' OR x.scope = $3)"),
                  user, scope < EXPORT_SCOPES ? scopes[scope] : ""));
    for (size_t i = 0; i < t.rows; i++) TRY(end(cx, cell_id(&t, i, "id")));
    if (any) *any = t.rows > 0;
    return OK;
}

static enum status drop_permit(struct cx *cx, struct id user)
{
    TRY(db_exec(cx, SQL("DELETE FROM export_permits WHERE practice_id = $1 AND user_id = $2"),
                user));
    return export_end_all(cx, user, EXPORT_OF_OWN, NULL);
}

enum status export_permit_end(struct cx *cx, const struct user *u)
{
    TRY(gate(cx, u));
    TRY(set(cx, u, false));
    return drop_permit(cx, u->id);
}

/* Thirty days are over, unless it was given anew meanwhile. */
enum status export_permit_expire(struct cx *cx, const struct job *job)
{
    struct export_permit permit;
    struct user *u;
    TRY(export_permit_find(cx, job->about, &permit));
    if (permit.until == 0 || permit.until > cx->now) return OK;
    TRY(user_find(cx, job->about, &u));
    TRY(set(cx, u, false));
    return drop_permit(cx, u->id);
}

/* A reaction: not on the devices of before. */
enum status exports_end(struct cx *cx, struct id user)
{
    return export_end_all(cx, user, EXPORT_SCOPES, NULL);
}

/* The own one that is ready, as it is kept from now on; there is one at the most. */
static enum status keep_anew(struct cx *cx, struct id user)
{
    struct table t;
    struct export_permit permit;
    TRY(export_permit_find(cx, user, &permit));
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.user_id = $2 AND x.scope = 'own'"
                                         " AND x.state = 'ready'"),
                  user));
    if (t.rows == 0) return OK;
    struct export *x = export_row(cx, &t, 0);
    int64_t until = export_kept_until(x, &permit);
    TRY(dequeue(cx, JOB_export_expire, x->id));
    return enqueue_at(cx, JOB_export_expire, x->id, "", until > cx->now ? until : cx->now);
}

enum status export_permit_outlive(struct cx *cx, const struct user *u, bool on)
{
    struct export_permit permit;
    TRY(gate(cx, u));
    TRY(export_permit_find(cx, u->id, &permit));
    if (on && !permit.until) TRY(export_permit_give(cx, u));
    TRY(db_exec(cx,
                SQL("UPDATE export_permits SET outlives = $3 WHERE practice_id = $1"
                    " AND user_id = $2"),
                u->id, on));
    return keep_anew(cx, u->id);
}

enum status export_permit_for_good(struct cx *cx, const struct user *u)
{
    TRY(gate(cx, u));
    TRY(db_exec(cx, SQL("DELETE FROM export_permits WHERE practice_id = $1 AND user_id = $2"),
                u->id));
    return keep_anew(cx, u->id);
}

/* A reaction: the user has no access any more.  What is whole may outlive that; its link may not.
 * The question names no user, whose row was just written, so that it is answered with the others.
 */
enum status exports_follow_leaving(struct cx *cx, struct id user)
{
    struct table t;
    struct user *u;
    bool kept = false;
    TRY(db_select(cx, &t,
                  SQL("SELECT x.id, CASE WHEN x.scope = 'own' AND x.state = 'ready'"
                      " AND p.outlives = 1 AND p.until > $3 THEN 1 ELSE 0 END AS kept"
                      " FROM exports x LEFT JOIN export_permits p"
                      "  ON p.practice_id = x.practice_id AND p.user_id = x.user_id"
                      " WHERE x.practice_id = $1 AND x.user_id = $2 AND x.state <> 'ended'"),
                  user, cx->now));
    for (size_t i = 0; i < t.rows; i++) {
        bool one = cell_bool(&t, i, "kept");
        if (!one) TRY(end(cx, cell_id(&t, i, "id")));
        kept = kept || one;
    }
    if (!kept) return OK;
    TRY(user_find(cx, user, &u));
    if (!u->access.set[SETTING_export_own]) return exports_end(cx, user);
    TRY(db_exec(cx,
                SQL("UPDATE exports SET link_hash = NULL WHERE practice_id = $1 AND user_id = $2"
                    " AND state = 'ready'"),
                user));
    return enqueue(cx, JOB_letter_export, user, "left");
}

/* --- rows -------------------------------------------------------------------------------- */

struct export *export_row(struct cx *cx, const struct table *t, size_t row)
{
    struct export *x = NEW(cx->mem, struct export);
    const char *state = cell_text(t, row, "state");
    *x = (struct export){
        .id = cell_id(t, row, "id"),
        .user = cell_id(t, row, "user_id"),
        .done = cell_int(t, row, "done_n"),
        .of = cell_int(t, row, "of_n"),
        .bytes = cell_int(t, row, "bytes"),
        .created_at = cell_int(t, row, "created_at"),
        .touched_at = cell_int(t, row, "touched_at"),
        .by_name = cell_text(t, row, "by_name"),
        .reason = cell_text(t, row, "reason"),
        .agreed_name = cell_text(t, row, "agreed_name"),
        .listed = cell_int(t, row, "listed"),
        .listed_to = cell_text(t, row, "listed_to"),
    };
    if (strcmp(cell_text(t, row, "scope"), scopes[EXPORT_OF_PRACTICE]) == 0)
        x->scope = EXPORT_OF_PRACTICE;
    while (x->state < EXPORT_ENDED && strcmp(states[x->state], state) != 0) x->state++;
    return x;
}

enum status export_wipe(struct cx *cx, struct id id)
{
    TRY(db_exec(cx, SQL("DELETE FROM export_pieces WHERE practice_id = $1 AND export_id = $2"),
                id));
    TRY(db_exec(cx, SQL("DELETE FROM export_files WHERE practice_id = $1 AND export_id = $2"), id));
    TRY(db_exec(cx, SQL("DELETE FROM export_items WHERE practice_id = $1 AND export_id = $2"), id));
    TRY(db_exec(cx, SQL("DELETE FROM export_counts WHERE practice_id = $1 AND export_id = $2"),
                id));
    return db_exec(cx,
                   SQL("UPDATE exports SET state = 'ended', link_hash = NULL, touched_at = $3"
                       " WHERE practice_id = $1 AND id = $2"),
                   id, cx->now);
}

int64_t export_kept_until(const struct export *x, const struct export_permit *permit)
{
    bool own = x->scope == EXPORT_OF_OWN;
    return own && permit->outlives ? permit->until : x->touched_at + HOURS(EXPORT_KEPT_HOURS);
}

enum status export_ready(struct cx *cx, const struct export *x, int64_t bytes)
{
    TRY(db_change_one(cx, SAY(export_moved),
                      SQL("UPDATE exports SET state = 'ready', bytes = $3, touched_at = $4"
                          " WHERE practice_id = $1 AND id = $2 AND state = 'running'"),
                      x->id, bytes, cx->now));
    TRY(db_exec(cx, SQL("DELETE FROM export_items WHERE practice_id = $1 AND export_id = $2"),
                x->id));
    bool own = x->scope == EXPORT_OF_OWN;
    TRY(enqueue_at(cx, JOB_export_expire, x->id, "", cx->now + HOURS(EXPORT_KEPT_HOURS)));
    if (own) TRY(keep_anew(cx, x->user));
    return enqueue(cx, JOB_letter_export, x->user,
                   own ? "ready" : arena_print(cx->mem, "ready %s", x->id.text));
}

/* An archive that nobody took, or that was taken, an hour ago. */
enum status export_expire(struct cx *cx, const struct job *job)
{
    struct table t;
    TRY(db_select(cx, &t, SQL(EXPORT_COLUMN_LIST " AND x.id = $2"), job->about));
    return t.rows ? export_wipe(cx, job->about) : OK;
}

enum status export_count(struct cx *cx, struct id id, const char *what, const char *why, int64_t n)
{
    return db_exec(cx,
                   SQL("INSERT INTO export_counts (practice_id, export_id, what, why, n)"
                       " VALUES ($1, $2, $3, $4, $5)"
                       " ON CONFLICT (practice_id, export_id, what, why)"
                       " DO UPDATE SET n = export_counts.n + excluded.n"),
                   id, what, why, n);
}

enum status export_tallies(struct cx *cx, struct id id, struct export_tallies *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL("SELECT what, why, n FROM export_counts WHERE practice_id = $1"
                      " AND export_id = $2 ORDER BY what, why"),
                  id));
    *out = (struct export_tallies){ t.rows, NEW_ARRAY(cx->mem, struct export_tally, t.rows + 1) };
    for (size_t i = 0; i < t.rows; i++)
        out->at[i] = (struct export_tally){ cell_text(&t, i, "what"), cell_text(&t, i, "why"),
                                            cell_int(&t, i, "n") };
    return OK;
}

/* --- one's own ----------------------------------------------------------------------------- */

enum status export_gate(struct cx *cx, enum export_scope scope)
{
    struct subject subject = { .practice = cx->actor.practice };
    if (scope == EXPORT_OF_PRACTICE) return allow(cx, EXPORT_PRACTICE, &subject);
    subject.user = cx->actor.user;
    return allow(cx, EXPORT_OWN, &subject);
}

enum status export_own(struct cx *cx, struct export **out)
{
    TRY(export_gate(cx, EXPORT_OF_OWN));
    return export_newest(cx, EXPORT_OF_OWN, out);
}

/* Which records, at this moment.  A patient is one's own who is looked after, or was met. */
static enum status plan(struct cx *cx, struct id id)
{
    struct id me = cx->actor.user;
    TRY(db_exec(cx,
                SQL("INSERT INTO export_items (practice_id, export_id, position, kind, record_id)"
                    " SELECT $1, $2, row_number() OVER (ORDER BY p.number), 'patient', p.id"
                    " FROM patients p WHERE p.practice_id = $1 AND p.state <> 'merged'"
                    " AND (EXISTS (SELECT 1 FROM patient_practitioners w WHERE w.practice_id = $1"
                    "   AND w.patient_id = p.id AND w.user_id = $3)"
                    "  OR EXISTS (SELECT 1 FROM appointments a WHERE a.practice_id = $1"
                    "   AND a.patient_id = p.id AND a.user_id = $3)"
                    "  OR EXISTS (SELECT 1 FROM notes n WHERE n.practice_id = $1"
                    "   AND n.patient_id = p.id AND n.author_id = $3 AND n.state <> 'discarded')"
                    "  OR EXISTS (SELECT 1 FROM invoices v WHERE v.practice_id = $1"
                    "   AND v.patient_id = p.id AND v.user_id = $3 AND v.state <> 'discarded'))"),
                id, me));
    TRY(db_exec(cx,
                SQL("INSERT INTO export_items (practice_id, export_id, position, kind, record_id,"
                    " of_id) SELECT $1, $2, (SELECT count(*) FROM export_items i"
                    "   WHERE i.practice_id = $1 AND i.export_id = $2)"
                    "  + row_number() OVER (ORDER BY n.id), 'note', n.id, n.patient_id"
                    " FROM notes n WHERE n.practice_id = $1 AND n.author_id = $3"
                    " AND n.state <> 'discarded'"),
                id, me));
    TRY(db_exec(cx,
                SQL("INSERT INTO export_items (practice_id, export_id, position, kind, record_id,"
                    " of_id) SELECT $1, $2, (SELECT count(*) FROM export_items i"
                    "   WHERE i.practice_id = $1 AND i.export_id = $2)"
                    "  + row_number() OVER (ORDER BY f.id), 'attachment', f.id, n.id"
                    " FROM notes n JOIN attachments f ON f.practice_id = n.practice_id"
                    "  AND f.note_id = n.id WHERE n.practice_id = $1 AND n.author_id = $3"
                    " AND n.state <> 'discarded' AND f.removed_at IS NULL"),
                id, me));
    TRY(db_exec(cx,
                SQL("INSERT INTO export_items (practice_id, export_id, position, kind, record_id)"
                    " SELECT $1, $2, (SELECT count(*) FROM export_items i"
                    "   WHERE i.practice_id = $1 AND i.export_id = $2)"
                    "  + row_number() OVER (ORDER BY a.starts_at, a.id), 'appointment', a.id"
                    " FROM appointments a WHERE a.practice_id = $1 AND a.user_id = $3"),
                id, me));
    return db_exec(cx,
                   SQL("INSERT INTO export_items (practice_id, export_id, position, kind,"
                       " record_id) SELECT $1, $2, (SELECT count(*) FROM export_items i"
                       "   WHERE i.practice_id = $1 AND i.export_id = $2)"
                       "  + row_number() OVER (ORDER BY v.id), 'invoice', v.id"
                       " FROM invoices v WHERE v.practice_id = $1 AND v.user_id = $3"
                       " AND v.state <> 'discarded'"),
                   id, me);
}

static enum status tell(struct cx *cx, enum event event)
{
    return announce(cx, event, (struct about){ cx->actor.user, cx->actor.name }, NULL, NULL);
}

enum status export_create(struct cx *cx)
{
    struct id id = id_new(cx->now);
    TRY(export_gate(cx, EXPORT_OF_OWN));
    TRY(export_end_all(cx, cx->actor.user, EXPORT_OF_OWN, NULL));
    TRY(db_exec(cx,
                SQL("INSERT INTO exports (practice_id, id, user_id, state, created_at, touched_at)"
                    " VALUES ($1, $2, $3, 'running', $4, $4)"),
                id, cx->actor.user, cx->now));
    TRY(plan(cx, id));
    TRY(db_exec(cx,
                SQL("UPDATE exports SET of_n = (SELECT count(*) FROM export_items i"
                    "  WHERE i.practice_id = $1 AND i.export_id = $2)"
                    " WHERE practice_id = $1 AND id = $2"),
                id));
    TRY(enqueue(cx, JOB_export_work, id, ""));
    return tell(cx, EVENT_EXPORT_STARTED);
}

enum status export_newest(struct cx *cx, enum export_scope scope, struct export **out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.user_id = $2 AND x.scope = $3"
                                         " ORDER BY x.id DESC LIMIT 1"),
                  cx->actor.user, scopes[scope]));
    *out = t.rows ? export_row(cx, &t, 0) : NULL;
    return OK;
}

enum status export_link(struct cx *cx, enum export_scope scope, const char **token)
{
    TRY(export_gate(cx, scope));
    return export_link_make(cx, scope, token);
}

enum status export_link_make(struct cx *cx, enum export_scope scope, const char **token)
{
    struct export *x;
    char *secret = arena_alloc(cx->mem, SECRET_SIZE), hash[SECRET_SIZE];
    TRY(export_newest(cx, scope, &x));
    if (!x || x->state != EXPORT_READY) return fail(cx, CONFLICT, "%s", SAY(export_moved));
    secret_token(secret);
    secret_hash(secret, hash);
    *token = secret;
    return db_change_one(cx, SAY(export_moved),
                         SQL("UPDATE exports SET link_hash = $3, link_until = $4"
                             " WHERE practice_id = $1 AND id = $2 AND state = 'ready'"),
                         x->id, (const char *)hash, cx->now + MINUTES(EXPORT_LINK_MINUTES));
}

enum status export_take(struct cx *cx, enum export_scope scope, const char *token,
                        struct export **out)
{
    TRY(export_gate(cx, scope));
    return export_link_use(cx, scope, token, out);
}

enum status export_link_use(struct cx *cx, enum export_scope scope, const char *token,
                            struct export **out)
{
    struct table t;
    char hash[SECRET_SIZE];
    if (!secret_shape(token)) return fail(cx, NOT_FOUND, "%s", SAY(export_link_over));
    secret_hash(token, hash);
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.user_id = $2 AND x.scope = $3"
                                         " AND x.state = 'ready' AND x.link_hash = $4"
                                         " AND x.link_until > $5"),
                  cx->actor.user, scopes[scope], (const char *)hash, cx->now));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "%s", SAY(export_link_over));
    *out = export_row(cx, &t, 0);
    TRY(db_change_one(cx, SAY(export_moved),
                      SQL("UPDATE exports SET state = 'taken', link_hash = NULL"
                          " WHERE practice_id = $1 AND id = $2 AND state = 'ready'"),
                      (*out)->id));
    TRY(dequeue(cx, JOB_export_expire, (*out)->id));
    TRY(enqueue_at(cx, JOB_export_expire, (*out)->id, "", cx->now + HOURS(1)));
    bool own = scope == EXPORT_OF_OWN;
    TRY(letters_to_full_access(
        cx, JOB_letter_export, cx->actor.user,
        arena_print(cx->mem, "%s %s", own ? "taken" : "group", cx->actor.user.text)));
    return tell(cx, own ? EVENT_EXPORT_TAKEN : EVENT_GROUP_EXPORT_TAKEN);
}

enum status export_read(struct cx *cx, struct id id, int64_t at, struct bytes *out)
{
    struct table t;
    TRY(db_select(cx, &t,
                  SQL(EXPORT_COLUMN_LIST " AND x.id = $2 AND x.user_id = $3 AND x.state = 'taken'"),
                  id, cx->actor.user));
    if (t.rows == 0) return fail(cx, NOT_FOUND, "%s", SAY(export_link_over));
    return archive_read(cx, id, cell_int(&t, 0, "created_at"), at, out);
}

enum status export_end_own(struct cx *cx)
{
    TRY(export_gate(cx, EXPORT_OF_OWN));
    return export_own_end(cx);
}

enum status export_own_end(struct cx *cx)
{
    bool any;
    TRY(export_end_all(cx, cx->actor.user, EXPORT_OF_OWN, &any));
    return any ? tell(cx, EVENT_EXPORT_ENDED) : OK;
}
